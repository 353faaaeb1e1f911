"""What is left of a problem, for a size, when all that needs no search is taken out of it.

A buffer fits in whatever its rivals do where they cannot keep it out of all its offsets, even if
none of them kept it out of the same ones: it is placed last. Of the others, one that all the rest
has to be apart from may as well stand at the bottom: what is below it can move up by its size, if
that is a multiple of all alignments. Where these are the same it may as well stand at the top. What
is left may fall apart into groups that do not meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..placement import BufferId
from ..program import Buffer

# Of each buffer those it has to be apart from: one at x keeps it out of ]x - below, x + above[.
Rivals = Mapping[BufferId, Sequence[tuple[BufferId, int, int]]]


@dataclass(frozen=True)
class Core:
    """`parts` are to be searched, for offsets from `floor` on, within `size`; `fixed` stand where
    they are; `last` are placed in this order when all others are. A negative size: there is no
    plan."""

    parts: tuple[dict[BufferId, Buffer], ...]
    floor: int
    size: int
    fixed: Mapping[BufferId, int]
    last: tuple[BufferId, ...]


def core(buffers: Mapping[BufferId, Buffer], rivals: Rivals, size: int) -> Core:
    """What a search for a plan within that size has to do."""
    left, last = _without_the_easy(buffers, rivals, size)
    floor, top, fixed = 0, size, dict[BufferId, int]()
    align = max((b.align for b in left.values()), default=1)
    apart = [b for b in left if _is_apart(b, left, rivals)]
    for b in apart:
        if left[b].bytes % align == 0:
            fixed[b] = floor
            floor += left.pop(b).bytes
    if all(b.align == align for b in left.values()):
        for b in apart:
            if b in left:
                fixed[b] = top = floor + (top - floor - left.pop(b).bytes) // align * align
    return Core(tuple(_groups(left, rivals)), floor, top - floor, fixed, last)


def _without_the_easy(
    buffers: Mapping[BufferId, Buffer], rivals: Rivals, size: int
) -> tuple[dict[BufferId, Buffer], tuple[BufferId, ...]]:
    """The buffers that may not fit in, and the others."""
    keeps_out = {
        a: {b: -(-max(below + above - 1, 0) // buffers[a].align) for b, below, above in of}
        for a, of in rivals.items()
    }
    free = {
        a: (size - b.bytes) // b.align + 1 - sum(keeps_out[a].values()) for a, b in buffers.items()
    }
    left, easy = dict(buffers), list[BufferId]()
    waits = [a for a in buffers if free[a] > 0]
    while waits:
        a = waits.pop()
        if a not in left:
            continue
        easy.append(a)
        del left[a]
        for b, _, _ in rivals[a]:
            free[b] += keeps_out[b][a]
            if b in left and free[b] > 0:
                waits.append(b)
    return left, tuple(reversed(easy))


def _is_apart(b: BufferId, left: Mapping[BufferId, Buffer], rivals: Rivals) -> bool:
    """Whether a buffer shares no byte with any other that is left."""
    full = sum(
        a in left and below == left[b].bytes and above == left[a].bytes
        for a, below, above in rivals[b]
    )
    return full == len(left) - 1


def _groups(left: Mapping[BufferId, Buffer], rivals: Rivals) -> list[dict[BufferId, Buffer]]:
    """Those that meet, directly or not; the small groups first."""
    found, seen = [], set[BufferId]()
    for start in left:
        if start in seen:
            continue
        group, queue = {start}, [start]
        while queue:
            for b, _, _ in rivals[queue.pop()]:
                if b in left and b not in group:
                    group.add(b)
                    queue.append(b)
        seen |= group
        found.append({b: x for b, x in left.items() if b in group})
    return sorted(found, key=len)
