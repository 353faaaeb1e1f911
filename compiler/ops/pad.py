"""PAD: the input with elements of one value before and after it along each axis.

Source: TFLite kernels/pad.cc. The value is real zero (int8: the output's zero point) or, for PADV2,
the third input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site, Tensor
from ..program import Form, In, Kernel, Literal, Out
from ..target import Target
from .channels import Narrowing, Tied
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input
from .strided import STORED, copy_kernel, fill_kernel, in_sequence, move_of, steps_of

MOST_AXES = 5
WITH_KERNELS = (DType.INT8, DType.FLOAT32)  # others are filled, then copied into
AMOUNT_TYPES = (DType.INT32, DType.INT64)


@rule("export the model again")
def amounts_fit(op: Pad, site: Site) -> str | None:
    """Paddings are a matrix of one pair of non-negative numbers per axis."""
    amounts = site.const(1)
    if amounts.shape != (len(site.input(0).shape), 2):
        return f"paddings of shape {list(amounts.shape)} for a rank {len(site.input(0).shape)}"
    return f"paddings {amounts.tolist()}" if amounts.min(initial=0) < 0 else None


@rule("convert the model again with TensorFlow Lite's converter")
def value_is_one_element(op: Pad, site: Site) -> str | None:
    """The value is one element, quantised like the output."""
    value = site.optional(2)
    if value is None:
        return None
    if value.elements != 1:
        return f"{value.elements} values"
    quantised = site.output.quant is not None and not value.dtype.is_float
    if quantised and (value.quant is None or value.quant != site.output.quant):
        return "a value of another scale or zero point"
    return None


@dataclass(frozen=True)
class Pad(Op):
    """input, paddings [rank, 2], value (optional) → output."""

    NAME: ClassVar[str] = "pad"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("PAD", "PADV2")
    INPUTS: ClassVar = (2, 3)
    SIGNATURES: ClassVar = tuple(
        Signature((t, amounts, value), (t,))
        for t in STORED
        for amounts in AMOUNT_TYPES
        for value in (None, t)
    )
    RULES: ClassVar = (
        rank_of_input(0, *range(1, MOST_AXES + 1)),
        const_input(1, "paddings"),
        const_input(2, "value"),
        amounts_fit,
        value_is_one_element,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Pad:
        return cls()

    def tflite_name(self, site: Site) -> str:
        return self.TFLITE[len(site.inputs) > 2]

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        amounts = [int(n) for n in site.const(1).sum(axis=1)]
        return (tuple(n + more for n, more in zip(site.input(0).shape, amounts, strict=True)),)

    def value(self, site: Site) -> int | float:
        """What is put around the input."""
        out = site.output
        if site.optional(2) is not None:
            given = site.const(2).ravel()[0]
            return float(given) if out.dtype.is_float else int(given)
        if out.dtype.is_float:
            return 0.0
        return 0 if out.quant is None else out.zero_point

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        amounts = [(int(a), int(b)) for a, b in site.const(1)]
        return (np.pad(inputs[0], amounts, constant_values=self.value(site)),)

    def channels(self, site: Site) -> Tied | None:
        """What is put before and behind the channels is made of none."""
        if not site.output.shape:
            return None
        before, after = site.const(1)[-1]
        within = np.arange(site.input(0).shape[-1])
        return Tied({(0, 0): np.pad(within, (int(before), int(after)), constant_values=-1)})

    def narrowed(self, site: Site, narrowing: Narrowing) -> tuple[Op, Mapping[int, Tensor]]:
        kept = narrowing.outputs.get(0)
        if kept is None:
            return self, {}
        amounts = site.const(1).copy()
        before, after = (int(n) for n in amounts[-1])
        amounts[-1] = kept[:before].sum(), kept[len(kept) - after :].sum()
        return self, {1: replace(site.input(1), data=amounts)}

    def lower(self, site: Site, target: Target) -> Kernel:
        x, out, amounts = site.input(0), site.output, site.const(1)
        if x.dtype not in WITH_KERNELS:
            steps = steps_of(out.shape)
            start = sum(int(n) * step for (n, _), step in zip(amounts, steps, strict=True))
            move = replace(move_of(x.shape, steps_of(x.shape), steps), out_start=start)
            return in_sequence([fill_kernel(site, self.value(site)), copy_kernel(site, move)])
        value: dict[str, Literal] = {"value": self.value(site)}
        if self._by_rows(site):
            _, in_h, in_w, in_c = x.shape
            (_, (top, _), (left, _), (front, _)) = amounts.tolist()
            shape: dict[str, Literal] = {
                "in_h": in_h, "in_w": in_w, "in_c": in_c,
                "out_h": out.shape[1], "out_w": out.shape[2], "out_c": out.shape[3],
                "top": top, "left": left, "front": front,
            }  # fmt: skip
            return _kernel(f"nn_pad_{x.dtype.suffix}", Form.ROWS, shape | value)
        missing = MOST_AXES - len(x.shape)
        fields: dict[str, Literal] = {}
        for axis in range(MOST_AXES):
            real = axis - missing
            fields[f"in{axis}"] = x.shape[real] if real >= 0 else 1
            fields[f"out{axis}"] = out.shape[real] if real >= 0 else 1
            fields[f"before{axis}"] = int(amounts[real][0]) if real >= 0 else 0
        return _kernel(f"nn_pad_any_{x.dtype.suffix}", Form.WHOLE, fields | value)

    def _by_rows(self, site: Site) -> bool:
        has_kernel = site.output.dtype in WITH_KERNELS
        return has_kernel and len(site.output.shape) == 4 and not site.const(1)[0].any()

    def rows(self, site: Site, y0: int, y1: int) -> Mapping[int, tuple[int, int]]:
        if not self._by_rows(site):
            return {}
        top = int(site.const(1)[1][0])
        return {0: (y0 - top, y1 - top)}

    def is_identity(self, site: Site) -> bool:
        return not site.const(1).any()


def _kernel(function: str, form: Form, params: dict[str, Literal]) -> Kernel:
    return Kernel(function, f"{function}.h", form, params, (In(0), Out(0)))
