"""int8 LSTMs with peephole weights, normalised gates, a projection.

Source: TFLite kernels/lstm_eval.cc (CalculateLstmGateInteger8x8_16,
CalculateLstmOutputInteger8x8_16), internal/reference/portable_tensor_utils.cc
(PortableApplyLayerNorm, PortableVectorBatchVectorCwiseProductAccumulate).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..ir import Array, Site
from ..program import Const, Form, In, InOut, Kernel, Literal, Operand, Out, Scratch
from ..quant import (
    Int64Array,
    inverse_root,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from . import lstm
from .curves import log2_of
from .lstm import BIASES, CELL, HIDDEN, NORM, PEEPHOLE, PROJECTION, PROJECTION_BIAS

PEEPHOLES = (0, 1, 3)  # the gates that see the cell


class Layer(Protocol):
    """What is asked of an int8 layer."""

    @property
    def time_major(self) -> bool: ...
    @property
    def hidden_scale(self) -> float: ...
    @property
    def hidden_zero(self) -> int: ...
    @property
    def projection_clip(self) -> float: ...
    def gate_scale(self, site: Site, g: int) -> float: ...


@dataclass(frozen=True)
class Variants:
    """What a layer has beside gates and states; each step changes nothing where it lacks."""

    layer: Layer
    site: Site

    @property
    def made_zero(self) -> int:
        """The zero point of o tanh(c). (TFLite takes that of a projection's input negative.)"""
        return -self.layer.hidden_zero if lstm.has_projection(self.site) else self.layer.hidden_zero

    def peephole(self, g: int) -> Int64Array:
        """[batches or 1, cells]. TFLite counts them by outputs, over all batches where time comes
        first: without as many outputs as cells, the last cells go without."""
        x, outs, cells = self.site.input(0), self.site.output.shape[2], lstm.cells(self.site)
        together = x.shape[1] if self.layer.time_major and outs < cells else 1
        number = np.arange(together * cells)
        weights = self.site.const(PEEPHOLE + min(g, 2)).astype(np.int64)
        found: Int64Array = np.where(number < together * outs, weights[number % outs], 0)
        return found.reshape(together, cells)

    def peephole_scale(self, g: int) -> tuple[int, int]:
        power = 2.0 ** (log2_of(self.site.input(CELL).scale) or 0)
        scale = self.site.input(PEEPHOLE + min(g, 2)).scale
        real = power * float(np.float32(scale)) / float(np.float32(self.gate_scale(g)))
        return quantize_multiplier(float(np.float32(real)))

    def gate_scale(self, g: int) -> float:
        return self.layer.gate_scale(self.site, g)

    def peeped(self, g: int, total: Int64Array, cell: Int64Array) -> Int64Array:
        """Gate g with what it sees of the cell."""
        if not lstm.has_peephole(self.site) or g not in PEEPHOLES:
            return total
        scaled = multiply_by_quantized_multiplier(self.peephole(g) * cell, *self.peephole_scale(g))
        seen: Int64Array = np.clip(total + scaled, -32768, 32767)
        return seen

    def norm_scale(self, g: int) -> tuple[int, int]:
        multiplier, shift = quantize_multiplier(float(np.float32(self.site.input(NORM + g).scale)))
        return multiplier, shift + 12

    def guard(self, g: int) -> int:
        """What stands for a variance below 1."""
        return max(1, int(np.float32(10000) * np.float32(self.site.input(NORM + g).scale)))

    def normalised(self, g: int, gate: Int64Array) -> Int64Array:
        """(gate - mean) / deviation * coefficient + bias, in Q3.12."""
        if not lstm.has_norm(self.site):
            return gate
        cells, found = lstm.cells(self.site), []
        for row in gate:
            mean = _quotient(int(row.sum()) * 1024, cells)
            variance = int((row * row).sum()) * ((1 << 20) // cells) - mean * mean
            cut = _quotient(variance, 1 << 20)
            root = inverse_root(cut if cut >= 1 else self.guard(g))
            scaled = multiply_by_quantized_multiplier(1024 * row - mean, *root)
            sums = scaled * self.site.const(NORM + g) + self.site.const(BIASES + g)
            sums = (sums & 0xFFFFFFFF).astype(np.uint32).view(np.int32).astype(np.int64)
            steps = np.sign(sums) * ((np.abs(sums) + 512) // 1024)
            found.append(multiply_by_quantized_multiplier(steps, *self.norm_scale(g)))
        rows: Int64Array = np.clip(np.stack(found), -32768, 32767)
        return rows

    def projection_biases(self) -> Int64Array:
        """With the zero point of what is projected, as TFLite signs it."""
        weights = self.site.const(PROJECTION).astype(np.int64)
        folded: Int64Array = self.layer.hidden_zero * weights.sum(axis=1)
        there = self.site.optional(PROJECTION_BIAS) is not None
        return folded + self.site.const(PROJECTION_BIAS) if there else folded

    def projection_scale(self) -> tuple[int, int]:
        weights, made = np.float32(self.site.input(PROJECTION).scale), self.layer.hidden_scale
        return quantize_multiplier(
            float(weights * np.float32(made) / np.float32(self.site.input(HIDDEN).scale))
        )

    def clip(self) -> int:
        """Of what is projected, 0 for none."""
        limit = np.float32(self.layer.projection_clip) / np.float32(self.site.output.scale)
        return int(min(float(limit), 127.0))

    def projected(self, made: Int64Array) -> Int64Array:
        """The outputs of o tanh(c)."""
        if not lstm.has_projection(self.site):
            return made
        sums = made @ self.site.const(PROJECTION).astype(np.int64).T + self.projection_biases()
        scaled = multiply_by_quantized_multiplier(sums, *self.projection_scale())
        out: Int64Array = np.clip(scaled + self.site.input(HIDDEN).zero_point, -128, 127)
        return np.clip(out, -self.clip(), self.clip()) if self.clip() else out

    def lower(self, params: dict[str, Literal], gates: Sequence[Const]) -> Kernel:
        """nn_lstm_variants_s8.h; `gates` as nn_lstm_s8 has them."""
        site, cells = self.site, lstm.cells(self.site)
        peephole, norm, projection = (
            has(site) for has in (lstm.has_peephole, lstm.has_norm, lstm.has_projection)
        )
        seen = np.stack([self.seen(g) for g in PEEPHOLES], axis=1) if peephole else None
        params |= {
            "out_zero": self.made_zero, "peephole": int(peephole), "norm": int(norm),
            "peephole_stride": 3 * cells if seen is not None and len(seen) > 1 else 0,
            "projection": int(projection), "state_zero": site.input(HIDDEN).zero_point,
        }  # fmt: skip
        vectors: list[Array] = []
        sums: list[Array] = []
        matrix: Array = np.zeros(1, np.int8)
        if seen is not None:
            vectors.append(seen.ravel())
        if norm:
            vectors.append(np.concatenate([site.const(NORM + g) for g in lstm.gates(site)]))
            sums.append(np.concatenate([site.const(BIASES + g) for g in lstm.gates(site)]))
        if projection:
            multiplier, shift = self.projection_scale()
            params |= {"projection_multiplier": multiplier, "projection_shift": shift}
            params |= {"projection_clip": self.clip()}
            sums.append(self.projection_biases())
            matrix = site.const(PROJECTION).ravel()
        rows = [self._row(g) for g in lstm.gates(site)]
        consts = (
            *gates,
            Const("variants", np.array(rows, np.int32), "nn_lstm_variant_t"),
            Const("vectors", _joined(vectors).astype(np.int16)),
            Const("sums", _joined(sums).astype(np.int32)),
            Const("projection", matrix.astype(np.int8)),
        )
        raw = Scratch(2 * len(rows) * cells, ctype="int16_t", name="gates")
        made = Scratch(cells if projection else 1, 1, "int8_t", name="made")
        states = InOut(HIDDEN), InOut(CELL)
        operands: tuple[Operand, ...] = (In(0), Out(0), *states, raw, made, *consts)
        function = "nn_lstm_variants_s8"
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)

    def seen(self, g: int) -> Int64Array:
        """The peephole weights of gate g, zeros of an input gate that is not there."""
        there = g in lstm.gates(self.site)
        return self.peephole(g) if there else np.zeros_like(self.peephole(1))

    def _row(self, g: int) -> tuple[int, ...]:
        """A nn_lstm_variant_t."""
        peephole = lstm.has_peephole(self.site) and g in PEEPHOLES
        seen = self.peephole_scale(g) if peephole else (0, 0)
        if not lstm.has_norm(self.site):
            return *seen, 0, 0, 0
        return *seen, *self.norm_scale(g), self.guard(g)


def _quotient(a: int, b: int) -> int:
    """Towards zero."""
    return a // b if a >= 0 else -(-a // b)


def _joined(parts: Sequence[Array]) -> Array:
    """One after the other; C has no arrays without elements."""
    return np.concatenate(parts) if parts else np.zeros(1)
