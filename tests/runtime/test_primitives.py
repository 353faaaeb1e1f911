"""The runtime's primitives against compiler/quant.py: ties, negative values, extremes.

The same program runs on the host (portable.h, under sanitizers) and on an emulated Cortex-M4
(armv7em.h) and Cortex-M0 (armv6m); all must give the values that Python gives.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compiler.ir import Array
from compiler.ops import fixed_16
from compiler.ops.dense import pack_pairs
from compiler.ops.int16 import pack_fours
from compiler.quant import (
    multiply_by_quantized_multiplier,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
)
from tests.ops.generated import M0, M55, ROOT, program_on, program_on_host, program_on_m4

SOURCE = ROOT / "tests/runtime/primitives.c"
RUNTIME = ROOT / "runtime"
SMALL = 1 << 30
MULTIPLIERS = (1 << 30, (1 << 30) + 1, 0x5A82799A, (1 << 31) - 1)
TRIALS = 300  # of each operation


@dataclass(frozen=True)
class Trial:
    """What goes to the program and what must come back."""

    about: str
    data: bytes
    wanted: bytes


def ints(*values: int) -> bytes:
    return np.array(values, np.int64).astype(np.int32).tobytes()


def clamp(x: int, low: int, high: int) -> int:
    return min(max(x, low), high)


def high_mul(a: int, b: int) -> int:
    return int(saturating_rounding_doubling_high_mul(np.int64(a), np.int64(b)))  # type: ignore[arg-type]


def shifted(x: int, right: int) -> int:
    return int(rounding_divide_by_pot(np.int64(x), right))  # type: ignore[arg-type]


def requantized(x: int, multiplier: int, shift: int) -> int:
    return int(multiply_by_quantized_multiplier(x, multiplier, shift))


class Numbers:
    """Random numbers with many at the ends and at ties."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def within(self, most: int) -> int:
        """|x| <= most: any magnitude, the ends, or beside a power of two."""
        kind = self.rng.random()
        if kind < 0.2:
            return int(self.rng.choice([-most, -most + 1, -1, 0, 1, most - 1, most]))
        bits = int(self.rng.integers(1, most.bit_length() + 1))
        near = (1 << (bits - 1)) + int(self.rng.integers(-1, 2))
        x = near if kind < 0.6 else int(self.rng.integers(0, 1 << bits))
        return clamp(x * int(self.rng.choice([-1, 1])), -most, most)

    def multiplier(self) -> int:
        if self.rng.random() < 0.3:
            return int(self.rng.choice(MULTIPLIERS))
        return int(self.rng.integers(1 << 30, 1 << 31))

    def between(self, low: int, high: int) -> int:
        """Both ends included."""
        return int(self.rng.integers(low, high + 1))


Scalar = Callable[[Numbers], tuple[tuple[int, ...], int]]


def of_high_mul(r: Numbers) -> tuple[tuple[int, ...], int]:
    a, b = r.within((1 << 31) - 1), r.multiplier()
    return (a, b), high_mul(a, b)


def of_rounding_shift(r: Numbers) -> tuple[tuple[int, ...], int]:
    x, right = r.within((1 << 31) - 1), r.between(0, 31)
    return (x, right), shifted(x, right)


def of_requantize(r: Numbers) -> tuple[tuple[int, ...], int]:
    shift = r.between(-31, 8)
    x, m = r.within(((1 << 31) - 1) >> max(shift, 0)), r.multiplier()
    return (x, m, shift), requantized(x, m, shift)


def of_high_mul_small(r: Numbers) -> tuple[tuple[int, ...], int]:
    a, b = r.within(SMALL - 1), r.multiplier()
    return (a, b), high_mul(a, b)


def of_high_mul_add(r: Numbers) -> tuple[tuple[int, ...], int]:
    a, b, c = r.within(SMALL - 1), r.multiplier(), r.within(SMALL)
    return (a, b, c), c + high_mul(a, b)


def of_mul_high_add(r: Numbers) -> tuple[tuple[int, ...], int]:
    a, b, c = r.within((1 << 31) - 1), r.multiplier(), r.within(SMALL)
    return (a, b, c), c + ((a * b) >> 32)


def of_requantize_right(r: Numbers) -> tuple[tuple[int, ...], int]:
    acc, m, right = r.within(SMALL - 1), r.multiplier(), r.between(1, 28)
    # Without care for ties below 0, which are then clamped.
    exact = acc < 0 or r.between(0, 1) == 1
    return (acc, m, right, exact), requantized(acc, m, -right)


def of_clamp_s8(r: Numbers) -> tuple[tuple[int, ...], int]:
    low, high = sorted((r.between(-128, 127), r.between(-128, 127)))
    low, high = (-128, 127) if r.between(0, 1) else (low, high)
    x = r.within((1 << 31) - 1)
    return (x, low, high), clamp(x, low, high)


def of_output_s8(r: Numbers) -> tuple[tuple[int, ...], int]:
    right = r.between(0, 1)
    shift = -r.between(1, 24) if right else r.between(-24, 3)
    acc, m, zero = r.within(SMALL - 1 >> max(shift, 0)), r.multiplier(), r.between(-128, 127)
    low = r.between(-128, zero) if r.between(0, 1) else zero
    high = r.between(zero, 127)
    y = clamp(requantized(acc, m, shift) + zero, low, high)
    return (acc, m, shift, right, zero, low, high), y


def of_output_packed_s8(r: Numbers) -> tuple[tuple[int, ...], int]:
    acc, m, zero = r.within(SMALL - 1), r.multiplier(), r.between(-128, 127)
    up = r.between(0, 1)
    right = r.between(1 - up, 22)
    bias = r.within((1 << 23) - 1)  # not used here, packed beside the shift
    y = high_mul(acc, m)
    y = (y + ((1 << right) >> 1)) >> right if up else shifted(y, right)
    return (acc, m, bias * 256 + right, up, zero), clamp(y + zero, -128, 127)


def of_rescale_once(r: Numbers) -> tuple[tuple[int, ...], int]:
    left, right = r.between(0, 4), r.between(1, 21)
    acc, m, zero = r.within(((1 << 31) - 1) >> left), r.multiplier(), r.between(-128, 127)
    half = 1 << (31 + right)
    return (acc, m, right, left, zero), zero + (((acc << left) * m + half) >> (32 + right))


def of_mul_q15(r: Numbers) -> tuple[tuple[int, ...], int]:
    a, b = r.within(32767), r.within(32767)
    return (a, b), (a * b + (1 << 14)) >> 15


def of_clamp_s16(r: Numbers) -> tuple[tuple[int, ...], int]:
    x = r.within((1 << 31) - 1)
    return (x,), clamp(x, -32768, 32767)


def of_rounding_shift_small(r: Numbers) -> tuple[tuple[int, ...], int]:
    x, right = r.within(SMALL - 1), r.between(1, 30)
    return (x, right), shifted(x, right)


def of_half(r: Numbers) -> tuple[tuple[int, ...], int]:
    half = r.between(0, 0x7BFF) if r.between(0, 1) else r.between(0, 0x400)  # subnormal ones too
    half |= 0x8000 * r.between(0, 1)
    wide = np.array([half], np.uint16).view(np.float16).astype(np.float32)
    return (half,), int(wide.view(np.int32)[0])


SCALARS: dict[str, Scalar] = {
    "nn_high_mul": of_high_mul,
    "nn_rounding_shift": of_rounding_shift,
    "nn_requantize": of_requantize,
    "nn_high_mul_small": of_high_mul_small,
    "nn_high_mul_add": of_high_mul_add,
    "nn_mul_high_add": of_mul_high_add,
    "nn_requantize_right": of_requantize_right,
    "nn_clamp_s8": of_clamp_s8,
    "nn_output_s8": of_output_s8,
    "nn_output_packed_s8": of_output_packed_s8,
    "nn_rescale_once": of_rescale_once,
    "nn_mul_q15": of_mul_q15,
    "nn_clamp_s16": of_clamp_s16,
    "nn_rounding_shift_small": of_rounding_shift_small,
    "nn_half_f32": of_half,
}
DOTS = (
    "nn_dot_2x2_s8",
    "nn_dot_1x2_s8",
    "nn_sum_x2_s8",
    "nn_sum_s8",
    "nn_dot_1x4_pairs_s8",
    "nn_dot_1x2_s16_s8",
    "nn_dot_1x4_s8",
    "nn_dot_1x4_s16_s8",
)
PAIRS = "pairs and quads"
CURVES = "logistic and tanh of every int16"


def scalar_trials(operation: int, of: Scalar) -> Iterator[Trial]:
    r = Numbers(operation)
    for _ in range(TRIALS):
        x, wanted = of(r)
        data = ints(operation, *x, *(0,) * (7 - len(x)))
        yield Trial(str(x), data, ints(wanted))


def bytes_of(r: Numbers, n: int) -> Array:
    """Vectors of anything, or of the ends."""
    ends = r.rng.choice([-128, 127, -127], n)
    return np.where(r.rng.random() < 0.2, ends, r.rng.integers(-128, 128, n)).astype(np.int8)


def dot_trials(operation: int) -> Iterator[Trial]:
    """Every length up to some blocks of four and more, at every alignment."""
    r = Numbers(operation)
    for n in [*range(20), 31, 32, 33, 64, 67, 200]:
        for offset in range(4):
            v = [bytes_of(r, n) for _ in range(4)]
            start = [r.within(1 << 20) for _ in range(4)]
            a0, a1, w0, w1 = (x.astype(np.int64) for x in v)
            more: bytes = b""
            added: list[Any] = [0, 0, 0, 0, 0]
            if operation == 32:
                added = [a0 @ w0, a0 @ w1, a1 @ w0, a1 @ w1, 0]
            elif operation == 33:
                added = [a0 @ w0, a0 @ w1, 0, 0, 0]
            elif operation == 34:
                added = [w0.sum(), w1.sum(), 0, 0, 0]
            elif operation == 35:
                added = [a0.sum(), 0, 0, 0, 0]
            elif operation == 37:
                wide = 256 * a0 + (a1 & 255)
                added = [wide @ w0, wide @ w1, 0, 0, 0]
            elif operation == 38:
                rows = r.rng.integers(-128, 128, (4, n))
                more, added = rows.astype(np.int8).tobytes(), [*(rows @ a0), 0]
            elif operation == 39:
                rows = r.rng.integers(-128, 128, (4, n)).astype(np.int8)
                more = pack_fours(rows).tobytes() if n else b""
                added = [*(rows.astype(np.int64) @ (256 * a0 + (a1 & 255))), 0]
            else:
                weights = r.rng.integers(-127, 128, (4, n))
                packed = pack_pairs(weights) if n else np.zeros(0, np.int16)
                assert packed is not None
                more, added = packed.tobytes(), [*(weights @ a0), 2 * n]
            wanted = [int(a) + s for a, s in zip(added, [*start, 0], strict=True)]
            data = (
                ints(operation, n, offset) + b"".join(x.tobytes() for x in v) + ints(*start) + more
            )
            yield Trial(f"{n} values, offset {offset}", data, ints(*wanted))


def pair_trials() -> Iterator[Trial]:
    r = Numbers(40)
    for number in range(TRIALS):
        v = [bytes_of(r, 4) for _ in range(4)]
        x = r.between(-127, 127)
        a, b, w = (u.astype(np.int64) for u in v[:3])
        out = [
            *(x + a[[0, 2, 1, 3]] * w[[0, 2, 1, 3]]),
            x + a[0] * w[1] + a[2] * w[3],
            (a[0] + x) * w[0] + (a[2] - x) * w[2],
            (a[1] + x) * w[1] + (a[3] - x) * w[3],
            7 + x * w[0],
            7 + x * w[3],
            a[3] * w[3],
        ]
        out[:4] = [int(o + c) for o, c in zip(out[:4], b, strict=True)]
        data = ints(40, 4, number % 4) + b"".join(u.tobytes() for u in v) + ints(x, 0, 0, 0)
        quads = np.concatenate([np.maximum(a, b), np.minimum(a, b), np.full(4, x)])
        wanted = ints(*map(int, out)) + quads.astype(np.int8).tobytes()
        yield Trial(f"{v}, {x}", data, wanted)


def curve_trials() -> Iterator[Trial]:
    every = np.arange(-32768, 32768)
    yield Trial("logistic", ints(41, -1), fixed_16.logistic(every).astype(np.int16).tobytes())
    for bits in range(8):
        wanted = fixed_16.tanh(every, bits).astype(np.int16).tobytes()
        yield Trial(f"tanh of {bits} integer bits", ints(41, bits), wanted)


def trials_of(name: str) -> list[Trial]:
    if name == CURVES:
        return list(curve_trials())
    if name in SCALARS:
        return list(scalar_trials(list(SCALARS).index(name), SCALARS[name]))
    return list(pair_trials() if name == PAIRS else dot_trials(32 + DOTS.index(name)))


def check(run: Callable[..., bytes], folder: Path) -> None:
    names = [*SCALARS, *DOTS, PAIRS, CURVES]
    trials = {name: trials_of(name) for name in names}
    data = b"".join(t.data for name in names for t in trials[name]) + ints(-1)
    found = run([SOURCE], [RUNTIME], data, folder)
    at = 0
    for name in names:
        for trial in trials[name]:
            got = found[at : at + len(trial.wanted)]
            same = got == trial.wanted
            assert same, f"{name}, {trial.about}: {got[:64]!r}, not {trial.wanted[:64]!r}"
            at += len(trial.wanted)
        print(f"{name}: {len(trials[name])} trials")
    assert at == len(found)


RUNS = {
    "host": program_on_host,
    "mps2_an386": program_on_m4,
    "Cortex-M0": functools.partial(program_on, M0),
    "mps3_an547": functools.partial(program_on, M55),
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_primitives(run: Callable[..., bytes], tmp_path: Path) -> None:
    check(run, tmp_path)
