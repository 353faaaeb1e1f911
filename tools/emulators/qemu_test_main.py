"""The program behind the qemu_test rule: runs firmware in QEMU and judges what it printed."""

import argparse
import difflib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.emulators import qemu
from tools.emulators.measured import measured
from tools.stack import bound

MEASUREMENT = "# "  # a line that begins so holds what a target measures; it is not compared


def compared(lines: Sequence[str]) -> list[str]:
    """The lines that host and target have to share."""
    return [line for line in lines if line.strip() and not line.startswith(MEASUREMENT)]


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
    if golden is not None and compared(run.lines) != compared(golden):
        ours, theirs = compared(golden), compared(run.lines)
        difference = difflib.unified_diff(ours, theirs, "host", "target", lineterm="", n=1)
        problems.append("the output differs from the host's:\n" + "\n".join(list(difference)[:40]))
    if not run.lines:
        problems.append("the firmware printed nothing")
    return problems


def stack_problems(
    lines: Sequence[str], bounds: Mapping[str, bound.Bound], functions: Sequence[str]
) -> list[str]:
    """The stack that firmware measured (`# stack 184 of 16384`) against the bound of the functions
    that it measured."""
    painted = measured(lines).stack
    missing = [name for name in functions if name not in bounds]
    if missing or not painted:
        return [f"the firmware has no {name}" for name in missing] or ["it measured no stack"]
    most = max((bounds[name] for name in functions), key=lambda b: (b.bytes is None, b.bytes or 0))
    if most.bytes is None or painted > most.bytes:
        return [f"{painted} bytes of stack were used, and the bound is {bound.told(most)}"]
    print(f"# stack bound {most.bytes}: {bound.told(most)}")
    return []


def budget_problems(lines: Sequence[str], budget: int) -> list[str]:
    """The regions that executed more instructions than the budget (`# instructions 172359`)."""
    counts = [int(line.split()[2]) for line in lines if line.startswith("# instructions ")]
    over = [count for count in counts if count > budget]
    return [f"{count:,} instructions, and the budget is {budget:,}" for count in over]


def host_lines(program: str) -> list[str]:
    """What the host's program prints; it has to succeed."""
    done = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def noticed(problems: Sequence[str], text: str) -> bool:
    """Did the run fail for the reason planted?"""
    found = any(text in problem for problem in problems)
    print(f"the planted error was noticed: {text}" if found else f"NOT NOTICED: {text}")
    return found


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
    parser.add_argument("--must-fail", help="the run has to fail, with this text in the reasons")
    parser.add_argument("--insn-count", type=Path, help="plugin that counts instructions")
    parser.add_argument("--instruction-budget", type=int, help="most instructions of a region")
    parser.add_argument("--stack-of", action="append", default=[], help="function: see qemu_test")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--count", action="store_true", help="timers count instructions")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 when the firmware passed."""
    options = parse(arguments)
    golden = host_lines(options.compare_with) if options.compare_with else None
    extra = [*options.qemu_arg, *qemu.plugin_arguments(options.insn_count)]
    argv = qemu.command(options.elf, options.machine, extra, options.count)
    print(" ".join(argv), flush=True)
    run = qemu.run(argv, options.seconds, options.fail, echo=True)
    outputs = os.environ.get("TEST_UNDECLARED_OUTPUTS_DIR")
    if outputs:
        Path(outputs, "uart.txt").write_text("\n".join(run.lines) + "\n", encoding="utf-8")
    problems = problems_of(run, options.expect, golden)
    if options.insn_count and not any(line.startswith("# instructions ") for line in run.lines):
        problems.append("no instructions were counted")
    if options.instruction_budget:
        problems += budget_problems(run.lines, options.instruction_budget)
    if options.stack_of:
        bounds = bound.of_elf(options.elf)
        problems += stack_problems(run.lines, bounds, options.stack_of)
    for problem in problems:
        print(f"FAILED: {problem}")
    if options.must_fail:
        return int(not noticed(problems, options.must_fail))
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
