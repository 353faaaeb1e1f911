"""Where a region holds the rows of a tensor."""

from __future__ import annotations

from dataclasses import dataclass

from ..ir import TensorId


@dataclass(frozen=True)
class LineBuffer:
    """The rows of a tensor that a region holds: `depth` in a line buffer. `transient`: all are used
    up in the turn that makes them, so nothing is kept from one turn to the next. With `fresh`, that
    many rows stand apart while the turn runs that makes them, and the line buffer has just those
    that later turns need: a row less, as a rule, for a copy of each. Where those stand with the
    caller, they are `given`."""

    tensor: TensorId
    depth: int
    row_bytes: int
    transient: bool
    fresh: int = 0
    last_use: TensorId = -1  # the output of the last stage that reads it
    given: bool = False

    @property
    def bytes(self) -> int:
        return self.depth * self.row_bytes

    @property
    def passes(self) -> bool:
        """Whether all its rows are needed only within a turn, and stand there from the first on."""
        return self.transient and not self.given and self.depth == (0 if self.fresh else 1)

    @property
    def passing_bytes(self) -> int:
        """Bytes that are needed only within a turn."""
        if self.given:
            return 0
        return self.fresh * self.row_bytes or (self.bytes if self.transient else 0)
