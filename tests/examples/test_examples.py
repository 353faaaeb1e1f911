"""The examples of docs/using_the_c.md are built and run as users do it, with this compiler."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RUNFILES = Path(os.environ["RUNFILES_DIR"], "netsuke")
SAYS = "a 2, with probability 1.00; arena "
# What Arduino's core gives to a sketch, as far as the example uses it.
ARDUINO = """
#define A0 0
int analogRead(int pin);
extern struct Console { void begin(long baud); void println(int value); } Serial;
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the examples with a network, and `netsuke` beside it for PATH."""
    for source in (RUNFILES / "tests" / "examples").rglob("*"):
        if source.is_file() and source.suffix != ".py":
            copy = tmp_path / source.relative_to(RUNFILES / "tests" / "examples")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
    shutil.copy(RUNFILES / "models" / "digits" / "digits.tflite", tmp_path)
    program = tmp_path / "bin" / "netsuke"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m compiler.main "$@"\n')
    program.chmod(0o755)
    return tmp_path


def run(project: Path, *command: str) -> str:
    """What the command prints; it has to succeed."""
    path = f"{project / 'bin'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_make_builds_the_example(project: Path) -> None:
    run(project, "make")
    assert run(project, "./classify").startswith(SAYS)
    assert "up to date" in run(project, "make")


def test_rows_one_by_one_give_the_same(project: Path) -> None:
    run(project, "make", "by_rows")
    assert run(project, "./by_rows").startswith("a 2 after 8 rows; arena ")


def test_memory_in_pieces_gives_the_same(project: Path) -> None:
    run(project, "make", "apart")
    assert run(project, "./apart", "generated_apart/digits.bin").startswith("a 2; fast ")
    done = subprocess.run(["./apart", "digits.tflite"], cwd=project, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "no network: 3\n")  # DIGITS_WRONG_CHECKSUM


def test_cmake_builds_the_example(project: Path) -> None:
    run(project, "cmake", "-S", ".", "-B", "build")
    run(project, "cmake", "--build", "build")
    assert run(project, "build/classify").startswith(SAYS)


def test_every_tensor_can_be_looked_at(project: Path) -> None:
    run(project, "make", "traced", "COMPILE_FLAGS=--target mps2_an386 --whole-layers")
    lines = run(project, "./traced").splitlines()
    steps = [int(line.split()[0]) for line in lines[:-1]]
    assert steps == list(range(9))
    assert lines[-1].startswith(SAYS)


def test_the_sketch_is_cplusplus_and_the_network_c(project: Path) -> None:
    sketch = project / "arduino" / "digits"
    flags = ("--name", "digits", "--single-file")
    run(project, "netsuke", "compile", "digits.tflite", "-o", str(sketch), *flags)
    (sketch / "arduino.h").write_text(ARDUINO)
    check = ("clang", "-fsyntax-only", "-Wall", "-Werror", f"-I{sketch}")
    run(project, *check, "-std=c99", str(sketch / "digits.c"))
    run(project, *check, "-xc++", "-include", "arduino.h", str(sketch / "digits.ino"))


def test_the_command_in_the_sketch_is_the_one_that_is_tested(project: Path) -> None:
    text = (project / "arduino" / "digits" / "digits.ino").read_text()
    assert re.search(
        r"netsuke compile digits.tflite -o digits --name digits --single-file$", text, re.M
    )
