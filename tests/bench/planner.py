"""How near the planner comes to the least on problems that are hard, and whose least is known.

    ./bazelw run //tests/bench:planner -- [problem.csv …] [--seconds 2] [--problems 10]

Problems are files, as `netsuke plan` takes them, or those of `netsuke plan --generate`: a rectangle
cut into buffers, of which nothing but the right places gives the rectangle again. gap: how far the
plan is above the lower bound, as a share of it. seconds: of the processor's time.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from compiler.errors import CompileError
from compiler.memory.plan import plan_within
from compiler.memory.problem_csv import PlanProblem, conflicts, hard_problem, read_problem
from compiler.placement import Plan
from tests.bench import tables

HEADS = ("buffers", "problems", "optimal", "mean gap", "worst gap", "mean seconds", "worst seconds")
FILE_HEADS = ("problem", "buffers", "arena", "bound", "gap", "seconds")
SIZES = (50, 100, 200)


def solved(problem: PlanProblem, seconds: float) -> tuple[Plan, float]:
    """The plan, and the seconds that it took."""
    start = time.process_time()
    found = plan_within(problem.buffers, problem.overlaps, seconds)
    took = time.process_time() - start
    wrong = list(conflicts(dataclasses.replace(problem, offsets=found.offsets)))
    assert not wrong, wrong[0]
    return found, took


def gap(found: Plan) -> float:
    """How far a plan is above the bound, as a share of it."""
    return found.arena_bytes / max(found.lower_bound, 1) - 1


def file_row(path: Path, seconds: float) -> tuple[str, ...]:
    """The cells of a file."""
    problem = read_problem(path.read_text())
    found, took = solved(problem, seconds)
    return (
        path.stem,
        tables.number(len(problem.buffers)),
        tables.number(found.arena_bytes),
        tables.number(found.lower_bound),
        f"{gap(found):.1%}" if found.arena_bytes > found.lower_bound else "optimal",
        f"{took:.2f}",
    )


def row(buffers: int, problems: int, seconds: float) -> tuple[str, ...]:
    """The cells of a size."""
    all_solved = [solved(hard_problem(buffers, seed + 1), seconds) for seed in range(problems)]
    gaps = [gap(found) for found, _ in all_solved]
    times = [took for _, took in all_solved]
    return (
        tables.number(buffers),
        tables.number(problems),
        tables.number(gaps.count(0)),
        f"{sum(gaps) / problems:.1%}",
        f"{max(gaps):.1%}",
        f"{sum(times) / problems:.2f}",
        f"{max(times):.2f}",
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, help="CSV files instead of made problems")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--problems", type=int, default=10, help="of each size")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    options = parser.parse_args(arguments)
    try:
        rows = [file_row(path, options.seconds) for path in options.files]
    except (CompileError, OSError) as error:
        print(f"planner: {error}", file=sys.stderr)
        return 2
    heads = FILE_HEADS if rows else HEADS
    rows = rows or [row(buffers, options.problems, options.seconds) for buffers in SIZES]
    if options.markdown:
        print(tables.markdown(heads, rows))
    else:
        tables.show(tables.console(), "Hard problems for the planner", heads, rows, [])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
