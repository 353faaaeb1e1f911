"""SignalFftAutoScale, SignalRfft and SignalIrfft: real samples to a spectrum and back, int16.

The spectrum of N samples is N/2 + 1 bins, real and imaginary parts in turn, divided by N (forth) or
not multiplied by it (back). The N real samples are taken for N/2 complex ones; their transform is
mixed radix (4, a 2 at the end), decimated in time, every stage divided by its radix, every product
rounded to 15 fraction bits: what kissfft with FIXED_POINT=16 computes, to the last bit.
Source: TensorFlow Lite Micro signal/src/fft_auto_scale.cc, rfft_int16.cc, irfft_int16.cc; kissfft
kiss_fft.c, kiss_fftr.c.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Out
from ..quant import Int64Array
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input

INT16, INT32 = DType.INT16, DType.INT32

Complex = tuple[Int64Array, Int64Array]  # real and imaginary parts


def wrap(x: Int64Array) -> Int64Array:
    """What an int16 keeps of x."""
    return x.astype(np.int16).astype(np.int64)


def _round(x: Int64Array) -> Int64Array:
    """From 30 to 15 fraction bits, ties up."""
    return wrap((x + (1 << 14)) >> 15)


def _divide(x: Complex, divisor: int) -> Complex:
    return _round(x[0] * (32767 // divisor)), _round(x[1] * (32767 // divisor))


def _multiply(a: Complex, b: Complex) -> Complex:
    return _round(a[0] * b[0] - a[1] * b[1]), _round(a[0] * b[1] + a[1] * b[0])


def _add(a: Complex, b: Complex) -> Complex:
    return wrap(a[0] + b[0]), wrap(a[1] + b[1])


def _subtract(a: Complex, b: Complex) -> Complex:
    return wrap(a[0] - b[0]), wrap(a[1] - b[1])


def unit_circle(phases: Sequence[float]) -> Array:
    """exp(i * phase) of each phase with 15 fraction bits (32767 is 1), real and imaginary parts."""
    parts = [[math.floor(0.5 + 32767 * f(p)) for f in (math.cos, math.sin)] for p in phases]
    return np.array(parts, np.int16)


def twiddles(n: int, inverse: bool) -> Array:
    """Of the transform of n complex samples: those of the first three quarters are used."""
    sign = 1 if inverse else -1
    return unit_circle([sign * 2 * math.pi * i / n for i in range(max(3 * n // 4, 1))])


def real_twiddles(n: int, inverse: bool) -> Array:
    """What joins the spectra of even and odd samples: bins 1 to n / 2."""
    sign = 1 if inverse else -1
    return unit_circle([sign * math.pi * ((i + 1) / n + 0.5) for i in range(n // 2)])


def _split(table: Array) -> Complex:
    return table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)


def _radices(n: int) -> list[int]:
    return [4] * (int(math.log2(n)) // 2) + [2] * (int(math.log2(n)) % 2)


def places(n: int) -> list[int]:
    """Where sample i goes before the first stage: its mixed-radix digits in reverse order."""

    def place(i: int) -> int:
        at, size = 0, n
        for radix in _radices(n):
            size //= radix
            at, i = at + i % radix * size, i // radix
        return at

    return [place(i) for i in range(n)]


def transform(x: Complex, inverse: bool) -> Complex:
    """The transform of n complex samples [..., n], divided by n."""
    n = x[0].shape[-1]
    order = np.argsort(places(n))
    re, im = x[0][..., order], x[1][..., order]
    table = _split(twiddles(n, inverse))
    m = 1
    for radix in reversed(_radices(n)):
        step = n // (radix * m)
        shape = (*re.shape[:-1], step, radix, m)
        parts = re.reshape(shape), im.reshape(shape)
        k = np.arange(m)
        f = [_divide((parts[0][..., q, :], parts[1][..., q, :]), radix) for q in range(radix)]
        f = [f[0]] + [
            _multiply(f[q], (table[0][q * k * step], table[1][q * k * step]))
            for q in range(1, radix)
        ]
        if radix == 2:
            outs = [_add(f[0], f[1]), _subtract(f[0], f[1])]
        else:
            even, odd = _add(f[0], f[2]), _add(f[1], f[3])
            other, turned = _subtract(f[0], f[2]), _subtract(f[1], f[3])
            turned = (-turned[1], turned[0]) if inverse else (turned[1], -turned[0])
            outs = [_add(even, odd), _add(other, turned)]
            outs += [_subtract(even, odd), _subtract(other, turned)]
        re = np.stack([o[0] for o in outs], axis=-2).reshape(re.shape)
        im = np.stack([o[1] for o in outs], axis=-2).reshape(im.shape)
        m *= radix
    return re, im


@rule("use a power of two")
def length_supported(op: SignalRfft | SignalIrfft, site: Site) -> str | None:
    """A length of the transform that is a power of two from 4 to 65536."""
    n = op.fft_length
    return None if 4 <= n <= 65536 and n & (n - 1) == 0 else f"a length of {n}"


@rule("export the model again")
def samples_fit(op: SignalRfft, site: Site) -> str | None:
    """At most as many samples as the transform is long (zeros follow)."""
    x = site.input(0)
    found = x.shape[-1] if x.shape else 0
    return None if 1 <= found <= op.fft_length else f"{found} samples for {op.fft_length}"


@rule("export the model again")
def whole_spectrum(op: SignalIrfft, site: Site) -> str | None:
    """A spectrum of half the length of the transform and one bin."""
    x = site.input(0)
    found = x.shape[-1] if x.shape else 0
    return None if found == op.fft_length + 2 else f"{found} values for {op.fft_length}"


@dataclass(frozen=True)
class SignalFftAutoScale(Op):
    """samples → samples << s, s: the largest s that keeps them within int16."""

    NAME: ClassVar[str] = "signal_fft_auto_scale"
    TFLITE: ClassVar = ("CUSTOM:SignalFftAutoScale",)
    INPUTS: ClassVar = (1, 1)
    OUTPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = (Signature((INT16,), (INT16, INT32)),)
    RULES: ClassVar = (rank_of_input(0, 1),)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalFftAutoScale:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return site.input(0).shape, ()

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        largest = 0
        for value in x.tolist():  # an int16 there, in which 32768 becomes -32768
            if value > largest:
                largest = value
            elif -value > largest:
                largest = -value if value > -32768 else -32768
        shift = 15 - largest.bit_length() if largest > 0 else 0
        return wrap(x.astype(np.int64) << shift).astype(np.int16), np.array(shift, np.int32)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_fft_auto_scale_s16.h"""
        function = "nn_signal_fft_auto_scale_s16"
        params = {"size": site.input(0).elements}
        operands = (In(0), Out(0), Out(1))
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)


@dataclass(frozen=True)
class SignalRfft(Op):
    """samples [..., n <= fft_length] → spectrum [..., fft_length + 2]."""

    NAME: ClassVar[str] = "signal_rfft"
    TFLITE: ClassVar = ("CUSTOM:SignalRfft",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = (Signature((INT16,), (INT16,)),)
    RULES: ClassVar = (length_supported, samples_fit)

    fft_length: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalRfft:
        return cls(int(options.custom_map()["fft_length"]))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((*site.input(0).shape[:-1], self.fft_length + 2),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        x = inputs[0].reshape(-1, inputs[0].shape[-1]).astype(np.int64)
        x = np.pad(x, ((0, 0), (0, self.fft_length - x.shape[1])))
        n = self.fft_length // 2
        re, im = transform((x[:, 0::2], x[:, 1::2]), inverse=False)
        spectrum = np.zeros((len(x), n + 1, 2), np.int64)
        mean = _divide((re[:, 0], im[:, 0]), 2)
        spectrum[:, 0, 0], spectrum[:, n, 0] = mean[0] + mean[1], mean[0] - mean[1]
        k = np.arange(1, n // 2 + 1)
        low = _divide((re[:, k], im[:, k]), 2)
        high = _divide((re[:, n - k], wrap(-im[:, n - k])), 2)
        total, difference = _add(low, high), _subtract(low, high)
        turned = _multiply(difference, _split(real_twiddles(n, inverse=False)))
        spectrum[:, k, 0] = total[0] + turned[0] >> 1
        spectrum[:, k, 1] = total[1] + turned[1] >> 1
        spectrum[:, n - k, 0] = total[0] - turned[0] >> 1
        spectrum[:, n - k, 1] = turned[1] - total[1] >> 1
        return (spectrum.astype(np.int16).reshape(site.output.shape),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_rfft_s16.h"""
        n, size = self.fft_length // 2, site.input(0).shape[-1]
        params = {"frames": site.input(0).elements // size, "size": size, "n": n}
        return _kernel("nn_signal_rfft_s16", params, n, inverse=False)

    def macs(self, site: Site) -> int:
        return _macs(self.fft_length) * (site.output.elements // (self.fft_length + 2))


@dataclass(frozen=True)
class SignalIrfft(Op):
    """spectrum [..., fft_length + 2] → samples [..., fft_length]."""

    NAME: ClassVar[str] = "signal_irfft"
    TFLITE: ClassVar = ("CUSTOM:SignalIrfft",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = (Signature((INT16,), (INT16,)),)
    RULES: ClassVar = (length_supported, whole_spectrum)

    fft_length: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalIrfft:
        return cls(int(options.custom_map()["fft_length"]))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((*site.input(0).shape[:-1], self.fft_length),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        n = self.fft_length // 2
        z = inputs[0].reshape(-1, n + 1, 2).astype(np.int64)
        re, im = np.zeros((2, len(z), n), np.int64)
        ends = z[:, 0, 0], z[:, n, 0]
        re[:, 0], im[:, 0] = _divide((wrap(ends[0] + ends[1]), wrap(ends[0] - ends[1])), 2)
        k = np.arange(1, n // 2 + 1)
        low = _divide((z[:, k, 0], z[:, k, 1]), 2)
        high = _divide((z[:, n - k, 0], wrap(-z[:, n - k, 1])), 2)
        total, difference = _add(low, high), _subtract(low, high)
        turned = _multiply(difference, _split(real_twiddles(n, inverse=True)))
        re[:, k], im[:, k] = _add(total, turned)
        re[:, n - k], im[:, n - k] = wrap(total[0] - turned[0]), wrap(turned[1] - total[1])
        samples = np.stack(transform((re, im), inverse=True), axis=-1)
        return (samples.astype(np.int16).reshape(site.output.shape),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_irfft_s16.h"""
        n = self.fft_length // 2
        params = {"frames": site.output.elements // self.fft_length, "n": n}
        return _kernel("nn_signal_irfft_s16", params, n, inverse=True)

    def macs(self, site: Site) -> int:
        return _macs(self.fft_length) * (site.output.elements // self.fft_length)


def _kernel(function: str, params: dict[str, int], n: int, inverse: bool) -> Kernel:
    tables = (
        Const("twiddles", twiddles(n, inverse).ravel(), comment="exp(2 pi i k / n)"),
        Const("real_twiddles", real_twiddles(n, inverse).ravel(), comment="of bins 1 to n / 2"),
    )
    return Kernel(function, f"{function}.h", Form.WHOLE, params, (In(0), Out(0), *tables))


def _macs(length: int) -> int:
    """Four a twiddle: three quarters of n in each stage of radix 4, and n / 2 behind them."""
    n = length // 2
    return 4 * sum(n * (r - 1) // r for r in _radices(n)) + 2 * n
