"""Networks between QUANTIZE and DEQUANTIZE, compiled with `--input-type` and `--output-type`: what
the caller then hands over and takes is what the operators would have made of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.ir import Array, DType, Quant, Tensor
from compiler.options import Options
from compiler.target import HOST, load

from .cases import Draw, Row
from .conformance import M4, compare, draw
from .generated import Network, run_on_host, run_on_m4
from .networks import RANGES, Chain
from .tflite_builder import Operator, Subgraph

QUANT = Quant((0.05,), (-5,))


def make(d: Draw) -> Subgraph:
    """Float image → QUANTIZE → convolutions → DEQUANTIZE."""
    chain = Chain(d, Tensor("image", d.image(), DType.FLOAT32))
    chain.append("QUANTIZE", [], Tensor("in", chain.x.shape, DType.INT8, QUANT), None)
    for _ in range(d["depth"]):
        getattr(chain, d["layers"])()
    chain.append("DEQUANTIZE", [], Tensor("out", chain.x.shape, DType.FLOAT32), None)
    tensors, operators = tuple(chain.tensors), tuple(chain.operators)
    return Subgraph(
        tensors, (Operator("QUANTIZE", (0,), (1,)), *operators[1:]), (0,), (chain.last,)
    )


def values(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    """Reals that quantisation gives exactly."""
    q = d.rng.integers(-128, 128, tensor.shape)
    return real(np.where(d.rng.random(q.shape) < 0.5, -128, q) if extreme else q, QUANT)


def real(q: Array, quant: Quant) -> Array:
    return (quant.scale[0] * (q.astype(np.float64) - quant.zero_point[0])).astype(np.float32)


def integers(x: Array) -> Array:
    """What QUANTIZE makes of it."""
    return np.rint(x / np.float32(QUANT.scale[0]) + QUANT.zero_point[0]).astype(np.int8)


ROW = Row("float_ends", make, RANGES, cases=12, values=values)


@pytest.mark.parametrize("board", [False, True], ids=["host", M4])
def test_integers_in_and_out_are_the_reals(board: bool, tmp_path: Path) -> None:
    networks, wanted, quants = [], [], []
    for case, reals in draw(ROW):
        options = Options(
            case.name,
            load(M4) if board else HOST,
            input_type=DType.INT8,
            output_type=DType.INT8,
        )
        output = compile_model(case.model, options)
        (port,) = output.program.outputs
        assert port.ctype == output.program.inputs[0].ctype == "int8_t"
        assert port.scale is not None and port.zero_point is not None
        quants.append(Quant((port.scale,), (port.zero_point,)))
        runs = [(integers(x),) for (x,) in case.runs]
        shaped = [(np.zeros(y.shape, np.int8),) for (y,) in reals]
        networks.append(Network(case.name, output.files, runs, shaped))
        wanted.append(reals)
    run = run_on_m4 if board else run_on_host
    for network, quant, reals, found in zip(
        networks, quants, wanted, run(networks, tmp_path), strict=True
    ):
        for (y,), right in zip(found, reals, strict=True):
            assert np.array_equal(real(y, quant), right[0]), network.name
            compare(network.name, (real(y, quant),), right)
