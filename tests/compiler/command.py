"""The command line as a user runs it, and the same in a forked child where many runs are needed."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import compiler.compile
import compiler.emit.single_file  # noqa: F401  (the command imports both late: children inherit them)
from compiler.main import main

ROOT = Path(__file__).absolute().parents[2]
MEMORY = 4 << 30  # address space of a run, so that a hungry one fails here and not the machine
SECONDS = 30


@dataclass(frozen=True)
class Result:
    """How a run ended: exit status (negative: killed by a signal), standard output and error."""

    status: int
    out: str
    err: str
    seconds: float


def compile_in_process(model: Path, output: Path, *more: str) -> Result:
    """`python -m compiler.main compile MODEL -o OUTPUT …`"""
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "compiler.main", "compile", str(model), "-o", str(output), *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    return Result(done.returncode, done.stdout, done.stderr, time.monotonic() - start)


def compile_forked(model: Path, output: Path) -> Result:
    """The same command in a fork of this process, which has imported everything already."""
    streams = output.with_suffix(".out"), output.with_suffix(".err")
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        _child(["compile", str(model), "-o", str(output)], streams)
    while True:
        done, code = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() - start > SECONDS:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)
    status = os.waitstatus_to_exitcode(code)
    out, err = (s.read_text(errors="replace") for s in streams)
    return Result(status, out, err, time.monotonic() - start)


def _child(arguments: list[str], streams: Sequence[Path]) -> None:
    """Never returns. An exception that escapes `main` is a traceback on standard error."""
    status = 99
    try:
        for number, path in enumerate(streams, 1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        status = main(arguments)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
