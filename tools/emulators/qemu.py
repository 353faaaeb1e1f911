"""Runs firmware in QEMU without a window: its UART and its semihosting console come back as text.

The firmware ends the run itself, through semihosting (SYS_EXIT_EXTENDED), with its exit status.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Architecture of an ELF file (e_machine) -> the QEMU that runs it, and the Debian package with it.
MACHINES = {
    40: ("qemu-system-arm", "qemu-system-arm"),
    243: ("qemu-system-riscv32", "qemu-system-misc"),
}


@dataclass(frozen=True)
class QemuRun:
    """How a run ended. status is the firmware's, or QEMU's own if it could not start."""

    status: int
    lines: tuple[str, ...]
    timed_out: bool
    failing_line: str | None


def program_for(elf: Path) -> str:
    """The QEMU for the firmware's architecture, on PATH. Raises FileNotFoundError without it."""
    with elf.open("rb") as file:
        machine = int.from_bytes(file.read(20)[18:20], "little")
    if machine not in MACHINES:
        raise ValueError(f"{elf}: no QEMU is known for ELF machine {machine}")
    name, package = MACHINES[machine]
    program = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/bin:/usr/local/bin")
    if program is None:
        raise FileNotFoundError(f"{name} is not on PATH; on Debian: apt-get install {package}")
    return program


def command(
    elf: Path, machine: str, arguments: Sequence[str] = (), count: bool = False
) -> list[str]:
    """The command line; count=True makes virtual time one nanosecond an instruction."""
    console = ["-display", "none", "-monitor", "none", "-serial", "stdio"]
    semihosting = ["-semihosting-config", "enable=on,target=native"]
    counting = ["-icount", "shift=0"] if count else []
    return [
        program_for(elf),
        "-machine",
        machine,
        *console,
        *semihosting,
        *counting,
        *arguments,
        "-kernel",
        str(elf),
    ]


def plugin_arguments(insn_count: Path | None, profile: bool = False) -> list[str]:
    """Arguments that load the plugin of insn_count/: it prints `# instructions N` per region."""
    if insn_count is None:
        return []
    return ["-plugin", f"{insn_count.resolve()}{',profile=on' if profile else ''}"]


def run(
    argv: Sequence[str],
    seconds: float,
    failing: Sequence[str] = (),
    echo: bool = False,
) -> QemuRun:
    """Runs what `command` returned, at most `seconds`; a line with a failing string stops it."""
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout is not None
    expired = threading.Event()

    def stop_late() -> None:
        expired.set()
        _stop(process)

    timer = threading.Timer(seconds, stop_late)
    timer.start()
    lines: list[str] = []
    failing_line = None
    for line in process.stdout:
        lines.append(line.rstrip("\r\n"))
        if echo:
            print(lines[-1], flush=True)
        if any(text in line for text in failing):
            failing_line = lines[-1]
            _stop(process)
            break
    status = process.wait()
    timer.cancel()
    return QemuRun(status, tuple(lines), expired.is_set(), failing_line)


def _stop(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def run_firmware(
    elf: Path,
    machine: str,
    arguments: Sequence[str] = (),
    seconds: float = 60,
    count: bool = False,
) -> QemuRun:
    """Runs an ELF on a QEMU board and returns what it printed."""
    return run(command(elf, machine, arguments, count), seconds)


if __name__ == "__main__":
    sys.exit(run(command(Path(sys.argv[2]), sys.argv[1]), seconds=3600, echo=True).status)
