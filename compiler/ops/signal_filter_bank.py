"""SignalFilterBank and what follows it: square root, spectral subtraction, logarithm.

Source: TensorFlow Lite Micro signal/src/filter_bank.cc, filter_bank_square_root.cc,
square_root_32.cc, square_root_64.cc, filter_bank_spectral_subtraction.cc, filter_bank_log.cc,
log.cc.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site, Tensor
from ..program import Const, Form, In, InOut, Kernel, Literal, Out
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input

INT16, INT32, UINT32, UINT64 = DType.INT16, DType.INT32, DType.UINT32, DType.UINT64

WORD = (1 << 32) - 1  # what a uint32 keeps


@rule("export the model again")
def bands_inside(op: SignalFilterBank, site: Site) -> str | None:
    """Weights of at least 0, and the bands inside of spectrum and weights."""
    weights, unweights, starts, first, widths = (site.const(i).astype(int) for i in range(1, 6))
    if min(weights.min(initial=0), unweights.min(initial=0)) < 0:
        return "negative weights"
    if {len(starts), len(first), len(widths)} != {op.num_channels + 1}:
        return f"{len(starts)} bands for {op.num_channels} channels and one"
    used = widths > 0
    least = min(starts[used].min(initial=0), first[used].min(initial=0))
    bins = int((starts + widths)[used].max(initial=0)) - site.input(0).elements
    values = int((first + widths)[used].max(initial=0)) - min(len(weights), len(unweights))
    return (
        None
        if least >= 0 >= max(bins, values)
        else "a band that leaves the spectrum or the weights"
    )


@dataclass(frozen=True)
class SignalFilterBank(Op):
    """energies, weights, unweights, first bins, first weights, widths → energies of channels.

    Channel c is the sum of its own band with the weights and of the band before with the
    unweights. Band 0 gives unweights alone.
    """

    NAME: ClassVar[str] = "signal_filter_bank"
    TFLITE: ClassVar = ("CUSTOM:SignalFilterBank",)
    INPUTS: ClassVar = (6, 6)
    SIGNATURES: ClassVar = (Signature((UINT32, *[INT16] * 5), (UINT64,)),)
    RULES: ClassVar = (
        rank_of_input(0, 1),
        *(const_input(i, name) for i, name in enumerate(
            ("weights", "unweights", "first bins", "first weights", "widths"), 1
        )),
        bands_inside,
    )  # fmt: skip

    num_channels: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalFilterBank:
        return cls(int(options.custom_map()["num_channels"]))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((self.num_channels,),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        weights, unweights, starts, first, widths = (site.const(i).astype(int) for i in range(1, 6))
        energies = x.astype(np.uint64)
        sums = np.zeros((2, self.num_channels + 1), np.uint64)
        for c, (start, at, width) in enumerate(zip(starts, first, widths, strict=True)):
            band = energies[start : start + max(width, 0)]
            for i, table in enumerate((weights, unweights)):
                sums[i, c] = (band * table[at : at + max(width, 0)].astype(np.uint64)).sum()
        return (sums[0, 1:] + sums[1, :-1],)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_filter_bank_u32.h"""
        bands = np.stack([site.const(i) for i in (3, 4, 5)], axis=1)
        consts = (
            Const("bands", bands.astype(np.int16).ravel(), comment="first bin, weight, width"),
            Const("weights", site.const(1).astype(np.uint16)),
            Const("unweights", site.const(2).astype(np.uint16)),
        )
        function = "nn_signal_filter_bank_u32"
        params = {"channels": self.num_channels}
        operands = (In(0), Out(0), *consts)
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)

    def macs(self, site: Site) -> int:
        return 2 * int(np.maximum(site.const(5).astype(int), 0).sum())


def rounded_root(x: int) -> int:
    """The nearest integer to the root of x, but at most 65535 for x below 2^32."""
    root = math.isqrt(x)
    most = 0xFFFF if x <= WORD else WORD
    return root + 1 if x - root * root > root != most else root


@dataclass(frozen=True)
class SignalFilterBankSquareRoot(Op):
    """x, s → round(sqrt(x)) >> s."""

    NAME: ClassVar[str] = "signal_filter_bank_square_root"
    TFLITE: ClassVar = ("CUSTOM:SignalFilterBankSquareRoot",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = (Signature((UINT64, INT32), (UINT32,)),)
    RULES: ClassVar = (rank_of_input(0, 1), rank_of_input(1, 0))

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalFilterBankSquareRoot:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, shift = inputs
        assert x is not None and shift is not None
        roots = [rounded_root(v) >> (int(shift) & 31) for v in x.tolist()]
        return (np.array(roots, np.uint32),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_square_root_u64.h"""
        function = "nn_signal_square_root_u64"
        operands, n = (In(0), In(1), Out(0)), {"n": site.input(0).elements}
        return Kernel(function, f"{function}.h", Form.WHOLE, n, operands)


@rule("export the model again")
def smoothing_in_range(op: SignalFilterBankSpectralSubtraction, site: Site) -> str | None:
    """As many channels as num_channels says, coefficients of at least 0, shifts of 0 to 31."""
    if site.input(0).elements != op.num_channels:
        return f"{site.input(0).elements} channels, not {op.num_channels}"
    values = [getattr(op, f.name) for f in fields(op)]
    shifts = op.smoothing_bits, op.spectral_subtraction_bits
    return None if min(values) >= 0 and max(shifts) <= 31 else f"{op}"


@dataclass(frozen=True)
class SignalFilterBankSpectralSubtraction(Op):
    """channels → channels without noise, estimate of the noise (kept from frame to frame).

    noise = (x << b) * a + noise * (1 - a), a, (1 - a) and m with spectral_subtraction_bits fraction
    bits, others for odd channels; y = max(((x << b) - noise) >> b, x * m).
    """

    NAME: ClassVar[str] = "signal_filter_bank_spectral_subtraction"
    TFLITE: ClassVar = ("CUSTOM:SignalFilterBankSpectralSubtraction",)
    INPUTS: ClassVar = (2, 2)
    OUTPUTS: ClassVar = (2, 2)
    UPDATES: ClassVar = (1,)
    OWN_STATE: ClassVar = 1
    SIGNATURES: ClassVar = (Signature((UINT32, UINT32), (UINT32, UINT32)),)
    RULES: ClassVar = (rank_of_input(0, 1), smoothing_in_range)

    num_channels: int
    smoothing: int
    one_minus_smoothing: int
    alternate_smoothing: int
    alternate_one_minus_smoothing: int
    smoothing_bits: int
    min_signal_remaining: int
    clamping: bool
    spectral_subtraction_bits: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalFilterBankSpectralSubtraction:
        o = options.custom_map()
        values = {f.name: int(o[f.name]) for f in fields(cls) if f.name != "clamping"}
        return cls(clamping=bool(o["clamping"]), **values)

    def own_state(self, site: Site) -> tuple[tuple[Tensor, Array], ...]:
        shape = (self.num_channels,)
        name = f"{site.outputs[1].name}_kept"
        return ((Tensor(name, shape, UINT32), np.zeros(shape, np.uint32)),)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,) * 2

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        """Output, estimate, new state."""
        x, state = inputs
        assert x is not None and state is not None
        signal, noise = x.astype(np.uint64), state.astype(np.uint64)
        odd = np.arange(x.size) % 2 == 1
        share = np.where(odd, self.alternate_smoothing, self.smoothing)
        rest = np.where(odd, self.alternate_one_minus_smoothing, self.one_minus_smoothing)
        b, s = np.uint64(self.smoothing_bits), np.uint64(self.spectral_subtraction_bits)
        scaled = (signal << b) & np.uint64(WORD)
        noise = scaled * share.astype(np.uint64) + noise * rest.astype(np.uint64)
        noise = (noise >> s) & np.uint64(WORD)
        subtracted = (scaled - np.minimum(noise, scaled)) >> b
        floor = (signal * np.uint64(self.min_signal_remaining) >> s) & np.uint64(WORD)
        if self.clamping:
            noise = np.minimum(noise, scaled)
        estimate = noise.astype(np.uint32)
        return np.maximum(subtracted, floor).astype(np.uint32), estimate, estimate

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_spectral_subtraction_u32.h"""
        function = "nn_signal_spectral_subtraction_u32"
        params: Mapping[str, Literal] = {
            "channels": self.num_channels,
            "share": self.smoothing, "rest": self.one_minus_smoothing,
            "odd_share": self.alternate_smoothing, "odd_rest": self.alternate_one_minus_smoothing,
            "bits": self.smoothing_bits, "floor": self.min_signal_remaining,
            "clamping": int(self.clamping), "right": self.spectral_subtraction_bits,
        }  # fmt: skip
        operands = (In(0), Out(0), Out(1), InOut(1))
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)


def log2_table() -> Array:
    """65536 * (log2(1 + f) - f) for f = i / 128, i up to 128."""
    f = np.arange(129) / 128
    return np.floor(65536 * (np.log2(1 + f) - f) + 0.5).astype(np.uint16)


@rule("export the model again")
def scale_in_range(op: SignalFilterBankLog, site: Site) -> str | None:
    """A correction of 0 to 31 bits."""
    bits = op.input_correction_bits
    return None if 0 <= bits <= 31 else f"a correction of {bits} bits"


@dataclass(frozen=True)
class SignalFilterBankLog(Op):
    """x → min(output_scale * ln(x << input_correction_bits), 32767), 0 for x of 0 and 1."""

    NAME: ClassVar[str] = "signal_filter_bank_log"
    TFLITE: ClassVar = ("CUSTOM:SignalFilterBankLog",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = (Signature((UINT32,), (INT16,)),)
    RULES: ClassVar = (rank_of_input(0, 1), scale_in_range)

    output_scale: int
    input_correction_bits: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalFilterBankLog:
        o = options.custom_map()
        return cls(int(o["output_scale"]), int(o["input_correction_bits"]))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        table: list[int] = log2_table().tolist()

        def log(v: int) -> int:
            v = (v << self.input_correction_bits) & WORD
            if v <= 1:
                return 0
            whole = v.bit_length() - 1
            f = (v - (1 << whole) << 16) >> whole
            low, high = table[f >> 9], table[(f >> 9) + 1]
            log2 = (whole << 16) + f + low + ((high - low) * (f & 511) >> 16)
            natural = (45426 * log2 + 32768) >> 16  # 65536 * ln 2 = 45426.1
            return min(((self.output_scale * natural + 32768) & WORD) >> 16, 32767)

        return (np.array([log(v) for v in x.tolist()], np.int16),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_log_u32.h"""
        function = "nn_signal_log_u32"
        params = {
            "n": site.input(0).elements,
            "bits": self.input_correction_bits, "scale": self.output_scale,
        }  # fmt: skip
        table = Const("log2", log2_table(), comment="65536 * (log2(1 + i / 128) - i / 128)")
        operands = (In(0), Out(0), table)
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)
