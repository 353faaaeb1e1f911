"""Writes shuffle.tflite: RELU, a ChannelShuffle of 3 groups, RELU6.

A converter writes such a file with `allow_custom_ops = True`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flatbuffers import flexbuffers

from compiler.ir import DType, Quant, Tensor
from tests.ops.tflite_builder import Operator, Subgraph, build


def model(groups: int = 3, shape: tuple[int, ...] = (1, 4, 5, 12)) -> bytes:
    """The file's bytes."""
    quant = Quant((0.05,), (-3,))
    tensors = tuple(Tensor(name, shape, DType.INT8, quant) for name in ("in", "a", "b", "out"))
    builder = flexbuffers.Builder()
    builder.MapFromElements({"groups": groups})
    options = bytes(builder.Finish())
    shuffle = Operator("CUSTOM", (1,), (2,), custom="ChannelShuffle", custom_options=options)
    operators = (Operator("RELU", (0,), (1,)), shuffle, Operator("RELU6", (2,), (3,)))
    return build(Subgraph(tensors, operators, (0,), (3,)))


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(model())
