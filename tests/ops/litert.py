"""What LiteRT says against a network, its crashes included."""

from __future__ import annotations

import faulthandler
import os
import re
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compiler.ir import Array

from . import oracle
from .tflite_builder import Subgraph, build

RUNS = "runs"
LONGEST = 2000
SECONDS = 120


@dataclass(frozen=True)
class Question:
    """A network (its subgraphs) and its inputs."""

    graphs: tuple[Subgraph, ...]
    inputs: tuple[Array, ...]


def answers(questions: Sequence[Question]) -> list[str | None]:
    """What LiteRT says against each network, None if it runs. Some end the process: each is run in
    a child, which goes on with the next ones."""
    found: list[str | None] = []
    while len(found) < len(questions):
        said, crash = _in_child(questions[len(found) :])
        found += [None if a == RUNS else _shortened(a) for a in said]
        if len(found) < len(questions):
            found.append(crash)
    return found


def _shortened(message: str) -> str:
    """Without the node's number, and without floats that it prints as integers (what happens to
    stand in memory)."""
    message = re.sub(r"\s*Node number \d+ \(.*", "", message)
    return re.sub(r" \(-?\d{6,} != -?\d{6,}\)", "", message)


def _said(questions: Sequence[Question]) -> Iterator[str]:
    for question in questions:
        try:
            oracle.run(build(*question.graphs), [question.inputs])
            yield RUNS
        except oracle.Refused as error:
            yield str(error)


def _in_child(questions: Sequence[Question]) -> tuple[list[str], str]:
    """The answers of a child process as far as it gets, and what ended it. LiteRT's own checks
    (TFLITE_CHECK) abort without a word."""
    end, start = os.pipe()
    child = os.fork()
    if child == 0:
        faulthandler.disable()
        signal.alarm(SECONDS)  # a crash may leave it waiting for itself
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            for answer in _said(questions):
                os.write(start, answer.replace("\n", " ").encode()[:LONGEST] + b"\n")
        finally:
            os._exit(0)
    os.close(start)
    with os.fdopen(end, encoding="utf-8", errors="replace") as stream:
        lines = stream.read().splitlines()
    _, status = os.waitpid(child, 0)
    ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "it ends"
    return lines, f"ends the process ({ended})"
