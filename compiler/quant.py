"""Fixed-point arithmetic of quantised networks: the Python twin of runtime/nn_quant.h.

Every function is TFLite's *reference* arithmetic (lite/kernels/internal/common.h,
quantization_util.cc, kernel_util.cc), vectorised over NumPy arrays.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .ir import DType, Tensor

if TYPE_CHECKING:  # the operators import this module
    from .ops.room import Activation

Int64Array = npt.NDArray[np.int64]


def quantize_multiplier(real: float) -> tuple[int, int]:
    """(m, s) with real ≈ m * 2^(s - 31), m in [2^30, 2^31) (TFLite QuantizeMultiplier).

    s > 0 shifts left, s < 0 shifts right. Reals below 2^-32 become (0, 0).
    """
    if real == 0.0:
        return 0, 0
    fraction, exponent = math.frexp(real)
    # TfLiteRound: half away from zero.
    fixed = math.floor(fraction * (1 << 31) + 0.5)
    if fixed == 1 << 31:
        fixed //= 2
        exponent += 1
    if exponent < -31:
        return 0, 0
    if exponent > 30:
        return (1 << 31) - 1, 30
    return fixed, exponent


def saturating_rounding_doubling_high_mul(a: Int64Array, b: Int64Array) -> Int64Array:
    """(a * b + 2^30) >> 31: the high half of 2ab, ties towards plus infinity.

    Equals gemmlowp's for all int32 but a = b = -2^31 (multipliers are positive here).
    """
    return (a * b + (1 << 30)) >> 31


def rounding_divide_by_pot(x: Int64Array, exponent: npt.ArrayLike) -> Int64Array:
    """x / 2^exponent, ties away from zero (gemmlowp RoundingDivideByPOT)."""
    e = np.asarray(exponent, np.int64)
    half = np.where(e > 0, np.int64(1) << np.maximum(e - 1, 0), 0)
    return (x + half + np.where(e > 0, x >> 63, 0)) >> e


def multiply_by_quantized_multiplier(
    x: npt.ArrayLike, multiplier: npt.ArrayLike, shift: npt.ArrayLike
) -> Int64Array:
    """x * multiplier * 2^(shift - 31), rounded twice as TFLite's reference kernels do."""
    s = np.asarray(shift, np.int64)
    left, right = np.maximum(s, 0), np.maximum(-s, 0)
    # x << left wraps to int32 in TFLite; values that large do not occur in legal networks.
    shifted = np.asarray(x, np.int64) << left
    high = saturating_rounding_doubling_high_mul(shifted, np.asarray(multiplier, np.int64))
    return rounding_divide_by_pot(high, right)


def inverse_root(x: int) -> tuple[int, int]:
    """(m, s) with 1 / sqrt(x) ≈ m * 2^(s - 31), by five steps of Newton's method (TFLite
    GetInvSqrtQuantizedMultiplierExp)."""
    if x <= 1:
        return (1 << 31) - 1, 0
    right = 11
    while x >= 1 << 29:
        x //= 4
        right += 1
    pairs = (32 - x.bit_length() - 1) // 2 - 1
    right -= pairs
    x <<= 2 * pairs

    def mul(a: int, b: int) -> int:
        return (a * b + (1 << 30)) >> 31

    def saturated(a: int) -> int:
        return max(min(a, (1 << 31) - 1), -(1 << 31))

    half = ((x >> 1) + 1) >> 1
    y = 1 << 28  # 1 with 3 integer bits
    for _ in range(5):
        cube = saturated(mul(mul(y, y), y) << 6)
        y = saturated((mul((1 << 28) + (1 << 27), y) - mul(half, cube)) << 3)
    y = mul(y, 1518500250)  # half the root of 2
    return (y << -right, 0) if right < 0 else (y, -right)


def round_half_away(x: float) -> int:
    """TfLiteRound of a double."""
    return int(math.copysign(math.floor(abs(x) + 0.5), x))


def integer_range(dtype: DType) -> tuple[int, int]:
    """Least and greatest value of an integer type."""
    info: Any = np.iinfo(dtype.numpy)
    return int(info.min), int(info.max)


def activation_range(activation: Activation, output: Tensor) -> tuple[int, int]:
    """The quantised clamp of a fused activation (TFLite CalculateActivationRangeQuantized)."""
    low, high = integer_range(output.dtype)

    def quantize(real: float) -> int:
        # TFLite divides as float32 and rounds half away from zero.
        ratio = float(np.float32(real) / np.float32(output.scale))
        return output.zero_point + round_half_away(ratio)

    real_low, real_high = activation.bounds
    if real_low != -math.inf:
        low = max(low, quantize(real_low))
    if real_high != math.inf:
        high = min(high, quantize(real_high))
    return low, high


def float_range(activation: Activation) -> tuple[float, float]:
    """The clamp of a fused activation on float32."""
    big = float(np.finfo(np.float32).max)
    low, high = activation.bounds
    return max(low, -big), min(high, big)
