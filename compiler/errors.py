"""What a user is told when a model cannot be compiled.

A `Problem` is one sentence in four parts: where, what was found, what is supported, what to do.
A `CompileError` carries all problems of a model at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that stands in the way."""

    where: str  # "operator 3 (CONV_2D)", "file", "tensor 7 'dense/MatMul'"
    found: str  # what was found there
    supported: str = ""  # what would be accepted
    way_out: str = ""  # what the user can do

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.found}"]
        if self.supported:
            parts.append(f"supported: {self.supported}")
        if self.way_out:
            parts.append(f"way out: {self.way_out}")
        return "; ".join(parts)


class CompileError(Exception):
    """The model cannot be compiled; all reasons are in `problems`."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class OperatorsError(CompileError):
    """A file of the user's own operators cannot be used."""


class InternalError(Exception):
    """The compiler broke one of its own rules: a bug in netsuke, not in the user's model."""
