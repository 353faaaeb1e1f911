"""The planner: buffers with lifetimes → offsets in one arena.

The problem knows nothing of networks. Two buffers conflict when their lives share a step; then
their bytes must be apart, unless an `Overlap` gives leave. First greedy: place the buffers one by
one, in several orders, each at the lowest offset that is free. Where that leaves a gap to the lower
bound, two searches narrow it: a local one over orders, then branch and bound over canonical
placements (offsets that never decrease, each the lowest that is free: some best solution has this
form; cf. minimalloc, Moffitt 2023).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random

from ..placement import BufferId, Plan
from ..program import Buffer, Overlap

# Orders in which the greedy placement is tried; the first that gives the smallest arena wins.
_ORDERS: tuple[Callable[[Buffer], tuple[int, ...]], ...] = (
    lambda b: (-b.bytes, b.first),
    lambda b: (-b.bytes * (b.last - b.first + 1), b.first),
    lambda b: (b.first, -b.bytes),
    lambda b: (-b.last, -b.bytes),
    lambda b: (-(b.last - b.first), -b.bytes),
    lambda b: (b.last, -b.bytes),
    lambda b: (-b.first, -b.bytes),
)


def lower_bound(buffers: Mapping[BufferId, Buffer], overlaps: Sequence[Overlap]) -> int:
    """No plan is smaller than this."""
    return _Problem(buffers, overlaps).lower_bound()


Offsets = Mapping[BufferId, int]

SEARCH_NODES = 400  # of the exact search
REORDERINGS = 600  # tried by the local search


def plan(
    buffers: Mapping[BufferId, Buffer],
    overlaps: Sequence[Overlap],
    reorderings: int = REORDERINGS,
    nodes: int = SEARCH_NODES,
) -> Plan:
    """Offsets for all buffers, the arena's size and a lower bound for it."""
    problem = _Problem(buffers, overlaps)
    bound = problem.lower_bound()
    orders = [sorted(buffers, key=lambda b: (*key(buffers[b]), b)) for key in _ORDERS]
    order = min(orders, key=lambda o: problem.size(problem.greedy(o)))
    best: Offsets
    _, best = problem.reordered(order, bound, reorderings, Random(0))  # the same every time
    if problem.size(best) > bound:
        best = _Search(problem, best, bound, nodes).run()
    align = max((b.align for b in buffers.values()), default=1)
    return Plan(best, problem.size(best), align, bound)


FEW = 60  # buffers for which the whole search takes less than a second
CHUNK = 20  # orders that are tried between two looks at the clock


def plan_within(
    buffers: Mapping[BufferId, Buffer], overlaps: Sequence[Overlap], seconds: float
) -> Plan:
    """The best plan that is found in a time; when that ends depends on the machine."""
    end = time.monotonic() + seconds
    effort = (REORDERINGS, SEARCH_NODES) if len(buffers) <= FEW else (0, 0)
    found = plan(buffers, overlaps, *effort)
    problem = _Problem(buffers, overlaps)
    order = sorted(buffers, key=lambda b: (found.offsets[b], b))
    random = Random(0)
    while found.arena_bytes > found.lower_bound and time.monotonic() < end:
        order, better = problem.reordered(order, found.lower_bound, CHUNK, random)
        if problem.size(better) < found.arena_bytes:
            found = replace(found, offsets=better, arena_bytes=problem.size(better))
    return found


class _Problem:
    """Buffers, which of them conflict, and where leave to overlap helps."""

    def __init__(self, buffers: Mapping[BufferId, Buffer], overlaps: Sequence[Overlap]) -> None:
        self.buffers = buffers
        self.distance = {(o.out, o.into): o.distance for o in overlaps}
        self.rivals = {
            a: [
                (
                    b,
                    min(x.bytes, self.distance.get((a, b), x.bytes)),
                    min(y.bytes, self.distance.get((b, a), y.bytes)),
                )
                for b, y in buffers.items()
                if b != a and _share_a_step(x, y)
            ]
            for a, x in buffers.items()
        }
        steps = sorted({b.first for b in buffers.values()})
        self.live = [[i for i, b in buffers.items() if b.first <= s <= b.last] for s in steps]
        self.saved = [list(self._savings(set(live))) for live in self.live]

    def size(self, offsets: Offsets) -> int:
        return max((at + self.buffers[b].bytes for b, at in offsets.items()), default=0)

    def lower_bound(self, among: Iterable[BufferId] | None = None) -> int:
        """The most bytes that are live at one step, at least; a pair with leave to overlap counts
        as what it takes together."""
        chosen = set(self.buffers if among is None else among)
        bound = 0
        for live, saved in zip(self.live, self.saved, strict=True):
            need = sum(self.buffers[i].bytes for i in live if i in chosen)
            if need > bound:
                less = (n for out, into, n in saved if out in chosen and into in chosen)
                bound = max(bound, need - sum(less))
        return bound

    def _savings(self, live: set[BufferId]) -> Iterator[tuple[BufferId, BufferId, int]]:
        """The pairs with leave to overlap at a step, and the bytes that it saves."""
        for (out, into), distance in self.distance.items():
            if out in live and into in live:
                a, b = self.buffers[out].bytes, self.buffers[into].bytes
                yield out, into, max(a + b - max(b + distance, a), 0)

    def greedy(self, order: Sequence[BufferId], most: int | None = None) -> dict[BufferId, int]:
        """Each buffer in turn at the lowest offset that is free for its whole life; with `most`,
        only until one ends above that."""
        offsets: dict[BufferId, int] = {}
        for b in order:
            offsets[b] = self.lowest(b, offsets)
            if most is not None and offsets[b] + self.buffers[b].bytes > most:
                break
        return offsets

    def reordered(
        self, order: list[BufferId], bound: int, tries: int, random: Random
    ) -> tuple[list[BufferId], dict[BufferId, int]]:
        """The greedy placement in the best of many orders: again and again a buffer that ends at
        the top, or any, goes to another place in the order; what is not worse is kept."""
        best = self.greedy(order)
        for _ in range(tries if len(order) > 1 else 0):
            size = self.size(best)
            if size <= bound:
                break
            top = [b for b in order if best[b] + self.buffers[b].bytes == size]
            moved = random.choice(top if random.random() < 0.5 else order)
            changed = [b for b in order if b != moved]
            changed.insert(random.randrange(len(order)), moved)
            found = self.greedy(changed, size)
            if len(found) == len(order) and self.size(found) <= size:
                best, order = found, changed
        return order, best

    def lowest(self, b: BufferId, offsets: Mapping[BufferId, int], least: int = 0) -> int:
        """The lowest offset >= least at which b stands beside what is placed. A buffer at `at`
        keeps b out of ]at - below, at + above[."""
        kept_out = sorted(
            (offsets[p] - below, offsets[p] + above)
            for p, below, above in self.rivals[b]
            if p in offsets
        )
        align = self.buffers[b].align
        lowest = _round_up(least, align)
        for low, high in kept_out:
            if low >= lowest:
                break
            if lowest < high:
                lowest = _round_up(high, align)
        return lowest


class _Search:
    """Depth-first branch and bound over the order of placement."""

    def __init__(self, problem: _Problem, best: Offsets, bound: int, nodes: int) -> None:
        self.problem = problem
        self.best = best
        self.bound = bound
        self.nodes = nodes

    def run(self) -> Offsets:
        self._place({}, 0)
        return self.best

    def _place(self, offsets: dict[BufferId, int], least: int) -> None:
        p = self.problem
        size = p.size(self.best)
        left = [b for b in p.buffers if b not in offsets]
        if not left:
            self.best = dict(offsets)
            return
        self.nodes -= 1
        if self.nodes < 0 or least + p.lower_bound(left) >= size:
            return
        at = {b: p.lowest(b, offsets, least) for b in left}
        if any(at[b] + p.buffers[b].bytes >= size for b in left):
            return
        # Lowest first; among these the longest-lived and largest.
        for b in sorted(left, key=lambda b: (at[b], -_area(p.buffers[b]), b)):
            offsets[b] = at[b]
            self._place(offsets, at[b])
            del offsets[b]
            if self.nodes < 0 or p.size(self.best) <= self.bound:
                return


def _area(b: Buffer) -> int:
    return b.bytes * (b.last - b.first + 1)


def _share_a_step(a: Buffer, b: Buffer) -> bool:
    return a.first <= b.last and b.first <= a.last


def _round_up(x: int, align: int) -> int:
    return -(-x // align) * align
