"""Runs rows of the table: our reference against LiteRT, our C against our reference.

`test_reference, test_host_c = tests(ROWS)` in an operator's test file is all it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import tflite

from compiler.ir import Array, Graph, Node
from compiler.ops import BY_TFLITE
from compiler.ops.room import TfliteOptions

from . import oracle
from .cases import Case, Row


class Mismatch(AssertionError):
    """Two results that should be equal are not."""


def draw(row: Row) -> list[tuple[Case, list[tuple[Array, ...]]]]:
    """The row's cases with LiteRT's outputs for each run. Cases that it refuses for a reason the
    row states are passed over."""
    drawn: list[tuple[Case, list[tuple[Array, ...]]]] = []
    number = refused = 0
    while len(drawn) < row.cases:
        case = row.case(number)
        number += 1
        try:
            drawn.append((case, oracle.run(case.model, case.runs)))
        except oracle.Refused as error:
            if not any(part in str(error) for part in row.refusals):
                raise AssertionError(f"{case.name}: LiteRT refuses it: {error}") from error
            refused += 1
            assert refused <= 3 * row.cases, f"{row.name}: LiteRT refuses most cases"
    if refused:
        print(f"{row.name}: {refused} more cases refused by LiteRT: {'; '.join(row.refusals)}")
    return drawn


def read(case: Case) -> Graph:
    """The case's .tflite as a graph."""
    subgraph = tflite.Model.GetRootAs(case.model).Subgraphs(0)
    tensors = dict(enumerate(case.graph.tensors))
    nodes: list[Node] = []
    for i, o in enumerate(case.graph.operators):
        inputs = tuple(None if t < 0 else t for t in o.inputs)
        bare = Node(None, inputs, o.outputs, f"operator {i}")  # type: ignore[arg-type]
        graph = Graph(case.name, tensors, (), case.graph.inputs, case.graph.outputs)
        options = TfliteOptions(subgraph.Operators(i).BuiltinOptions())
        if o.code not in BY_TFLITE:
            pytest.skip(f"{o.code} has no room yet")
        op = BY_TFLITE[str(o.code)].from_tflite(options, graph.site(bare))
        nodes.append(Node(op, inputs, o.outputs, f"operator {i}"))
    return Graph(case.name, tensors, tuple(nodes), case.graph.inputs, case.graph.outputs)


def interpret(graph: Graph, arrays: Sequence[Array]) -> tuple[Array, ...]:
    """The network by the rooms' references."""
    values = {i: t.data for i, t in graph.tensors.items() if t.data is not None}
    values.update(zip(graph.inputs, arrays, strict=True))
    for node in graph.nodes:
        site = graph.site(node)
        problems = list(node.op.check(site))
        assert not problems, f"{graph.name}: {problems}"
        inputs = [None if i is None else values[i] for i in node.inputs]
        values.update(zip(node.outputs, node.op.reference(site, inputs), strict=True))
    return tuple(values[t] for t in graph.outputs)


def compare(what: str, found: Sequence[Array], wanted: Sequence[Array]) -> None:
    """Integers to the last bit, float32 to 1e-5 of the largest value of the tensor."""
    for i, (f, w) in enumerate(zip(found, wanted, strict=True)):
        if f.shape != w.shape or f.dtype != w.dtype:
            raise Mismatch(f"{what}: output {i} is {f.dtype}{f.shape}, not {w.dtype}{w.shape}")
        wrong = f != w
        if w.dtype.kind == "f":
            wrong = ~(np.abs(f - w) <= 1e-5 * max(1.0, float(np.abs(w).max(initial=0))))
        if wrong.any():
            at = tuple(int(j) for j in np.argwhere(wrong)[0])
            count = f"{int(wrong.sum())} of {w.size} elements of output {i} differ"
            raise Mismatch(f"{what}: {count}, first at {at}: {f[at]}, not {w[at]}")


def check_reference(row: Row) -> None:
    """Our meaning is TFLite's."""
    for case, wanted in draw(row):
        graph = read(case)
        for r, (arrays, outputs) in enumerate(zip(case.runs, wanted, strict=True)):
            compare(f"{case.name} run {r}: reference", interpret(graph, arrays), outputs)
    print(f"{row.name}: reference equals LiteRT in {row.cases} cases of {len(case.runs)} runs")


def tests(rows: Sequence[Row]) -> tuple[Callable[[Row], None], ...]:
    """The tests of an operator's rows, for pytest to collect."""

    @pytest.mark.parametrize("row", rows, ids=lambda r: r.name)
    def test_reference(row: Row) -> None:
        check_reference(row)

    return (test_reference,)
