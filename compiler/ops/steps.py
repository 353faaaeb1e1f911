"""Requantisation rounded once, as a step function.

TFLite's reference FULLY_CONNECTED rounds acc * scale in double, half away from zero. From the
least to the greatest accumulator, the clamped output climbs by at most 255 steps. Where they are
is computed here exactly, and so is the interval of integer multipliers m for which

    ((acc << left) * m + (2 * zero + 1) * 2^(31 + right)) >> (32 + right)

has the same steps. So the integer form is used where it is proved equal, and nowhere else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]

# (2 * zero + 1) * 2^(31 + right) has to stay within 61 bits, and its high word within int32.
MOST_RIGHT = 21
MOST_ACCUMULATOR = (1 << 31) - 1


def round_half_away(x: npt.NDArray[np.float64]) -> Int64Array:
    """C's round(), exact: no x + 0.5, which is itself rounded."""
    whole = np.trunc(x)
    rest = x - whole
    return (whole + (rest >= 0.5) - (rest <= -0.5)).astype(np.int64)


@dataclass(frozen=True)
class Steps:
    """For each value v above the least: the least accumulator whose rounded product with the scale
    reaches it. Accumulators outside [-bound, bound] do not occur."""

    values: Int64Array  # without the zero point, ascending
    first: Int64Array
    bound: int


def steps(scale: float, low: int, high: int, bound: int) -> Steps:
    """The steps of round(acc * scale) clamped to [low, high]."""
    values = np.arange(low + 1, high + 1, dtype=np.int64)
    limit = float(MOST_ACCUMULATOR + 2)
    first = np.clip(np.ceil((values - 0.5) / scale), -limit, limit).astype(np.int64)
    # The guess is off by at most a unit where the product rounds the other way.
    while (late := round_half_away(first * scale) < values).any() and (first[late] <= bound).any():
        first = first + late
    while (early := round_half_away((first - 1) * scale) >= values).any() and (
        first[early] >= -bound
    ).any():
        first = first - early
    return Steps(values, first, bound)


def multiplier_interval(s: Steps, shift: int) -> tuple[int, int]:
    """The multipliers [a, b] (a > b: none) for which (acc * m + 2^(shift - 1)) >> shift has these
    steps: first * m >= r and (first - 1) * m < r with r = (2 v - 1) * 2^(shift - 1)."""
    reached, before = s.first <= s.bound, s.first > -s.bound
    least, most = 1, MOST_ACCUMULATOR
    for use, acc, reaches in (
        (reached, np.maximum(s.first, -s.bound), True),
        (before, np.minimum(s.first - 1, s.bound), False),
    ):
        x, r = acc[use], (2 * s.values[use] - 1) << (shift - 1)
        if not x.size:
            continue
        if ((x == 0) & ((r <= 0) != reaches)).any():
            return 1, 0
        up, down = x > 0, x < 0
        if reaches:  # m >= r / x where x > 0, m <= r / x where x < 0
            least = max(least, int((-(-r[up] // x[up])).max(initial=1)))
            most = min(most, int((r[down] // x[down]).min(initial=most)))
        else:  # m < r / x where x > 0, m > r / x where x < 0
            most = min(most, int((-(-r[up] // x[up])).min(initial=most + 1)) - 1)
            least = max(least, int((r[down] // x[down]).max(initial=0)) + 1)
    return least, most


def one_multiplication(s: Steps, scale: float, left: int) -> tuple[int, int] | None:
    """(m, right) of the form above for accumulators shifted left by `left`; None: there is none."""
    if s.bound << left > MOST_ACCUMULATOR:
        return None
    right = min(left - 1 - math.frexp(scale)[1], MOST_RIGHT)
    if right < 1:
        return None
    shift = 32 + right - left
    least, most = multiplier_interval(s, shift)
    if least > most:
        return None
    return min(max(round(scale * 2.0**shift), least), most), right


def left_shift(scale: float) -> int:
    """How far accumulators go left, such that m has 31 bits and the result still shifts right."""
    return max(math.frexp(scale)[1] + 2, 0)
