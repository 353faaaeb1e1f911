"""The program behind the qemu_test rule: runs firmware in QEMU and judges what it printed."""

import argparse
import difflib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.emulators import qemu


def problems_of(
    run: qemu.QemuRun, expect: Sequence[str], golden: Sequence[str] | None
) -> list[str]:
    """Why the run failed; empty when it passed."""
    problems = []
    if run.timed_out:
        problems.append("the firmware did not end in time")
    if run.failing_line is not None:
        problems.append(f"failing line: {run.failing_line}")
    elif run.status != 0 and not run.timed_out:
        problems.append(f"exit status {run.status}")
    for text in expect:
        if not any(text in line for line in run.lines):
            problems.append(f"no line has {text!r}")
    if golden is not None and list(run.lines) != list(golden):
        difference = difflib.unified_diff(golden, run.lines, "host", "target", lineterm="", n=1)
        problems.append("the output differs from the host's:\n" + "\n".join(list(difference)[:40]))
    if not run.lines:
        problems.append("the firmware printed nothing")
    return problems


def host_lines(program: str) -> list[str]:
    """What the host's program prints; it has to succeed."""
    done = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--elf", type=Path, required=True)
    parser.add_argument("--machine", required=True)
    parser.add_argument("--qemu-arg", action="append", default=[])
    parser.add_argument(
        "--expect", action="append", default=[], help="text that some line must have"
    )
    parser.add_argument(
        "--fail", action="append", default=[], help="text that ends the run as failed"
    )
    parser.add_argument(
        "--compare-with", help="a program of the host that must print the same lines"
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--count", action="store_true", help="timers count instructions")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 when the firmware passed."""
    options = parse(arguments)
    golden = host_lines(options.compare_with) if options.compare_with else None
    argv = qemu.command(options.elf, options.machine, options.qemu_arg, options.count)
    print(" ".join(argv), flush=True)
    run = qemu.run(argv, options.seconds, options.fail, echo=True)
    outputs = os.environ.get("TEST_UNDECLARED_OUTPUTS_DIR")
    if outputs:
        Path(outputs, "uart.txt").write_text("\n".join(run.lines) + "\n", encoding="utf-8")
    problems = problems_of(run, options.expect, golden)
    for problem in problems:
        print(f"FAILED: {problem}")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
