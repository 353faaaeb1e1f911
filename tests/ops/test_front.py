"""--front: features and scores of the last samples in one function, against both in LiteRT."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from math import prod
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Array, DType, Quant, Tensor
from compiler.lower.lower import Schedule
from compiler.options import Options as CompilerOptions

from . import conformance, oracle
from .cases import FLOAT32, INT8, INT32, Draw, Row, const
from .generated import Network, run_on_host
from .tflite_builder import Operator, Options, Subgraph, build

RUNS = 9
ROW = Row("front", lambda d: dense(d, INT8, (1, 4), (1, 2)))
LOW, HIGH = Quant((0.5,), (-7,)), Quant((0.25,), (3,))


def quant(dtype: DType, q: Quant) -> Quant | None:
    return None if dtype.is_float else q


def dense(d: Draw, dtype: DType, shape: tuple[int, ...], out: tuple[int, ...]) -> Subgraph:
    """One dense layer over the whole input, whose shape may be any."""
    count, units = prod(shape), prod(out)
    weights = d.values((units, count), dtype, -127)
    if dtype.is_float:
        bias = const("bias", d.values((units,), FLOAT32), FLOAT32)
    else:
        bias = const("bias", d.values((units,), INT32), INT32, Quant((0.5 / 256,), (0,)))
    tensors = (
        Tensor("x", shape, dtype, quant(dtype, LOW)),
        const("shape", np.array((1, count)), INT32),
        Tensor("row", (1, count), dtype, quant(dtype, LOW)),
        const("weights", weights, dtype, quant(dtype, Quant((1 / 256,), (0,)))),
        bias,
        Tensor("sums", (1, units), dtype, quant(dtype, HIGH)),
        Tensor("y", out, dtype, quant(dtype, LOW)),
        const("out shape", np.array(out), INT32),
        Tensor("requantised", (1, units), dtype, quant(dtype, LOW)),
    )
    change = Operator("QUANTIZE", (5,), (8,), Options("QuantizeOptions"))
    operators = (
        Operator("RESHAPE", (0, 1), (2,), Options("ReshapeOptions")),
        Operator("FULLY_CONNECTED", (2, 3, 4), (5,), Options("FullyConnectedOptions"), 2),
        *(() if dtype.is_float else (change,)),
        Operator("RESHAPE", (5 if dtype.is_float else 8, 7), (6,), Options("ReshapeOptions")),
    )
    return Subgraph(tensors, operators, (0,), (6,))


def chained(
    front: bytes,
    network: bytes,
    runs: list[Array],
    window: tuple[int, ...],
    rows: tuple[int, ...],
    zero: int,
) -> Iterator[tuple[Array, ...]]:
    """What LiteRT's two networks make of the windows that a user would keep."""
    dtype = runs[0].dtype
    samples, features = np.full(prod(window), zero, dtype), np.full(prod(rows), zero, dtype)
    for new in runs:
        samples = np.concatenate([samples[new.size :], new.ravel()])
        ((made,),) = oracle.run(front, [[samples.reshape(window)]])
        features = np.concatenate([features[made.size :], made.ravel()])
        ((scores,),) = oracle.run(network, [[features.reshape(rows)]])
        yield (scores,)


@pytest.mark.parametrize("dtype", [INT8, FLOAT32], ids=["int8", "float32"])
@pytest.mark.parametrize(
    ("window", "hop", "features", "rows"),
    [
        ((1, 12), 5, (1, 4), (1, 20)),
        ((1, 12), 12, (4,), (1, 3, 4, 1)),
        ((1, 12), None, (2, 3), (1, 6)),
        ((3, 4), 1, (1, 1, 2), (1, 2)),
        ((1, 12), 11, (1,), (7,)),
    ],
    ids=str,
)
def test_scores_are_those_of_both_networks(
    dtype: DType,
    window: tuple[int, ...],
    hop: int | None,
    features: tuple[int, ...],
    rows: tuple[int, ...],
    tmp_path: Path,
) -> None:
    d = Draw(ROW, prod(window) + prod(rows) + (hop or 0))
    front, network = build(dense(d, dtype, window, features)), build(dense(d, dtype, rows, (1, 3)))
    new = (1, hop or prod(window))
    runs = [d.values(new, dtype) for _ in range(RUNS)]
    zero = 0 if dtype.is_float else LOW.zero_point[0]
    wanted = list(chained(front, network, runs, window, rows, zero))
    options = CompilerOptions("joined", front=front, front_hop=hop)
    files = compile_model(network, options).files
    joined = Network("joined", files, [(r,) for r in runs], wanted)
    (found,) = run_on_host([joined], tmp_path)
    for outputs, right in zip(found, wanted, strict=True):
        conformance.compare("C", outputs, right)


def convolutions(d: Draw, rows: int, columns: int) -> Subgraph:
    """Two, of which the first makes a tensor larger than its input."""
    x = Tensor("x", (1, rows, columns, 1), INT8, LOW)
    tensors, operators, c = [x], [], 1
    for i, channels in enumerate((8, 2)):
        rows, columns = rows - 2, columns - 2
        weights = d.values((channels, 3, 3, c), INT8, -127)
        bias = const("bias", d.values((channels,), INT32), INT32, Quant((0.5 / 64,), (0,)))
        c = channels
        tensors += [
            const("weights", weights, INT8, Quant((1 / 64,), (0,))),
            bias,
            Tensor(f"y{i}", (1, rows, columns, c), INT8, LOW),
        ]
        fields = {"Padding": 1, "StrideH": 1, "StrideW": 1}
        at = len(tensors) - 1
        operands = (at - 3, at - 2, at - 1)
        operators.append(Operator("CONV_2D", operands, (at,), Options("Conv2DOptions", fields), 3))
    return Subgraph(tuple(tensors), tuple(operators), (0,), (len(tensors) - 1,))


def test_layers_run_row_by_row_from_the_state(tmp_path: Path) -> None:
    d, rows = Draw(ROW, 1), (1, 12, 9, 1)
    front, network = build(dense(d, INT8, (1, 12), (1, 9))), build(convolutions(d, 12, 9))
    runs = [d.values((1, 5), INT8) for _ in range(RUNS)]
    wanted = list(chained(front, network, runs, (1, 12), rows, LOW.zero_point[0]))
    options = CompilerOptions("joined", front=front, front_hop=5, slower_by=math.inf)
    made = compile_model(network, options)
    layers = compile_model(network, dataclasses.replace(options, schedules=(Schedule.LAYERS,)))
    assert made.report["arena_bytes"] < layers.report["arena_bytes"] - 300
    joined = Network("joined", made.files, [(r,) for r in runs], wanted)
    (found,) = run_on_host([joined], tmp_path)
    for outputs, right in zip(found, wanted, strict=True):
        conformance.compare("C", outputs, right)


@pytest.mark.parametrize(
    ("features", "rows", "hop", "words"),
    [
        (
            (1, 4),
            (1, 10),
            5,
            "features int8[1, 4] of scale 0.5, zero point -7 for an input int8[1,",
        ),
        ((1, 4), (1, 8), 13, "--front-hop: 13 new samples of 12; supported: 1 to 12"),
    ],
)
def test_what_does_not_fit_is_refused(
    features: tuple[int, ...], rows: tuple[int, ...], hop: int, words: str
) -> None:
    d = Draw(ROW, 0)
    front, network = build(dense(d, INT8, (1, 12), features)), build(dense(d, INT8, rows, (1, 3)))
    with pytest.raises(CompileError) as error:
        compile_model(network, CompilerOptions("m", front=front, front_hop=hop))
    assert words in str(error.value)


def test_a_front_of_other_types_is_refused() -> None:
    d = Draw(ROW, 0)
    front = build(dense(d, FLOAT32, (1, 12), (1, 4)))
    with pytest.raises(CompileError) as error:
        compile_model(build(dense(d, INT8, (1, 8), (1, 3))), CompilerOptions("m", front=front))
    assert "--front: features float32[1, 4] for an input int8[1, 8]" in str(error.value)
