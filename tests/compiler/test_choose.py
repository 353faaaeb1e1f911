"""The search for regions against every way to cut small chains into segments."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from unittest import mock

import pytest

from compiler.ir import Graph
from compiler.lower import lower as lowering
from compiler.lower.choose import NONE_KNOWN, SLOWER_BY, WORTH_CUTTING, Remembered, Segment
from compiler.lower.lower import Given, Schedule, Way, lower
from compiler.lower.regions import RegionPlan, plan_region
from compiler.lower.storage import Storage
from compiler.memory.plan import plan as plan_memory
from compiler.options import Options
from compiler.pipeline import PASSES
from compiler.place import STACK_OF_REGIONS, place
from compiler.program import Alias, Kernel
from compiler.target import HOST, Target, load
from compiler.tflite.reader import read
from tests.ops.cases import Row
from tests.ops.networks import RANGES, network

WIDE = RANGES | {
    "batch": (1,), "height": range(12, 28), "channels": (1, 2), "out_channels": (1, 2, 12, 16),
    "depth": (3, 4, 5),
}  # fmt: skip
POOLS = {"layers": ("conv_2d", "depthwise_conv_2d", "max_pool_2d", "relu")}
ROWS = (
    Row("cut_chain", network, WIDE),
    Row("cut_pools", network, WIDE | POOLS),
    Row("cut_classifier", network, WIDE | {"tail": ("classifier",), "depth": (2, 3)}),
)
MOST_NODES = 7


class Impossible(Exception):
    """A segment of several nodes that cannot be a region."""


def graph_of(model: bytes, target: Target) -> Graph:
    graph = read(model, "net")
    for step in PASSES:
        graph = step.run(graph, target)
    return graph


def segmentations(count: int) -> Iterator[list[Segment]]:
    """All ways to cut `count` nodes; those of several nodes."""
    for cut in itertools.product((False, True), repeat=count - 1):
        ends = [i + 1 for i, here in enumerate(cut) if here] + [count]
        pairs = zip([0, *ends[:-1]], ends, strict=True)
        yield [(first, last) for first, last in pairs if last - first > 1]


def arena_with(graph: Graph, target: Target, segments: Sequence[Segment]) -> int:
    """The planned arena where these segments are regions."""

    def given(
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
        plans = [plan_region(graph, lowered, *segment, target, apart) for segment in segments]
        if None in plans:
            raise Impossible
        return tuple(p for p in plans if p is not None)

    with mock.patch.object(lowering, "choose", given):
        program = lower(graph, Given(target), Way(Schedule.REGIONS))
    return plan_memory(program.buffers, program.overlaps).arena_bytes


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_no_way_to_cut_a_chain_is_better(row: Row) -> None:
    with_regions = tried = 0
    for number in range(14):
        target = load("mps2_an386") if number % 2 else HOST
        case = row.case(number)
        graph = graph_of(case.model, target)
        if len(graph.nodes) > MOST_NODES or len(graph.outputs) > 1:
            continue
        schedules = Schedule.LAYERS, Schedule.REGIONS
        options = Options("net", target, schedules=schedules, slower_by=math.inf)
        program, plan = place(graph, options)
        arenas = []
        for segments in segmentations(len(graph.nodes)):
            try:
                stack = STACK_OF_REGIONS if segments else 0
                arenas.append(arena_with(graph, target, segments) + stack)
            except Impossible:
                continue
        has_regions = any(not isinstance(item, int) for item in program.schedule)
        found = plan.arena_bytes + (STACK_OF_REGIONS if has_regions else 0)
        tried += 1
        with_regions += has_regions
        least = min(arenas)
        assert found <= least + WORTH_CUTTING, f"{case.name}: {found}, where {least} is possible"
    print(f"{row.name}: none of {tried} chains can be cut better; {with_regions} have regions")
    assert tried > 5 and with_regions > 0
