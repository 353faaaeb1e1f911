"""How near the planner comes to the least on problems that are hard, and whose least is known.

    ./bazelw run //tests/bench:planner -- [--seconds 2] [--problems 10]

Problems are those of `netsuke plan --generate`: a rectangle cut into buffers, of which nothing but
the right places gives the rectangle again. gap: how far the plan is above the rectangle, as a share
of it. seconds: of the processor's time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from compiler.memory.plan import plan_within
from compiler.memory.problem_csv import PlanProblem, conflicts, hard_problem
from tests.bench import tables

HEADS = ("buffers", "problems", "optimal", "mean gap", "worst gap", "mean seconds", "worst seconds")
SIZES = (50, 100, 200)


def row(buffers: int, problems: int, seconds: float) -> tuple[str, ...]:
    """The cells of a size."""
    gaps, times = [], []
    for seed in range(1, problems + 1):
        problem = hard_problem(buffers, seed)
        start = time.process_time()
        found = plan_within(problem.buffers, (), seconds)
        times.append(time.process_time() - start)
        wrong = list(conflicts(PlanProblem(problem.buffers, (), found.offsets)))
        assert not wrong, f"{buffers} buffers, problem {seed}: {wrong[0]}"
        gaps.append(found.arena_bytes / found.lower_bound - 1)
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
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--problems", type=int, default=10, help="of each size")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    options = parser.parse_args(arguments)
    rows = [row(buffers, options.problems, options.seconds) for buffers in SIZES]
    if options.markdown:
        print(tables.markdown(HEADS, rows))
    else:
        tables.show(tables.console(), "Hard problems for the planner", HEADS, rows, [])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
