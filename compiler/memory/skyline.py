"""Exact search for a plan within a given size, for buffers without leave to overlap.

Buffers are rectangles, steps across and bytes up, and rest on each other: the skyline is how high
each step is filled. A place where it is lowest, a valley between two walls, is decided from one of
its ends: one of the buffers that begin there and fit in lies on the ground, or nothing does and the
ground there is wasted. Of all valleys the one with the fewest choices comes first. What may be
wasted at a step is what is left of the size when all its buffers are placed, which prunes: where a
valley's own buffers cannot fill it up to the lower wall, less that, there is no plan. So many
choices are forced that a search that goes wrong goes wrong early: it starts again, with buffers in
another order, after more and more nodes (the series of Luby, Sinclair and Zuckerman, 1993). Cf.
minimalloc (Moffitt 2023) for canonical solutions and bounds by section.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple

from ..placement import BufferId
from ..program import Buffer
from .found import Found, luby

_HIGH = 1 << 62  # of walls at the ends, and of steps that are done
_UNIT = 200  # nodes of the first try, which for many buffers are more: each takes one
_LEAST_WEIGHT = 0.1
_POWERS = (0.0, 0.5, 1.0)


class _Spent(Exception):
    """No nodes are left, or no time."""


def fits(buffers: Mapping[BufferId, Buffer]) -> bool:
    """Whether the search is exact for them: one alignment, or none."""
    return len({b.align for b in buffers.values()}) <= 1


def search(
    buffers: Mapping[BufferId, Buffer],
    size: int,
    nodes: int,
    seed: int = 0,
    goes_on: Callable[[], bool] = lambda: True,
) -> Found:
    """Looks for offsets within a size until the nodes are used up, or nothing `goes_on`."""
    empty = dict.fromkeys((i for i, b in buffers.items() if not b.bytes), 0)
    buffers = {i: b for i, b in buffers.items() if b.bytes}
    if not buffers:
        return Found(empty, False, 0)
    rng = Random(seed)
    used = 0
    for tries in itertools.count(1):
        valleys = _Skyline(buffers, size, goes_on)
        valleys.shuffle(rng if tries > 1 else None)
        valleys.nodes = min(max(_UNIT, 3 * len(buffers) // 2) * luby(tries), nodes - used)
        most = valleys.nodes
        try:
            offsets = valleys.solve()
            used += most - valleys.nodes
            return (
                Found(None, True, used) if offsets is None else Found(offsets | empty, False, used)
            )
        except _Spent:
            used += most
            if used >= nodes or not goes_on():
                return Found(None, False, used)
    raise AssertionError


class _Segment(NamedTuple):
    """Sections [left, right) of one height. `floats`: no buffer rests on that ground."""

    left: int
    right: int
    height: int
    floats: bool = False

    @property
    def level(self) -> int:
        return 2 * self.height + self.floats


class _Valley(NamedTuple):
    """A segment between higher ones: the unplaced buffers that fit in, and those among them that
    begin at its left end, or end at its right one."""

    segment: _Segment
    wall: int  # the lower one's height
    inside: list[int]
    options: list[int]
    from_right: bool
    waste: bool  # the ground there may be left

    @property
    def choices(self) -> int:
        return len(self.options) + self.waste


_State = tuple[list[_Segment], dict[int, _Valley], list[int]]


class _Skyline:
    """One try, over the sections that matter."""

    def __init__(
        self, buffers: Mapping[BufferId, Buffer], size: int, goes_on: Callable[[], bool]
    ) -> None:
        self.align = max(b.align for b in buffers.values())
        # Of two that rest on each other and live as long, the one that pads more is the upper one.
        self.ids = sorted(buffers, key=lambda b: -buffers[b].bytes % self.align)
        buffers = {i: buffers[i] for i in self.ids}
        self.size = size
        self.goes_on = goes_on
        sections = _sections(buffers.values())
        self.left = [bisect_left(sections, b.first) for b in buffers.values()]
        self.right = [bisect_right(sections, b.last) for b in buffers.values()]
        self.bytes = [b.bytes for b in buffers.values()]
        self.height = [-(-b.bytes // self.align) * self.align for b in buffers.values()]
        self.most = -(-size // self.align) * self.align
        slack = [self.most] * len(sections)
        for left, right, height in zip(self.left, self.right, self.height, strict=True):
            for s in range(left, right):
                slack[s] -= height
        self.slack = slack
        self.at = [-1] * len(self.ids)
        self.unplaced = len(self.ids)
        self.below: dict[tuple[int, int, int], int] = {}
        self.order = list(range(len(self.ids)))
        self.nodes = 0

    def shuffle(self, rng: Random | None) -> None:
        """The order in which buffers are tried: those that live long first, more or less. Where
        something may be wasted, sizes may count too."""
        lives = [right - left for left, right in zip(self.left, self.right, strict=True)]
        power = rng.choice(_POWERS) if rng and max(self.slack) else 0.0
        weight = [
            -n * height**power * (rng.uniform(_LEAST_WEIGHT, 1) if rng else 1)
            for n, height in zip(lives, self.height, strict=True)
        ]
        self.order.sort(key=lambda i: (weight[i], -self.height[i]))

    def solve(self) -> dict[BufferId, int] | None:
        """Offsets, or None where there are none. Depth first, without recursion."""
        if min(self.slack) < 0:
            return None
        ground = _joined([self._closed(s, 0, self.slack) for s in range(len(self.slack))])
        valleys = self._valleys(ground, {}, -1, self.slack)
        if valleys is None:
            return None
        stack = [self._branches((ground, valleys, self.slack))]
        while stack:
            if not self.unplaced:
                return dict(zip(self.ids, self.at, strict=True))
            after = next(stack[-1], None)
            if after is None:
                stack.pop()
                continue
            self.nodes -= 1
            if self.nodes < 0 or (self.nodes % 64 == 0 and not self.goes_on()):
                raise _Spent
            stack.append(self._branches(after))
        return None

    def _branches(self, state: _State) -> Iterator[_State]:
        """The states after each choice in one valley; while one is out, its buffer is placed."""
        ground, valleys, slack = state
        valley = min(valleys.values(), key=lambda v: v.choices)
        here = valley.segment
        index = next(i for i, s in enumerate(ground) if s.left == here.left)
        tried: set[tuple[int, ...]] = set()
        for b in valley.options:
            shape = self.left[b], self.right[b], self.height[b]
            under = self.below.get((shape[0], shape[1], here.height), -1)
            if (
                (*shape, self.bytes[b]) in tried
                or under > b
                or here.height + self.bytes[b] > self.size
            ):
                continue
            tried.add((*shape, self.bytes[b]))
            top = here.height + shape[2]
            after = [
                _Segment(here.left, shape[0], here.height),
                *(self._closed(s, top, slack) for s in range(shape[0], shape[1])),
                _Segment(shape[1], here.right, here.height),
            ]
            self.at[b] = here.height
            self.unplaced -= 1
            self.below[shape[0], shape[1], top] = b
            found = self._state(ground, index, after, valleys, slack)
            if found:
                yield found
            del self.below[shape[0], shape[1], top]
            self.unplaced += 1
            self.at[b] = -1
        if valley.waste:
            found = self._wasted(ground, index, valley, valleys, slack)
            if found:
                yield found

    def _wasted(
        self,
        ground: list[_Segment],
        index: int,
        valley: _Valley,
        valleys: Mapping[int, _Valley],
        slack: list[int],
    ) -> _State | None:
        """The state where nothing rests on the ground at the valley's end, up to where a buffer
        inside could begin (from its right one: end)."""
        here = valley.segment
        if valley.from_right:
            ends = [self.right[b] for b in valley.inside if self.right[b] < here.right]
            edge = max(ends, default=here.left)
            after = [
                _Segment(here.left, edge, here.height),
                _Segment(edge, here.right, here.height, True),
            ]
            if not all(slack[edge : here.right]):
                return None
        else:
            begins = [self.left[b] for b in valley.inside if self.left[b] > here.left]
            edge = min(begins, default=here.right)
            after = [
                _Segment(here.left, edge, here.height, True),
                _Segment(edge, here.right, here.height),
            ]
            if not all(slack[here.left : edge]):
                return None
        return self._state(ground, index, after, valleys, slack)

    def _closed(self, section: int, top: int, slack: Sequence[int]) -> _Segment:
        """A section filled up to `top`; where no buffers are left for it, it is a wall."""
        done = top + slack[section] == self.most
        return _Segment(section, section + 1, _HIGH if done else top)

    def _state(
        self,
        ground: Sequence[_Segment],
        index: int,
        after: Sequence[_Segment],
        valleys: Mapping[int, _Valley],
        slack: list[int],
    ) -> _State | None:
        """The state with other segments in one's place; None where that leads to no plan."""
        changed = _joined([*ground[:index], *after, *ground[index + 1 :]])
        while True:
            raised = next(_floating(changed), None)
            if raised is None:
                break
            i, wall = raised
            low = changed[i]
            by = wall.height - low.height
            slack = slack.copy()
            for s in range(low.left, low.right):
                slack[s] -= by
                if slack[s] < 0:
                    return None
            changed[i] = _Segment(low.left, low.right, wall.height, wall.floats)
            changed = _joined(changed)
        found = self._valleys(changed, valleys, ground[index].left, slack)
        return None if found is None else (changed, found, slack)

    def _valleys(
        self,
        ground: Sequence[_Segment],
        before: Mapping[int, _Valley],
        decided: int,
        slack: Sequence[int],
    ) -> dict[int, _Valley] | None:
        """All valleys by their left ends, those of `before` that are the same and those around the
        one that was `decided`; None where one cannot be filled."""
        found: dict[int, _Valley] = {}
        old = before.get(decided)
        levels = [2 * _HIGH, *(2 * s.height + s.floats for s in ground), 2 * _HIGH]
        for i, here in enumerate(ground):
            level = levels[i + 1]
            left, right = levels[i], levels[i + 2]
            if level >= left or level >= right:
                continue
            wall = min(left // 2, right // 2, self.most)
            known = before.get(here.left)
            if known is None or known.segment != here or known.wall != wall:
                within = old is not None and _holds(old.segment, here)
                pool = old.inside if old is not None and within else self.order
                known = self._valley(here, wall, pool, slack)
                if known is None:
                    return None
            found[here.left] = known
        return found

    def _valley(
        self, here: _Segment, wall: int, pool: Sequence[int], slack: Sequence[int]
    ) -> _Valley | None:
        """A valley, or None where its own buffers cannot fill it up to the wall."""
        left, right = here.left, here.right
        inside = [
            b for b in pool if self.at[b] < 0 and self.left[b] >= left and self.right[b] <= right
        ]
        steps = [0] * (right - left + 1)
        for b in inside:
            steps[self.left[b] - left] += self.height[b]
            steps[self.right[b] - left] -= self.height[b]
        depth = wall - here.height
        for s, load in enumerate(itertools.accumulate(steps[:-1]), left):
            if load + slack[s] < depth:
                return None
        first = [b for b in inside if self.left[b] == left]
        last = [b for b in inside if self.right[b] == right]
        from_right = len(last) + (slack[right - 1] > 0) < len(first) + (slack[left] > 0)
        options = last if from_right else first
        waste = slack[right - 1 if from_right else left] > 0
        if not options and not waste:
            return None
        return _Valley(here, wall, inside, options, from_right, waste)


def _sections(buffers: Collection[Buffer]) -> list[int]:
    """Steps enough: whatever lives at another one lives at one of them, together with more. These
    are the ends after which, since the last of them, a buffer has begun."""
    begins = sorted(b.first for b in buffers)
    found: list[int] = []
    for end in sorted({b.last for b in buffers}):
        since = bisect_right(begins, found[-1]) if found else 0
        if since < bisect_right(begins, end):
            found.append(end)
    return found


def _joined(segments: Sequence[_Segment]) -> list[_Segment]:
    """Without empty segments, and neighbours on one level as one."""
    found: list[_Segment] = []
    for s in segments:
        if s.left == s.right:
            continue
        if found and found[-1].height == s.height and found[-1].floats == s.floats:
            found[-1] = _Segment(found[-1].left, s.right, s.height, s.floats)
        else:
            found.append(s)
    return found


def _floating(ground: Sequence[_Segment]) -> Iterator[tuple[int, _Segment]]:
    """The valleys on whose ground nothing may rest, each with its lower wall."""
    wall = _Segment(0, 0, _HIGH)
    for i, here in enumerate(ground):
        if here.floats:
            left = ground[i - 1] if i else wall
            right = ground[i + 1] if i + 1 < len(ground) else wall
            lower = min(left, right, key=lambda s: s.level)
            if lower.level > here.level:
                yield i, lower


def _holds(outer: _Segment, inner: _Segment) -> bool:
    return outer.left <= inner.left and inner.right <= outer.right
