"""Which layers run depth first: the segmentation of a network with the least peak of RAM.

The nodes, in order, are cut into segments, each a single node over whole tensors or a region. A
segment needs its region's line buffers, source and result (overlapping as far as is safe) and all
tensors that live across it, and costs instructions (cost.py). Dynamic programming over the cuts
finds the least greatest need that may be had for the instructions that are granted, then, among the
segmentations that reach it, the cheapest.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..errors import CompileError, Problem
from ..ir import Graph
from ..placement import Plan
from ..program import Alias, Kernel, Program, Region, Role
from ..target import Target
from .cost import of_layers, of_region
from .distances import span
from .regions import RegionPlan, plan_region, row_windows
from .storage import Storage

MOST_NODES = 80  # in a region; longer ones gain nothing and cost compile time
WORTH_CUTTING = 48  # bytes: what saves no more is not worth the instructions of more regions
WORTH_STEPS = 0.01  # of a segment's instructions: what costs less is not tried in larger steps
MOST_ROWS = 6  # of a tensor in a turn
SLOWER_BY = 0.03  # how many instructions regions may add, of those of whole layers

Segment = tuple[int, int]
NONE_KNOWN: Mapping[Segment, int] = {}


@dataclass(frozen=True)
class Way:
    """How a segment may run: the bytes it needs, the instructions it adds, and, for a region, the
    plan."""

    need: int
    cost: int
    plan: RegionPlan | None


# The ways of a graph's segments, with fresh rows apart or not.
Remembered = dict[bool, dict[Segment, Way]]


def choose(
    graph: Graph,
    lowered: Sequence[Kernel | Alias],
    storage: Storage,
    target: Target,
    apart: bool,
    streamed: bool = False,
    known: Mapping[Segment, int] = NONE_KNOWN,
    slower_by: float = SLOWER_BY,
    remembered: Remembered | None = None,
) -> tuple[RegionPlan, ...]:
    """The regions, in execution order. `storage` is that of the schedule without regions; with
    `apart`, fresh rows stand apart from line buffers. Where the input is `streamed`, the first
    segment is a region that takes its rows as they come. What segments need is reckoned, and is
    more than that where it is `known` from a plan. Regions may add `slower_by` of the instructions
    that layers over whole tensors take; where they would add more, they take several rows a turn
    or stay whole. `remembered` are the ways of this graph with these kernels and this storage, for
    calls that differ in what is `known`."""
    count = len(graph.nodes)
    layers = of_layers(graph, lowered, target)
    remembered = {} if remembered is None else remembered
    if apart not in remembered:
        remembered[apart] = _ways(graph, lowered, storage, target, apart, streamed)
    ways = {segment: [way] for segment, way in remembered[apart].items()}
    most = sum(layers) * slower_by
    found = _least_peak(ways, known, count, math.inf)
    if not streamed and sum(w.cost for w in found) > most:
        for segment, options in ways.items():
            plan = options[0].plan
            if plan is not None and options[0].cost > WORTH_STEPS * sum(layers[slice(*segment)]):
                steps = _steps(plan, lowered)
                more = (plan_region(graph, lowered, *segment, target, apart, step=n) for n in steps)
                options += [_way(p, graph, lowered, storage, target) for p in more if p is not None]
        found = _least_peak(ways, known, count, most)
    return tuple(w.plan for w in found if w.plan is not None)


def _way(
    plan: RegionPlan,
    graph: Graph,
    lowered: Sequence[Kernel | Alias],
    storage: Storage,
    target: Target,
) -> Way:
    return Way(_region_need(plan, storage), of_region(plan, graph, lowered, target), plan)


def _ways(
    graph: Graph,
    lowered: Sequence[Kernel | Alias],
    storage: Storage,
    target: Target,
    apart: bool,
    streamed: bool,
) -> dict[Segment, Way]:
    """Every segment over whole tensors, or as a region that takes one row a turn."""
    count = len(graph.nodes)
    whole = [
        _whole_need(step, storage) + (how.scratch_bytes if isinstance(how, Kernel) else 0)
        for step, how in enumerate(lowered)
    ]
    ways = {(step, step + 1): Way(need, 0, None) for step, need in enumerate(whole)}

    def way(plan: RegionPlan) -> Way:
        return _way(plan, graph, lowered, storage, target)

    # Inputs and outputs are held anyway: nodes that need no more than the largest may stay whole.
    ends = (Role.OUTPUT,) if streamed else (Role.INPUT, Role.OUTPUT)
    floor = max((b.bytes for b in storage.buffers.values() if b.role in ends), default=0)
    if streamed:
        heads = _streamed_heads(graph, lowered, target, apart)
        del ways[0, 1]
        ways |= {segment: way(plan) for segment, plan in heads.items()}
    for first in range(int(streamed), count):
        for last in range(first + 2, min(first + MOST_NODES, count) + 1):
            if max(whole[first:last]) > floor:
                plan = plan_region(graph, lowered, first, last, target, apart)
                if plan is not None:
                    ways[first, last] = way(plan)
                    continue
            if not _could_grow(graph, lowered, last - 1):
                break
    return ways


def _steps(plan: RegionPlan, lowered: Sequence[Kernel | Alias]) -> Iterator[int]:
    """In which steps a region might be taken: such that kernels that do several units at a time
    are given 1, 2, … rows, and no more than half of all."""
    divisors = {plan.ready[t].divisor for t in plan.rows if t != plan.source}
    height = plan.ready[plan.source].height
    steps = {divisor * rows for divisor in divisors for rows in range(1, MOST_ROWS + 1)}
    return (n for n in sorted(steps) if 1 < n <= max(height // 2, 2))


def _streamed_heads(
    graph: Graph, lowered: Sequence[Kernel | Alias], target: Target, apart: bool
) -> dict[Segment, RegionPlan]:
    """The regions with which a network can begin whose input comes row by row."""
    heads = {}
    for last in range(1, min(MOST_NODES, len(graph.nodes)) + 1):
        plan = plan_region(graph, lowered, 0, last, target, apart, streamed=True)
        if plan is not None:
            heads[0, last] = plan
        elif not _could_grow(graph, lowered, last - 1):
            break
    if heads:
        return heads
    node = next(iter(graph.nodes), None)
    where = node.where if node else "model"
    raise CompileError(
        Problem(
            where,
            "needs the whole input, which --stream-input never holds",
            "one input [1, rows, columns, channels] and first layers that work row by row",
            "leave --stream-input out",
        )
    )


def suspects(program: Program, plan: Plan) -> list[tuple[Segment, ...]]:
    """The segments that may be why an arena is larger than what is live: those that reach to its
    end, together and each alone, and their neighbours, with which they share buffers."""
    segments: list[Segment] = []
    critical: list[int] = []
    for item in program.schedule:
        layers = [s.layer for s in item.stages] if isinstance(item, Region) else [item]
        names = (program.layers[i].name.removeprefix(program.prefix) for i in layers)
        first, *_, last = [int(name.split("_")[0]) for name in names] * 2
        ends = (
            plan.offsets[i] + b.bytes
            for i, b in program.buffers.items()
            if b.first <= last and b.last >= first
        )
        if max(ends, default=0) == plan.arena_bytes:
            critical.append(len(segments))
        segments.append((first, last + 1))
    if not critical:  # what reaches to the end lives beside all segments
        return []
    beside = (i + d for i in reversed(critical) for d in (1, -1))
    order = dict.fromkeys((*reversed(critical), *beside))
    alone = [(segments[i],) for i in order if 0 <= i < len(segments)]
    return list(dict.fromkeys((tuple(segments[i] for i in critical), *alone)))


def _could_grow(graph: Graph, lowered: Sequence[Kernel | Alias], node: int) -> bool:
    """Whether a region may go on behind the node."""
    how = lowered[node]
    return isinstance(how, Alias) or row_windows(graph.site(graph.nodes[node]), how) is not None


def _whole_need(step: int, storage: Storage) -> int:
    """Bytes live while a node runs over whole tensors."""
    live = {b: x.bytes for b, x in storage.buffers.items() if x.first <= step <= x.last}
    saved = max(
        (
            live[o.out] + live[o.into] - span(live[o.into], live[o.out], o.distance)
            for o in storage.overlaps
            if o.out in live and o.into in live and storage.buffers[o.out].first == step
        ),
        default=0,
    )
    return sum(live.values()) - saved


def _region_need(plan: RegionPlan, storage: Storage) -> int:
    """Bytes live while a region runs."""
    source = storage.places[plan.source].buffer
    result = storage.places[plan.result].buffer
    across = sum(
        b.bytes
        for i, b in storage.buffers.items()
        if b.first < plan.first and b.last >= plan.first and i != source
    )
    held = storage.buffers.get(source)  # None: state, which has no place in the arena
    into = 0 if plan.streamed or held is None else held.bytes
    out = storage.buffers[result].bytes if result in storage.buffers else 0
    dies = held is not None and held.last < plan.last
    overlaps = dies and plan.distance is not None
    both = span(into, out, plan.distance or 0) if overlaps else into + out
    return across + both + plan.working_bytes


def _least_peak(
    ways: Mapping[Segment, Sequence[Way]], known: Mapping[Segment, int], count: int, most: float
) -> list[Way]:
    """The ways to run the segments of a segmentation of least peak that costs no more than `most`;
    of those near that peak the one that costs least."""
    if not count:  # outputs that are inputs
        return []
    ending: list[list[tuple[int, int, Way]]] = [[] for _ in range(count + 1)]
    for segment, options in ways.items():
        for w in options:
            ending[segment[1]].append((segment[0], max(w.need, known.get(segment, 0)), w))
    peaks = sorted({need for options in ending for _, need, _ in options})
    at = bisect.bisect_left(
        peaks, True, key=lambda p: (c := _cheapest(ending, p)) is not None and c[0] <= most
    )
    found = _cheapest(ending, peaks[at] + WORTH_CUTTING) if at < len(peaks) else None
    assert found is not None
    return found[2]


def _cheapest(
    ending: Sequence[Sequence[tuple[int, int, Way]]], peak: int
) -> tuple[int, int, list[Way]] | None:
    """What the cheapest segmentation within the peak costs, what it needs, and how it runs; of
    equal ones the one that needs least. None: there is none."""
    best: list[tuple[int, int, list[Way]] | None] = [(0, 0, []), *[None] * (len(ending) - 1)]
    for last, options in enumerate(ending):
        for first, need, way in options:
            before = best[first]
            if need > peak or before is None:
                continue
            cost, most = before[0] + way.cost, max(before[1], need)
            found = best[last]
            if found is None or (cost, most) < found[:2]:
                best[last] = (cost, most, [*before[2], way])
    return best[-1]
