"""`netsuke set`: one arena for several networks, through the command line and a C compiler."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from compiler.main import main
from compiler.model_set import Member, header, model_set

ROOT = Path(__file__).absolute().parents[2]


def compiled(folder: Path, *names: str) -> list[str]:
    """The reports of networks of the zoo."""
    reports = []
    for name in names:
        model = ROOT / f"models/{name}/{name}.tflite"
        assert main(["compile", str(model), "-o", str(folder)]) == 0
        reports.append(str(folder / f"{name}.json"))
    return reports


def builds(folder: Path, source: str) -> bool:
    (folder / "main.c").write_text(source)
    command = ["gcc", "-std=c99", "-Wall", "-Werror", "-fsyntax-only", f"-I{folder}", "main.c"]
    return subprocess.run(command, cwd=folder, capture_output=True).returncode == 0


def test_the_arena_is_that_of_the_largest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = compiled(tmp_path, "digits", "vibration")
    capsys.readouterr()
    assert main(["set", *reports, "-o", str(tmp_path), "--name", "both"]) == 0
    read = [json.loads(Path(r).read_text()) for r in reports]
    (less, _), (more, largest) = sorted((r["arena_bytes"], r["name"].upper()) for r in read)
    said = f"both: one arena of {more:,} bytes, {less:,} less than 2 of their own"
    assert said in capsys.readouterr().out
    test = f"typedef char same[BOTH_ARENA_BYTES == {largest}_ARENA_BYTES ? 1 : -1];"
    assert builds(tmp_path, f'#include "both.h"\n{test}\n')


def test_a_header_older_than_its_networks_does_not_compile(tmp_path: Path) -> None:
    (vibration,) = compiled(tmp_path, "vibration")
    assert main(["set", vibration, "-o", str(tmp_path), "--name", "one"]) == 0
    assert builds(tmp_path, '#include "one.h"\nint x;\n')
    network = tmp_path / "vibration.h"
    larger = re.sub(r"(VIBRATION_ARENA_BYTES) (\d+)u", r"\1 (\2u + 1u)", network.read_text())
    network.write_text(larger)
    assert not builds(tmp_path, '#include "one.h"\nint x;\n')


def test_alignment_is_the_strictest() -> None:
    members = [Member("a", 100, 16, 0), Member("b", 200, 4, 0)]
    text = header(model_set("s", members))
    assert "#define S_ARENA_BYTES 200u" in text and "#define S_ARENA_ALIGN 16u" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["set"], "reports, -o DIR and --name NAME are needed"),
        (["set", "digits.json", "digits.json", "-o", "x", "--name", "s"], "'digits' twice"),
        (["set", "digits.json", "-o", "x", "--name", "digits"], "also the set's name"),
        (["set", "digits.h", "-o", "x", "--name", "s"], "no report of netsuke compile"),
        (["set", "absent.json", "-o", "x", "--name", "s"], "cannot be read"),
    ],
)
def test_what_is_no_set_is_refused(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    compiled(tmp_path, "digits")
    monkeypatch.chdir(tmp_path)
    assert main(arguments) in (1, 2)
    assert said in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
