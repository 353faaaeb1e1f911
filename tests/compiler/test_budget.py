"""Budgets, warnings, the drawn map and the planner on its own: through the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler.byte_counts import byte_count
from compiler.main import main

ROOT = Path(__file__).absolute().parents[2]
DIGITS = str(ROOT / "models/digits/digits.tflite")


def arena_of(folder: Path) -> int:
    found = re.search(r"DIGITS_ARENA_BYTES (\d+)u", (folder / "digits.h").read_text())
    assert found
    return int(found[1])


def test_a_budget_that_is_just_enough_passes(tmp_path: Path) -> None:
    assert main(["compile", DIGITS, "-o", str(tmp_path / "a")]) == 0
    arena = arena_of(tmp_path / "a")
    assert main(["compile", DIGITS, "-o", str(tmp_path / "b"), f"--ram-budget={arena}"]) == 0


def test_a_byte_less_fails_and_says_what_the_peak_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile", DIGITS, "-o", str(tmp_path / "a")]) == 0
    arena = arena_of(tmp_path / "a")
    capsys.readouterr()
    budgets = [f"--ram-budget={arena - 1}", "--flash-budget=100"]
    assert main(["compile", DIGITS, "-o", str(tmp_path / "b"), *budgets]) == 1
    said = capsys.readouterr().err
    assert "--ram-budget" in said and "1 too many" in said and "the peak is at layer" in said
    assert "--flash-budget" in said and "heaviest layers" in said
    assert not (tmp_path / "b").exists()


def test_what_would_help_saves_what_was_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = str(ROOT / "models/gesture/gesture.tflite")
    assert main(["compile", model, "-o", str(tmp_path / "a"), "--name=digits"]) == 0
    arena = arena_of(tmp_path / "a")
    capsys.readouterr()
    assert main(["compile", model, "-o", str(tmp_path / "b"), "--ram-budget=100"]) == 1
    said = re.findall(r"(--[a-z-]+(?:=\w+)?)[^,;]*? would save ([\d,]+)", capsys.readouterr().err)
    assert {option for option, _ in said} == {"--stream-input", "--io=caller", "--input-type=int8"}
    for option, saved in said:
        folder = tmp_path / option
        assert main(["compile", model, "-o", str(folder), "--name=digits", option]) == 0
        assert arena - arena_of(folder) == int(saved.replace(",", "")), option


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--ram-regions=9"], "'9' is no NAME or NAME:BYTES"),
        (["--ram-regions=A:x,B"], "A:x: 'x' is not a number of bytes, such as 65536 or 64k"),
        (["--ram-regions=A,a"], "a region twice"),
        (["--ram-regions=SDRAM", "--target=stm32f4_discovery"], "stm32f4_discovery has RAM, CCM"),
        (["--io=caller", "--stream-input"], "not with --io=caller"),
    ],
)
def test_wrong_regions_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: list[str], said: str
) -> None:
    assert main(["compile", DIGITS, "-o", str(tmp_path / "a"), *flags]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "count"),
    [("0", 0), ("65536", 65536), ("64k", 65536), ("64kB", 65536), ("2 KiB", 2048), ("1M", 1 << 20)],
)
def test_numbers_of_bytes(word: str, count: int) -> None:
    assert byte_count(word) == count


@pytest.mark.parametrize("word", ["", "-1", "4q", "k", "1e3", "0x10", "1.5k", "64 k b"])
def test_no_numbers_of_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str) -> None:
    assert main(["compile", DIGITS, "-o", str(tmp_path / "a"), f"--ram-budget={word}"]) == 2
    assert f"--ram-budget={word}: {word!r} is not a number of bytes" in capsys.readouterr().err


def test_a_budget_in_kilobytes(tmp_path: Path) -> None:
    assert main(["compile", DIGITS, "-o", str(tmp_path / "a"), "--ram-budget=64k"]) == 0


def test_the_targets_fastest_region_comes_first(tmp_path: Path) -> None:
    flags = ["--target=stm32f4_discovery", "--ram-regions=RAM,CCM:400"]
    assert main(["compile", DIGITS, "-o", str(tmp_path), *flags]) == 0
    text = (tmp_path / "digits.h").read_text()
    assert "void digits_run(void *arena_ccm, void *arena_ram);" in text
    assert "int8_t *digits_input_0(void *arena_ram);" in text


def test_the_map_shows_every_buffer_and_the_peak(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-memory", DIGITS]) == 0
    said = capsys.readouterr().out
    assert "digits: arena" in said and "most is live at layer" in said
    letters = set(re.findall(r"^([A-Za-z])  +[\d,]+  ", said, re.MULTILINE))
    drawn = set("".join(re.findall(r"│(.*)", said))) - {"·"}
    assert drawn and drawn <= letters
    arena, *_ = re.findall(r"arena ([\d,]+) bytes", said)
    steps = re.findall(r"^ +([\d,]+)  ((?:[A-Za-z] )*[A-Za-z]): (.*)$", said, re.MULTILINE)
    assert {letter for _, parts, _ in steps for letter in parts.split()} == letters
    (most,) = re.findall(r"most is live at (.*): ([\d,]+) bytes", said)
    assert most in [(where, taken) for taken, _, where in steps] and most[1] == arena


def test_a_problem_of_its_own_is_planned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = tmp_path / "p.csv"
    problem.write_text("id,lower,upper,size\na,0,3,100\nb,1,4,50\nc,3,6,80\n")
    assert main(["plan", str(problem)]) == 0
    out, err = capsys.readouterr()
    rows = [line.split(",") for line in out.splitlines()[1:]]
    offsets = {row[0]: int(row[-1]) for row in rows}
    assert offsets["c"] + 80 <= offsets["b"] or offsets["b"] + 50 <= offsets["c"]
    assert "150 bytes, optimal" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no buffers"),
        ("id,lower\nx,0\n", "no column upper, size"),
        ("id,lower,upper,size\nx,3,3,1\ny,a,2,1\n", "line 2"),
    ],
)
def test_a_problem_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    problem = tmp_path / "p.csv"
    problem.write_text(text)
    assert main(["plan", str(problem)]) == 1
    assert said in capsys.readouterr().err
