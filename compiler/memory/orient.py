"""Exact search for a plan within a given size, for any buffers: which of two is the lower one.

Two buffers that may not share all their bytes stand one above the other, or overlap as far as they
have leave to: either is a bound on the difference of their offsets. Each buffer has a range of
offsets; bounds narrow it, and where one of the two ways does not fit into the ranges any more the
other one holds. When all buffers stand in order at the lowest ends of their ranges, these are a
plan. Else a pair that does not is decided both ways, one after the other, those first that led to
dead ends most often (Boussemart and others, 2004); after more and more nodes it starts again.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ..placement import BufferId
from ..program import Buffer
from .found import Found, luby

_UNIT = 50  # nodes of the first try
_EITHER, _BELOW, _ABOVE = 0, 1, 2


class Pair(NamedTuple):
    """Buffers of which a's offset + below <= b's, or b's offset + above <= a's."""

    a: BufferId
    b: BufferId
    below: int
    above: int


class _Spent(Exception):
    """No nodes are left, or no time."""


def search(
    buffers: Mapping[BufferId, Buffer],
    pairs: Sequence[Pair],
    size: int,
    nodes: int,
    goes_on: Callable[[], bool] = lambda: True,
) -> Found:
    """Looks for offsets within a size until the nodes are used up, or nothing `goes_on`."""
    weights = [1] * len(pairs)
    used = 0
    for tries in itertools.count(1):
        orient = _Orient(buffers, pairs, size, weights, goes_on)
        most = orient.nodes = min(_UNIT * luby(tries), nodes - used)
        try:
            offsets = orient.solve()
            return Found(offsets, offsets is None, used + most - orient.nodes)
        except _Spent:
            used += most
            if used >= nodes or not goes_on():
                return Found(None, False, used)
    raise AssertionError


class _Orient:
    """One try. `low` and `high` are the ranges; `trail` is how to go back."""

    def __init__(
        self,
        buffers: Mapping[BufferId, Buffer],
        pairs: Sequence[Pair],
        size: int,
        weights: list[int],
        goes_on: Callable[[], bool],
    ) -> None:
        number = {b: i for i, b in enumerate(buffers)}
        self.ids = list(buffers)
        self.align = [b.align for b in buffers.values()]
        self.low = [0] * len(self.ids)
        self.high = [(size - b.bytes) // b.align * b.align for b in buffers.values()]
        self.pairs = [Pair(number[p.a], number[p.b], p.below, p.above) for p in pairs]
        self.of: list[list[int]] = [[] for _ in self.ids]
        for k, p in enumerate(self.pairs):
            self.of[p.a].append(k)
            self.of[p.b].append(k)
        self.way = [_EITHER] * len(pairs)
        self.trail: list[tuple[list[int], int, int]] = []
        self.weights = weights
        self.goes_on = goes_on
        self.nodes = 0

    def solve(self) -> dict[BufferId, int] | None:
        """Offsets, or None where there are none."""
        if any(high < 0 for high in self.high) or not self._narrow(range(len(self.ids))):
            return None
        open_ways: list[tuple[int, int, int]] = []  # trail's length, pair, way left to try
        while True:
            k = self._violated()
            if k < 0:
                return dict(zip(self.ids, self.low, strict=True))
            self.nodes -= 1
            if self.nodes < 0 or (self.nodes % 16 == 0 and not self.goes_on()):
                raise _Spent
            p = self.pairs[k]
            # First the way that moves the lower ends less.
            up, down = self.low[p.a] + p.below - self.low[p.b], self.low[p.b] + p.above
            first = _BELOW if up <= down - self.low[p.a] else _ABOVE
            open_ways.append((len(self.trail), k, _BELOW + _ABOVE - first))
            done = self._decide(k, first)
            while not done:
                if not open_ways:
                    return None
                length, k, way = open_ways.pop()
                while len(self.trail) > length:
                    values, i, before = self.trail.pop()
                    values[i] = before
                done = self._decide(k, way)

    def _violated(self) -> int:
        """A pair that the lower ends do not keep, of the greatest weight; -1: all are kept."""
        best, found = 0, -1
        low = self.low
        for k, (a, b, below, above) in enumerate(self.pairs):
            if self.weights[k] > best and low[a] + below > low[b] and low[b] + above > low[a]:
                best, found = self.weights[k], k
        return found

    def _set(self, values: list[int], i: int, value: int) -> None:
        self.trail.append((values, i, values[i]))
        values[i] = value

    def _decide(self, k: int, way: int) -> bool:
        self._set(self.way, k, way)
        a, b = self.pairs[k].a, self.pairs[k].b
        return self._narrow((a, b))

    def _narrow(self, changed: Sequence[int]) -> bool:
        """Follows what changed ranges mean for others; False where one becomes empty."""
        queue = list(changed)
        waits = set(queue)
        while queue:
            i = queue.pop()
            waits.discard(i)
            for k in self.of[i]:
                moved = self._keep(k)
                if moved is None:
                    self.weights[k] += 1
                    return False
                for j in moved:
                    if j not in waits:
                        waits.add(j)
                        queue.append(j)
        return True

    def _keep(self, k: int) -> Sequence[int] | None:
        """The buffers whose ranges a pair narrows; None where it cannot be kept."""
        a, b, below, above = self.pairs[k]
        low, high = self.low, self.high
        if self.way[k] == _EITHER:
            can_below = low[a] + below <= high[b]
            can_above = low[b] + above <= high[a]
            if can_below and can_above:
                return ()
            if not can_below and not can_above:
                return None
            self._set(self.way, k, _BELOW if can_below else _ABOVE)
        if self.way[k] == _ABOVE:
            a, b, below = b, a, above
        moved = []
        least = low[a] + below
        if least > low[b]:
            least = -(-least // self.align[b]) * self.align[b]
            if least > high[b]:
                return None
            self._set(low, b, least)
            moved.append(b)
        most = high[b] - below
        if most < high[a]:
            most = most // self.align[a] * self.align[a]
            if most < low[a]:
                return None
            self._set(high, a, most)
            moved.append(a)
        return moved
