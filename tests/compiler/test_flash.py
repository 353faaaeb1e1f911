"""The choice of forms: exact for its prices, monotone in the budget, and true to compiled code."""

from __future__ import annotations

import itertools
import json
import random
import re
import subprocess
from pathlib import Path

import pytest

from compiler.compile import Output, compile_model
from compiler.errors import CompileError
from compiler.flash.forms import Choice, Optimize, Priced, _best, _cost, choose
from compiler.flash.prices import Form, Price
from compiler.flash.table import KERNELS
from compiler.flash.unpriced import UNPRICED
from compiler.main import main
from compiler.options import Options
from compiler.program import Call
from compiler.target import load
from tests.compiler.convolutions import model
from tools.kernel_prices import Row, measure, rows

ROOT = Path(__file__).absolute().parents[2]
MODELS = ("digits", "gesture", "tones", "vibration")
TARGET = load("mps2_an386")
FLAGS = "-O2 -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard -mthumb -ffunction-sections"


def network(name: str) -> bytes:
    if name == "chain":
        return model((3, 8, 8, 8, 8, 8, 12, 12, 5), kernel=3)
    return (ROOT / "models" / name / f"{name}.tflite").read_bytes()


def compiled(name: str, optimize: Optimize, budget: int | None = None) -> Output:
    options = Options("m", TARGET, optimize=optimize, flash_budget=budget)
    return compile_model(network(name), options)


def in_flash(output: Output, folder: Path) -> int:
    """What the compiled code and its constants take."""
    for name, data in output.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    gcc = ["arm-none-eabi-gcc", *FLAGS.split(), f"-I{folder}", "-c", folder / "m.c"]
    subprocess.run([*gcc, "-o", folder / "m.o"], check=True)
    size = subprocess.run(
        ["arm-none-eabi-size", folder / "m.o"], check=True, capture_output=True, text=True
    )
    return int(size.stdout.splitlines()[1].split()[0])


def family(seed: int, calls: int) -> list[Priced]:
    """Calls in two groups with random prices. Copies are larger than what they replace once, and
    are as large for all of a group, or of the family."""
    rng = random.Random(seed)
    alike, any_copy = {g: rng.randrange(900, 1200) for g in (0, 1)}, rng.randrange(900, 1800)
    made = []
    for i in range(calls):
        group = rng.randrange(2)
        call = Call("nn_conv_2d_s8", "nn_conv_2d_s8.h", {"a": group, "b": i}, (), literals=("a",))
        extra = rng.randrange(500)
        prices = {
            Form.INLINED: Price(rng.randrange(50, 900)),
            Form.ALIKE: Price(50, extra, alike[group]),
            Form.ANY: Price(60, extra + rng.randrange(1000), any_copy),
        }
        made.append(Priced((str(i), 0), call, prices))
    return made


@pytest.mark.parametrize("seed", range(20))
def test_no_other_forms_are_better(seed: int) -> None:
    priced = family(seed, 6)
    for worth in (0.0, 0.05, 0.3, 2.0):
        found = _cost(priced, _best(priced, worth)[0], worth)
        every = itertools.product(Form, repeat=len(priced))
        least = min(
            _cost(priced, dict(zip((p.id for p in priced), forms, strict=True)), worth)
            for forms in every
        )
        assert found == pytest.approx(least)


@pytest.mark.parametrize("name", ["digits", "gesture", "chain"])
def test_less_flash_never_takes_fewer_instructions(name: str) -> None:
    program = compiled(name, Optimize.SIZE).program
    least = choose(program, Optimize.SIZE)
    for goal in (Optimize.SPEED, Optimize.BALANCED):
        most = choose(program, goal)
        assert least.bytes <= most.bytes and most.instructions <= least.instructions
        before: Choice | None = None
        step = max(1, (most.bytes - least.bytes) // 7)
        for budget in range(least.bytes, most.bytes + step, step):
            chosen = choose(program, goal, budget)
            assert chosen.bytes <= budget
            assert chosen.instructions <= least.instructions
            assert before is None or chosen.instructions <= before.instructions
            before = chosen
        assert before is not None and before.forms == most.forms


@pytest.mark.parametrize("name", [*MODELS, "chain"])
def test_compiled_code_keeps_to_the_budget(name: str, tmp_path: Path) -> None:
    ends = [choose(compiled(name, o).program, o).bytes for o in (Optimize.SIZE, Optimize.SPEED)]
    for budget in {ends[0], sum(ends) // 2, ends[1]}:
        output = compiled(name, Optimize.SPEED, budget)
        assert in_flash(output, tmp_path / str(budget)) <= budget


def test_estimates_are_near_compiled_code(tmp_path: Path) -> None:
    for name in (*MODELS, "chain"):
        for optimize in Optimize:
            output = compiled(name, optimize)
            flash = output.report["flash"]
            code = in_flash(output, tmp_path / f"{name}_{optimize.value}") - flash["constants"]
            assert 0.91 <= flash["code_estimate"] / code <= 2.0, (name, optimize)


def test_every_kernel_has_prices_or_is_known_to_have_none() -> None:
    headers = {path.stem: path.read_text() for path in (ROOT / "runtime").glob("nn_*.h")}
    text = "".join(headers.values())
    pattern = r"^NN_(?:KERNEL|SHARED|APART) void (nn_\w+)\(const \1_t "
    kernels = set(re.findall(pattern, text, re.MULTILINE))
    assert len(kernels) > 100
    assert not kernels - set(KERNELS) - UNPRICED, "price these: tools/kernel_prices.py"
    assert not UNPRICED & set(KERNELS)
    gone = [name for name in (*KERNELS, *UNPRICED) if not re.search(rf"\b{name}\(", text)]
    assert not gone, "no longer there"


def test_prices_are_near_compiled_code() -> None:
    found = rows(measure(network(name) for name in ("digits", "gesture", "chain")))
    assert {row.field for row in found} == {"inlined", "by_rows", "alike", "any"}
    assert not [row for row in found if not row.holds]


def test_a_wrong_price_is_found() -> None:
    assert not Row("nn_copy_bytes", "any", 100, 140).holds
    assert not Row("nn_copy_bytes", "any", 700, 140).holds
    assert Row("nn_copy_bytes", "any", 140, 140).holds


def test_plain_kernels_where_those_of_the_core_do_not_fit(tmp_path: Path) -> None:
    own = choose(compiled("digits", Optimize.SIZE).program, Optimize.SIZE)
    output = compiled("digits", Optimize.SPEED, own.bytes - 1)
    kernels = [k for layer in output.report["layers"] for k in layer["kernels"]]
    assert "nn_conv_2d_s8" in kernels and not any("tiles" in k for k in kernels)
    assert in_flash(output, tmp_path) < own.bytes


def test_a_budget_that_cannot_be_met_names_the_least(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CompileError) as failed:
        compiled("digits", Optimize.SPEED, 1000)
    said = str(failed.value)
    found = re.search(r"([\d,]+) bytes needed at least \([\d,]+ of constants, about", said)
    assert found and "--constants=external would leave about" in said
    assert "heaviest layers" in said
    least = int(found[1].replace(",", ""))
    assert compiled("digits", Optimize.SPEED, least).report["flash"]["constants"] <= least
    with pytest.raises(CompileError):
        compiled("digits", Optimize.SPEED, least - 1)


def test_the_report_has_the_price_of_every_form(tmp_path: Path) -> None:
    digits = str(ROOT / "models/digits/digits.tflite")
    assert main(["compile", digits, "-o", str(tmp_path), "--optimize=size"]) == 0
    report = json.loads((tmp_path / "digits.json").read_text())
    for layer in report["layers"]:
        assert len(layer["forms"]) == len(layer["kernels"])
        for form in layer["forms"]:
            assert form["chosen"] in form["price_estimates"]
            assert set(form["price_estimates"]) == {f.value for f in Form}
