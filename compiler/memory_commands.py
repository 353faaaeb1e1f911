"""The commands that look at memory alone: `netsuke plan`, `netsuke set`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from absl import flags

from .command_line import Command, UsageError
from .work import chosen_name, only_model, read_model, reporting, write


def _define_plan(values: flags.FlagValues) -> None:
    what = "FILE: where to write the offsets; else they are printed"
    flags.DEFINE_string("output", None, what, short_name="o", flag_values=values)


def _run_plan(values: flags.FlagValues, args: Sequence[str]) -> int:
    path = only_model(args)

    def run() -> None:
        from .memory.plan import plan
        from .memory.problem_csv import read_problem, write_solution

        names, buffers = read_problem(read_model(path).decode(errors="replace"))
        found = plan(buffers, ())
        solution = write_solution(names, buffers, found)
        if values.output:
            target = Path(values.output)
            write(target.parent, {target.name: solution.encode()})
        else:
            print(solution, end="")
        gap = found.arena_bytes - found.lower_bound
        proof = "optimal" if gap <= 0 else f"at most {gap:,} above the least"
        print(f"{found.arena_bytes:,} bytes, {proof}", file=sys.stderr)

    return reporting(path, run)


def _define_set(values: flags.FlagValues) -> None:
    for name, short, what in (
        ("output", "o", "DIR: folder to write to; it is made"),
        ("name", None, "NAME: of the set: NAME.h, NAME_ARENA_BYTES"),
    ):
        flags.DEFINE_string(name, None, what, short_name=short, flag_values=values)


def _run_set(values: flags.FlagValues, args: Sequence[str]) -> int:
    if not values.output or values.name is None or not args:
        raise UsageError("reports, -o DIR and --name NAME are needed")
    name = chosen_name(values.name)

    def run() -> None:
        from .model_set import header, member, model_set, summary

        texts = [(p, read_model(p).decode(errors="replace")) for p in args]
        found = model_set(name, [member(path, text) for path, text in texts])
        write(Path(values.output), {f"{name}.h": header(found).encode()})
        print(summary(found))

    return reporting(name, run)


MEMORY_COMMANDS = {
    "set": Command(
        "set",
        "REPORT.json… -o DIR --name NAME",
        "Makes a header for networks that share an arena, of their reports.",
        _define_set,
        _run_set,
    ),
    "plan": Command(
        "plan",
        "PROBLEM.csv",
        "Places buffers with lifetimes in the least memory: CSV in, offsets out.",
        _define_plan,
        _run_plan,
    ),
}
