"""The planner: buffers with lifetimes → offsets in one arena.

The problem knows nothing of networks. Two buffers conflict when their lives share a step; then
their bytes must be apart, unless an `Overlap` gives leave. First greedy: place the buffers one by
one, in several orders, each at the lowest offset that is free. Where that leaves a gap to the lower
bound, two searches narrow it: a local one over orders, then branch and bound over canonical
placements (offsets that never decrease, each the lowest that is free: some best solution has this
form; cf. minimalloc, Moffitt 2023).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random

from ..placement import Plan
from ..program import Buffer, BufferId, Overlap

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
    best: Offsets = problem.reordered(order, bound, reorderings)
    if problem.size(best) > bound:
        best = _Search(problem, best, bound, nodes).run()
    align = max((b.align for b in buffers.values()), default=1)
    return Plan(best, problem.size(best), align, bound)


class _Problem:
    """Buffers, which of them conflict, and where leave to overlap helps."""

    def __init__(self, buffers: Mapping[BufferId, Buffer], overlaps: Sequence[Overlap]) -> None:
        self.buffers = buffers
        self.distance = {(o.out, o.into): o.distance for o in overlaps}
        self.rivals = {
            a: [b for b in buffers if b != a and _share_a_step(buffers[a], buffers[b])]
            for a in buffers
        }
        self.steps = sorted({b.first for b in buffers.values()})

    def size(self, offsets: Offsets) -> int:
        return max((at + self.buffers[b].bytes for b, at in offsets.items()), default=0)

    def lower_bound(self, among: Iterable[BufferId] | None = None) -> int:
        """The most bytes that are live at one step, at least; a pair with leave to overlap counts
        as what it takes together."""
        chosen = set(self.buffers if among is None else among)
        bound = 0
        for step in self.steps:
            live = {
                i: b.bytes
                for i, b in self.buffers.items()
                if i in chosen and b.first <= step <= b.last
            }
            for (out, into), distance in self.distance.items():
                if out in live and into in live:
                    a, b = self.buffers[out].bytes, self.buffers[into].bytes
                    live[into] -= max(a + b - max(b + distance, a), 0)
            bound = max(bound, sum(live.values()))
        return bound

    def greedy(self, order: Sequence[BufferId]) -> dict[BufferId, int]:
        """Each buffer in turn at the lowest offset that is free for its whole life."""
        offsets: dict[BufferId, int] = {}
        for b in order:
            offsets[b] = self.lowest(b, offsets)
        return offsets

    def reordered(self, order: list[BufferId], bound: int, tries: int) -> dict[BufferId, int]:
        """The greedy placement in the best of many orders: again and again a buffer that ends at
        the top, or any, goes to another place in the order; what is not worse is kept."""
        random = Random(0)  # the same plan every time
        best = self.greedy(order)
        for _ in range(tries if len(order) > 1 else 0):
            size = self.size(best)
            if size <= bound:
                break
            top = [b for b in order if best[b] + self.buffers[b].bytes == size]
            moved = random.choice(top if random.random() < 0.5 else order)
            changed = [b for b in order if b != moved]
            changed.insert(random.randrange(len(order)), moved)
            found = self.greedy(changed)
            if self.size(found) <= size:
                best, order = found, changed
        return best

    def lowest(self, b: BufferId, offsets: Offsets, least: int = 0) -> int:
        """The lowest offset >= least at which b stands beside what is placed."""
        placed = [p for p in self.rivals[b] if p in offsets]
        for c in sorted(set(self._candidates(b, placed, offsets, least))):
            if all(self._compatible(b, c, p, offsets[p]) for p in placed):
                return c
        raise AssertionError("the offset behind all others is always free")

    def _candidates(
        self, b: BufferId, placed: Sequence[BufferId], offsets: Offsets, least: int
    ) -> Iterator[int]:
        """Where a lowest placement can start: `least`, behind a buffer, or at an overlap's
        distance; rounded to the alignment."""
        align = self.buffers[b].align
        yield _round_up(least, align)
        for p in placed:
            at = [_round_up(offsets[p] + self.buffers[p].bytes, align)]
            if (b, p) in self.distance:
                at.append((offsets[p] - self.distance[b, p]) // align * align)
            if (p, b) in self.distance:
                at.append(_round_up(offsets[p] + self.distance[p, b], align))
            yield from (c for c in at if c >= least)

    def _compatible(self, a: BufferId, at_a: int, b: BufferId, at_b: int) -> bool:
        """Whether buffers a and b, which share a step, may stand at these offsets."""
        if at_a + self.buffers[a].bytes <= at_b or at_b + self.buffers[b].bytes <= at_a:
            return True
        if (a, b) in self.distance and at_a + self.distance[a, b] <= at_b:
            return True
        return (b, a) in self.distance and at_b + self.distance[b, a] <= at_a


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
