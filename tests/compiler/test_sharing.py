"""--optimize: which layers share a compiled kernel, and that all three ways compute the same."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import Options, Output, compile_model
from compiler.emit.sharing import Optimize
from compiler.ir import DType, Quant, Tensor
from compiler.target import load
from tests.ops import oracle
from tests.ops.conformance import Runner
from tests.ops.generated import Network, run_on_host, run_on_m4
from tests.ops.tflite_builder import Operator, Subgraph, build
from tests.ops.tflite_builder import Options as OperatorOptions

SIDE = 6
CONV = OperatorOptions(
    "Conv2DOptions",
    {"Padding": 0, "StrideH": 1, "StrideW": 1, "DilationHFactor": 1, "DilationWFactor": 1},
)


def model(channels: tuple[int, ...] = (3, 8, 8, 8, 8, 5), kernel: int = 1) -> bytes:
    """Convolutions one after the other, from channels to channels."""
    rng = np.random.default_rng(1)
    tensors = [image("x", channels[0])]
    operators = []
    for i, (c, k) in enumerate(itertools.pairwise(channels)):
        x, scales = len(tensors) - 1, tuple(float(np.float32(0.01 + 0.001 * j)) for j in range(k))
        quant = Quant(scales, (0,) * k)
        weights = rng.integers(-127, 128, (k, kernel, kernel, c)).astype(np.int8)
        bias = rng.integers(-500, 500, k).astype(np.int32)
        tensors += [
            Tensor(f"w{i}", weights.shape, DType.INT8, quant, weights),
            Tensor(f"b{i}", bias.shape, DType.INT32, quant, bias),
            image(f"y{i}", k),
        ]
        operators.append(Operator("CONV_2D", (x, x + 1, x + 2), (x + 3,), CONV, version=3))
    return build(Subgraph(tuple(tensors), tuple(operators), (0,), (len(tensors) - 1,)))


def image(name: str, channels: int) -> Tensor:
    return Tensor(name, (1, SIDE, SIDE, channels), DType.INT8, Quant((0.05,), (3,)))


def compiled(data: bytes, optimize: Optimize, target: str) -> Output:
    return compile_model(data, Options(optimize.value, load(target), optimize=optimize))


def calls(output: Output) -> list[str]:
    """The kernels that layers call, and the copies that they share, in the order of the text."""
    text = output.files[f"{output.program.name}.c"].decode()
    return re.findall(r"^ +((?:nn_conv|shared_)\w+)\(", text, re.MULTILINE)


def test_equal_layers_share_a_copy_and_others_inline() -> None:
    plain = "nn_conv_2d_1x1_s8"
    assert calls(compiled(model(), Optimize.SPEED, "host")) == [plain] * 5
    copy = f"shared_0_{plain}"
    assert calls(compiled(model(), Optimize.BALANCED, "host")) == [plain, plain, *[copy] * 3, plain]
    assert calls(compiled(model(), Optimize.SIZE, "host")) == [plain, *[copy] * 5]


def test_kernels_with_loops_of_their_own_share_whatever_their_sizes() -> None:
    copy = "shared_0_nn_conv_2d_1x1_tiles_s8"
    output = compiled(model(), Optimize.BALANCED, "mps2_an386")
    assert calls(output) == ["nn_conv_2d_1x1_tiles_s8", *[copy] * 5]


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize(("target", "run"), [("host", run_on_host), ("mps2_an386", run_on_m4)])
def test_all_ways_compute_the_same(
    kernel: int,
    target: str,
    run: Runner,
    tmp_path: Path,
) -> None:
    data = model(kernel=kernel)
    rng = np.random.default_rng(2)
    runs = [[rng.integers(-128, 128, (1, SIDE, SIDE, 3)).astype(np.int8)] for _ in range(2)]
    wanted = oracle.run(data, runs)
    networks = [Network(o.value, compiled(data, o, target).files, runs, wanted) for o in Optimize]
    for network, outputs in zip(networks, run(networks, tmp_path), strict=True):
        for found, right in zip(outputs, wanted, strict=True):
            np.testing.assert_array_equal(found[0], right[0], network.name)
