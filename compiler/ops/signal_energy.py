"""SignalEnergy: |z|² of the bins [start, end) of a spectrum; the other bins are 0.

Source: TensorFlow Lite Micro signal/src/energy.cc, which leaves the other bins as they were in
memory; what stands there is undefined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input


@rule("export the model again")
def bins_inside(op: SignalEnergy, site: Site) -> str | None:
    """Real and imaginary parts in pairs; bins 0 <= start <= end <= their number."""
    bins = site.input(0).elements // 2
    if site.input(0).elements % 2 == 0 and 0 <= op.start_index <= op.end_index <= bins:
        return None
    return f"bins [{op.start_index}, {op.end_index}) of {site.input(0).elements} / 2"


@dataclass(frozen=True)
class SignalEnergy(Op):
    """spectrum (real, imaginary, real, …) → energies."""

    NAME: ClassVar[str] = "signal_energy"
    TFLITE: ClassVar = ("CUSTOM:SignalEnergy",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = (Signature((DType.INT16,), (DType.UINT32,)),)
    RULES: ClassVar = (rank_of_input(0, 1), bins_inside)

    start_index: int
    end_index: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalEnergy:
        o = options.custom_map()
        return cls(int(o["start_index"]), int(o["end_index"]))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((site.input(0).elements // 2,),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        z = inputs[0].reshape(-1, 2).astype(np.int64)
        y = (z * z).sum(axis=1)
        y[: self.start_index] = 0
        y[self.end_index :] = 0
        return (y.astype(np.uint32),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_energy_s16.h"""
        params = {"bins": site.output.elements, "start": self.start_index, "end": self.end_index}
        function = "nn_signal_energy_s16"
        return Kernel(function, f"{function}.h", Form.WHOLE, params, (In(0), Out(0)))

    def macs(self, site: Site) -> int:
        return 2 * (self.end_index - self.start_index)
