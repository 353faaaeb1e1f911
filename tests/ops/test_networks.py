"""Random networks of several layers: the whole pipeline, with regions run depth first."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from unittest import mock

import pytest

from compiler.compile import compile_model
from compiler.ir import DType, Graph
from compiler.lower import lower as lowering
from compiler.lower.lower import Schedule
from compiler.lower.regions import RegionPlan, plan_region
from compiler.lower.storage import Storage
from compiler.options import Options
from compiler.program import Alias, Kernel
from compiler.target import HOST, Target, load

from . import conformance, grown, lines
from .cases import Row
from .conformance import M4, M55
from .generated import run_on_host, run_on_m55
from .networks import RANGES, network

# Wide in the middle: the shape that depth first execution is for.
WIDE = {"batch": (1,), "height": range(8, 24), "out_channels": (1, 2, 12, 16)}
DEEP = WIDE | {
    "channels": (1, 2),
    "out_channels": (2, 16),
    "kernel": (2, 3, 3, 5),
    "depth": range(3, 7),
}
POOLS = {
    "layers": ("conv_2d", "depthwise_conv_2d", "max_pool_2d", "average_pool_2d", "pad", "relu")
}
RESIDUAL = {"layers": ("conv_2d", "max_pool_2d", "residual", "residual")}
BRANCHES = {"layers": ("conv_2d", "branches", "branches", "relu")}
# Another order of execution than the file's takes less.
SIDE_BY_SIDE = RANGES | {"batch": (1,), "height": range(8, 20), "out_channels": (2, 4)}
CELLS = SIDE_BY_SIDE | {"layers": ("conv_2d", "cell", "cell"), "depth": (2, 3)}
HEADS = SIDE_BY_SIDE | {"tail": ("heads",), "depth": (1, 2)}
CLASSIFIER = POOLS | {"tail": ("classifier",)}
CONSTANT = {
    "constant_channels": (0.4,),
    "out_channels": (4, 6, 8),
    "tail": ("nothing", "classifier"),
}
DEAD_BRANCHES = CONSTANT | {
    "batch": (1,), "height": (4, 6, 8), "width": (4, 6), "depth": (3, 4, 5), "kernel": (1, 1, 3),
    "layers": ("conv_2d", "residual", "halves", "decoder", "scaled", "blocks", "depthwise_conv_2d"),
}  # fmt: skip
FLOAT = {"dtype": (DType.FLOAT32,)}
GROWN = WIDE | {"height": range(4, 14), "width": range(3, 9), "depth": range(3, 6)}
GROWS = RANGES | GROWN | {"layers": grown.LAYERS}
MOVES = RANGES | GROWN | {"layers": grown.MOVES, "out_channels": (2, 4, 8)}
DECODES = RANGES | GROWN | {
    "layers": ("conv_2d", "decoder", "decoder"), "height": (8, 12, 16), "width": (4, 8),
    "stride": (1,),
}  # fmt: skip
LINES = RANGES | {
    "layers": lines.LAYERS, "height": range(6, 60), "channels": (1, 3, 4, 8),
    "out_channels": (2, 4, 7, 8, 16), "depth": range(2, 6), "stride": (1, 1, 2, 3),
}  # fmt: skip

CLASSIFIER_ROW = Row("classifier_int8", network, RANGES | CLASSIFIER)
ROWS = (
    Row("network_of_convolutions_int8", network, RANGES, cases=20),
    Row("wide_network_int8", network, RANGES | WIDE),
    Row("deep_network_int8", network, RANGES | DEEP),
    Row("network_with_pools_int8", network, RANGES | POOLS),
    Row("network_with_residuals_int8", network, RANGES | RESIDUAL),
    Row("network_with_branches_int8", network, RANGES | BRANCHES | {"batch": (1,)}, cases=20),
    Row("network_with_branches_float32", network, RANGES | BRANCHES | FLOAT, cases=10),
    Row("network_of_cells_int8", network, CELLS, cases=8),
    Row("network_with_heads_int8", network, HEADS, cases=6),
    Row("network_with_constant_channels_int8", network, RANGES | CONSTANT),
    Row("network_with_dead_branches_int8", grown.network, RANGES | DEAD_BRANCHES, cases=20),
    Row("network_that_grows_int8", grown.network, GROWS, cases=30),
    Row("network_that_grows_float32", grown.network, GROWS | FLOAT, cases=10),
    Row("network_that_moves_int8", grown.network, MOVES, cases=30),
    Row("network_that_moves_float32", grown.network, MOVES | FLOAT, cases=10),
    Row("network_that_decodes_int8", grown.network, DECODES, cases=20),
    Row("network_of_lines_int8", lines.network, LINES, cases=20),
    Row("network_of_lines_float32", lines.network, LINES | FLOAT, cases=6),
    CLASSIFIER_ROW,
    Row("classifier_float32", network, RANGES | CLASSIFIER | FLOAT),
)
test_reference, _, test_c_on_m4 = conformance.tests(ROWS)
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)


@each_row
def test_c_on_host(row: Row, tmp_path: Path) -> None:
    """With the smallest arena, whatever it costs."""
    conformance.check_c(
        row, run_on_host, "the host (ASan, UBSan)", tmp_path, HOST, load(M4), slower_by=math.inf
    )


def test_classifiers_on_m55(tmp_path: Path) -> None:
    """The same where rows are summed up, and windows gathered, by vectors."""
    conformance.check_c(CLASSIFIER_ROW, run_on_m55, M55, tmp_path, load(M55), slower_by=math.inf)


def longest(step: int) -> AbstractContextManager[object]:
    """Regions as long as they can be, `step` rows a turn, whatever they cost or save: all kinds of
    layers meet all kinds of turns."""

    def choose(
        graph: Graph,
        lowered: Sequence[Kernel | Alias],
        storage: Storage,
        target: Target,
        apart: bool,
        *_: object,
    ) -> tuple[RegionPlan, ...]:
        found, first, count = [], 0, len(graph.nodes)
        while first < count:
            tried = (
                plan_region(graph, lowered, first, last, target, apart, step=step)
                for last in range(count, first + 1, -1)
            )
            plan = next((p for p in tried if p is not None), None)
            found += [plan] if plan else []
            first = plan.last if plan else first + 1
        return tuple(found)

    return mock.patch.object(lowering, "choose", choose)


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda n: ROWS[n].name)
def test_several_rows_a_turn(number: int, tmp_path: Path) -> None:
    with longest(step=(2, 3, 7)[number % 3]):
        conformance.check_c(
            ROWS[number], run_on_host, "the host (ASan, UBSan)", tmp_path, load(M4), HOST,
            every=2, schedules=(Schedule.REGIONS,),
        )  # fmt: skip


def test_rows_of_two_turns_are_taken_in_pieces() -> None:
    """Where a sum reads rows of this turn and older ones, these stand in different places."""
    row = next(r for r in ROWS if "residuals" in r.name)
    found = 0
    with longest(step=2):
        for case in map(row.case, range(row.cases)):
            options = Options(case.name, schedules=(Schedule.REGIONS,))
            found += b"nn_rows_on(" in compile_model(case.model, options).files[f"{case.name}.c"]
    print(f"{found} of {row.cases} networks take rows in pieces")
    assert found > 1


def test_many_of_these_networks_run_depth_first() -> None:
    """A region is a function of its own. Constant channels stay here: without them some of these
    networks are small enough as they are."""
    row = ROWS[2]
    kept = frozenset({"remove_channels"})
    found = 0
    for number in range(row.cases):
        case = row.case(number)
        options = Options(case.name, slower_by=math.inf, skipped=kept)
        text = compile_model(case.model, options).files[f"{case.name}.c"]
        found += b"LAYER void region_" in text
    print(f"{found} of {row.cases} networks have a region")
    assert found > row.cases // 5


def test_branches_run_depth_first() -> None:
    """Some joins of channels stand in regions."""
    row = next(r for r in ROWS if "branches" in r.name)
    found = 0
    for number in range(row.cases):
        case = row.case(number)
        options = Options(case.name, slower_by=math.inf)
        layers = compile_model(case.model, options).program.layers
        found += any(x.by_rows and "concatenation" in x.name for x in layers)
    print(f"{found} of {row.cases} networks join channels within a region")
    assert found > row.cases // 5


def test_what_grows_and_moves_runs_depth_first() -> None:
    """Each kind of operator stands in regions, and the arena is smaller for it."""
    kinds: set[str] = set()
    smaller = 0
    for row in (r for r in ROWS if r.make is grown.network):
        for number in range(row.cases):
            case = row.case(number)
            output = compile_model(case.model, Options(case.name, slower_by=math.inf))
            kinds |= {x.name.split("_", 1)[1] for x in output.program.layers if x.by_rows}
            if any(x.by_rows for x in output.program.layers):
                whole = Options(case.name, schedules=(Schedule.LAYERS,))
                smaller += (
                    output.plan.arena_bytes < compile_model(case.model, whole).plan.arena_bytes
                )
    print(f"{smaller} networks are smaller by regions of {', '.join(sorted(kinds))}")
    assert smaller > 20
    assert kinds >= {
        "resize_bilinear", "resize_nearest_neighbor", "transpose_conv", "add", "slice",
        "strided_slice", "depth_to_space", "concatenation", "pad", "max_pool_2d",
    }  # fmt: skip


def test_lines_run_depth_first() -> None:
    """With time along rows, which converters have along columns, the arena is smaller; it never is
    larger."""
    row = next(r for r in ROWS if "lines_int8" in r.name)
    smaller = 0
    for case in map(row.case, range(row.cases)):
        options = Options(case.name, slower_by=math.inf)
        other = dataclasses.replace(options, skipped=frozenset({"turn_columns"}))
        plan, without = (compile_model(case.model, o).plan for o in (options, other))
        assert plan.arena_bytes <= without.arena_bytes
        smaller += plan.arena_bytes < without.arena_bytes
    print(f"{smaller} of {row.cases} networks are smaller")
    assert smaller > row.cases // 3


def test_many_constant_channels_are_removed() -> None:
    row = next(r for r in ROWS if "constant" in r.name)
    fewer = 0
    for number in range(row.cases):
        case = row.case(number)
        dumps = compile_model(case.model, Options(case.name)).dumps
        (after,) = (k for k in dumps if k.endswith("remove_channels.ir"))
        before = sorted(dumps)[sorted(dumps).index(after) - 1]
        fewer += dumps[after] != dumps[before]
    print(f"{fewer} of {row.cases} networks lose channels")
    assert fewer > row.cases // 4


def test_another_order_takes_less() -> None:
    """Of networks with branches in breadth most arenas fall, some by more than a third."""
    for row in (r for r in ROWS if r.name in ("network_of_cells_int8", "network_with_heads_int8")):
        falls = []
        for number in range(row.cases):
            case = row.case(number)
            kept = compile_model(case.model, Options(case.name, keep_order=True))
            found = compile_model(case.model, Options(case.name))
            falls.append(1 - found.plan.arena_bytes / kept.plan.arena_bytes)
            assert falls[-1] >= 0, case.name
            assert kept.report["order"] is None
        print(f"{row.name}: arenas smaller by", ", ".join(f"{fall:.0%}" for fall in falls))
        assert sum(fall > 0.03 for fall in falls) >= row.cases // 2
        assert max(falls) > 0.3
