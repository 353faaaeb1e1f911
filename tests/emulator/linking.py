"""Firmware built by a test itself, without Bazel: any sources, for any target."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.bench import boards


def linked(
    board: boards.Board, sources: Sequence[Path], elf: Path, words: Sequence[str] = ()
) -> str:
    """Compiles and links the sources with the target's; what the linker complains of."""
    flags = dict.fromkeys((*board.compile_flags, *board.link_flags))  # each once
    argv = [f"{board.prefix}gcc", *flags, "-nostartfiles", "-O2"]
    argv += [*words, *(f"-I{path}" for path in board.includes)]
    argv += [str(path) for path in (*sources, *board.sources)]
    argv += [*(f"-Wl,-L,{path}" for path in board.includes), "-T", str(board.linker_script)]
    done = subprocess.run([*argv, "-o", str(elf)], capture_output=True, text=True)
    assert (done.returncode == 0) == (done.stderr == ""), done.stderr
    return done.stderr
