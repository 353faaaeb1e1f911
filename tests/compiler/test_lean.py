"""Kernels that take less scratch are taken where the arena becomes smaller for it, and only by the
layers that have to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from compiler import place as placing
from compiler.ir import Graph
from compiler.lower.lean import lean_kernels
from compiler.lower.lower import Schedule
from compiler.options import Options
from compiler.pipeline import PASSES
from compiler.place import place
from compiler.placement import Plan
from compiler.program import Program, Role
from compiler.target import HOST, Target, load
from compiler.tflite.reader import read
from tests.ops.cases import Row
from tests.ops.networks import RANGES, network

M4 = load("mps2_an386")
TILES, SLICES = "nn_conv_2d_tiles_s8", "nn_conv_2d_tiles_s8 in slices"
ONE = RANGES | {
    "batch": (1,), "height": (5,), "width": (6,), "channels": (32,), "out_channels": (32,),
    "kernel": (3,), "stride": (1,), "layers": ("conv_2d",), "depth": (1,),
}  # fmt: skip
TWO = ONE | {"depth": (2,)}


def graph_of(ranges: Mapping[str, Any], *out_channels: int) -> Graph:
    """The first case in which all layers can have lean kernels, with these output channels."""
    for number in range(200):
        graph = read(Row("lean", network, ranges).case(number).model, "net")
        for step in PASSES:
            graph = step.run(graph, M4)
        shapes = [graph.site(node).output.shape[3] for node in graph.nodes]
        if shapes == [*out_channels] and len(lean_kernels(graph, M4)) == len(shapes):
            return graph
    raise AssertionError("no such case")


def placed(graph: Graph, target: Target = M4) -> tuple[Program, Plan]:
    return place(graph, Options("net", target, schedules=(Schedule.LAYERS,)))


def functions(program: Program) -> list[str]:
    calls = [call for layer in program.layers for call in layer.calls]
    return [f"{c.function} in slices" if c.params.get("slice") else c.function for c in calls]


def test_scratch_shrinks_where_that_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of(ONE, 32)
    program, plan = placed(graph)
    assert functions(program) == [SLICES]
    monkeypatch.setattr(placing, "lean_kernels", lambda *_: {})
    program, usual = placed(graph)
    assert functions(program) == [TILES]
    assert plan.arena_bytes <= usual.arena_bytes * 7 // 8


def test_the_usual_kernels_stay_where_it_does_not() -> None:
    program, _ = placed(graph_of(ONE | {"height": (24,)}, 32))
    assert functions(program) == [TILES]
    program, _ = placed(graph_of(ONE, 32), HOST)
    assert functions(program) == ["nn_conv_2d_s8"]


def test_only_layers_at_the_peak_are_lean() -> None:
    """Beside the first layer's input, of few channels, there is room for the usual scratch."""
    program, plan = placed(graph_of(TWO | {"channels": (16,), "out_channels": (32,)}, 32, 32))
    assert functions(program) == [TILES, SLICES]
    assert plan.arena_bytes == plan.lower_bound


def test_the_cheapest_that_fits_is_taken() -> None:
    """Not the leanest where another layer needs as much anyway."""
    graph = graph_of(TWO | {"channels": (32,), "out_channels": (32, 48)}, 48, 32)
    program, _ = placed(graph)
    assert functions(program) == [SLICES, SLICES]
    taken = scratch(program)
    leanest = [min(x.scratch_bytes for x in c) for c in lean_kernels(graph, M4).values()]
    assert leanest[0] < taken[0] <= taken[1]


def scratch(program: Program) -> list[int]:
    """Bytes of scratch by layer."""
    found = [0] * len(program.layers)
    for buffer in program.buffers.values():
        if buffer.role is Role.SCRATCH:
            found[buffer.first] += buffer.bytes
    return found
