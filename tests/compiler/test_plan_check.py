"""The checker accepts the planner's plans and finds every error that is planted into them."""

from __future__ import annotations

import dataclasses
import itertools
from functools import cache

import pytest

from compiler.errors import InternalError
from compiler.memory.check import check
from compiler.options import Options
from compiler.pipeline import PASSES
from compiler.place import place
from compiler.placement import BufferId, Plan
from compiler.program import Layer, Pointer, Program, Region
from compiler.rows import RowView
from compiler.tflite.reader import read
from tests.compiler.command import ROOT
from tests.ops.cases import Row
from tests.ops.networks import RANGES, network

WIDE = {"batch": (1,), "height": range(8, 24), "out_channels": (2, 16), "depth": range(3, 6)}
ROWS = (
    Row("planned_wide", network, RANGES | WIDE),
    Row("planned_batches", network, RANGES | {"batch": (2, 3)}),
    Row("planned_residual", network, RANGES | {"layers": ("conv_2d", "residual")}),
    Row("planned_tall", network, RANGES | WIDE | {"kernel": (3, 5), "stride": (1,)}),
)
NETWORKS = 16  # of each row


def placed(model: bytes) -> tuple[Program, Plan]:
    options = Options("net")
    graph = read(model, options.name)
    for step in PASSES:
        graph = step.run(graph, options.target)
    return place(graph, options)


@cache
def programs() -> tuple[tuple[Program, Plan], ...]:
    """Random networks and digits, placed."""
    models = [row.case(n).model for row in ROWS for n in range(NETWORKS)]
    models.append((ROOT / "models/digits/digits.tflite").read_bytes())
    return tuple(placed(m) for m in models)


def moved(plan: Plan, buffer: BufferId, offset: int) -> Plan:
    """The plan with one buffer elsewhere, in an arena that is large enough."""
    offsets = {**plan.offsets, buffer: offset}
    return dataclasses.replace(plan, offsets=offsets, arena_bytes=plan.arena_bytes * 2 + 64)


def test_good_plans_pass() -> None:
    for program, plan in programs():
        check(program, plan)


def test_two_buffers_needed_at_once_must_not_share_bytes() -> None:
    """Within a region lives are finer than steps, so that sharing can happen to do no harm."""
    planted = 0
    for program, plan in programs():
        if any(isinstance(item, Region) for item in program.schedule):
            continue
        leave = {(o.out, o.into) for o in program.overlaps}
        for (i, a), (j, b) in itertools.permutations(program.buffers.items(), 2):
            at_once = max(a.first, b.first) <= min(a.last, b.last)
            if not at_once or (i, j) in leave or (j, i) in leave or a.align != b.align:
                continue
            with pytest.raises(InternalError):
                check(program, moved(plan, i, plan.offsets[j]))
            planted += 1
    print(f"{planted} planted conflicts found")
    assert planted > 50


def test_an_output_must_keep_its_distance_from_the_input_it_overwrites() -> None:
    planted = 0
    for program, plan in programs():
        for o in program.overlaps:
            align = program.buffers[o.out].align
            least = plan.offsets[o.into] - o.distance
            close = (least // align + 1) * align  # the first offset that is too near
            end = plan.offsets[o.into] + program.buffers[o.into].bytes
            if not 0 <= close < end or o.distance <= -program.buffers[o.into].bytes:
                continue
            with pytest.raises(InternalError):
                check(program, moved(plan, o.out, close))
            planted += 1
    print(f"{planted} planted conflicts found")
    assert planted > 20


def test_a_line_buffer_must_be_deep_enough() -> None:
    planted = 0
    for program, plan in programs():
        for buffer in sorted(shallow_buffers(program)):
            with pytest.raises(InternalError):
                check(shallower(program, buffer), plan)
            planted += 1
    print(f"{planted} planted conflicts found")
    assert planted > 5


def views(layer: Layer) -> list[RowView]:
    return [p.at for call in layer.calls for p in call.pointers if isinstance(p.at, RowView)]


def shallow_buffers(program: Program) -> set[BufferId]:
    """Line buffers of more than one row."""
    every = (v for layer in program.layers for v in views(layer))
    return {v.place.buffer for v in every if 1 < v.depth < v.height}


def shallower(program: Program, buffer: BufferId) -> Program:
    """The program with one row less in a line buffer, for all who use it."""

    def pointer(p: Pointer) -> Pointer:
        if not isinstance(p.at, RowView) or p.at.place.buffer != buffer:
            return p
        return dataclasses.replace(p, at=dataclasses.replace(p.at, depth=p.at.depth - 1))

    layers = []
    for layer in program.layers:
        calls = tuple(
            dataclasses.replace(c, pointers=tuple(map(pointer, c.pointers))) for c in layer.calls
        )
        layers.append(dataclasses.replace(layer, calls=calls))
    return dataclasses.replace(program, layers=tuple(layers))


def test_layers_must_run_in_their_order() -> None:
    planted = 0
    for program, plan in programs():
        if len(program.schedule) < 2:
            continue
        swapped = dataclasses.replace(program, schedule=tuple(reversed(program.schedule)))
        with pytest.raises(InternalError):
            check(swapped, plan)
        planted += 1
    assert planted > 5


def test_the_arena_must_hold_all_buffers() -> None:
    for program, plan in programs():
        with pytest.raises(InternalError):
            check(program, dataclasses.replace(plan, arena_bytes=plan.arena_bytes - 1))


def test_buffers_must_be_aligned() -> None:
    for program, plan in programs():
        first = min(b for b, buffer in program.buffers.items() if buffer.align > 1)
        with pytest.raises(InternalError, match="aligned"):
            check(program, moved(plan, first, plan.arena_bytes // 4 * 4 + 1))
