"""Which layers run depth first: the segmentation of a network with the least peak of RAM.

The nodes, in order, are cut into segments, each a single node over whole tensors or a region. A
segment needs its region's line buffers, source and result (overlapping as far as is safe) and all
tensors that live across it. Dynamic programming over the cuts finds the least greatest need, then,
among the segmentations that reach it, the one with the fewest nodes inside regions: those cost
instructions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import CompileError, Problem
from ..ir import Graph
from ..placement import Plan
from ..program import Alias, Kernel, Program, Region, Role
from ..target import Target
from .regions import RegionPlan, plan_region, row_windows
from .storage import Storage

MOST_NODES = 80  # in a region; longer ones gain nothing and cost compile time
WORTH_CUTTING = 48  # bytes: what saves no more is not worth the instructions of more regions
NEVER = 1 << 62  # bytes that nothing needs

Segment = tuple[int, int]
NONE_KNOWN: Mapping[Segment, int] = {}


def choose(
    graph: Graph,
    lowered: Sequence[Kernel | Alias],
    storage: Storage,
    target: Target,
    apart: bool,
    streamed: bool = False,
    known: Mapping[Segment, int] = NONE_KNOWN,
) -> tuple[RegionPlan, ...]:
    """The regions, in execution order. `storage` is that of the schedule without regions; with
    `apart`, fresh rows stand apart from line buffers. Where the input is `streamed`, the first
    segment is a region that takes its rows as they come. What segments need is reckoned, and is
    more than that where it is `known` from a plan."""
    count = len(graph.nodes)
    whole = [
        max(
            _whole_need(step, storage) + (how.scratch_bytes if isinstance(how, Kernel) else 0),
            known.get((step, step + 1), 0),
        )
        for step, how in enumerate(lowered)
    ]
    needs: dict[Segment, int] = {(step, step + 1): need for step, need in enumerate(whole)}
    plans: dict[Segment, RegionPlan] = {}
    # Inputs and outputs are held anyway: nodes that need no more than the largest may stay whole.
    ends = (Role.OUTPUT,) if streamed else (Role.INPUT, Role.OUTPUT)
    floor = max((b.bytes for b in storage.buffers.values() if b.role in ends), default=0)
    if streamed:
        del needs[0, 1]
        heads = _streamed_heads(graph, lowered, target, apart)
        plans |= heads
        needs |= {segment: _region_need(plan, storage) for segment, plan in heads.items()}
    for first in range(int(streamed), count):
        for last in range(first + 2, min(first + MOST_NODES, count) + 1):
            if max(whole[first:last]) > floor:
                plan = plan_region(graph, lowered, first, last, target, apart)
                if plan is not None:
                    plans[first, last] = plan
                    needs[first, last] = _region_need(plan, storage)
                    continue
            if not _could_grow(graph, lowered, last - 1):
                break
    needs = {segment: max(need, known.get(segment, 0)) for segment, need in needs.items()}
    peak = _least_peak(needs, count)
    return tuple(
        plans[s] for s in _fewest_in_regions(needs, count, peak + WORTH_CUTTING) if s in plans
    )


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


def span(into: int, out: int, distance: int) -> int:
    """Bytes that two buffers take together where out starts `distance` before into, or apart."""
    return min(max(into + max(distance, 0), out), into + out)


def _least_peak(needs: Mapping[Segment, int], count: int) -> int:
    best: list[int] = [0] + [NEVER] * count
    for last in range(1, count + 1):
        best[last] = min(
            (max(best[first], need) for (first, end), need in needs.items() if end == last),
            default=NEVER,
        )
    return best[count]


def _fewest_in_regions(needs: Mapping[Segment, int], count: int, peak: int) -> list[Segment]:
    """The segments of a segmentation within the peak, with the fewest nodes in regions; of those
    the one that needs least."""
    best: list[tuple[int, int, list[Segment]] | None] = [(0, 0, [])] + [None] * count
    for last in range(1, count + 1):
        for (first, end), need in needs.items():
            before = best[first]
            if end != last or need > peak or before is None:
                continue
            cost = before[0] + (end - first if end - first > 1 else 0)
            found = best[last]
            most = max(before[1], need)
            if found is None or (cost, most) < found[:2]:
                best[last] = (cost, most, [*before[2], (first, end)])
    answer = best[count]
    assert answer is not None
    return answer[2]
