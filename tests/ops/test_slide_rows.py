"""SLIDE_ROWS: networks over windows that move on; each output is that of the whole window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import Output, compile_model
from compiler.errors import CompileError
from compiler.ir import Array, DType
from compiler.options import Options as CompileOptions
from compiler.target import HOST, load

from . import oracle
from .cases import INT32, Draw, Row, const, padding, weights_and_bias
from .conformance import M4, compare
from .generated import Network, run_on_host, run_on_m4
from .networks import RANGES, Chain
from .tflite_builder import Operator, Options, Subgraph, build

PUSHES = 36


class Timeline(Chain):
    """A network over time, [1, rows, width, channels]; padded sideways at most. With `line`, time
    runs along columns instead, as converters have it in one-dimensional layers."""

    line = False

    @property
    def rows(self) -> int:
        return self.x.shape[2 if self.line else 1]

    def _shape(self, rows: int, channels: int) -> tuple[int, ...]:
        return (1, 1, rows, channels) if self.line else (1, rows, self.x.shape[2], channels)

    def _along(self, k: int) -> tuple[int, int]:
        return (1, k) if self.line else (k, 1)

    def convolution(self, k: int = 0, stride: int = 0) -> None:
        d = self.d
        k = k or d.pick([k for k in (1, 2, 3, 4, 5) if k <= self.rows])
        s, channels = stride or d.pick((1, 1, 2)), d["out_channels"]
        weights = (channels, *self._along(k), self.x.shape[3])
        out_shape = self._shape((self.rows - k) // s + 1, channels)
        more, out = weights_and_bias(d, weights, 0, self.x, out_shape)
        self.append("CONV_2D", more, out, Options("Conv2DOptions", self._strided(s)))

    def _strided(self, s: int) -> dict[str, int]:
        h, w = self._along(s)
        return self._fields("VALID", 1) | {"StrideH": h, "StrideW": w}

    def wide_convolution(self) -> None:
        """Padded along the width, which does not matter."""
        d, (_, h, w, c) = self.d, self.x.shape
        more, out = weights_and_bias(d, (4, 1, 3, c), 0, self.x, (1, h, w, 4))
        self.append("CONV_2D", more, out, Options("Conv2DOptions", self._fields("SAME", 1)))

    def depthwise(self) -> None:
        k, c = self.d.pick([k for k in (1, 2, 3, 5) if k <= self.rows]), self.x.shape[3]
        out_shape = self._shape(self.rows - k + 1, c)
        more, out = weights_and_bias(self.d, (1, *self._along(k), c), 3, self.x, out_shape)
        options = Options("DepthwiseConv2DOptions", self._strided(1) | {"DepthMultiplier": 1})
        self.append("DEPTHWISE_CONV_2D", more, out, options)

    def pool(self) -> None:
        s = self.d.pick((1, 2))
        (k_h, k_w), (s_h, s_w) = self._along(2), self._along(s)
        fields = {"Padding": padding("VALID"), "FilterHeight": k_h, "FilterWidth": k_w}
        out = self.d.like(self.x, "pooled", self._shape((self.rows - 2) // s + 1, self.x.shape[3]))
        options = Options("Pool2DOptions", fields | {"StrideH": s_h, "StrideW": s_w})
        self.append(self.d.pick(("MAX_POOL_2D", "AVERAGE_POOL_2D")), [], out, options)

    def two_branches(self) -> None:
        """f(x) + g(x), of kernels of the same height."""
        before = self.last
        self.convolution(k=3, stride=1)
        first, self.last = self.last, before
        shape = self.tensors[first].shape
        weights = (shape[3], *self._along(3), self.x.shape[3])
        more, out = weights_and_bias(self.d, weights, 0, self.x, shape)
        self.append("CONV_2D", more, out, Options("Conv2DOptions", self._strided(1)))
        out = self.d.like(self.x, "sum", self.x.shape)
        self.append("ADD", [], out, Options("AddOptions"))
        added = self.operators[-1]
        self.operators[-1] = Operator("ADD", (first, *added.inputs), added.outputs, added.options)

    def scores(self) -> None:
        """Every row is an output of its own."""


def timeline(d: Draw) -> Subgraph:
    """Some layers without padding in time, then what mixes all rows; or nothing after them."""
    chain = Timeline(d, d.activations("in", d.image(), d["dtype"], (0.05,)))
    return _grown(chain)


def line(d: Draw) -> Subgraph:
    """The same of one-dimensional layers, between reshapes."""
    _, t, _, c = d.image()
    chain = Timeline(d, d.activations("in", (1, t, c), d["dtype"], (0.05,)))
    chain.line = True
    shape = const("shape", np.array([1, 1, t, c]), INT32)
    new = Options("ReshapeOptions", {"NewShape": [1, 1, t, c]})
    chain.append("RESHAPE", [shape], d.like(chain.x, "line", (1, 1, t, c)), new)
    return _grown(chain)


def _grown(chain: Timeline) -> Subgraph:
    for _ in range(chain.d["depth"]):
        if chain.rows > 6:
            getattr(chain, chain.d["layers"])()
    getattr(chain, chain.d["tail"])()
    return Subgraph(tuple(chain.tensors), tuple(chain.operators), (0,), (chain.last,))


LAYERS = ("convolution", "convolution", "depthwise", "pool", "relu", "two_branches")
OVER_TIME = RANGES | {
    "batch": (1,), "height": range(16, 40), "width": (1, 3, 5), "channels": (1, 4),
    "layers": LAYERS, "depth": (1, 2, 3, 4), "tail": ("classifier", "classifier", "scores"),
}  # fmt: skip
ROWS = (
    Row("window_int8", timeline, OVER_TIME | {"layers": (*LAYERS, "wide_convolution")}, cases=16),
    Row("window_line_int8", line, OVER_TIME, cases=12),
    Row("window_float32", timeline, OVER_TIME | {"dtype": (DType.FLOAT32,)}, cases=6),
)


def sliding(model: bytes, name: str, board: bool, d: Draw) -> tuple[Output, int]:
    """Compiled for as few new rows as its strides allow, or twice as many."""
    target = load(M4) if board else HOST
    for fresh in (d.pick((1, 2)), 2, 4, 8, 16):
        try:
            options = CompileOptions(name, target, stream_window=fresh)
            return compile_model(model, options), fresh
        except CompileError as error:
            assert "whole strides" in str(error), error
    raise AssertionError(f"{name}: strides of more than 16 together")


def windows(fresh: Sequence[Array], first: Array) -> list[tuple[Array]]:
    """What the network sees after each push."""
    seen, found = first, []
    for rows in fresh:
        seen = np.concatenate([seen, rows], axis=1)[:, rows.shape[1] :]
        found.append((seen,))
    return found


@pytest.mark.parametrize("board", [False, True], ids=["host", M4])
@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_every_push_gives_what_the_whole_window_gives(
    row: Row, board: bool, tmp_path: Path
) -> None:
    networks, saved = [], 0
    for number in range(0, row.cases, 3 if board else 1):
        case, d = row.case(number), Draw(row, number)
        output, count = sliding(case.model, case.name, board, d)
        whole = case.graphs[0].tensors[0]
        assert output.program.sliding is not None
        assert output.program.sliding.rows == whole.shape[1]
        shape = (1, count, *whole.shape[2:])
        pushed = [d.values(shape, whole.dtype) for _ in range(PUSHES)]
        zero = 0 if whole.quant is None else whole.zero_point
        before = np.full(whole.shape, zero, whole.dtype.numpy)
        wanted = oracle.run(case.model, windows(pushed, before))
        (given,) = output.program.inputs
        runs = [(p.reshape(given.shape),) for p in pushed]
        networks.append(Network(case.name, output.files, runs, wanted))
        all_rows = compile_model(case.model, CompileOptions(case.name)).report["macs"]
        saved += output.report["macs"] < all_rows
    run = run_on_m4 if board else run_on_host
    for network, outputs in zip(networks, run(networks, tmp_path), strict=True):
        for push, (found, right) in enumerate(zip(outputs, network.wanted, strict=True)):
            compare(f"{network.name} push {push}", found, right)
    print(f"{saved} of {len(networks)} networks compute less than the whole window")
    assert saved > len(networks) // 2


def refused(change: str, rows: int = 2) -> str:
    """What is said of a network of which a layer prevents it."""
    d = Draw(Row("refused", timeline, OVER_TIME | {"kernel": (3,)}), 3)
    chain = Timeline(d, d.activations("in", (1, 16, 3, 2), DType.INT8, (0.05,)))
    chain.convolution(k=3, stride=1)
    if change == "padded":
        chain.conv_2d(stride=1, pad="SAME", channels=3)
    if change == "strided":
        chain.convolution(k=3, stride=3)
    model = build(Subgraph(tuple(chain.tensors), tuple(chain.operators), (0,), (chain.last,)))
    with pytest.raises(CompileError) as error:
        compile_model(model, CompileOptions("x", stream_window=rows))
    return str(error.value)


def test_a_layer_that_pads_in_time_is_named() -> None:
    said = refused("padded")
    assert said.startswith("operator 1 (CONV_2D): it pads the window with 1 rows before and 1 ")


def test_a_stride_that_does_not_divide_the_new_rows_is_named() -> None:
    said = refused("strided")
    assert said.startswith("operator 1 (CONV_2D): 2 new rows under a stride of 3")
    assert "--stream-window=6 or a multiple" in said


def test_the_window_must_be_larger_than_what_is_new() -> None:
    assert "16 new rows in an input [1, 16, 3, 2]" in refused("", rows=16)
