"""int8 LSTMs with an int16 cell state.

Source: TFLite kernels/lstm_eval.cc (EvalInteger8x8_16) and
PopulateQuantizedUnidirectionalSequenceLstmParams8x8_16 in unidirectional_sequence_lstm.cc.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..ir import Array, Site
from ..program import Const, Form, In, InOut, Kernel, Literal, Operand, Out
from ..quant import Int64Array, multiply_by_quantized_multiplier, quantize_multiplier
from ..quant import rounding_divide_by_pot as divide
from ..target import Target
from . import fixed_16, lstm, lstm_pairs
from .curves import log2_of
from .dense import PAIRED_ISAS
from .lstm import CELL, HIDDEN, INPUT_WEIGHTS, RECURRENT
from .lstm_pairs import Scales
from .lstm_variants import Variants
from .requant import SHIFT_ANY, SHIFT_RIGHT


@dataclass(frozen=True)
class Int8Lstm:
    """A layer's attributes; the clips are 0 where there are none. `gate_scales` are those of gates
    before they are normalised."""

    time_major: bool
    cell_clip: float
    hidden_scale: float
    hidden_zero: int
    projection_clip: float
    gate_scales: tuple[float, ...]

    def scales(self, site: Site) -> Scales:
        """In float32, as TFLite multiplies and divides."""
        x, state = np.float32(site.input(0).scale), np.float32(site.input(HIDDEN).scale)
        cell = np.float32(site.input(CELL).scale)
        clip = float(np.float32(self.cell_clip) / cell)
        return Scales(
            tuple(self._scale(site, INPUT_WEIGHTS, g, x) for g in lstm.gates(site)),
            tuple(self._scale(site, RECURRENT, g, state) for g in lstm.gates(site)),
            quantize_multiplier(float(np.float32(2.0**-15 / self.hidden_scale * 2.0**-15))),
            int(min(clip, 32767.0)) if self.cell_clip > 0 else 0,
            15 + (log2_of(float(cell)) or 0),
        )

    def _scale(self, site: Site, first: int, g: int, x: np.float32) -> tuple[int, int]:
        gate = np.float32(self.gate_scale(site, g))
        return quantize_multiplier(float(np.float32(site.input(first + g).scale) * x / gate))

    def gate_scale(self, site: Site, g: int) -> float:
        """Q3.12 is what the curves take."""
        return self.gate_scales[g] if lstm.has_norm(site) else 2.0**-12

    def biases(self, site: Site) -> tuple[Int64Array, Int64Array]:
        """Those of normalised gates are added later."""
        return lstm.folded_biases(site, not lstm.has_norm(site))

    def step(self, site: Site, x: Array, h: Array, c: Array) -> tuple[Array, Array]:
        scales, biases, variants = self.scales(site), self.biases(site), Variants(self, site)

        def gate(g: int, cell: Array) -> Int64Array:
            at = g - lstm.gates(site).start
            total = np.zeros(1, np.int64)
            for data, first, bias, scale in (
                (x, INPUT_WEIGHTS, biases[0], scales.inputs[at]),
                (h, RECURRENT, biases[1], scales.recurrent[at]),
            ):
                sums = data.astype(np.int64) @ site.const(first + g).astype(np.int64).T + bias[at]
                scaled = multiply_by_quantized_multiplier(sums, *scale)
                total = np.clip(total + scaled, -32768, 32767)
            return variants.normalised(g, variants.peeped(g, total, cell.astype(np.int64)))

        forget, update = fixed_16.logistic(gate(1, c)), fixed_16.tanh(gate(2, c), 3)
        has_input = 0 in lstm.gates(site)
        first = fixed_16.logistic(gate(0, c)) if has_input else fixed_16.ONE - forget
        kept = divide(forget * c.astype(np.int64), 15)
        cell = np.clip(kept + divide(first * update, 15 + scales.cell_bits), -32768, 32767)
        if scales.clip:
            cell = np.clip(cell, -scales.clip, scales.clip)
        product = fixed_16.logistic(gate(3, cell)) * fixed_16.tanh(cell, scales.cell_bits)
        y = multiply_by_quantized_multiplier(product, *scales.hidden) + variants.made_zero
        out = variants.projected(np.clip(y, -128, 127))
        return out.astype(np.int8), cell.astype(np.int16)

    def lower(self, site: Site, target: Target, params: dict[str, Literal]) -> Kernel:
        """nn_lstm_variants_s8.h where there are any, nn_lstm_pairs_s8.h where four gates are
        packed, else nn_lstm_s8.h"""
        scales, biases = self.scales(site), np.stack(self.biases(site))
        table = np.array([(*a, *b) for a, b in zip(scales.inputs, scales.recurrent, strict=True)])
        weights = [lstm.by_cell(site, first) for first in (INPUT_WEIGHTS, RECURRENT)]
        bound = lstm.largest_sum(biases, weights)
        right = lstm.shifts_are_right(bound, table)
        params |= {
            "outs": site.output.shape[2], "clip": scales.clip, "cell_bits": scales.cell_bits,
            "hidden_multiplier": scales.hidden[0], "hidden_shift": scales.hidden[1],
            "out_zero": self.hidden_zero, "rounding": SHIFT_RIGHT if right else SHIFT_ANY,
        }  # fmt: skip
        states = InOut(HIDDEN), InOut(CELL)
        if target.isa in PAIRED_ISAS and not lstm.is_variant(site):
            paired = lstm_pairs.lower(scales, biases, weights, bound, params)
            if paired is not None:
                return paired
        consts = (
            Const("in_weights", weights[0].ravel()), Const("recurrent", weights[1].ravel()),
            lstm.biases_const(biases, params),
            Const("scales", table.astype(np.int32), "nn_lstm_gate_t"),
        )  # fmt: skip
        if lstm.is_variant(site):
            return Variants(self, site).lower(params, consts)
        operands: tuple[Operand, ...] = (In(0), Out(0), *states, *consts)
        return Kernel("nn_lstm_s8", "nn_lstm_s8.h", Form.WHOLE, params, operands)
