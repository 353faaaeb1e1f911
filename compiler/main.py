"""The command line: what `netsuke` does with its words."""

from __future__ import annotations

import dataclasses
import os
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from . import __version__, flash_flags, io_flags, schedule_flags
from .byte_counts import define_byte_count
from .command_line import Command, UsageError, dispatch, nearest
from .memory_commands import MEMORY_COMMANDS
from .work import (
    USAGE,
    chosen_name,
    name_from_file,
    only_model,
    read_model,
    reporting,
    say,
    write,
)

if TYPE_CHECKING:
    from .ops import Registry


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
    for memory, what in (("ram", "arena and state"), ("flash", "constants and code")):
        define_byte_count(f"{memory}_budget", f"BYTES: fail if {what} take more", values)
    flags.DEFINE_bool(
        "single_file", False, "the kernel headers inside of NAME.c", flag_values=values
    )
    flags.DEFINE_enum(
        "optimize", "balanced", ("speed", "balanced", "size"), flag_values=values,
        help="what for: no layers share code, those that save much for few instructions, or those "
        "that make it smallest",
    )  # fmt: skip
    flags.DEFINE_multi_string(
        "skip_pass", [], flag_values=values,
        help="PASS: leave out a rewrite that saves work; may be repeated; `all` leaves all out",
    )  # fmt: skip
    flags.DEFINE_enum(
        "reference", "tflite", ("tflite", "tflm"), flag_values=values,
        help="whose rounding to follow where TensorFlow Lite and TensorFlow Lite Micro differ",
    )  # fmt: skip
    flags.DEFINE_enum(
        "int4", "packed", ("packed", "unpacked", "find"), flag_values=values,
        help="how weights of four bits stand in flash: packed, for half of the bytes, or as bytes; "
        "or int8 weights of at most 16 values are found and packed too, as indices of a table",
    )  # fmt: skip
    flags.DEFINE_enum(
        "float16", "widen", ("keep", "widen"), flag_values=values,
        help="how weights that float16 holds exactly stand in flash: so, for half of the bytes, or "
        "as float32",
    )  # fmt: skip
    flash_flags.define(values)
    io_flags.define(values)
    schedule_flags.define(values)


def _run_compile(values: flags.FlagValues, args: Sequence[str]) -> int:
    from .target import names

    path = only_model(args)
    io_flags.check(values)
    if not values.output:
        raise UsageError("no folder to write to: add -o DIR")
    if values.target not in names():
        raise UsageError(f"unknown target '{values.target}'{nearest(values.target, names())}")
    name = name_from_file(path) if values.name is None else chosen_name(values.name)
    skipped = _skipped(values.skip_pass)
    flash_flags.chosen(values)  # contradictions are wrong usage
    return reporting(path, lambda: _compile(path, name, values, skipped))


def _compile(path: str, name: str, values: flags.FlagValues, skipped: frozenset[str]) -> None:
    from .compile import compile_model
    from .emit.single_file import single_file
    from .flash.forms import Optimize
    from .options import Options
    from .target import load

    start = time.perf_counter()
    target = dataclasses.replace(
        load(values.target), reference=values.reference, int4=values.int4, float16=values.float16
    )
    command = _command(path, values)
    options = Options(
        name, target, command, ram_budget=values.ram_budget, flash_budget=values.flash_budget,
        registry=_registry(values), skipped=skipped, optimize=Optimize(values.optimize),
        flash=flash_flags.chosen(values), **schedule_flags.chosen(values),
        **io_flags.chosen(values),
    )  # fmt: skip
    output = compile_model(read_model(path), options)
    folder = Path(values.output)
    files = single_file(output.files, name) if values.single_file else output.files
    write(folder, files)
    if values.dump_ir:
        write(Path(values.dump_ir), {n: text.encode() for n, text in output.dumps.items()})
    for warning in output.warnings:
        say(f"warning: {path}: {warning}")
    print(_summary(output.report, folder, len(files), time.perf_counter() - start))


def _skipped(names: Sequence[str]) -> frozenset[str]:
    """The rewrites to leave out."""
    from .pipeline import REWRITES

    chosen = [name.replace("-", "_") for name in names]
    for name in chosen:
        if name not in ("all", *REWRITES):
            raise UsageError(f"--skip-pass {name}: no rewrite{nearest(name, REWRITES)}")
    return frozenset(REWRITES if "all" in chosen else chosen)


def _command(path: str, values: flags.FlagValues) -> str:
    """How to get the same files again, for their first lines: no folders, which differ."""
    chosen = [
        values[flag] for flag in ("name", "target", "reference", "optimize", "int4", "float16")
    ]
    words = [f"--{flag.name}={flag.value}" for flag in chosen if flag.value != flag.default]
    words += [f"--skip-pass={name}" for name in values.skip_pass]
    words += [f"--ops={Path(file).name}" for file in values.ops]
    words += ["--single-file"] if values.single_file else []
    words += schedule_flags.words(values)
    words += flash_flags.words(values) + io_flags.words(values)
    return shlex.join(["netsuke", "compile", Path(path).name, *words])


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

    path = only_model(args)
    name = name_from_file(path)
    return reporting(path, lambda: show(read_model(path), name, _registry(values)))


def _define_explain(values: flags.FlagValues) -> None:
    from .target import names

    what = f"TARGET: what the code is for; one of {', '.join(names())}"
    flags.DEFINE_string("target", "host", what, flag_values=values)
    _define_ops(values)
    io_flags.define(values)
    schedule_flags.define(values)


def _run_explain(values: flags.FlagValues, args: Sequence[str]) -> int:
    from .target import load

    path = only_model(args)
    io_flags.check(values)

    def run() -> None:
        from .compile import compile_model
        from .explain_memory import explain
        from .options import Options

        name, target = name_from_file(path), load(values.target)
        chosen = io_flags.chosen(values) | schedule_flags.chosen(values)
        options = Options(name, target, registry=_registry(values), **chosen)
        output = compile_model(read_model(path), options)
        explain(output.program, output.plan)

    return reporting(path, run)


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
    **MEMORY_COMMANDS,
}


def main(args: list[str]) -> int:
    """Runs one command; the exit status."""
    if args[:1] == ["--version"]:
        print(f"netsuke {__version__}")
        return 0
    try:
        about = f"netsuke {__version__}: carves trained networks into tiny standalone C"
        return dispatch("netsuke", about, COMMANDS, args)
    except UsageError as e:
        say(f"{e} (netsuke --help tells more)")
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
