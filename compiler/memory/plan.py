"""The planner: buffers with lifetimes → offsets in one arena.

The problem knows nothing of networks. Two buffers conflict when their lives share a step; then
their bytes must be apart, unless an `Overlap` gives leave. Greedy: place the buffers one by one, in
several orders, each at the lowest offset that conflicts with none placed before; keep the best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..program import Buffer, BufferId, Overlap, Plan

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


def plan(buffers: Mapping[BufferId, Buffer], overlaps: Sequence[Overlap]) -> Plan:
    """Offsets for all buffers, the arena's size and a lower bound for it."""
    distances = {(o.out, o.into): o.distance for o in overlaps}
    best: dict[BufferId, int] | None = None
    best_size = 0
    for order in _ORDERS:
        offsets = _place(sorted(buffers, key=lambda b: (*order(buffers[b]), b)), buffers, distances)
        size = max((offsets[b] + buffers[b].bytes for b in buffers), default=0)
        if best is None or size < best_size:
            best, best_size = offsets, size
    assert best is not None
    align = max((b.align for b in buffers.values()), default=1)
    return Plan(best, best_size, align, lower_bound(buffers, overlaps))


def lower_bound(buffers: Mapping[BufferId, Buffer], overlaps: Sequence[Overlap]) -> int:
    """The most bytes that must be apart at one step: per step the sum of the live buffers, where a
    pair with leave to overlap counts as little as its distance allows."""
    steps = {b.first for b in buffers.values()} | {b.last for b in buffers.values()}
    bound = 0
    for step in steps:
        live = {i: b.bytes for i, b in buffers.items() if b.first <= step <= b.last}
        for o in overlaps:
            if o.out in live and o.into in live:
                # Together they may need no more than the larger of both.
                live[o.into] = max(live[o.into] - buffers[o.out].bytes, 0)
        bound = max(bound, sum(live.values()))
    return bound


def _place(
    order: Sequence[BufferId],
    buffers: Mapping[BufferId, Buffer],
    distances: Mapping[tuple[BufferId, BufferId], int],
) -> dict[BufferId, int]:
    """Each buffer in turn at the lowest offset that is free for its whole life."""
    offsets: dict[BufferId, int] = {}
    for b in order:
        placed = [p for p in offsets if _share_a_step(buffers[b], buffers[p])]
        candidates = sorted(set(_candidates(b, placed, offsets, buffers, distances)))
        offsets[b] = next(
            c for c in candidates
            if all(_compatible(b, c, p, offsets[p], buffers, distances) for p in placed)
        )  # fmt: skip
    return offsets


def _share_a_step(a: Buffer, b: Buffer) -> bool:
    return a.first <= b.last and b.first <= a.last


def _candidates(
    b: BufferId,
    placed: Sequence[BufferId],
    offsets: Mapping[BufferId, int],
    buffers: Mapping[BufferId, Buffer],
    distances: Mapping[tuple[BufferId, BufferId], int],
) -> Iterator[int]:
    """The offsets at which a lowest placement can start: 0, behind a buffer, or at an overlap's
    distance; all rounded up to the alignment."""
    align = buffers[b].align
    yield 0
    for p in placed:
        yield _round_up(offsets[p] + buffers[p].bytes, align)
        if (b, p) in distances and offsets[p] >= distances[b, p]:
            yield (offsets[p] - distances[b, p]) // align * align
        if (p, b) in distances:
            yield _round_up(max(offsets[p] + distances[p, b], 0), align)


def _compatible(
    a: BufferId,
    at_a: int,
    b: BufferId,
    at_b: int,
    buffers: Mapping[BufferId, Buffer],
    distances: Mapping[tuple[BufferId, BufferId], int],
) -> bool:
    """Whether buffers a and b, which share a step, may stand at these offsets."""
    if at_a + buffers[a].bytes <= at_b or at_b + buffers[b].bytes <= at_a:
        return True
    if (a, b) in distances and at_a + distances[a, b] <= at_b:
        return True
    return (b, a) in distances and at_b + distances[b, a] <= at_a


def _round_up(x: int, align: int) -> int:
    return -(-x // align) * align
