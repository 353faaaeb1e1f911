"""`bazel run <firmware>.flash` prints the commands of its board, and runs the first that can be."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(os.environ["RUNFILES_DIR"], "netsuke")
FIRMWARE = ROOT / "tests" / "examples" / "firmware"
ELF = FIRMWARE / "vibration_monitor.elf"

# Stand-ins that note what they are called with. $PROBE says whether one is attached.
OPENOCD = """#!/bin/sh
for word in "$@"; do printf '%s|' "$word" >>"$LOG"; done
echo >>"$LOG"
[ "$PROBE" = openocd ]
"""
PYOCD = """#!/bin/sh
if [ "$1" = list ]; then
  [ "$PROBE" = pyocd ] && echo "  0   ST-Link [stm32f407vg]" || echo "No available debug probes"
  exit 0
fi
for word in "$@"; do printf '%s|' "$word" >>"$LOG"; done
exit 7
"""


class Bench:
    """A folder with stand-ins of the tools, and what they were called with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.log.touch()

    def install(self, name: str, script: str) -> None:
        (self.folder / name).write_text(script)
        (self.folder / name).chmod(0o755)

    def flash(
        self, *arguments: str, probe: str = "", firmware: str = "vibration_monitor"
    ) -> "subprocess.CompletedProcess[str]":
        path = f"{self.folder}:/usr/bin:/bin"
        environment = {**os.environ, "PATH": path, "LOG": str(self.log), "PROBE": probe}
        program = FIRMWARE / f"{firmware}.flash.sh"
        done = [program, *arguments]
        return subprocess.run(done, env=environment, capture_output=True, text=True)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def commands() -> list[str]:
    elf = ELF.resolve()
    return [
        f"  openocd -f board/stm32f4discovery.cfg -c 'program {elf} verify reset exit'",
        f"  pyocd flash --target stm32f407vg {elf}",
    ]


def test_without_tools_it_says_what_to_type(bench: Bench) -> None:
    done = bench.flash()
    lines = done.stdout.splitlines()
    assert lines[0] == "To flash stm32f4_discovery:"
    assert lines[1:3] == commands()
    assert lines[3:] == ["openocd is not on PATH", "pyocd is not on PATH"]
    assert (done.returncode, done.stderr) == (1, "Nothing was flashed\n")


def test_it_can_be_asked_to_print_alone(bench: Bench) -> None:
    bench.install("openocd", OPENOCD)
    done = bench.flash("--print", probe="openocd")
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, commands())
    assert bench.log.read_text() == ""


def test_the_tool_with_a_probe_writes_the_firmware(bench: Bench) -> None:
    bench.install("openocd", OPENOCD)
    done = bench.flash(probe="openocd")
    assert (done.returncode, done.stderr) == (0, "")
    configuration = "-f|board/stm32f4discovery.cfg|"
    assert bench.log.read_text().splitlines() == [
        f"{configuration}-c|init|-c|shutdown|",
        f"{configuration}-c|program {ELF.resolve()} verify reset exit|",
    ]


def test_without_a_probe_the_next_tool_is_tried_and_its_status_is_given(bench: Bench) -> None:
    bench.install("openocd", OPENOCD)
    bench.install("pyocd", PYOCD)
    done = bench.flash(probe="pyocd")
    assert "openocd finds no probe\nFlashing with pyocd\n" in done.stdout
    assert done.returncode == 7
    assert bench.log.read_text().splitlines()[-1] == f"flash|--target|stm32f407vg|{ELF.resolve()}|"


def test_without_any_probe_nothing_is_written(bench: Bench) -> None:
    bench.install("openocd", OPENOCD)
    bench.install("pyocd", PYOCD)
    done = bench.flash()
    assert "openocd finds no probe\npyocd finds no probe\n" in done.stdout
    assert done.returncode == 1
    assert "flash" not in bench.log.read_text()


def test_a_target_without_a_command_says_so(bench: Bench) -> None:
    flash = [ROOT / "tools" / "flash" / "flash.sh", "mps2_an386", ELF]
    done = subprocess.run(flash, capture_output=True, text=True)
    assert done.returncode == 1
    assert "mps2_an386 declares no way to flash it" in done.stderr
