"""BITWISE_XOR and RIGHT_SHIFT of integers as they are, with broadcasting.

Source: TFLite kernels/{bitwise_xor,right_shift}.cc. A distance to shift is clamped to 0 and the
type's bits less one; signed values keep their sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Kernel, Literal
from .binary import ELEMENTS, Binary, Operation, same_types
from .broadcast import pair_kernel

TYPES = (DType.INT8, DType.UINT8, DType.INT16, DType.UINT16, DType.INT32, DType.UINT32)


@dataclass(frozen=True)
class Bits(Binary):
    """A function of bits."""

    SIGNATURES: ClassVar = same_types(*TYPES)

    def operation(self, dtype: DType) -> Operation:
        """What the kernel is told: it computes in 32 bits."""
        return self.OPERATION

    def lower_plain(self, site: Site) -> Kernel:
        dtype = site.output.dtype
        held = DType.INT32 if dtype is DType.UINT32 else dtype  # the same bits
        params: dict[str, Literal] = {
            "operation": int(self.operation(dtype)),
            "type": ELEMENTS[held],
            "low": 0,
            "high": 8 * dtype.bytes - 1,
        }
        return pair_kernel(site, "binary_int", params)


@dataclass(frozen=True)
class BitwiseXor(Bits):
    """The bits that differ."""

    NAME: ClassVar[str] = "bitwise_xor"
    TFLITE: ClassVar = ("BITWISE_XOR",)
    OPERATION: ClassVar = Operation.BITWISE_XOR


@dataclass(frozen=True)
class RightShift(Bits):
    """a / 2^b, rounded down."""

    NAME: ClassVar[str] = "right_shift"
    TFLITE: ClassVar = ("RIGHT_SHIFT",)
    OPERATION: ClassVar = Operation.RIGHT_SHIFT

    def operation(self, dtype: DType) -> Operation:
        unsigned = dtype is DType.UINT32
        return Operation.RIGHT_SHIFT_UNSIGNED if unsigned else Operation.RIGHT_SHIFT

    def plain(self, site: Site, a: Array, b: Array) -> Array:
        dtype = site.output.dtype
        distance = np.clip(b.astype(np.int64), 0, 8 * dtype.bytes - 1)
        return np.right_shift(a.astype(np.int64), distance).astype(dtype.numpy)
