"""All operators, by name: the only registry."""

from __future__ import annotations

from .add import Add
from .assign_variable import AssignVariable
from .average_pool_2d import AveragePool2D
from .call_once import CallOnce
from .conv_2d import Conv2D
from .depthwise_conv_2d import DepthwiseConv2D
from .dequantize import Dequantize
from .fully_connected import FullyConnected
from .logistic import Logistic
from .max_pool_2d import MaxPool2D
from .mean import Mean
from .pad import Pad
from .quantize import Quantize
from .read_variable import ReadVariable
from .relu import Relu
from .relu6 import Relu6
from .reshape import Reshape
from .room import Op
from .softmax import Softmax
from .svdf import Svdf
from .tanh import Tanh
from .var_handle import VarHandle

OPS: tuple[type[Op], ...] = (
    Add,
    AssignVariable,
    AveragePool2D,
    CallOnce,
    Conv2D,
    DepthwiseConv2D,
    Dequantize,
    FullyConnected,
    Logistic,
    MaxPool2D,
    Mean,
    Pad,
    Quantize,
    ReadVariable,
    Relu,
    Relu6,
    Reshape,
    Softmax,
    Svdf,
    Tanh,
    VarHandle,
)

BY_NAME: dict[str, type[Op]] = {op.NAME: op for op in OPS}
BY_TFLITE: dict[str, type[Op]] = {name: op for op in OPS for name in op.TFLITE}
