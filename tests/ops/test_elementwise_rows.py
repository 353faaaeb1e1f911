"""Element-wise layers run row by row inside a depth-first region, with constants per channel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.ir import DType, Quant, Tensor
from compiler.options import Options as CompileOptions

from . import oracle
from .cases import const, padding
from .conformance import compare
from .elementwise import quant
from .generated import Network, run_on_host
from .tflite_builder import Operator, Options, Subgraph, build

SIDE, CHANNELS, POOLED = 24, 8, 6
POOL = {"Padding": padding("VALID"), "FilterHeight": 4, "FilterWidth": 4} | {
    "StrideH": 4, "StrideW": 4,
}  # fmt: skip


def network(dtype: DType, rng: np.random.Generator) -> Subgraph:
    """MUL spreads one channel over eight; what follows is too large to be held as a whole."""

    def scaled(scale: float, zero: int = 0) -> Quant | None:
        return None if dtype.is_float else quant(scale, zero)

    def vector(name: str) -> Tensor:
        data = rng.integers(-100, 100, CHANNELS) / (50 if dtype.is_float else 1)
        return const(name, data, dtype, scaled(0.02, 3))

    large, small = (1, SIDE, SIDE, CHANNELS), (1, POOLED, POOLED, CHANNELS)
    tensors = (
        Tensor("x", (1, SIDE, SIDE, 1), dtype, scaled(0.05, -4)),
        vector("factor"),
        Tensor("product", large, dtype, scaled(0.06, 5)),
        Tensor("swish", large, dtype, scaled(0.06, 5)),
        vector("slope"),
        Tensor("prelu", large, dtype, scaled(0.07, -9)),
        Tensor("pooled", small, dtype, scaled(0.07, -9)),
        vector("bias"),
        Tensor("y", small, dtype, scaled(0.08)),
    )
    operators = (
        Operator("MUL", (0, 1), (2,), Options("MulOptions")),
        Operator("HARD_SWISH", (2,), (3,), Options("HardSwishOptions")),
        Operator("PRELU", (3, 4), (5,)),
        Operator("AVERAGE_POOL_2D", (5,), (6,), Options("Pool2DOptions", POOL)),
        Operator("SUB", (6, 7), (8,), Options("SubOptions")),
    )
    return Subgraph(tensors, operators, (0,), (8,))


@pytest.mark.parametrize("dtype", [DType.INT8, DType.FLOAT32], ids=lambda t: t.value)
def test_rows_equal_litert(dtype: DType, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    model = build(network(dtype, rng))
    shape = (1, SIDE, SIDE, 1)
    runs = [[rng.integers(-128, 128, shape).astype(dtype.numpy)] for _ in range(4)]
    wanted = oracle.run(model, runs)
    files = compile_model(model, CompileOptions("rows")).files
    assert b"region_00" in files["rows.c"]
    (found,) = run_on_host([Network("rows", files, runs, wanted)], tmp_path)
    for i, (mine, right) in enumerate(zip(found, wanted, strict=True)):
        compare(f"run {i}", mine, right)
