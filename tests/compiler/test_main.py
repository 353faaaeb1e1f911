"""The command line: what it accepts, writes, prints and answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from compiler.main import main
from compiler.work import name_from_file
from tests.compiler.small_models import CONV, model


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "small net.tflite"
    file.write_bytes(model())
    return str(file)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    out = capsys.readouterr()
    assert out.out == ""
    return out.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["MODEL", "-o", "DIR", "--name", "x"],
        ["-o", "DIR", "--name=x", "MODEL"],
        ["--output=DIR", "MODEL", "-name", "x"],
        ["--name", "x", "-o", "DIR", "--target=host", "--", "MODEL"],
    ],
    ids=" ".join,
)
def test_flags_stand_anywhere(arguments: list[str], path: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    words = {"MODEL": path, "DIR": str(folder)}
    filled = [words.get(a, a.replace("DIR", str(folder))) for a in arguments]
    assert main(["compile", *filled]) == 0
    assert {"x.c", "x.h", "x.json", "nn_conv_2d_s8.h", "isa"} <= {p.name for p in folder.iterdir()}


def test_the_name_comes_from_the_file(
    path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile", path, "-o", str(tmp_path)]) == 0
    source = (tmp_path / "small_net.c").read_text()
    assert "void small_net_run(" in source
    # The command is repeatable from the model's folder, and tells nothing of this machine.
    assert "netsuke compile 'small net.tflite'\n" in source
    assert str(tmp_path) not in source
    assert capsys.readouterr().out.startswith("small_net: arena ")


def test_a_single_file_compiles_alone(path: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert main(["compile", path, "-o", str(folder), "--name", "x", "--single-file"]) == 0
    assert sorted(p.name for p in folder.iterdir()) == ["x.c", "x.h", "x.json"]
    source = (folder / "x.c").read_text()
    assert source.count("#ifndef NN_QUANT_H") == 1
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-c", "-o", "x.o"]
    subprocess.run(["cc", *flags, "x.c"], cwd=folder, check=True)


def test_dumps_are_written_where_asked(path: str, tmp_path: Path) -> None:
    assert main(["compile", path, "-o", str(tmp_path), "--dump-ir", str(tmp_path / "ir")]) == 0
    assert "conv_2d(" in (tmp_path / "ir" / "00-read.ir").read_text()


def test_the_same_input_gives_the_same_bytes(path: str, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        assert main(["compile", path, "-o", str(tmp_path / folder)]) == 0
    for file in (tmp_path / "a").glob("*.*"):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["complie"], "unknown command 'complie'; did you mean compile?"),
        (["frobnicate"], "unknown command 'frobnicate'; there is compile, explain-memory"),
        (["-o", "x", "compile"], "the command comes first: compile, inspect"),
        (["compile"], "no model given"),
        (["compile", "m"], "no folder to write to: add -o DIR"),
        (["compile", "m", "n", "-o", "x"], "one model at a time: m n"),
        (["compile", "m", "-o"], "no value after -o"),
        (["compile", "m", "--nmae", "x"], "unknown flag --nmae; did you mean --name?"),
        (["compile", "m", "--dump_it=x"], "unknown flag --dump-it; did you mean --dump-ir?"),
        (["compile", "m", "-x"], "unknown flag -x; there is --constants, "),
        (["compile", "m", "-o", "x", "--target", "hots"], "unknown target 'hots'; did you mean ho"),
        (["compile", "m", "-o", "x", "--reference", "x"], "--reference=x: value should be one of"),
        (["compile", "m", "-o", "x", "--name", "7up"], "--name '7up': not a free C identifier;"),
        (["compile", "m", "-o", "x", "--name", "int"], "--name 'int': not a free C identifier"),
        (["compile", "m", "-o", "x", "--name", "string"], "--name 'string': not a free C identifi"),
        (["compile", "m", "-o", "x", "--name="], "--name '': not a free C identifier"),
        (["inspect"], "no model given"),
    ],
    ids=lambda a: " ".join(a) if isinstance(a, list) else "",
)  # fmt: skip
def test_wrong_usage_is_status_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    found = said(capsys)
    assert found.startswith(f"netsuke: {message}")
    assert found.count("\n") == 1


@pytest.mark.parametrize("command", [["compile", "-o", "out"], ["inspect"]], ids=" ".join)
@pytest.mark.parametrize(
    ("model_path", "message"),
    [
        ("missing.tflite", "file: cannot be read: No such file or directory"),
        (".", "file: cannot be read: Is a directory"),
        ("nul\0.tflite", "file: cannot be read: "),
        ("text.txt", "file: without the mark TFL3"),
    ],
)
def test_a_file_that_is_no_model_is_status_1(
    command: list[str],
    model_path: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("not a model")
    assert main([*command, model_path]) == 1
    assert said(capsys).startswith(f"netsuke: {model_path}: {message}")
    assert not Path("out").exists()


def test_each_problem_is_one_line_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "m.tflite"
    file.write_bytes(model(inputs=(77, 88, 99)))
    assert main(["compile", str(file), "-o", str(tmp_path / "out")]) == 1
    lines = said(capsys).splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"netsuke: {file}: ") for line in lines)
    assert not (tmp_path / "out").exists()


def test_output_that_cannot_be_written_is_status_1(
    path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["compile", path, "-o", str(tmp_path / "file" / "x")]) == 1
    assert "cannot be written: Not a directory" in said(capsys)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("kws.tflite", "kws"),
        ("a/b/kws-ref.model.v2.tflite", "kws_ref_model_v2"),
        ("2nd.tflite", "m_2nd"),
        ("größe.tflite", "gr__e"),
        ("int.tflite", "m_int"),
        ("string.tflite", "m_string"),
        ("nn_quant.tflite", "m_nn_quant"),
        ("_x.tflite", "m__x"),
    ],
)
def test_names_are_free_c_identifiers(file: str, name: str) -> None:
    assert name_from_file(file) == name


@pytest.mark.parametrize("arguments", [[], ["--help"], ["compile", "--help"], ["inspect", "-h"]])
def test_help_goes_to_stdout(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    out = capsys.readouterr()
    assert "usage: netsuke" in out.out
    assert max(map(len, out.out.splitlines())) <= 100
    assert out.err == ""


def test_compile_loads_neither_tensorflow_nor_rich(path: str, tmp_path: Path) -> None:
    script = (
        "import sys; from compiler.main import main; status = main(sys.argv[1:]);"
        "print([m for m in ('tensorflow', 'ai_edge_litert', 'rich') if m in sys.modules], status)"
    )
    run = [sys.executable, "-c", script, "compile", path, "-o", str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] 0"


def test_inspect_shows_layers_and_costs(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", path]) == 0
    out = capsys.readouterr().out
    assert "small_net: 2 operators, 486 MACs, 74 bytes of constants" in out
    assert "0 CONV_2D %0" in out
    assert "%3 int8[1,3,3,3]" in out
    assert "input 0" in out and "%0 x" in out and "0.5, 3" in out
    assert out.rstrip().endswith("can be compiled")


def test_inspect_shows_what_cannot_be_compiled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "m.tflite"
    file.write_bytes(model(operators=(CONV.__class__("LSH_PROJECTION", (0,), (5,)),)))
    assert main(["inspect", str(file)]) == 0
    out = capsys.readouterr().out
    assert "LSH_PROJECTION %0 (not supported)" in out
    assert "cannot be compiled: operator 0 (LSH_PROJECTION): unsupported operator" in out
