"""Float16 weights behind DEQUANTIZE in every operator of products: widened to float32, and with
--float16=keep, where operators without a kernel for halves widen them all the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from compiler.target import HOST

from . import conformance
from . import test_batch_matmul as products
from . import test_conv_2d as convolutions
from . import test_embedding_lookup as lookups
from . import test_transpose_conv as transposed
from .cases import Row
from .generated import run_on_host
from .narrow import halved


def row(module: object, name: str) -> Row:
    found: Row = next(r for r in module.ROWS if r.name == name)  # type: ignore[attr-defined]
    return replace(found, name=f"{name}_halves", make=halved(found.make), cases=40)


ROWS = (
    row(convolutions, "conv_2d_grouped_float32"),
    row(transposed, "transpose_conv_float32"),
    row(products, "batch_matmul_float32_float32_float32"),
    row(lookups, "embedding_lookup_float32"),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_reference(row: Row) -> None:
    conformance.check_reference(row)


@pytest.mark.parametrize("float16", ["widen", "keep"])
@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_c_on_host(row: Row, float16: str, tmp_path: Path) -> None:
    target = replace(HOST, float16=float16)
    conformance.check_c(row, run_on_host, f"the host, {float16}", tmp_path, target, every=5)
