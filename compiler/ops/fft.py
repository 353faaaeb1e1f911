"""Fast Fourier transforms as kissfft computes them with FIXED_POINT=16 or 32, to the last bit.

Mixed radix (4, a 2 at the end), decimated in time, every stage divided by its radix, every product
rounded to the bits after the point. Source: kissfft kiss_fft.c, _kiss_fft_guts.h.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..ir import Array
from ..quant import Int64Array

Complex = tuple[Int64Array, Int64Array]  # real and imaginary parts


@dataclass(frozen=True)
class Fixed:
    """Integers with so many bits after the point, and one for the sign."""

    bits: int  # 15 or 31

    @property
    def most(self) -> int:
        return (1 << self.bits) - 1

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(f"int{self.bits + 1}")

    def wrap(self, x: Int64Array) -> Int64Array:
        """What an integer of the type keeps of x."""
        return x.astype(self.dtype).astype(np.int64)

    def round(self, x: Int64Array) -> Int64Array:
        """From twice the bits, ties up."""
        return self.wrap((x + (1 << (self.bits - 1))) >> self.bits)

    def divide(self, x: Complex, divisor: int) -> Complex:
        part = self.most // divisor
        return self.round(x[0] * part), self.round(x[1] * part)

    def multiply(self, a: Complex, b: Complex) -> Complex:
        return self.round(a[0] * b[0] - a[1] * b[1]), self.round(a[0] * b[1] + a[1] * b[0])

    def add(self, a: Complex, b: Complex) -> Complex:
        return self.wrap(a[0] + b[0]), self.wrap(a[1] + b[1])

    def subtract(self, a: Complex, b: Complex) -> Complex:
        return self.wrap(a[0] - b[0]), self.wrap(a[1] - b[1])


def unit_circle(phases: Sequence[float], kind: Fixed | None) -> Array:
    """exp(i * phase) of each phase, real and imaginary parts; None: float32."""
    if kind is None:
        return np.array([[math.cos(p), math.sin(p)] for p in phases], np.float32)
    parts = [[math.floor(0.5 + kind.most * f(p)) for f in (math.cos, math.sin)] for p in phases]
    return np.array(parts, kind.dtype)


def twiddles(n: int, inverse: bool, kind: Fixed | None) -> Array:
    """Of the transform of n complex samples: those of the first three quarters are used."""
    sign = 1 if inverse else -1
    return unit_circle([sign * 2 * math.pi * i / n for i in range(max(3 * n // 4, 1))], kind)


def real_twiddles(n: int, inverse: bool, kind: Fixed | None) -> Array:
    """What joins the spectra of even and odd samples: bins 1 to n / 2."""
    sign = 1 if inverse else -1
    return unit_circle([sign * math.pi * ((i + 1) / n + 0.5) for i in range(n // 2)], kind)


def split(table: Array) -> Complex:
    return table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)


def radices(n: int) -> list[int]:
    return [4] * (int(math.log2(n)) // 2) + [2] * (int(math.log2(n)) % 2)


def places(n: int) -> list[int]:
    """Where sample i goes before the first stage: its mixed-radix digits in reverse order."""

    def place(i: int) -> int:
        at, size = 0, n
        for radix in radices(n):
            size //= radix
            at, i = at + i % radix * size, i // radix
        return at

    return [place(i) for i in range(n)]


def transform(x: Complex, inverse: bool, kind: Fixed) -> Complex:
    """The transform of n complex samples [..., n], divided by n."""
    n = x[0].shape[-1]
    order = np.argsort(places(n))
    re, im = x[0][..., order], x[1][..., order]
    table = split(twiddles(n, inverse, kind))
    m = 1
    for radix in reversed(radices(n)):
        step = n // (radix * m)
        shape = (*re.shape[:-1], step, radix, m)
        parts = re.reshape(shape), im.reshape(shape)
        k = np.arange(m)
        f = [kind.divide((parts[0][..., q, :], parts[1][..., q, :]), radix) for q in range(radix)]
        f = [f[0]] + [
            kind.multiply(f[q], (table[0][q * k * step], table[1][q * k * step]))
            for q in range(1, radix)
        ]
        if radix == 2:
            outs = [kind.add(f[0], f[1]), kind.subtract(f[0], f[1])]
        else:
            even, odd = kind.add(f[0], f[2]), kind.add(f[1], f[3])
            other, turned = kind.subtract(f[0], f[2]), kind.subtract(f[1], f[3])
            turned = (-turned[1], turned[0]) if inverse else (turned[1], -turned[0])
            outs = [kind.add(even, odd), kind.add(other, turned)]
            outs += [kind.subtract(even, odd), kind.subtract(other, turned)]
        re = np.stack([o[0] for o in outs], axis=-2).reshape(re.shape)
        im = np.stack([o[1] for o in outs], axis=-2).reshape(im.shape)
        m *= radix
    return re, im
