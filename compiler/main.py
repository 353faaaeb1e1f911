"""The command line: `netsuke compile`, `netsuke inspect`."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from . import __version__, io_flags
from .command_line import Command, UsageError, dispatch, nearest
from .errors import CompileError, InternalError, OperatorsError, Problem
from .files import write_all

if TYPE_CHECKING:
    from .ops import Registry

# Exit status: the model or a file cannot be used; the command line is wrong.
FAILED, USAGE = 1, 2
MOST_PROBLEMS = 50
MOST_MODEL_BYTES = 1 << 30

_C_KEYWORDS = """auto break case char const continue default do double else enum extern float for
    goto if inline int long register restrict return short signed sizeof static struct switch
    typedef union unsigned void volatile while asm main"""
# A header NAME.h must not hide one of these.
_C_HEADERS = """assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp
    signal stdarg stdbool stddef stdint stdio stdlib string tgmath time wchar wctype"""


def _reserved(name: str) -> bool:
    taken = (_C_KEYWORDS + " " + _C_HEADERS).split()
    return name.lower() in taken or name.startswith(("_", "nn_"))


def name_from_file(path: str) -> str:
    """The prefix of the generated identifiers: the file's stem made a C identifier."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", Path(path).stem)
    return f"m_{name}" if not name or name[0].isdigit() or _reserved(name) else name


def _chosen_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or _reserved(name):
        raise UsageError(
            f"--name {name!r}: not a free C identifier; for example {name_from_file(name)}"
        )
    return name


def _only_model(args: Sequence[str]) -> str:
    if len(args) != 1:
        raise UsageError("no model given" if not args else f"one model at a time: {' '.join(args)}")
    return args[0]


def read_model(path: str) -> bytes:
    """The bytes of a model."""
    try:
        if os.path.getsize(path) > MOST_MODEL_BYTES:
            raise CompileError(Problem("file", "larger than 1 GiB", "models up to 1 GiB"))
        return Path(path).read_bytes()
    except (OSError, ValueError) as e:
        found = f"cannot be read: {getattr(e, 'strerror', None) or e}"
        raise CompileError(Problem("file", found)) from e


def _define_ops(values: flags.FlagValues) -> None:
    what = "FILE: Python file with operators of your own, or a header of theirs; may be repeated"
    flags.DEFINE_multi_string("ops", [], what, flag_values=values)


def _registry(values: flags.FlagValues) -> Registry:
    """The operators there are, the user's among them."""
    from .user_ops import extended

    return extended(values.ops)


def _define_compile(values: flags.FlagValues) -> None:
    from .target import names  # imports stand where they are needed: the start is quick

    def text(name: str, value: str | None, what: str, short: str | None = None) -> None:
        flags.DEFINE_string(name, value, what, short_name=short, flag_values=values)

    text("output", None, "DIR: folder to write to; it is made", "o")
    text("name", None, "NAME: prefix of identifiers and files; else from the model's file name")
    text("target", "host", f"TARGET: what the code is for; one of {', '.join(names())}")
    _define_ops(values)
    text("dump_ir", None, "DIR: folder for the graph after each pass")
    for memory, what in (("ram", "arena and state"), ("flash", "constants")):
        flags.DEFINE_integer(
            f"{memory}_budget", None, f"BYTES: fail if {what} take more", 0, flag_values=values
        )  # fmt: skip
    flags.DEFINE_bool(
        "single_file", False, "the kernel headers inside of NAME.c", flag_values=values
    )
    flags.DEFINE_bool(
        "whole_layers", False, flag_values=values,
        help="one layer after the other, with more RAM; every tensor is whole at some time",
    )  # fmt: skip
    flags.DEFINE_enum(
        "optimize", "balanced", ("speed", "balanced", "size"), flag_values=values,
        help="what for: layers share no code, what costs next to no instructions, or all they can",
    )  # fmt: skip
    flags.DEFINE_multi_string(
        "skip_pass", [], flag_values=values,
        help="PASS: leave out a rewrite that saves work; may be repeated; `all` leaves all out",
    )  # fmt: skip
    flags.DEFINE_enum(
        "reference", "tflite", ("tflite", "tflm"), flag_values=values,
        help="whose rounding to follow where TensorFlow Lite and TensorFlow Lite Micro differ",
    )  # fmt: skip
    io_flags.define(values)


def _run_compile(values: flags.FlagValues, args: Sequence[str]) -> int:
    from .target import names

    path = _only_model(args)
    if not values.output:
        raise UsageError("no folder to write to: add -o DIR")
    if values.target not in names():
        raise UsageError(f"unknown target '{values.target}'{nearest(values.target, names())}")
    name = name_from_file(path) if values.name is None else _chosen_name(values.name)
    skipped = _skipped(values.skip_pass)
    return _reporting(path, lambda: _compile(path, name, values, skipped))


def _compile(path: str, name: str, values: flags.FlagValues, skipped: frozenset[str]) -> None:
    from .compile import Options, compile_model
    from .emit.sharing import Optimize
    from .emit.single_file import single_file
    from .lower.lower import Schedule
    from .target import load

    start = time.perf_counter()
    target = dataclasses.replace(load(values.target), reference=values.reference)
    schedules = (Schedule.LAYERS,) if values.whole_layers else tuple(Schedule)
    command = _command(path, values)
    budgets = values.ram_budget, values.flash_budget
    options = Options(
        name, target, command, schedules, *budgets, _registry(values),
        skipped=skipped, optimize=Optimize(values.optimize), **io_flags.chosen(values),
    )  # fmt: skip
    output = compile_model(read_model(path), options)
    folder = Path(values.output)
    files = single_file(output.files, name) if values.single_file else output.files
    _write(folder, files)
    if values.dump_ir:
        _write(Path(values.dump_ir), {n: text.encode() for n, text in output.dumps.items()})
    for warning in output.warnings:
        _say(f"warning: {path}: {warning}")
    print(_summary(output.report, folder, len(files), time.perf_counter() - start))


def _skipped(names: Sequence[str]) -> frozenset[str]:
    """The rewrites to leave out."""
    from .compile import REWRITES

    chosen = [name.replace("-", "_") for name in names]
    for name in chosen:
        if name not in ("all", *REWRITES):
            raise UsageError(f"--skip-pass {name}: no rewrite{nearest(name, REWRITES)}")
    return frozenset(REWRITES if "all" in chosen else chosen)


def _command(path: str, values: flags.FlagValues) -> str:
    """How to get the same files again, for their first lines: no folders, which differ."""
    chosen = [values[flag] for flag in ("name", "target", "reference", "optimize")]
    words = [f"--{flag.name}={flag.value}" for flag in chosen if flag.value != flag.default]
    words += [f"--skip-pass={name}" for name in values.skip_pass]
    words += [f"--ops={Path(file).name}" for file in values.ops]
    words += ["--single-file"] if values.single_file else []
    words += ["--whole-layers"] if values.whole_layers else []
    words += io_flags.words(values)
    return shlex.join(["netsuke", "compile", Path(path).name, *words])


def _write(folder: Path, files: dict[str, bytes]) -> None:
    try:
        write_all(folder, files)
    except OSError as e:
        where = f"output {e.filename or folder}"
        raise CompileError(Problem(where, f"cannot be written: {e.strerror}")) from e


def _summary(report: dict[str, Any], folder: Path, files: int, seconds: float) -> str:
    name = report["name"]
    return (
        f"{name}: arena {report['arena_bytes']:,} bytes, weights {report['weight_bytes']:,} bytes, "
        f"{len(report['layers'])} layers, {report['macs']:,} MACs\n"
        f"{folder / name}.c and {files - 1} more files written in {seconds:.1f} s"
    )


def _define_inspect(values: flags.FlagValues) -> None:
    _define_ops(values)


def _run_inspect(values: flags.FlagValues, args: Sequence[str]) -> int:
    from .inspect import show

    path = _only_model(args)
    name = name_from_file(path)
    return _reporting(path, lambda: show(read_model(path), name, _registry(values)))


def _define_explain(values: flags.FlagValues) -> None:
    from .target import names

    what = f"TARGET: what the code is for; one of {', '.join(names())}"
    flags.DEFINE_string("target", "host", what, flag_values=values)
    _define_ops(values)
    io_flags.define(values)


def _run_explain(values: flags.FlagValues, args: Sequence[str]) -> int:
    from .target import load

    path = _only_model(args)

    def run() -> None:
        from .compile import Options, compile_model
        from .explain_memory import explain

        name, target = name_from_file(path), load(values.target)
        options = Options(name, target, registry=_registry(values), **io_flags.chosen(values))
        output = compile_model(read_model(path), options)
        explain(output.program, output.plan)

    return _reporting(path, run)


def _define_plan(values: flags.FlagValues) -> None:
    what = "FILE: where to write the offsets; else they are printed"
    flags.DEFINE_string("output", None, what, short_name="o", flag_values=values)


def _run_plan(values: flags.FlagValues, args: Sequence[str]) -> int:
    path = _only_model(args)

    def run() -> None:
        from .memory.plan import plan
        from .memory.problem_csv import read_problem, write_solution

        names, buffers = read_problem(read_model(path).decode(errors="replace"))
        found = plan(buffers, ())
        solution = write_solution(names, buffers, found)
        if values.output:
            target = Path(values.output)
            _write(target.parent, {target.name: solution.encode()})
        else:
            print(solution, end="")
        gap = found.arena_bytes - found.lower_bound
        proof = "optimal" if gap <= 0 else f"at most {gap:,} above the least"
        print(f"{found.arena_bytes:,} bytes, {proof}", file=sys.stderr)

    return _reporting(path, run)


COMMANDS = {
    "compile": Command(
        "compile",
        "MODEL.tflite -o DIR",
        "Turns a .tflite into C: NAME.c, NAME.h, the report NAME.json, kernel headers.",
        _define_compile,
        _run_compile,
    ),
    "inspect": Command(
        "inspect",
        "MODEL.tflite",
        "Prints the layers of a .tflite, their costs, and what cannot be compiled.",
        _define_inspect,
        _run_inspect,
    ),
    "explain-memory": Command(
        "explain-memory",
        "MODEL.tflite",
        "Draws the arena over time and says what its peak consists of.",
        _define_explain,
        _run_explain,
    ),
    "plan": Command(
        "plan",
        "PROBLEM.csv",
        "Places buffers with lifetimes in the least memory: CSV in, offsets out.",
        _define_plan,
        _run_plan,
    ),
}


def _say(problem: str) -> None:
    """One line on stderr, with the program's name in red on a terminal."""
    if not sys.stderr.isatty():
        print(f"netsuke: {problem}", file=sys.stderr)
        return
    from rich.console import Console
    from rich.text import Text

    Console(stderr=True).print(Text.assemble(("netsuke: ", "bold red"), problem))


def _users_place(error: Exception) -> str:
    """Where in a user's file of operators an exception came up, "" if in none."""
    from .user_ops import place

    return place(error)


def _reporting(path: str, work: Callable[[], None]) -> int:
    """Does the work on a model, says what stands in the way, answers the exit status."""
    try:
        work()
    except OperatorsError as e:
        for problem in e.problems:
            _say(str(problem))
        return FAILED
    except CompileError as e:
        for problem in e.problems[:MOST_PROBLEMS]:
            _say(f"{path}: {problem}")
        if len(e.problems) > MOST_PROBLEMS:
            _say(f"{path}: {len(e.problems) - MOST_PROBLEMS} more problems")
        return FAILED
    except BrokenPipeError:
        raise
    except Exception as e:
        if os.environ.get("NETSUKE_TRACEBACK"):
            raise
        if at := _users_place(e):
            _say(f"{at}: {type(e).__name__}: {e} (NETSUKE_TRACEBACK=1 tells how it came there)")
            return FAILED
        kind = "" if isinstance(e, InternalError) else f"{type(e).__name__}: "
        _say(
            f"{path}: internal error, a bug in netsuke: {kind}{e} (NETSUKE_TRACEBACK=1 tells where)"
        )
        return FAILED
    return 0


def main(args: list[str]) -> int:
    """Runs one command; the exit status."""
    if args[:1] == ["--version"]:
        print(f"netsuke {__version__}")
        return 0
    try:
        about = f"netsuke {__version__}: carves trained networks into tiny standalone C"
        return dispatch("netsuke", about, COMMANDS, args)
    except UsageError as e:
        _say(f"{e} (netsuke --help tells more)")
        return USAGE


def entry_point() -> None:
    """What the installed `netsuke` runs."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # names in any script
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:  # `netsuke inspect … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)


if __name__ == "__main__":
    entry_point()
