"""SignalWindow: samples times a window (Hann, say), frame by frame.

y = clamp((x * w) >> shift, -32768, 32767). Source: TensorFlow Lite Micro signal/src/window.cc,
signal/micro/kernels/window.cc.
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

INT16 = DType.INT16


@rule("export the model again")
def whole_frames(op: SignalWindow, site: Site) -> str | None:
    """The window is a list, and the input whole frames of its length."""
    x, window = site.input(0), site.input(1)
    if len(window.shape) == 1 and window.elements and x.elements % window.elements == 0:
        return None
    return f"a window of shape {list(window.shape)} for {x.elements} samples"


@rule("export the model again")
def shift_in_range(op: SignalWindow, site: Site) -> str | None:
    """A shift of 0 to 30."""
    return None if 0 <= op.shift <= 30 else f"a shift of {op.shift}"


@dataclass(frozen=True)
class SignalWindow(Op):
    """samples, window → samples."""

    NAME: ClassVar[str] = "signal_window"
    TFLITE: ClassVar = ("CUSTOM:SignalWindow",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = (Signature((INT16, INT16), (INT16,)),)
    RULES: ClassVar = (whole_frames, shift_in_range)

    shift: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalWindow:
        return cls(int(options.custom_map()["shift"]))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, window = inputs
        assert x is not None and window is not None
        products = x.reshape(-1, window.size).astype(np.int32) * window
        y = np.clip(products >> self.shift, -32768, 32767)
        return (y.astype(np.int16).reshape(x.shape),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_window_s16.h"""
        size = site.input(1).elements
        params = {"frames": site.input(0).elements // size, "size": size, "shift": self.shift}
        function = "nn_signal_window_s16"
        operands = (In(0), Out(0), In(1))
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0}

    def macs(self, site: Site) -> int:
        return site.input(0).elements
