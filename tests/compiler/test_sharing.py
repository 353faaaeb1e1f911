"""--optimize: which layers share a compiled kernel, and that all three ways compute the same."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import Output, compile_model
from compiler.flash.forms import Optimize
from compiler.options import Options
from compiler.target import load
from tests.compiler.convolutions import SIDE, model
from tests.ops import oracle
from tests.ops.conformance import Runner
from tests.ops.generated import Network, run_on_host, run_on_m4


def compiled(data: bytes, optimize: Optimize, target: str) -> Output:
    return compile_model(data, Options(optimize.value, load(target), optimize=optimize))


def calls(output: Output) -> list[str]:
    """The kernels that layers call, and the copies that they share, in the order of the text."""
    text = output.files[f"{output.program.name}.c"].decode()
    return re.findall(r"^ +((?:nn_conv|shared_)\w+)\(", text, re.MULTILINE)


def test_equal_layers_share_a_copy_and_others_inline() -> None:
    plain, copy = "nn_conv_2d_1x1_s8", "shared_0_nn_conv_2d_1x1_s8"
    assert calls(compiled(model(), Optimize.SPEED, "host")) == [plain] * 5
    assert calls(compiled(model(), Optimize.SIZE, "host")) == [plain, plain, *[copy] * 3, plain]


def test_kernels_with_loops_of_their_own_share_whatever_their_sizes() -> None:
    plain, copy = "nn_conv_2d_1x1_tiles_s8", "shared_0_nn_conv_2d_1x1_tiles_s8"
    assert calls(compiled(model(), Optimize.SPEED, "mps2_an386")) == [plain] * 5
    assert calls(compiled(model(), Optimize.SIZE, "mps2_an386")) == [plain, *[copy] * 5]


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
