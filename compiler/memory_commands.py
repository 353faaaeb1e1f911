"""The commands that look at memory alone: `netsuke plan`, `netsuke set`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from absl import flags

from .command_line import Command, UsageError
from .work import chosen_name, only_model, read_model, reporting, write

MOST_GENERATED = 10_000


def _define_plan(values: flags.FlagValues) -> None:
    what = "FILE: where to write the offsets; else they are printed"
    flags.DEFINE_string("output", None, what, short_name="o", flag_values=values)
    what = "SECONDS of the processor's: how long to search, unless the least is found before"
    flags.DEFINE_float("seconds", 2.0, what, 0, flag_values=values)
    what = "check the offsets in the file instead of finding some"
    flags.DEFINE_bool("check", False, what, flag_values=values)
    what = "BUFFERS: write a hard problem of that many, whose least arena is known, instead"
    flags.DEFINE_integer("generate", None, what, 2, MOST_GENERATED, flag_values=values)
    flags.DEFINE_integer("seed", 1, "NUMBER: of the problem to generate", flag_values=values)


def _run_plan(values: flags.FlagValues, args: Sequence[str]) -> int:
    if values.generate is not None and args:
        raise UsageError(f"--generate reads no file: {' '.join(args)}")
    path = "--generate" if values.generate is not None else only_model(args)
    wrong: list[str] = []

    def run() -> None:
        from .memory.plan import plan_within
        from .memory.problem_csv import conflicts, hard_problem, read_problem, write_problem

        if values.generate is not None:
            text = write_problem(hard_problem(values.generate, values.seed))
            _give(text, values.output)
            return
        problem = read_problem(read_model(path).decode(errors="replace"))
        if values.check:
            wrong.extend(conflicts(problem))
            ends = [at + problem.buffers[b].bytes for b, at in problem.offsets.items()]
            print("\n".join(wrong) or f"{max(ends, default=0):,} bytes, and no conflict")
            return
        found = plan_within(problem.buffers, problem.overlaps, values.seconds)
        _give(write_problem(problem, found.offsets), values.output)
        gap = found.arena_bytes - found.lower_bound
        proof = "optimal" if gap <= 0 else f"at most {gap:,} above the least"
        print(f"{found.arena_bytes:,} bytes, {proof}", file=sys.stderr)

    return reporting(path, run) or int(bool(wrong))


def _give(text: str, output: str | None) -> None:
    """To a file, or to standard output."""
    if output:
        write(Path(output).parent, {Path(output).name: text.encode()})
    else:
        print(text, end="")


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
