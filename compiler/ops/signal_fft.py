"""SignalFftAutoScale, SignalRfft and SignalIrfft: real samples to a spectrum and back.

The spectrum of N samples is N/2 + 1 bins, real and imaginary parts in turn; of integers it is
divided by N (forth) or not multiplied by it (back). The N real samples are taken for N/2 complex
ones (fft.py).
Source: TensorFlow Lite Micro signal/src/fft_auto_scale.cc, rfft_*.cc, irfft_*.cc; kissfft
kiss_fftr.c.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Out
from ..quant import Int64Array
from ..target import Target
from .fft import Fixed, radices, real_twiddles, split, transform, twiddles
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input

INT16, INT32, FLOAT32 = DType.INT16, DType.INT32, DType.FLOAT32
KINDS = {INT16: Fixed(15), INT32: Fixed(31), FLOAT32: None}
TRANSFORMED = tuple(Signature((t,), (t,)) for t in KINDS)


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
        return (x.astype(np.int64) << shift).astype(np.int16), np.array(shift, np.int32)

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
    SIGNATURES: ClassVar = TRANSFORMED
    RULES: ClassVar = (length_supported, samples_fit)

    fft_length: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalRfft:
        return cls(int(options.custom_map()["fft_length"]))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((*site.input(0).shape[:-1], self.fft_length + 2),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        kind = KINDS[site.output.dtype]
        if kind is None:
            return (_interleaved(np.fft.rfft(inputs[0].astype(np.float64), self.fft_length)),)
        x = inputs[0].reshape(-1, inputs[0].shape[-1]).astype(np.int64)
        x = np.pad(x, ((0, 0), (0, self.fft_length - x.shape[1])))
        n = self.fft_length // 2
        re, im = transform((x[:, 0::2], x[:, 1::2]), inverse=False, kind=kind)
        spectrum = np.zeros((len(x), n + 1, 2), np.int64)
        mean = kind.divide((re[:, 0], im[:, 0]), 2)
        spectrum[:, 0, 0], spectrum[:, n, 0] = mean[0] + mean[1], mean[0] - mean[1]
        k = np.arange(1, n // 2 + 1)
        low = kind.divide((re[:, k], im[:, k]), 2)
        high = kind.divide((re[:, n - k], kind.wrap(-im[:, n - k])), 2)
        total, difference = kind.add(low, high), kind.subtract(low, high)
        turned = kind.multiply(difference, split(real_twiddles(n, inverse=False, kind=kind)))
        spectrum[:, k, 0] = _half(kind, total[0] + turned[0])
        spectrum[:, k, 1] = _half(kind, total[1] + turned[1])
        spectrum[:, n - k, 0] = _half(kind, total[0] - turned[0])
        spectrum[:, n - k, 1] = _half(kind, turned[1] - total[1])
        return (spectrum.astype(kind.dtype).reshape(site.output.shape),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernels: nn_signal_rfft_s16.h nn_signal_rfft_s32.h nn_signal_rfft_f32.h"""
        n, size = self.fft_length // 2, site.input(0).shape[-1]
        params = {"frames": site.input(0).elements // size, "size": size, "n": n}
        return _kernel(site, "nn_signal_rfft", params, n, inverse=False)

    def macs(self, site: Site) -> int:
        return _macs(self.fft_length) * (site.output.elements // (self.fft_length + 2))


@dataclass(frozen=True)
class SignalIrfft(Op):
    """spectrum [..., fft_length + 2] → samples [..., fft_length]."""

    NAME: ClassVar[str] = "signal_irfft"
    TFLITE: ClassVar = ("CUSTOM:SignalIrfft",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = TRANSFORMED
    RULES: ClassVar = (length_supported, whole_spectrum)

    fft_length: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalIrfft:
        return cls(int(options.custom_map()["fft_length"]))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((*site.input(0).shape[:-1], self.fft_length),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        n, kind = self.fft_length // 2, KINDS[site.output.dtype]
        if kind is None:
            bins = inputs[0].astype(np.float64)
            samples = np.fft.irfft(bins[..., 0::2] + 1j * bins[..., 1::2], self.fft_length)
            return (samples.astype(np.float32),)
        z = inputs[0].reshape(-1, n + 1, 2).astype(np.int64)
        re, im = np.zeros((2, len(z), n), np.int64)
        ends = z[:, 0, 0], z[:, n, 0]
        re[:, 0], im[:, 0] = kind.divide(
            (kind.wrap(ends[0] + ends[1]), kind.wrap(ends[0] - ends[1])), 2
        )
        k = np.arange(1, n // 2 + 1)
        low = kind.divide((z[:, k, 0], z[:, k, 1]), 2)
        high = kind.divide((z[:, n - k, 0], kind.wrap(-z[:, n - k, 1])), 2)
        total, difference = kind.add(low, high), kind.subtract(low, high)
        turned = kind.multiply(difference, split(real_twiddles(n, inverse=True, kind=kind)))
        re[:, k], im[:, k] = kind.add(total, turned)
        re[:, n - k], im[:, n - k] = (
            kind.wrap(total[0] - turned[0]),
            kind.wrap(turned[1] - total[1]),
        )
        samples = np.stack(transform((re, im), inverse=True, kind=kind), axis=-1)
        return (samples.astype(kind.dtype).reshape(site.output.shape),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernels: nn_signal_irfft_s16.h nn_signal_irfft_s32.h nn_signal_irfft_f32.h"""
        n = self.fft_length // 2
        params = {"frames": site.output.elements // self.fft_length, "n": n}
        return _kernel(site, "nn_signal_irfft", params, n, inverse=True)

    def macs(self, site: Site) -> int:
        return _macs(self.fft_length) * (site.output.elements // self.fft_length)


def _half(kind: Fixed, x: Int64Array) -> Int64Array:
    """Half of a sum. int16 ones are taken as int there, int32 ones wrap."""
    return (x if kind.bits < 31 else kind.wrap(x)) >> 1


def _interleaved(bins: Array) -> Array:
    parts = np.stack([bins.real, bins.imag], axis=-1)
    return parts.reshape(*bins.shape[:-1], -1).astype(np.float32)


def _kernel(site: Site, stem: str, params: dict[str, int], n: int, inverse: bool) -> Kernel:
    kind, function = KINDS[site.output.dtype], f"{stem}_{site.output.dtype.suffix}"
    turns, joins = twiddles(n, inverse, kind), real_twiddles(n, inverse, kind)
    tables = (
        Const("twiddles", turns.ravel(), comment="exp(2 pi i k / n)"),
        Const("real_twiddles", joins.ravel(), comment="of bins 1 to n / 2"),
    )
    return Kernel(function, f"{function}.h", Form.WHOLE, params, (In(0), Out(0), *tables))


def _macs(length: int) -> int:
    """Four a twiddle: three quarters of n in each stage of radix 4, and n / 2 behind them."""
    n = length // 2
    return 4 * sum(n * (r - 1) // r for r in radices(n)) + 2 * n
