"""Weights of four bits wherever LiteRT takes them, besides the rows of the operators themselves:
grouped convolutions, int16 activations, BATCH_MATMUL, and tables of EMBEDDING_LOOKUP (whose rows
LiteRT takes for whole bytes: an even number of values)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from . import conformance
from . import test_batch_matmul as products
from . import test_conv_2d as convolutions
from . import test_embedding_lookup as lookups
from .cases import Draw, Row
from .generated import run_on_host
from .narrow import narrowed
from .tflite_builder import Subgraph


def even_rows(d: Draw) -> Subgraph:
    """Rows of twice as many values."""
    graph = lookups.make(d)
    tensors = []
    for t in graph.tensors:
        if t.name != "indices":
            shape = (*t.shape[:-1], 2 * t.shape[-1])
            data = None if t.data is None else t.data.repeat(2, axis=-1)
            t = replace(t, shape=shape, data=data)
        tensors.append(t)
    return replace(graph, tensors=tuple(tensors))


def row(module: object, name: str) -> Row:
    found: Row = next(r for r in module.ROWS if r.name == name)  # type: ignore[attr-defined]
    return replace(found, name=f"{name}_int4", make=narrowed(found.make), cases=40)


LOOKUP = row(lookups, "embedding_lookup_hybrid_int8")
ROWS = (
    *(
        row(convolutions, f"conv_2d_{name}")
        for name in ("grouped_int8", "grouped_hybrid", "int16", "grouped_int16")
    ),
    row(products, "batch_matmul_int16_int16_int16"),
    replace(LOOKUP, make=narrowed(even_rows)),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_reference(row: Row) -> None:
    conformance.check_reference(row)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_c_on_host(row: Row, tmp_path: Path) -> None:
    conformance.check_c(row, run_on_host, "the host (ASan, UBSan)", tmp_path, every=4)
