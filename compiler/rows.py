"""Rows of images: which are needed, which are there, and which the caller gives one by one."""

from __future__ import annotations

from dataclasses import dataclass

from .placement import Place

CALLER = -1  # the buffer, not of the arena, in which the caller hands over a row


@dataclass(frozen=True)
class Window:
    """The rows of an input that output row y needs: [y * stride + low, y * stride + high)."""

    stride: int = 1
    low: int = 0
    high: int = 1


SAME_ROW = Window()


@dataclass(frozen=True)
class Ready:
    """How many rows of a tensor are there after turn t: clamp((t + add) / divisor, 0, height)."""

    add: int
    divisor: int
    height: int

    def __call__(self, turn: int) -> int:
        return min(max((turn + self.add) // self.divisor, 0), self.height)


@dataclass(frozen=True)
class Sliding:
    """The network's input is a window of `rows`; a run is given the `fresh` last ones of it."""

    rows: int
    fresh: int


@dataclass(frozen=True)
class Stream:
    """The frame is never held. With each of its `rows` the first region of the schedule runs the
    turns that the row makes possible, and, with the last, the rest of the network. `position`
    counts the rows of a frame that came.

    The first row comes in turn `wait`: those before it compute rows of padding alone."""

    source: Place
    position: Place
    ctype: str
    rows: int
    row_elements: int
    row_bytes: int
    wait: int
    turns: int

    def turns_of(self, y: int) -> range:
        """The region's turns that run when row y has come."""
        last = self.turns if y == self.rows - 1 else min(y + self.wait + 1, self.turns)
        return range(y + self.wait if y else 0, last)
