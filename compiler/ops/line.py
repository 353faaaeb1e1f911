"""Requantisation by one multiplication: constants for which a straight line, rounded down, passes
through the same integers as TFLite's arithmetic with its two roundings.

y = ((S << FRACTION) + start) * slope >> (32 + SHIFT), saturated to int8, clamped to [low, high].

For outputs from the zero point up TFLite's result is y = zero + (h + 2^(right - 1) >> right) with
h = (2 * acc * multiplier + 2^31) >> 32 and acc = S + bias: it grows with S, so it is known by its
thresholds, the least acc for each y. A line that is at least y there and below y just before is
TFLite's function; of all lines near the true slope the intercepts that do so are an interval.
"""

from __future__ import annotations

import numpy as np

from ..ir import Array

FRACTION, SHIFT = 9, 12  # as in runtime/nn_tiles_s8.h
# Slopes tried on either side of the true one, a step apart that matters at the last threshold.
TRIALS = 32
# Where the true line leaves int32, few thresholds can be reached, and a steeper one does as well.
STEEPER = 12


def lines(
    weights: Array, bias: Array, multipliers: tuple[Array, Array], zero: int, ends: tuple[int, int]
) -> tuple[Array, Array] | None:
    """Start and slope of each channel; None where one has none. `weights` has one row per channel,
    `bias` has the input's zero point folded in, of the `multipliers` every shift is to the right,
    `ends` is the clamp of the output."""
    if ends[0] < zero:  # below the zero point ties round the other way
        return None
    multiplier, right = multipliers[0], -multipliers[1]
    least = bias + np.where(weights > 0, -128 * weights, 127 * weights).sum(axis=1)
    greatest = bias + np.where(weights > 0, 127 * weights, -128 * weights).sum(axis=1)
    y = np.arange(ends[0] + 1, ends[1] + 1)
    high = ((y - zero)[None, :] << right[:, None]) - (1 << (right[:, None] - 1))
    first = -(-((high << 31) - (1 << 30)) // np.maximum(multiplier, 1)[:, None])
    found = np.zeros(len(bias), bool)
    start, slope = np.zeros((2, len(bias)), np.int64)
    true = np.ldexp(multiplier.astype(np.float64), (1 + SHIFT - FRACTION - right).astype(np.int64))
    for tried in _slopes(true):
        left = np.flatnonzero(~found)
        if not len(left):
            break
        fits, at = _starts(y, first[left], least[left], greatest[left], tried[left])
        new = left[fits]
        found[new], start[new], slope[new] = True, at[fits], tried[new]
    return (start + (bias << FRACTION), slope) if found.all() else None


def _slopes(true: Array) -> list[Array]:
    """The slopes to try, the most likely ones first."""
    step = np.maximum(1, np.floor(true * true * 2.0**-53))
    beside = [0, *(s * i for i in range(1, TRIALS + 1) for s in (1, -1))]
    near = [np.rint(true) + i * step for i in beside]
    far = [np.rint(np.ldexp(true, i)) for i in range(1, STEEPER + 1)]
    return [np.clip(s, 1, 2.0**31 - 1).astype(np.int64) for s in (*near, *far)]


def _starts(
    y: Array, first: Array, least: Array, greatest: Array, slope: Array
) -> tuple[Array, Array]:
    """Which channels have a line of that slope, and where it starts. From `least` to `greatest`
    accumulators occur; `first` are the least ones for y."""
    low, high = least[:, None], greatest[:, None]
    # The least point of the line, in units of its abscissa, that gives y.
    needed = -(-(y[None, :] << (32 + SHIFT)) // slope[:, None])
    far = np.int64(1) << 60
    reached, before = np.maximum(first, low), np.minimum(first - 1, high)
    at_least = np.where(first <= high, needed - (reached << FRACTION), -far).max(
        axis=1, initial=-far
    )
    at_most = np.where(first > low, needed - 1 - (before << FRACTION), far).min(axis=1, initial=far)
    # All abscissas, and the start itself, are int32.
    at_least = np.maximum(at_least, -(1 << 31) - (least << FRACTION))
    at_most = np.minimum(at_most, (1 << 31) - 1 - (greatest << FRACTION))
    return at_least <= at_most, (at_least + at_most) >> 1
