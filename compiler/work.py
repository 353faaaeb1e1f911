"""What the commands share: names, reading and writing files, saying what stands in the way."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .command_line import UsageError
from .errors import CompileError, InternalError, OperatorsError, Problem
from .files import write_all

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


def chosen_name(name: str) -> str:
    """A name that the user gave. Raises UsageError where it cannot be one in C."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or _reserved(name):
        raise UsageError(
            f"--name {name!r}: not a free C identifier; for example {name_from_file(name)}"
        )
    return name


def only_model(args: Sequence[str]) -> str:
    """The one file that a command takes."""
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


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Writes all files of a folder. Raises CompileError where that cannot be."""
    try:
        write_all(folder, files)
    except OSError as e:
        # A file in the place of the folder: the temporary name inside of it would tell nothing.
        known = None if isinstance(e, NotADirectoryError) else e.filename
        where = f"output {known or folder}"
        raise CompileError(Problem(where, f"cannot be written: {e.strerror}")) from e


def say(problem: str) -> None:
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


def reporting(path: str, work: Callable[[], None]) -> int:
    """Does the work on a model, says what stands in the way, answers the exit status."""
    try:
        work()
    except OperatorsError as e:
        for problem in e.problems:
            say(str(problem))
        return FAILED
    except CompileError as e:
        for problem in e.problems[:MOST_PROBLEMS]:
            say(f"{path}: {problem}")
        if len(e.problems) > MOST_PROBLEMS:
            say(f"{path}: {len(e.problems) - MOST_PROBLEMS} more problems")
        return FAILED
    except BrokenPipeError:
        raise
    except Exception as e:
        if os.environ.get("NETSUKE_TRACEBACK"):
            raise
        if at := _users_place(e):
            say(f"{at}: {type(e).__name__}: {e} (NETSUKE_TRACEBACK=1 tells how it came there)")
            return FAILED
        kind = "" if isinstance(e, InternalError) else f"{type(e).__name__}: "
        say(
            f"{path}: internal error, a bug in netsuke: {kind}{e} (NETSUKE_TRACEBACK=1 tells where)"
        )
        return FAILED
    return 0
