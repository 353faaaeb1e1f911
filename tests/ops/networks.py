"""Random networks of several layers: what schedules and overlaps have to get right."""

from __future__ import annotations

import dataclasses
from math import prod

import numpy as np

from compiler.ir import DType, Quant, Tensor

from .cases import (
    IMAGE,
    INT32,
    MAC_RANGES,
    Draw,
    activation,
    const,
    fits,
    padding,
    weights_and_bias,
    windows,
)
from .tflite_builder import Operator, Options, Subgraph

RANGES = IMAGE | MAC_RANGES | {
    "dtype": (DType.INT8,),
    "batch": (1, 1, 1, 2),
    "height": range(5, 20),
    "width": range(3, 14),
    "channels": (1, 2, 3, 5, 8),
    "out_channels": (2, 3, 4, 6, 8),
    "weight_scale": (0.002, 0.01),
    "gain": (0.7, 1.0, 1.5),
    "activation": ("NONE", "NONE", "RELU", "RELU6"),
    "kernel": (1, 2, 3, 3, 5),
    "stride": (1, 1, 1, 2, 3),
    "depth": range(2, 7),
    "layers": ("conv_2d", "depthwise_conv_2d"),
    "tail": ("nothing",),
}  # fmt: skip


def network(d: Draw, kind: type[Chain] | None = None) -> Subgraph:
    """Layers picked from the row's `layers`, then its `tail`."""
    chain = (kind or Chain)(d, d.activations("in", d.image(), d["dtype"], (0.0078, 0.05, 1.0)))
    for _ in range(d["depth"]):
        getattr(chain, d["layers"])()
    getattr(chain, d["tail"])()
    return chain.subgraph()


# Operators of one version.
FIRST = ("RESHAPE", "DEPTH_TO_SPACE", "SPACE_TO_DEPTH", "TILE")
JOINED = Options("ConcatenationOptions", {"Axis": 3})


class Chain:
    """A network that grows at its end. Each method appends a layer."""

    def __init__(self, d: Draw, x: Tensor) -> None:
        self.d = d
        self.tensors = [x]
        self.operators: list[Operator] = []
        self.last = 0
        self.more: tuple[int, ...] = ()  # outputs besides the last tensor

    def subgraph(self) -> Subgraph:
        """The end is an output; now and then a tensor in the middle is one, too."""
        outputs = [self.last, *(t for t in self.more if t != self.last)]
        middle = [o.outputs[0] for o in self.operators[:-1]]
        if middle and self.d.chance(0.2):
            outputs.append(self.d.pick([t for t in middle if t not in outputs]))
        return Subgraph(tuple(self.tensors), tuple(self.operators), (0,), tuple(outputs))

    @property
    def x(self) -> Tensor:
        """What the network computes so far."""
        return self.tensors[self.last]

    def append(self, code: str, more: list[Tensor], out: Tensor, options: Options | None) -> None:
        """An operator of the last tensor and `more` (constants)."""
        first = len(self.tensors)
        self.tensors += [*more, out]
        operands = (self.last, *range(first, first + len(more)))
        self.last = len(self.tensors) - 1
        version = 1 if code in FIRST else 2
        self.operators.append(Operator(code, operands, (self.last,), options, version))

    def conv_2d(self, channels: int = 0, stride: int = 0, pad: str = "") -> None:
        d, (n, h, w, c) = self.d, self.x.shape
        k, s, out_c = d["kernel"], stride or d["stride"], channels or d["out_channels"]
        pad = pad or self._padding(k)
        shape = (n, windows(h, k, s, 1, pad), windows(w, k, s, 1, pad), out_c)
        more, out = weights_and_bias(d, (out_c, k, k, c), 0, self.x, shape)
        self.append("CONV_2D", more, out, Options("Conv2DOptions", self._fields(pad, s)))

    def depthwise_conv_2d(self) -> None:
        d, (n, h, w, c) = self.d, self.x.shape
        k, s, multiplier = d["kernel"], d["stride"], d.pick((1, 1, 1, 2))
        pad = self._padding(k)
        shape = (n, windows(h, k, s, 1, pad), windows(w, k, s, 1, pad), c * multiplier)
        more, out = weights_and_bias(d, (1, k, k, shape[3]), 3, self.x, shape)
        options = Options(
            "DepthwiseConv2DOptions", self._fields(pad, s) | {"DepthMultiplier": multiplier}
        )
        self.append("DEPTHWISE_CONV_2D", more, out, options)

    def max_pool_2d(self) -> None:
        self._pool("MAX_POOL_2D")

    def average_pool_2d(self) -> None:
        self._pool("AVERAGE_POOL_2D")

    def _pool(self, code: str) -> None:
        d, (n, h, w, c) = self.d, self.x.shape
        k, s = d.pick((2, 3)), d["stride"]
        pad = self._padding(k)
        shape = (n, windows(h, k, s, 1, pad), windows(w, k, s, 1, pad), c)
        fields = self._fields(pad, s) | {"FilterHeight": k, "FilterWidth": k}
        for name in ("DilationHFactor", "DilationWFactor"):
            del fields[name]
        self.append(code, [], d.like(self.x, "pooled", shape), Options("Pool2DOptions", fields))

    def pad(self) -> None:
        amounts = np.zeros((4, 2), np.int32)
        amounts[1:3] = self.d.rng.integers(0, 3, (2, 2))
        shape = [s + int(a.sum()) for s, a in zip(self.x.shape, amounts, strict=True)]
        out = self.d.like(self.x, "padded", shape)
        self.append("PAD", [const("amounts", amounts, INT32)], out, Options("PadOptions"))

    def relu(self) -> None:
        self.append("RELU", [], self.d.like(self.x, "relu", self.x.shape), None)

    def residual(self) -> None:
        """x + f(x), f being one or two convolutions."""
        before, x = self.last, self.x
        for _ in range(self.d.pick((1, 2))):
            self.conv_2d(channels=x.shape[3], stride=1, pad="SAME")
        out = self.d.like(self.x, "sum", x.shape)
        fields = {"FusedActivationFunction": activation(self.d["activation"])}
        self.append("ADD", [], out, Options("AddOptions", fields))
        sum_of = self.operators[-1]
        operands = (before, *sum_of.inputs) if self.d.chance(0.5) else (*sum_of.inputs, before)
        self.operators[-1] = Operator("ADD", operands, sum_of.outputs, sum_of.options, 2)

    def branches(self) -> None:
        """Convolutions of the same tensor side by side, joined along the channels."""
        before, d, made = self.last, self.d, []
        for _ in range(d.pick((2, 2, 3))):
            self.last = before
            self.conv_2d(stride=1, pad="SAME")
            quant = self.tensors[made[0]].quant if made else self.x.quant
            self.tensors[self.last] = dataclasses.replace(self.x, quant=quant)
            made.append(self.last)
        shape = (*self.x.shape[:3], sum(self.tensors[t].shape[3] for t in made))
        self.append("CONCATENATION", [], d.like(self.x, "joined", shape), JOINED)
        joined = self.operators[-1]
        self.operators[-1] = Operator("CONCATENATION", tuple(made), joined.outputs, JOINED, 2)

    def cell(self) -> None:
        """Branches of two layers side by side, wide within, that are added up: as a file has them
        whose writer goes through the network in breadth."""
        before, d, x = self.last, self.d, self.x
        made = []
        for _ in range(d.pick((2, 3))):
            self.last = before
            self.conv_2d(channels=d.pick((12, 16, 24)), stride=1, pad="SAME")
            made.append(self.last)
        for i, wide in enumerate(made):
            self.last = wide
            self.conv_2d(channels=x.shape[3], stride=1, pad="SAME")
            made[i] = self.last
        for branch in made[:-1]:
            out = d.like(self.x, "sum", self.x.shape)
            self.append("ADD", [], out, Options("AddOptions"))
            last = self.operators[-1]
            self.operators[-1] = dataclasses.replace(last, inputs=(*last.inputs, branch))

    def heads(self) -> None:
        """Two classifiers of their own, their layers in turns; the second stays an output."""
        ends = [self.last, self.last]
        for channels in (16, 2):
            for i in range(2):
                self.last = ends[i]
                self.conv_2d(channels=channels, stride=1, pad="SAME")
                ends[i] = self.last
        self.more = tuple(ends)

    def nothing(self) -> None:
        """No tail."""

    def classifier(self) -> None:
        """Mean or flattening, dense layer, softmax."""
        d, (n, h, w, c) = self.d, self.x.shape
        if d.chance(0.5):
            axes = const("axes", np.array([1, 2]), INT32)
            out = d.like(self.x, "mean", (n, c))
            self.append("MEAN", [axes], out, Options("ReducerOptions", {"KeepDims": False}))
        else:
            out = d.like(self.x, "flat", (n, h * w * c))
            shape = [n, -1]
            options = Options("ReshapeOptions", {"NewShape": shape})
            self.append("RESHAPE", [const("shape", np.array(shape), INT32)], out, options)
        units = d.pick((2, 5, 10))
        depth = prod(self.x.shape[1:])
        more, out = weights_and_bias(d, (units, depth), 0, self.x, (n, units))
        self.append("FULLY_CONNECTED", more, out, Options("FullyConnectedOptions"))
        quant = None if self.x.dtype is DType.FLOAT32 else Quant((1 / 256,), (-128,))
        out = Tensor("probabilities", (n, units), self.x.dtype, quant)
        self.append("SOFTMAX", [], out, Options("SoftmaxOptions", {"Beta": 1.0}))

    def _padding(self, k: int) -> str:
        """SAME where VALID would leave nothing."""
        _, h, w, _ = self.x.shape
        possible = fits(h, k, 1, "VALID") == h and fits(w, k, 1, "VALID") == w
        return str(self.d.pick(("SAME", "VALID"))) if possible else "SAME"

    def _fields(self, pad: str, stride: int) -> dict[str, int]:
        return {
            "Padding": padding(pad),
            "StrideH": stride,
            "StrideW": stride,
            "DilationHFactor": 1,
            "DilationWFactor": 1,
            "FusedActivationFunction": activation(self.d["activation"]),
        }
