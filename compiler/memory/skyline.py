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

Sets of buffers are bits of a number, in the order in which they are tried. A choice changes the
ground in one place: valleys elsewhere stay as they are.
"""

from __future__ import annotations

import itertools
import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping
from random import Random
from typing import NamedTuple

from ..placement import BufferId
from ..program import Buffer
from .found import Found, luby

_HIGH = 1 << 62  # of walls at the ends, and of steps that are done
_UNIT = 200  # nodes of the first try, which for many buffers are more: each takes one
_NOISE = (0.1, 0.6)  # the least factor of a weight
_POWERS = (0.0, 0.5, 1.0)


# Sections [left, right) of one height: left, right, level = 2 * height, + 1 where it floats: no
# buffer rests on that ground.
_Segment = tuple[int, int, int]


def _highest(here: _Segment) -> int:
    return -here[2]


# Of valleys with as many choices the highest come first; in some tries those at one end.
_RANKS: tuple[Callable[[_Segment], int], ...] = (
    *[_highest] * 3,
    lambda here: here[0],
    lambda here: -here[0],
)


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
        valleys = _Skyline(buffers, size, goes_on, rng if tries > 1 or seed else None)
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


class _Valley(NamedTuple):
    """A segment between higher ones: the unplaced buffers that fit in, and those among them that
    begin at its left end, or end at its right one."""

    choices: int
    rank: int  # of those with as many choices
    segment: _Segment
    inside: int
    options: int
    from_right: bool
    waste: bool  # the ground there may be left


class _State(NamedTuple):
    ground: list[_Segment]
    valleys: dict[int, _Valley]  # by their left ends
    slack: list[int]  # what may still be wasted of each section
    unplaced: int


class _Skyline:
    """One try, over the sections that matter."""

    def __init__(
        self,
        buffers: Mapping[BufferId, Buffer],
        size: int,
        goes_on: Callable[[], bool],
        rng: Random | None,
    ) -> None:
        self.rank_of = rng.choice(_RANKS) if rng else _highest
        self.align = max(b.align for b in buffers.values())
        self.size = size
        self.goes_on = goes_on
        self.most = -(-size // self.align) * self.align
        sections = _sections(buffers.values())
        lives = {
            i: (bisect_left(sections, b.first), bisect_right(sections, b.last))
            for i, b in buffers.items()
        }
        heights = {i: -(-b.bytes // self.align) * self.align for i, b in buffers.items()}
        slack = [self.most] * len(sections)
        for i, (left, right) in lives.items():
            for s in range(left, right):
                slack[s] -= heights[i]
        self.slack = slack
        self.ids = _tried(lives, heights, rng, max(slack) > 0)
        self.left = [lives[i][0] for i in self.ids]
        self.right = [lives[i][1] for i in self.ids]
        self.height = [heights[i] for i in self.ids]
        self.bytes = [buffers[i].bytes for i in self.ids]
        # Of two that rest on each other and live as long, the one that pads more is the upper one.
        padded = sorted(range(len(self.ids)), key=lambda i: self.height[i] - self.bytes[i])
        self.rank = [0] * len(self.ids)
        for rank, i in enumerate(padded):
            self.rank[i] = rank
        self.begin_at, self.end_at = [0] * len(slack), [0] * (len(slack) + 1)
        for i, (left, right) in enumerate(zip(self.left, self.right, strict=True)):
            self.begin_at[left] |= 1 << i
            self.end_at[right] |= 1 << i
        self.end_by = list(itertools.accumulate(self.end_at, operator.or_))
        self.begin_since = list(itertools.accumulate(self.begin_at[::-1], operator.or_))[::-1]
        self.at = [-1] * len(self.ids)
        self.below: dict[tuple[int, int, int], int] = {}
        self.nodes = 0

    def solve(self) -> dict[BufferId, int] | None:
        """Offsets, or None where there are none. Depth first, without recursion."""
        if min(self.slack) < 0:
            return None
        everything = (1 << len(self.ids)) - 1
        ground = [self._closed(s, 0, self.slack) for s in range(len(self.slack))]
        start = _State([(0, len(self.slack), 0)], {}, self.slack, everything)
        state = self._after(start, 0, ground, everything, self.slack)
        if state is None:
            return None
        stack = [self._branches(state)]
        unplaced = state.unplaced
        while stack:
            if not unplaced:
                return dict(zip(self.ids, self.at, strict=True))
            after = next(stack[-1], None)
            if after is None:
                stack.pop()
                continue
            self.nodes -= 1
            if self.nodes < 0 or (self.nodes % 64 == 0 and not self.goes_on()):
                raise _Spent
            unplaced = after.unplaced
            stack.append(self._branches(after))
        return None

    def _branches(self, state: _State) -> Iterator[_State]:
        """The states after each choice in one valley; while one is out, its buffer is placed."""
        valley = min(state.valleys.values())
        here = valley.segment
        start, end, level = here
        ground = level >> 1
        index = bisect_left(state.ground, here)
        tried: set[tuple[int, int, int, int]] = set()
        options = valley.options
        while options:
            bit = options & -options
            options ^= bit
            b = bit.bit_length() - 1
            left, right, height = self.left[b], self.right[b], self.height[b]
            shape = left, right, height, self.bytes[b]
            if (
                shape in tried
                or self.below.get((left, right, ground), -1) > self.rank[b]
                or ground + self.bytes[b] > self.size
            ):
                continue
            tried.add(shape)
            top = ground + height
            after = [self._closed(s, top, state.slack) for s in range(left, right)]
            if start < left:
                after.insert(0, (start, left, level))
            if right < end:
                after.append((right, end, level))
            self.at[b] = ground
            self.below[left, right, top] = self.rank[b]
            found = self._after(state, index, after, state.unplaced ^ bit, state.slack)
            if found:
                yield found
            del self.below[left, right, top]
        if valley.waste:
            found = self._wasted(state, index, valley)
            if found:
                yield found

    def _wasted(self, state: _State, index: int, valley: _Valley) -> _State | None:
        """The state where nothing rests on the ground at the valley's end, up to where a buffer
        inside could begin (from its right one: end)."""
        left, right, level = valley.segment
        if valley.from_right:
            edge = right - 1
            while edge > left and not valley.inside & self.end_at[edge]:
                edge -= 1
            wasted = range(edge, right)
            after = [(left, edge, level), (edge, right, level + 1)]
        else:
            edge = left + 1
            while edge < right and not valley.inside & self.begin_at[edge]:
                edge += 1
            wasted = range(left, edge)
            after = [(left, edge, level + 1), (edge, right, level)]
        if not all(state.slack[s] for s in wasted):
            return None
        after = [s for s in after if s[0] < s[1]]
        return self._after(state, index, after, state.unplaced, state.slack)

    def _closed(self, section: int, top: int, slack: list[int]) -> _Segment:
        """A section filled up to `top`; where no buffers are left for it, it is a wall."""
        done = top + slack[section] == self.most
        return section, section + 1, 2 * (_HIGH if done else top)

    def _after(
        self, state: _State, index: int, after: list[_Segment], unplaced: int, slack: list[int]
    ) -> _State | None:
        """The state with other segments in one's place; None where that leads to no plan."""
        ground = state.ground[:index]
        # The segments from here on, and one before them, are not what they were.
        first = max(index - 1, 0)
        for s in itertools.chain(after, state.ground[index + 1 : index + 2]):
            _append(ground, s)
        end = len(ground)
        ground += state.ground[index + 2 :]
        i = first
        while i < end:
            low = ground[i]
            if not low[2] & 1:
                i += 1
                continue
            wall = ground[i - 1][2] if i else 2 * _HIGH
            if i + 1 < len(ground) and ground[i + 1][2] < wall:
                wall = ground[i + 1][2]
            if wall <= low[2]:
                i += 1
                continue
            if slack is state.slack:
                slack = slack.copy()
            by = (wall >> 1) - (low[2] >> 1)
            for section in range(low[0], low[1]):
                slack[section] -= by
                if slack[section] < 0:
                    return None
            # It becomes one with the walls that are as high; then it may float still.
            start = max(i - 1, 0)
            raised = ground[start : i + 2]
            raised[i - start] = low[0], low[1], wall
            joined: list[_Segment] = []
            for s in raised:
                _append(joined, s)
            ground[start : i + 2] = joined
            end = max(end, start + len(raised)) - len(raised) + len(joined)
            first = min(first, start)
            i = max(i - 2, 0)
        return self._valleys(state, ground, first, end, unplaced, slack)

    def _valleys(
        self,
        state: _State,
        ground: list[_Segment],
        first: int,
        end: int,
        unplaced: int,
        slack: list[int],
    ) -> _State | None:
        """The state with the valleys among the segments [first, end), which are new, and those of
        before elsewhere; None where one cannot be filled."""
        low, high = ground[first][0], ground[end - 1][1]
        found = {at: v for at, v in state.valleys.items() if not low <= at < high}
        before = ground[first - 1][2] if first else 2 * _HIGH
        for i in range(first, end):
            here = ground[i]
            level = here[2]
            after = ground[i + 1][2] if i + 1 < len(ground) else 2 * _HIGH
            if level < before and level < after:
                valley = self._valley(here, min(before, after) >> 1, unplaced, slack)
                if valley is None:
                    return None
                found[here[0]] = valley
            before = level
        return _State(ground, found, slack, unplaced)

    def _valley(self, here: _Segment, wall: int, unplaced: int, slack: list[int]) -> _Valley | None:
        """A valley, or None where its own buffers cannot fill it up to the wall."""
        left, right, level = here
        inside = unplaced & self.begin_since[left] & self.end_by[right]
        depth = min(wall, self.most) - (level >> 1)
        steps = [0] * (right - left + 1)
        rest = inside
        while rest:
            bit = rest & -rest
            rest ^= bit
            b = bit.bit_length() - 1
            steps[self.left[b] - left] += self.height[b]
            steps[self.right[b] - left] -= self.height[b]
        load = 0
        for s in range(left, right):
            load += steps[s - left]
            if load + slack[s] < depth:
                return None
        first = inside & self.begin_at[left]
        last = inside & self.end_at[right]
        choices = first.bit_count() + (slack[left] > 0)
        others = last.bit_count() + (slack[right - 1] > 0)
        from_right = others < choices
        if not min(choices, others):
            return None
        options = last if from_right else first
        waste = slack[right - 1 if from_right else left] > 0
        return _Valley(
            min(choices, others), self.rank_of(here), here, inside, options, from_right, waste
        )


def _tried(
    lives: Mapping[BufferId, tuple[int, int]],
    heights: Mapping[BufferId, int],
    rng: Random | None,
    wasteful: bool,
) -> list[BufferId]:
    """The order in which buffers are tried: those that live long first, more or less. Where
    something may be wasted, sizes may count too."""
    power = rng.choice(_POWERS) if rng and wasteful else 0.0
    noise = rng.choice(_NOISE) if rng else 1.0
    weight = {
        i: (right - left) * heights[i] ** power * (rng.uniform(noise, 1) if rng else 1)
        for i, (left, right) in lives.items()
    }
    return sorted(weight, key=lambda i: (-weight[i], -heights[i]))


def _append(ground: list[_Segment], segment: _Segment) -> None:
    """One segment more; on its neighbour's level they are one."""
    if ground and ground[-1][2] == segment[2]:
        ground[-1] = ground[-1][0], segment[1], segment[2]
    else:
        ground.append(segment)


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
