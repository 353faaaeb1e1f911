"""Random networks whose images grow, are cut and put together again: what decoders, pyramids and
shuffles are made of."""

from __future__ import annotations

import dataclasses

import numpy as np

from compiler.ir import Quant, Tensor

from .cases import INT32, Draw, activation, const, padding, weights_and_bias
from .networks import JOINED, Chain
from .networks import network as network_of
from .tflite_builder import Operator, Options, Subgraph

LAYERS = ("conv_2d", "depthwise_conv_2d", "max_pool_2d", "resize", "transpose_conv", "scaled")
MOVES = ("conv_2d", "repeated", "halves", "crop", "blocks", "pad", "scaled", "wider")


def network(d: Draw) -> Subgraph:
    return network_of(d, Grown)


class Grown(Chain):
    """See Chain."""

    def resize(self) -> None:
        """To twice or three times as many rows, or any number; bilinear or nearest."""
        d, (n, h, w, c) = self.d, self.x.shape
        size = [h * d.pick((1, 2, 2, 3)), w * d.pick((1, 2))]
        if d.chance(0.2):
            size[0] = d.pick(range(2, 30))
        code, table = d.pick(
            (
                ("RESIZE_BILINEAR", "ResizeBilinearOptions"),
                ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions"),
            )
        )
        alignment = d.pick(("HalfPixelCenters", "AlignCorners", ""))
        options = Options(table, {alignment: True} if alignment else {})
        out = d.like(self.x, "resized", (n, *size, c))
        self.append(code, [const("size", np.array(size), INT32)], out, options)

    def transpose_conv(self, stride: int = 0) -> None:
        d, (n, h, w, c) = self.d, self.x.shape
        k, s, out_c = d.pick((1, 2, 3, 4)), stride or d.pick((1, 2, 2, 3)), d["out_channels"]
        shape = (n, h * s, w * s, out_c)
        more, out = weights_and_bias(d, (out_c, k, k, c), 0, self.x, shape)
        before = self.last
        fields = {
            "Padding": padding("SAME"),
            "StrideH": s,
            "StrideW": s,
            "FusedActivationFunction": activation(d["activation"]),
        }
        options = Options("TransposeConvOptions", fields)
        stated = const("shape", np.array(shape), INT32)
        self.append("TRANSPOSE_CONV", [stated, *more], out, options)
        _, shape_at, weights_at, *bias_at = self.operators[-1].inputs
        operands = (shape_at, weights_at, before, *bias_at)
        self.operators[-1] = Operator("TRANSPOSE_CONV", operands, (self.last,), options, 3)

    def scaled(self) -> None:
        """Times and plus a constant a channel, as batch normalisation that was not folded."""
        for code in ("MUL", "ADD"):
            x = self.x
            quant = None if x.dtype.is_float else Quant((0.01,), (0,))
            data = self.d.values((x.shape[3],), x.dtype)
            factors = dataclasses.replace(const("factors", data, x.dtype), quant=quant)
            fields = {"FusedActivationFunction": activation(self.d["activation"])}
            table = f"{code.capitalize()}Options"
            out = self.d.activations("scaled", x.shape, x.dtype, (0.02, 0.05))
            self.append(code, [factors], out, Options(table, fields))

    def halves(self) -> None:
        """The channels in two parts, one of which goes through a convolution."""
        x, (n, h, w, c) = self.x, self.x.shape
        if c % 2:
            return
        parts = [self.d.like(x, f"part_{i}", (n, h, w, c // 2)) for i in (0, 1)]
        before, first = self.last, len(self.tensors)
        self.tensors += [const("axis", np.array(3), INT32), *parts]
        outputs = (first + 1, first + 2)
        options = Options("SplitOptions", {"NumSplits": 2})
        self.operators.append(Operator("SPLIT", (first, before), outputs, options, 2))
        self.last = outputs[1]
        self.conv_2d(stride=1, pad="SAME")
        self.join(outputs[0])

    def wider(self) -> None:
        """Twice the image side by side."""
        n, h, w, c = self.x.shape
        options = Options("ConcatenationOptions", {"Axis": 2})
        self.append("CONCATENATION", [], self.d.like(self.x, "wide", (n, h, 2 * w, c)), options)
        twice = (self.operators[-1].inputs[0],) * 2
        self.operators[-1] = Operator("CONCATENATION", twice, (self.last,), options, 2)

    def repeated(self) -> None:
        """Rows and columns twice, as tiles of reshaped images."""
        n, h, w, c = self.x.shape
        for shape, axis in (((n, h, 1, w, c), 2), ((n, 2 * h, w, 1, c), 3)):
            self._reshape(shape)
            multiples = np.ones(5, np.int32)
            multiples[axis] = 2
            tiled = self.d.like(self.x, "tiled", np.array(shape) * multiples)
            self.append("TILE", [const("multiples", multiples, INT32)], tiled, None)
        self._reshape((n, 2 * h, 2 * w, c))

    def _reshape(self, shape: tuple[int, ...]) -> None:
        options = Options("ReshapeOptions", {"NewShape": list(shape)})
        out = self.d.like(self.x, "reshaped", shape)
        self.append("RESHAPE", [const("shape", np.array(shape), INT32)], out, options)

    def crop(self) -> None:
        """Some rows and columns, perhaps every second."""
        shape, d = self.x.shape, self.d
        begin, step = [0, 0, 0, 0], [1, 1, 1, 1]
        for axis in (1, 2):
            begin[axis] = int(d.rng.integers(0, max(shape[axis] // 3, 1)))
            step[axis] = d.pick((1, 1, 2))
        cut = [-(-(n - b) // s) for n, b, s in zip(shape, begin, step, strict=True)]
        more = [
            const(name, np.array(numbers), INT32)
            for name, numbers in (("begin", begin), ("end", shape), ("strides", step))
        ]
        out = d.like(self.x, "cut", cut)
        self.append("STRIDED_SLICE", more, out, Options("StridedSliceOptions"))

    def blocks(self) -> None:
        """Channels become pixels, or pixels channels."""
        n, h, w, c = self.x.shape
        options = {"BlockSize": 2}
        if c % 4 == 0:
            out = self.d.like(self.x, "pixels", (n, 2 * h, 2 * w, c // 4))
            self.append("DEPTH_TO_SPACE", [], out, Options("DepthToSpaceOptions", options))
        elif h % 2 == 0 and w % 2 == 0:
            out = self.d.like(self.x, "channels", (n, h // 2, w // 2, c * 4))
            self.append("SPACE_TO_DEPTH", [], out, Options("SpaceToDepthOptions", options))

    def decoder(self) -> None:
        """A level of a U: down, a convolution, up again, and joined with what was there before."""
        _, h, w, _ = self.x.shape
        if h % 2 or w % 2:
            return
        before = self.last
        self.conv_2d(stride=2, pad="SAME")
        if self.d.chance(0.5):
            self.conv_2d(stride=1, pad="SAME")
        if self.d.chance(0.5):
            self.transpose_conv(stride=2)
        else:
            n, h, w, c = self.x.shape
            out = self.d.like(self.x, "up", (n, 2 * h, 2 * w, c))
            size = const("size", np.array((2 * h, 2 * w)), INT32)
            options = Options("ResizeBilinearOptions", {"HalfPixelCenters": True})
            self.append("RESIZE_BILINEAR", [size], out, options)
        self.join(before)

    def join(self, other: int) -> None:
        """What is there now, made as `other` is quantised, joined with that along the channels."""
        last = self.tensors[self.last]
        quant = self.tensors[other].quant
        if last.quant != quant:
            self.append("QUANTIZE", [], dataclasses.replace(last, quant=quant), None)
        made = (other, self.last)
        shape = (*last.shape[:3], sum(self.tensors[t].shape[3] for t in made))
        self.append("CONCATENATION", [], Tensor("joined", shape, last.dtype, quant), JOINED)
        self.operators[-1] = Operator("CONCATENATION", made, (self.last,), JOINED, 2)
