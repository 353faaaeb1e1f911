"""The planner: buffers with lifetimes → offsets in one arena.

The problem knows nothing of networks. Two buffers conflict when their lives share a step; then
their bytes must be apart, unless an `Overlap` gives leave. First greedy: place the buffers one by
one, in several orders, each at the lowest offset that is free. Where that leaves a gap to the lower
bound, exact searches halve it: each looks for a plan within a size, and finds one, which is the new
best, or proves that there is none, which is the new bound, or gives up. Buffers without leave to
overlap are fitted into each other's skyline, others are oriented pair by pair. Groups of buffers
that live at different times are problems of their own.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from ..placement import BufferId, Plan
from ..program import Buffer, Overlap
from . import orient, skyline
from .core import core
from .found import Found

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

SEARCH_NODES = 3000  # of the exact searches together
REORDERINGS = 200  # tried by the local search, where the exact one leaves a gap
_ANY = 1 << 62  # nodes, where time alone counts
_LEAST_SECONDS = 0.005
_LEAST_NODES = 16
_CHUNK = 20  # orders that are tried between two searches
_NEAR = 128  # the exact search may leave a gap of one part in so many


def plan(
    buffers: Mapping[BufferId, Buffer],
    overlaps: Sequence[Overlap],
    reorderings: int = REORDERINGS,
    nodes: int = SEARCH_NODES,
) -> Plan:
    """Offsets for all buffers, the arena's size and a lower bound for it; the same every time."""
    parts = []
    for group in _groups(buffers):
        inside = [o for o in overlaps if o.out in group and o.into in group]
        parts.append(_planned(_Problem(group, inside), reorderings, nodes))
    return _together(buffers, parts)


def plan_within(
    buffers: Mapping[BufferId, Buffer], overlaps: Sequence[Overlap], seconds: float
) -> Plan:
    """The best plan that is found in a time of the processor's; how good that is depends on it."""
    end = time.process_time() + seconds
    parts = []
    groups = sorted(_groups(buffers), key=len)
    for number, group in enumerate(groups):
        now = time.process_time()
        inside = [o for o in overlaps if o.out in group and o.into in group]
        most = now + max(end - now, 0) / (len(groups) - number)
        parts.append(_planned_until(_Problem(group, inside), most))
    return _together(buffers, parts)


def _together(buffers: Mapping[BufferId, Buffer], parts: Sequence[Plan]) -> Plan:
    """The plan of all groups, one of which needs most."""
    offsets = {b: at for part in parts for b, at in part.offsets.items()}
    align = max((b.align for b in buffers.values()), default=1)
    size = max((part.arena_bytes for part in parts), default=0)
    bound = max((part.lower_bound for part in parts), default=0)
    return Plan(offsets, size, align, bound, nodes=sum(part.nodes for part in parts))


def _groups(buffers: Mapping[BufferId, Buffer]) -> list[dict[BufferId, Buffer]]:
    """The buffers, apart at steps that none of them lives across."""
    groups: list[dict[BufferId, Buffer]] = []
    last = 0
    for i in sorted(buffers, key=lambda i: buffers[i].first):
        if not groups or buffers[i].first > last:
            groups.append({})
            last = buffers[i].last
        groups[-1][i] = buffers[i]
        last = max(last, buffers[i].last)
    return [{i: b for i, b in buffers.items() if i in group} for group in groups]


def _planned(problem: _Problem, reorderings: int, nodes: int) -> Plan:
    order, best = _greedy(problem)
    search = _Search(problem, best, problem.lower_bound())
    search.halve(nodes)
    if search.size > search.bound:
        _, found = problem.reordered(order, search.bound, reorderings, Random(0), _always)
        search.take(found)
    return search.plan()


def _planned_until(problem: _Problem, end: float) -> Plan:
    """Again and again a third of the time that is left for the lower bound's size, where nothing
    may be wasted: that prunes most; then the sizes between."""
    order, best = _greedy(problem)
    search = _Search(problem, best, problem.lower_bound())
    random = Random(0)
    for seed in itertools.count():
        left = end - time.process_time()
        if search.size <= search.bound or left <= 0:
            return search.plan()
        search.halve(_ANY, seed, [left / 3, left / 8])
        if seed == 0:
            order = sorted(search.best, key=lambda b: (search.best[b], b))
        goes_on = _until(max(end - time.process_time(), 0) / 8)
        order, found = problem.reordered(order, search.bound, _CHUNK, random, goes_on)
        search.take(found)
    raise AssertionError


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

    def size(self, offsets: Offsets) -> int:
        return max((at + self.buffers[b].bytes for b, at in offsets.items()), default=0)

    def lower_bound(self) -> int:
        """The most bytes that are live at one step, at least; a pair with leave to overlap counts
        as what it takes together."""
        return max(
            (
                sum(self.buffers[i].bytes for i in live) - sum(self._savings(set(live)))
                for live in self.live
            ),
            default=0,
        )

    def search(self, size: int, nodes: int, seed: int, goes_on: Callable[[], bool]) -> Found:
        """An exact search for a plan within a size."""
        rest = core(self.buffers, self.rivals, size)
        if rest.size < 0:
            return Found(None, True, 0)
        offsets, used = dict(rest.fixed), 0
        for part in rest.parts:
            found = self._search(part, rest.size, nodes - used, seed, goes_on)
            used += found.nodes
            if found.offsets is None:
                return Found(None, found.proved, used)
            offsets |= {b: rest.floor + at for b, at in found.offsets.items()}
        for b in rest.last:
            offsets[b] = self.lowest(b, offsets)
        return Found(offsets, False, used)

    def _search(
        self,
        part: Mapping[BufferId, Buffer],
        size: int,
        nodes: int,
        seed: int,
        goes_on: Callable[[], bool],
    ) -> Found:
        pairs = [
            orient.Pair(a, b, below, above)
            for a in part
            for b, below, above in self.rivals[a]
            if a < b and b in part
        ]
        overlap = any((p.a, p.b) in self.distance or (p.b, p.a) in self.distance for p in pairs)
        if not overlap and skyline.fits(part):
            return skyline.search(part, size, nodes, seed, goes_on)
        return orient.search(part, pairs, size, nodes, goes_on)

    def _savings(self, live: set[BufferId]) -> Iterator[int]:
        """The bytes that each pair with leave to overlap at a step saves."""
        for (out, into), distance in self.distance.items():
            if out in live and into in live:
                a, b = self.buffers[out].bytes, self.buffers[into].bytes
                yield max(a + b - max(b + distance, a), 0)

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
        self,
        order: list[BufferId],
        bound: int,
        tries: int,
        random: Random,
        goes_on: Callable[[], bool],
    ) -> tuple[list[BufferId], dict[BufferId, int]]:
        """The greedy placement in the best of many orders: again and again a buffer that ends at
        the top, or any, goes to another place in the order; what is not worse is kept."""
        best = self.greedy(order)
        for _ in range(tries if len(order) > 1 else 0):
            size = self.size(best)
            if size <= bound or not goes_on():
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
    """The best plan so far, the bound, and how they come nearer to each other."""

    def __init__(self, problem: _Problem, best: Offsets, bound: int) -> None:
        self.problem = problem
        self.best = best
        self.size = problem.size(best)
        self.bound = bound
        self.nodes = 0

    def plan(self) -> Plan:
        align = max((b.align for b in self.problem.buffers.values()), default=1)
        return Plan(self.best, self.size, align, self.bound, nodes=self.nodes)

    def take(self, offsets: Offsets) -> None:
        """A plan, if it is better."""
        size = self.problem.size(offsets)
        if len(offsets) == len(self.best) and size < self.size:
            self.best, self.size = offsets, size

    def halve(self, nodes: int, seed: int = 0, seconds: Sequence[float] = ()) -> None:
        """Looks for a plan of the bound's size, then again and again for one halfway to the best:
        with so many nodes together, of which each search may take half of what is left, and with
        seconds for the first one and for each of the others."""
        failed = self.bound - 1
        for step in itertools.count():
            unproved = failed >= self.bound
            if self.size - failed <= (self.size // _NEAR if unproved else 1):
                return
            if self.size <= self.bound or (step and seconds and seconds[1] < _LEAST_SECONDS):
                return
            if nodes < _LEAST_NODES:
                return
            aim = (failed + self.size) // 2 if step else self.bound
            goes_on = _until(seconds[min(step, 1)]) if seconds else _always
            found = self.problem.search(aim, nodes // 2, seed, goes_on)
            nodes -= found.nodes
            self.nodes += found.nodes
            if found.offsets is not None:
                self.take(found.offsets)
            else:
                failed = aim
                if found.proved:
                    self.bound = max(self.bound, aim + 1)


def _always() -> bool:
    return True


def _until(seconds: float) -> Callable[[], bool]:
    """Whether these have not passed yet."""
    end = time.process_time() + seconds
    return lambda: time.process_time() < end


def _greedy(problem: _Problem) -> tuple[list[BufferId], dict[BufferId, int]]:
    """The best of the orders, and what comes of it."""
    orders = [
        sorted(problem.buffers, key=lambda b: (*key(problem.buffers[b]), b)) for key in _ORDERS
    ]
    placed = [(order, problem.greedy(order)) for order in orders]
    return min(placed, key=lambda found: problem.size(found[1]))


def _share_a_step(a: Buffer, b: Buffer) -> bool:
    return a.first <= b.last and b.first <= a.last


def _round_up(x: int, align: int) -> int:
    return -(-x // align) * align
