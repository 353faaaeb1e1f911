"""Writes a .tflite that keeps a state: the last frames in a resource variable that CALL_ONCE sets,
and an SVDF with its variable tensor. It stands for streaming networks in the firmware tests."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from compiler.ir import Array, DType, Quant, Tensor
from tests.ops.cases import const
from tests.ops.tflite_builder import Operator, Options, Subgraph, build

INT8, INT16, INT32 = DType.INT8, DType.INT16, DType.INT32
FRAME, FRAMES, UNITS, MEMORY = 8, 5, 6, 4
X_QUANT, OUT_QUANT = Quant((0.05,), (-3,)), Quant((0.08,), (-128,))
RELU = 1


class _Model:
    def __init__(self) -> None:
        self.rng = np.random.default_rng(2)
        self.tensors: list[Tensor] = []

    def add(self, name: str, shape: tuple[int, ...], dtype: DType, quant: Quant | None) -> int:
        self.tensors.append(Tensor(name, shape, dtype, quant))
        return len(self.tensors) - 1

    def const(self, name: str, data: Array, dtype: DType, scale: float | None = None) -> int:
        quant = None if scale is None else Quant((scale,), (0,))
        self.tensors.append(const(name, data, dtype, quant))
        return len(self.tensors) - 1

    def weights(self, name: str, shape: tuple[int, ...], dtype: DType = INT8) -> int:
        return self.const(name, self.rng.integers(-127, 128, shape), dtype, 0.01)

    def indices(self, name: str, *values: int) -> int:
        return self.const(name, np.array(values), INT32)

    def ring(self, x: int, handle: int) -> tuple[int, list[Operator]]:
        """The last frames, this one being the last."""
        kept = self.add("kept", (1, FRAMES - 1, FRAME), INT8, X_QUANT)
        frame = self.add("frame", (1, 1, FRAME), INT8, X_QUANT)
        window = self.add("window", (1, FRAMES, FRAME), INT8, X_QUANT)
        newest = self.add("newest", (1, FRAMES - 1, FRAME), INT8, X_QUANT)
        begin, end = self.indices("begin", 0, 1, 0), self.indices("end", 1, FRAMES, FRAME)
        ones = self.indices("strides", 1, 1, 1)
        concat = Options("ConcatenationOptions", {"Axis": 1})
        cut = Options("StridedSliceOptions")
        return window, [
            Operator("READ_VARIABLE", (handle,), (kept,)),
            Operator("RESHAPE", (x, self.indices("shape", 1, 1, FRAME)), (frame,)),
            Operator("CONCATENATION", (kept, frame), (window,), concat, 2),
            Operator("STRIDED_SLICE", (window, begin, end, ones), (newest,), cut, 2),
            Operator("ASSIGN_VARIABLE", (handle, newest), ()),
        ]  # fmt: skip

    def dense(self, x: int, out: int) -> Operator:
        bias = self.const("bias", self.rng.integers(-900, 900, UNITS), INT32, 0.0005)
        options = Options("FullyConnectedOptions", {"FusedActivationFunction": RELU})
        weights = self.weights("dense", (UNITS, FRAMES * FRAME))
        return Operator("FULLY_CONNECTED", (x, weights, bias), (out,), options, 4)

    def svdf(self, x: int, state: int, out: int) -> Operator:
        feature = self.weights("feature", (UNITS, UNITS))
        time = self.weights("time", (UNITS, MEMORY), INT16)
        fields = {"Rank": 1, "FusedActivationFunction": RELU}
        return Operator(
            "SVDF", (x, feature, time, -1, state), (out,), Options("SVDFOptions", fields), 3
        )


def handle(output: int) -> Operator:
    options = Options("VarHandleOptions", {"Container": "", "SharedName": "frames"})
    return Operator("VAR_HANDLE", (), (output,), options)


def model() -> bytes:
    m = _Model()
    x = m.add("x", (1, FRAME), INT8, X_QUANT)
    frames = m.add("frames", (), DType.RESOURCE, None)
    window, ring = m.ring(x, frames)
    hidden = m.add("hidden", (1, UNITS), INT8, OUT_QUANT)
    state = m.add("memory", (1, UNITS * MEMORY), INT16, Quant((0.0005,), (0,)))
    out = m.add("out", (1, UNITS), INT8, Quant((0.004,), (-128,)))
    once = Operator("CALL_ONCE", (), (), Options("CallOnceOptions", {"InitSubgraphIndex": 1}))
    operators = (once, handle(frames), *ring, m.dense(window, hidden), m.svdf(hidden, state, out))
    main = Subgraph(tuple(m.tensors), operators, (x,), (hidden, out), variables=(state,))
    first = np.arange((FRAMES - 1) * FRAME).reshape(1, FRAMES - 1, FRAME)
    tensors = (Tensor("h", (), DType.RESOURCE), const("first", first, INT8, X_QUANT))
    assign = Operator("ASSIGN_VARIABLE", (0, 1), ())
    return build(main, Subgraph(tensors, (handle(0), assign), (), (), name="NoOp"))


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(model())
