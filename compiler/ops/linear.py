"""Functions of one or two int8 values as one linear form, found and proved by trying all values.

A requantising kernel computes a function of an int8 (256 values) or of a pair (65,536). Where

    clamp((k0 * a + k1 * b + c) >> shift, low, high)

has the same values for suitable integers, the C computes just that: it is TFLite's result, with
all its roundings, to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NARROW_BITS = 23  # of the larger factor: 2 * 128 * 2^23 leaves room for as large a start
Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Linear:
    """clamp((sum of k[i] * input i + start) >> shift)."""

    k: tuple[int, ...]
    start: int
    shift: int


def start_interval(sums: Int64Array, values: Int64Array, shift: int) -> tuple[int, int]:
    """The starts [a, b] (a > b: none) for which (sums + start) >> shift, clamped to the range of
    `values`, is `values`."""
    low, high = int(values.min()), int(values.max())
    wide = 1 << 62
    floor = np.where(values > low, (values << shift) - sums, -wide).max()
    ceiling = np.where(values < high, ((values + 1) << shift) - 1 - sums, wide).min()
    return int(floor), int(ceiling)


def _factors(slopes: tuple[float, ...], shift: int) -> Iterator[tuple[int, ...]]:
    """Integers near the slopes times 2^shift; then slightly larger ones, which round ties away
    from zero on both sides; then all neighbours."""
    nominal = [round(s * 2.0**shift) for s in slopes]
    largest = max(map(abs, nominal))
    if largest == 0:
        return
    for more in (0, 1, 2, 4, 16, 64, 256, 1024, 4096):
        yield tuple(n + round(more * n / largest) for n in nominal)
    for d0 in (-1, 0, 1):
        for d1 in (-1, 0, 1) if len(nominal) > 1 else (0,):
            yield tuple(n + d for n, d in zip(nominal, (d0, d1), strict=False))


def linear_pair(values: Int64Array, slopes: tuple[float, float]) -> Linear | None:
    """The form of a function of two int8 with these slopes; values[a + 128, b + 128]. Factors have
    31 bits, so the sum needs 64. None: none was found."""
    x = np.arange(-128, 128, dtype=np.int64)
    shift = 30 - math.frexp(max(map(abs, slopes)))[1]
    if not 1 <= shift <= 50:
        return None
    for k in _factors(slopes, shift):
        if max(map(abs, k)) >= 1 << 31:
            continue
        least, most = start_interval(k[0] * x[:, None] + k[1] * x, values, shift)
        if least <= most:
            return Linear(k, (least + most) // 2, shift)
    return None


def narrow_pair(values: Int64Array, slopes: tuple[float, float]) -> Linear | None:
    """The same in 32 bits: no sum on the way, start first, reaches 2^31."""
    x = np.arange(-128, 128, dtype=np.int64)
    exponent = math.frexp(max(map(abs, slopes)))[1]
    for shift in range(max(NARROW_BITS - exponent, 1), max(NARROW_BITS - 8 - exponent, 0), -1):
        for k in _factors(slopes, shift):
            sums = k[0] * x[:, None] + k[1] * x
            least, most = start_interval(sums, values, shift)
            start = (least + most) // 2
            reach = max(np.abs(sums + start).max(), abs(start) + 128 * abs(k[0]))
            if least <= most and reach < 1 << 31:
                return Linear(k, start, shift)
    return None


def linear_single(values: Int64Array, slope: float, inputs: Int64Array) -> Linear | None:
    """The form of a function of `inputs` in 32 bits: |k * x| and |k * x + start| < 2^31. Without a
    shift if possible (a clamp), else with the most precise factor."""
    for shift in (0, *range(22, 0, -1)):
        for k in _factors((slope,), shift):
            if k[0] >= 1 << 31:
                continue
            sums = k[0] * inputs
            least, most = start_interval(sums, values, shift)
            start = (least + most) // 2
            if least <= most and max(np.abs(sums).max(), np.abs(sums + start).max()) < 1 << 31:
                return Linear(k, start, shift)
    return None
