"""Rows of images: which are needed, which are there, and which the caller gives one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd

from .ir import Site, Tensor
from .placement import Place

CALLER = -1  # the buffer, not of the arena, in which the caller hands over a row


@dataclass(frozen=True)
class Window:
    """The rows of an input that output row y needs: from (y * stride + low) / over to before
    (y * stride + high) / over, both rounded down."""

    stride: int = 1
    low: int = 0
    high: int = 1
    over: int = 1

    def rows(self, y: int) -> range:
        """Those of output row y, not clipped to the image."""
        at = y * self.stride
        return range((at + self.low) // self.over, (at + self.high) // self.over)


SAME_ROW = Window()


def row_window(site: Site, index: int) -> Window:
    """The rows of input `index` that each output row needs, or, where these are no linear function
    of the row, as few more as one takes that grows as the image does."""
    rows, height, in_height = site.node.op.rows, site.output.shape[1], site.input(index).shape[1]
    low, high = rows(site, 0, 1)[index]
    steady = Window(rows(site, 1, 2)[index][0] - low, low, high)
    if not steady.stride and height == 1:
        return replace(steady, stride=max(in_height, 1))
    if steady.stride and rows(site, height - 1, height)[index] == (
        low + (height - 1) * steady.stride,
        high + (height - 1) * steady.stride,
    ):
        return steady
    needs = [rows(site, y, y + 1)[index] for y in range(height)]
    grown = gcd(height, in_height)
    found = []
    for stride, over in {(in_height // grown, height // grown), (1, max(height // in_height, 1))}:
        first = min(a * over + over - 1 - y * stride for y, (a, _) in enumerate(needs))
        last = max(b * over - y * stride for y, (_, b) in enumerate(needs))
        found.append(Window(stride, first, last, over))
    return min(found, key=lambda w: (sum(len(w.rows(y)) for y in range(height)), w.over))


@dataclass(frozen=True)
class Ready:
    """How many rows of a tensor are there after turn t:
    clamp((t * times + add) / divisor, 0, height)."""

    add: int
    divisor: int
    height: int
    times: int = 1

    def __call__(self, turn: int) -> int:
        return min(max((turn * self.times + self.add) // self.divisor, 0), self.height)


@dataclass(frozen=True)
class RowView:
    """A place seen as rows: row y starts at (y % depth) * stride elements. depth == height: all of
    it. `window` tells which rows a call reads (for one that writes: which it writes).

    With `fresh`, rows made in the turn that runs are there instead, one after the other; `ready`
    tells which those are. `at_once`: in any turn, the rows that the call sees are all fresh, or all
    rows are held: they stand one after the other."""

    place: Place
    stride: int
    depth: int
    height: int
    window: Window = SAME_ROW
    fresh: Place | None = None
    ready: Ready | None = None
    at_once: bool = False


@dataclass(frozen=True)
class Sliding:
    """The network's input is a window of `rows`; a run is given the `fresh` last ones of it."""

    rows: int
    fresh: int

    @classmethod
    def between(cls, whole: Tensor, part: Tensor) -> Sliding:
        """Of the input as it was, and what a pass left of it: what is new."""
        return cls(part.shape[1] * whole.elements // part.elements, part.shape[1])


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
