"""Random one-dimensional networks as converters write them: layers work on images of one row, with
changes of shape before and behind."""

from __future__ import annotations

import dataclasses

import numpy as np

from .cases import INT32, Draw, activation, const, weights_and_bias, windows
from .grown import Grown
from .tflite_builder import Operator, Options, Subgraph

LAYERS = (
    "convolved",
    "convolved",
    "causal",
    "depthwise",
    "pooled",
    "residual",
    "repeated",
    "joined",
)
CHANNELS_JOINED = Options("ConcatenationOptions", {"Axis": 2})


def network(d: Draw) -> Subgraph:
    """Layers picked from the row's `layers`; now and then a mean over time."""
    shape = (1, d["height"], d["channels"])
    chain = Line(d, d.activations("in", shape, d["dtype"], (0.0078, 0.05, 1.0)))
    for _ in range(d["depth"]):
        getattr(chain, d["layers"])()
    if d.chance(0.3):
        chain.mean()
    return chain.subgraph()


class Line(Grown):
    """See Chain; what it computes is [1, steps, channels] between layers."""

    def convolved(
        self, channels: int = 0, stride: int = 0, dilation: int = 0, pad: str = ""
    ) -> None:
        d, (_, t, c) = self.d, self.x.shape
        k, s, dil = d.pick((1, 2, 3, 5, 8)), stride or d["stride"], dilation or d.pick((1, 1, 2, 4))
        s, out_c = (1 if dil > 1 else s), channels or d["out_channels"]
        pad = pad or ("SAME" if (k - 1) * dil + 1 > t else str(d.pick(("SAME", "VALID"))))
        self._reshape((1, 1, t, c))
        shape = (1, 1, windows(t, k, s, dil, pad), out_c)
        more, out = weights_and_bias(d, (out_c, 1, k, c), 0, self.x, shape)
        fields = self._fields(pad, s) | {"DilationWFactor": dil}
        self.append("CONV_2D", more, out, Options("Conv2DOptions", fields))
        self._reshape((1, shape[2], out_c))

    def causal(self) -> None:
        """Padded before the first step."""
        _, t, c = self.x.shape
        amounts = np.array([[0, 0], [self.d.pick((1, 2, 4)), 0], [0, 0]])
        out = self.d.like(self.x, "padded", (1, t + int(amounts.sum()), c))
        self.append("PAD", [const("amounts", amounts, INT32)], out, Options("PadOptions"))
        self.convolved(pad="SAME" if t < 40 else "VALID")

    def depthwise(self) -> None:
        d, (_, t, c) = self.d, self.x.shape
        k, s, multiplier = d.pick((2, 3, 5)), d["stride"], d.pick((1, 1, 2))
        self._reshape((1, 1, t, c))
        shape = (1, 1, windows(t, k, s, 1, "SAME"), c * multiplier)
        more, out = weights_and_bias(d, (1, 1, k, shape[3]), 3, self.x, shape)
        fields = self._fields("SAME", s) | {"DepthMultiplier": multiplier}
        self.append("DEPTHWISE_CONV_2D", more, out, Options("DepthwiseConv2DOptions", fields))
        self._reshape((1, *shape[2:]))

    def pooled(self) -> None:
        """With time along columns or, as some write it, along rows."""
        d, (_, t, c) = self.d, self.x.shape
        k, s, upright = d.pick((2, 3)), d["stride"], d.chance(0.3)
        fields = self._fields("SAME", s) | {"FilterHeight": 1, "FilterWidth": k}
        if upright:
            fields |= {"FilterHeight": k, "FilterWidth": 1}
        for name in ("DilationHFactor", "DilationWFactor"):
            del fields[name]
        steps = windows(t, k, s, 1, "SAME")
        self._reshape((1, t, 1, c) if upright else (1, 1, t, c))
        out = self.d.like(self.x, "pooled", (1, steps, 1, c) if upright else (1, 1, steps, c))
        code = d.pick(("MAX_POOL_2D", "AVERAGE_POOL_2D"))
        self.append(code, [], out, Options("Pool2DOptions", fields))
        self._reshape((1, steps, c))

    def residual(self) -> None:
        before, x = self.last, self.x
        self.convolved(x.shape[2], stride=1, pad="SAME")
        out = self.d.like(self.x, "sum", x.shape)
        fields = {"FusedActivationFunction": activation(self.d["activation"])}
        self.append("ADD", [], out, Options("AddOptions", fields))
        last = self.operators[-1]
        self.operators[-1] = dataclasses.replace(last, inputs=(before, *last.inputs))

    def repeated(self) -> None:
        """Every step twice, as upsampling is written."""
        _, t, c = self.x.shape
        self._reshape((1, t, 1, c))
        twice = const("multiples", np.array([1, 1, 2, 1], np.int32), INT32)
        self.append("TILE", [twice], self.d.like(self.x, "tiled", (1, t, 2, c)), None)
        self._reshape((1, 2 * t, c))

    def joined(self) -> None:
        """Two convolutions side by side."""
        before, made = self.last, []
        for _ in range(2):
            self.last = before
            self.convolved(stride=1, pad="SAME")
            quant = self.tensors[made[0]].quant if made else self.x.quant
            if self.x.quant != quant:
                same = dataclasses.replace(self.x, quant=quant)
                self.append("QUANTIZE", [], same, None)
            made.append(self.last)
        first = self.tensors[made[0]]
        channels = sum(self.tensors[t].shape[2] for t in made)
        out = dataclasses.replace(first, name="joined", shape=(*first.shape[:2], channels))
        self.append("CONCATENATION", [], out, CHANNELS_JOINED)
        self.operators[-1] = Operator(
            "CONCATENATION", tuple(made), (self.last,), CHANNELS_JOINED, 2
        )

    def mean(self) -> None:
        axis = const("axis", np.array(1), INT32)
        out = self.d.like(self.x, "mean", (1, self.x.shape[2]))
        self.append("MEAN", [axis], out, Options("ReducerOptions", {"KeepDims": False}))
