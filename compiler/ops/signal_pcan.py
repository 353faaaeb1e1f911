"""SignalPCAN: per-channel amplification, normalised: a gain by the estimate of the noise, then a
compression.

snr = (x * gain(noise)) >> snr_shift with 12 fraction bits; y = snr² / 4 below 2, else snr - 1, with
6 fraction bits. gain: segments of a table, three values for each power of two of the noise.
Source: TensorFlow Lite Micro signal/src/pcan_argc_fixed.cc, signal/micro/kernels/pcan.cc.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input

UINT32 = DType.UINT32
GAINS = 125  # values 0 to 2, then 4 for each of the bit lengths 2 to 32 (of which 3 are used)
WORD = (1 << 32) - 1


@rule("export the model again")
def sizes_match(op: SignalPcan, site: Site) -> str | None:
    """As many estimates as channels, a table of 125 gains or more, an snr_shift of 0 to 63."""
    x, noise, gains = (site.input(i) for i in range(3))
    if x.shape == noise.shape and gains.elements >= GAINS and 0 <= op.snr_shift <= 63:
        return None
    return f"{x.elements} channels, {noise.elements} estimates, {gains.elements} gains"


@dataclass(frozen=True)
class SignalPcan(Op):
    """channels, estimate of the noise, gains → channels."""

    NAME: ClassVar[str] = "signal_pcan"
    TFLITE: ClassVar = ("CUSTOM:SignalPCAN",)
    INPUTS: ClassVar = (3, 3)
    SIGNATURES: ClassVar = (Signature((UINT32, UINT32, DType.INT16), (UINT32,)),)
    RULES: ClassVar = (rank_of_input(0, 1), sizes_match)

    snr_shift: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalPcan:
        return cls(int(options.custom_map()["snr_shift"]))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, noise, gains = inputs
        assert x is not None and noise is not None and gains is not None
        table = gains.tolist()

        def shrunk(signal: int, estimate: int) -> int:
            product = (signal * (gain(table, estimate) & WORD)) & ((1 << 64) - 1)
            snr = (product >> self.snr_shift) & WORD
            return snr * snr >> 20 if snr < 1 << 13 else (snr >> 6) - 64

        pairs = zip(x.tolist(), noise.tolist(), strict=True)
        return (np.array([shrunk(*pair) for pair in pairs], np.uint32),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_pcan_u32.h"""
        function = "nn_signal_pcan_u32"
        params = {"channels": site.input(0).elements, "shift": self.snr_shift}
        operands = (In(0), In(1), Out(0), In(2))
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0, 1: 0}


def gain(table: Sequence[int], noise: int) -> int:
    """The interpolated gain, as an int16."""
    if noise <= 2:
        return table[noise]
    length = noise.bit_length()
    a, b, c = table[4 * length - 6 : 4 * length - 3]
    fraction = (noise << 11 >> length) & 1023  # ten bits behind the leading one
    slope = (c * fraction >> 5) + (b << 5)
    product = (slope * fraction + (1 << 14) + (1 << 31)) % (1 << 32) - (1 << 31)
    return ((product >> 15) + a + (1 << 15)) % (1 << 16) - (1 << 15)
