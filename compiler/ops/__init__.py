"""All operators, by name: the only registry."""

from __future__ import annotations

from .conv_2d import Conv2D
from .depthwise_conv_2d import DepthwiseConv2D
from .fully_connected import FullyConnected
from .reshape import Reshape
from .room import Op

OPS: tuple[type[Op], ...] = (Conv2D, DepthwiseConv2D, FullyConnected, Reshape)

BY_NAME: dict[str, type[Op]] = {op.NAME: op for op in OPS}
BY_TFLITE: dict[str, type[Op]] = {name: op for op in OPS for name in op.TFLITE}
