"""All operators, by name: the only registry; `user_ops.py` adds the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .activations import Elu, Gelu, HardSwish, LeakyRelu, Relu0To1, ReluN1To1
from .add import Add
from .add_n import AddN
from .arg_max import ArgMax
from .arg_min import ArgMin
from .assign_variable import AssignVariable
from .average_pool_2d import AveragePool2D
from .batch_matmul import BatchMatmul
from .batch_to_space_nd import BatchToSpaceNd
from .binary import Atan2, FloorDiv, FloorMod, LogicalAnd, LogicalOr, Maximum, Minimum, Pow
from .bits import BitwiseXor, RightShift
from .broadcast_args import BroadcastArgs
from .broadcast_to import BroadcastTo
from .call_once import CallOnce
from .cast import Cast
from .circular_buffer import CircularBuffer
from .compare import Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual
from .composite import Composite
from .concatenation import Concatenation
from .constant import Constant
from .conv_2d import Conv2D
from .cumsum import Cumsum
from .densify import Densify
from .depth_to_space import DepthToSpace
from .depthwise_conv_2d import DepthwiseConv2D
from .dequantize import Dequantize
from .detection_postprocess import DetectionPostprocess
from .div import Div
from .dynamic_update_slice import DynamicUpdateSlice
from .elementary import Abs, Exp, Log, Rsqrt, Sqrt
from .embedding_lookup import EmbeddingLookup
from .expand_dims import ExpandDims
from .fill import Fill
from .fully_connected import FullyConnected
from .gather import Gather
from .gather_nd import GatherNd
from .if_else import If
from .l2_normalization import L2Normalization
from .l2_pool_2d import L2Pool2D
from .local_response_normalization import LocalResponseNormalization
from .log_softmax import LogSoftmax
from .logistic import Logistic
from .matrix_diag import MatrixDiag, MatrixSetDiag
from .max_pool_2d import MaxPool2D
from .mean import Mean
from .mirror_pad import MirrorPad
from .mul import Mul
from .one_hot import OneHot
from .pack import Pack
from .pad import Pad
from .prelu import Prelu
from .quantize import Quantize
from .range import Range
from .rank import Rank
from .read_variable import ReadVariable
from .reduce_all import ReduceAll
from .reduce_any import ReduceAny
from .reduce_max import ReduceMax
from .reduce_min import ReduceMin
from .reduce_prod import ReduceProd
from .relu import Relu
from .relu6 import Relu6
from .reshape import Reshape
from .resize_bilinear import ResizeBilinear
from .resize_nearest_neighbor import ResizeNearestNeighbor
from .reverse import Reverse
from .reverse_sequence import ReverseSequence
from .room import Op
from .scatter_nd import ScatterNd
from .segment import (
    SegmentSum,
    UnsortedSegmentMax,
    UnsortedSegmentMin,
    UnsortedSegmentProd,
    UnsortedSegmentSum,
)
from .select import Select, SelectV2
from .shape import ShapeOf
from .signal_energy import SignalEnergy
from .signal_fft import SignalFftAutoScale, SignalIrfft, SignalRfft
from .signal_filter_bank import (
    SignalFilterBank,
    SignalFilterBankLog,
    SignalFilterBankSpectralSubtraction,
    SignalFilterBankSquareRoot,
)
from .signal_frames import SignalDelay, SignalFramer, SignalOverlapAdd, SignalStacker
from .signal_pcan import SignalPcan
from .signal_window import SignalWindow
from .slice import Slice
from .slide_rows import SlideRows
from .softmax import Softmax
from .space_to_batch_nd import SpaceToBatchNd
from .space_to_depth import SpaceToDepth
from .split import Split
from .split_v import SplitV
from .squared_difference import SquaredDifference
from .squeeze import Squeeze
from .strided_slice import StridedSlice
from .sub import Sub
from .sum import Sum
from .svdf import Svdf
from .table import Table
from .tanh import Tanh
from .tile import Tile
from .topk_v2 import TopkV2
from .transpose import Transpose
from .transpose_conv import TransposeConv
from .unary import Ceil, Cos, Floor, LogicalNot, Neg, Round, Sign, Sin, Square
from .unidirectional_sequence_lstm import UnidirectionalSequenceLstm
from .unpack import Unpack
from .var_handle import VarHandle
from .while_loop import While
from .zeros_like import ZerosLike

OPS: tuple[type[Op], ...] = (
    Abs,
    Add,
    AddN,
    ArgMax,
    ArgMin,
    AssignVariable,
    Atan2,
    AveragePool2D,
    BatchMatmul,
    BatchToSpaceNd,
    BitwiseXor,
    BroadcastArgs,
    BroadcastTo,
    CallOnce,
    Cast,
    Ceil,
    CircularBuffer,
    Composite,
    Concatenation,
    Conv2D,
    Cos,
    Cumsum,
    Densify,
    DepthToSpace,
    DepthwiseConv2D,
    Dequantize,
    DetectionPostprocess,
    Div,
    DynamicUpdateSlice,
    Elu,
    EmbeddingLookup,
    Equal,
    Exp,
    ExpandDims,
    Fill,
    Floor,
    FloorDiv,
    FloorMod,
    FullyConnected,
    Gather,
    GatherNd,
    Gelu,
    Greater,
    GreaterEqual,
    HardSwish,
    If,
    LeakyRelu,
    Less,
    LessEqual,
    Log,
    L2Normalization,
    L2Pool2D,
    LocalResponseNormalization,
    LogSoftmax,
    LogicalAnd,
    LogicalNot,
    LogicalOr,
    Logistic,
    MatrixDiag,
    MatrixSetDiag,
    MaxPool2D,
    Maximum,
    Mean,
    Minimum,
    MirrorPad,
    Mul,
    Neg,
    NotEqual,
    OneHot,
    Pack,
    Pad,
    Pow,
    Prelu,
    Quantize,
    Range,
    Rank,
    ReadVariable,
    ReduceAll,
    ReduceAny,
    ReduceMax,
    ReduceMin,
    ReduceProd,
    Relu,
    Relu0To1,
    Relu6,
    ReluN1To1,
    Reshape,
    ResizeBilinear,
    ResizeNearestNeighbor,
    Reverse,
    ReverseSequence,
    RightShift,
    Round,
    Rsqrt,
    ScatterNd,
    SegmentSum,
    Select,
    SelectV2,
    ShapeOf,
    SignalDelay,
    SignalEnergy,
    SignalFftAutoScale,
    SignalFilterBank,
    SignalFilterBankLog,
    SignalFilterBankSpectralSubtraction,
    SignalFilterBankSquareRoot,
    SignalFramer,
    SignalIrfft,
    SignalOverlapAdd,
    SignalPcan,
    SignalRfft,
    SignalStacker,
    SignalWindow,
    Sign,
    Sin,
    Slice,
    Softmax,
    SpaceToBatchNd,
    SpaceToDepth,
    Split,
    SplitV,
    Sqrt,
    Square,
    SquaredDifference,
    Squeeze,
    StridedSlice,
    Sub,
    Sum,
    Svdf,
    Tanh,
    Tile,
    TopkV2,
    Transpose,
    TransposeConv,
    UnidirectionalSequenceLstm,
    Unpack,
    UnsortedSegmentMax,
    UnsortedSegmentMin,
    UnsortedSegmentProd,
    UnsortedSegmentSum,
    VarHandle,
    While,
    ZerosLike,
)

# Operators that only passes make; no .tflite has them.
INTERNAL: tuple[type[Op], ...] = (Constant, SlideRows, Table)


@dataclass(frozen=True)
class Registry:
    """Operators, and the folders beside runtime/ in which their kernels stand."""

    ops: tuple[type[Op], ...] = OPS
    folders: tuple[Path, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, type[Op]]:
        """By their names in the textual IR."""
        return {op.NAME: op for op in (*self.ops, *INTERNAL)}

    @cached_property
    def by_tflite(self) -> dict[str, type[Op]]:
        """By the names of what they stand for in a .tflite."""
        return {name: op for op in self.ops for name in op.TFLITE}

    def extended(self, ops: Sequence[type[Op]], folder: Path) -> Registry:
        """With more operators, whose kernels stand in `folder`."""
        return Registry((*self.ops, *ops), tuple(dict.fromkeys((*self.folders, folder))))


REGISTRY = Registry()
