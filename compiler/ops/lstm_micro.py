"""LSTMs as TensorFlow Lite Micro rounds them: int16 activations, of which TensorFlow Lite has no
kernel, and int8 ones with --reference=tflm.

Each product is clamped to int16 before the two of a gate are added; logistic and tanh go straight
between the entries of a table, as LOGISTIC and TANH of int16 do; products of gates are rounded
twice. Source: TensorFlow Lite Micro kernels/lstm_eval.h, lstm_eval.cc, lstm_eval_common.cc.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..ir import Array, DType, Site
from ..program import Const, Form, In, InOut, Kernel, Literal, Operand, Out
from ..quant import (
    Int64Array,
    integer_range,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from . import int16, lstm
from .curves import Steps16, log2_of, logistic_16, sigmoid_const, tanh_16
from .lstm import CELL, GATES, HIDDEN, INPUT_WEIGHTS, RECURRENT
from .requant import SHIFT_ANY, SHIFT_RIGHT

Q12, Q15 = 2.0**-12, 2.0**-15  # what gates take, and what they give
OF_GATES = Steps16(3, 0)  # a Q3.12 number
NO_CLIP = 32768


@dataclass(frozen=True)
class MicroLstm:
    """A layer with four gates and no variants; the clip is 0 where there is none."""

    cell_clip: float

    def scales(self, site: Site) -> Int64Array:
        """[gates, 4]: multiplier and shift of the input's and of the state's products, to Q3.12."""

        def scale(i: int, x: int) -> tuple[int, int]:
            product = np.float32(site.input(x).scale) * np.float32(site.input(i).scale)
            return quantize_multiplier(float(product) / Q12)

        rows = [(*scale(INPUT_WEIGHTS + g, 0), *scale(RECURRENT + g, HIDDEN)) for g in range(4)]
        return np.array(rows, np.int64)

    def clip(self, site: Site) -> int:
        limit = self.cell_clip / site.input(CELL).scale
        return int(min(limit, 32767.0)) if self.cell_clip > 0 else NO_CLIP

    def of_cell(self, site: Site) -> Steps16:
        """How the cell state, with a scale of 2^power, becomes tanh's steps."""
        left = 12 + (log2_of(site.input(CELL).scale) or 0)
        return Steps16(3, -left) if left < 0 else Steps16(3 << left, 0)

    def products(self, site: Site) -> tuple[tuple[int, int], ...]:
        """Of forget gate and cell, of input gate and update, of output gate and tanh."""
        return (
            quantize_multiplier(Q15),
            quantize_multiplier(Q15 * Q15 / site.input(CELL).scale),
            quantize_multiplier(Q15 * Q15 / site.input(HIDDEN).scale),
        )

    def step(self, site: Site, x: Array, h: Array, c: Array) -> tuple[Array, Array]:
        scales, biases = self.scales(site), lstm.folded_biases(site)
        wide = site.output.dtype is DType.INT16

        def gate(g: int) -> Int64Array:
            total = np.zeros(1, np.int64)
            for data, first, bias, (multiplier, shift) in (
                (x, INPUT_WEIGHTS, biases[0], scales[g, :2]),
                (h, RECURRENT, biases[1], scales[g, 2:]),
            ):
                sums = data.astype(np.int64) @ site.const(first + g).astype(np.int64).T + bias[g]
                total = total + _clamp_16(int16.rescale(sums, multiplier, shift, wide))
            return _clamp_16(total)

        first, forget, output = (logistic_16(OF_GATES(gate(g))) for g in (0, 1, 3))
        update, products = tanh_16(OF_GATES(gate(2))), self.products(site)
        kept = multiply_by_quantized_multiplier(forget * c.astype(np.int64), *products[0])
        added = multiply_by_quantized_multiplier(first * update, *products[1])
        clip = self.clip(site)
        cell = np.clip(_clamp_16(kept + added), -clip, clip)
        y = multiply_by_quantized_multiplier(
            output * tanh_16(self.of_cell(site)(cell)), *products[2]
        )
        h_type = site.output.dtype
        y = np.clip(y + site.input(HIDDEN).zero_point, *integer_range(h_type))
        return y.astype(h_type.numpy), cell.astype(np.int16)

    def lower(self, site: Site, params: dict[str, Literal]) -> Kernel:
        """nn_lstm_micro_s8.h, nn_lstm_micro_s16.h"""
        wide = site.output.dtype is DType.INT16
        table, biases = self.scales(site), np.stack(lstm.folded_biases(site))
        weights = [lstm.by_cell(site, first) for first in (INPUT_WEIGHTS, RECURRENT)]
        (_, added, hidden), of_cell = self.products(site), self.of_cell(site)
        params |= {
            "clip": self.clip(site),
            "tanh_multiplier": of_cell.multiplier, "tanh_right": of_cell.right,
            "added_multiplier": added[0], "added_right": -added[1],
            "hidden_multiplier": hidden[0], "hidden_shift": hidden[1],
            "out_zero": site.input(HIDDEN).zero_point,
        }  # fmt: skip
        if wide:
            table, scaling = _of_64_bits(table, biases[0], weights)
            params["scaling"] = int(scaling)
            sums = Const("biases", biases[0].T.ravel(), align=8, comment="by cell and gate")
        else:
            right = lstm.shifts_are_right(lstm.largest_sum(biases, weights), table)
            params["rounding"] = SHIFT_RIGHT if right else SHIFT_ANY
            sums = lstm.biases_const(biases, params)
        function = f"nn_lstm_micro_{site.output.dtype.suffix}"
        operands: tuple[Operand, ...] = (
            In(0), Out(0), InOut(HIDDEN), InOut(CELL),
            Const("in_weights", weights[0].ravel()), Const("recurrent", weights[1].ravel()),
            sums, Const("scales", table.astype(np.int32), "nn_lstm_gate_t"), sigmoid_const(),
        )  # fmt: skip
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)


def _clamp_16(x: Int64Array) -> Int64Array:
    clamped: Int64Array = np.clip(x, -32768, 32767)
    return clamped


def _of_64_bits(
    table: Int64Array, bias: Array, weights: list[Array]
) -> tuple[Int64Array, int16.Scaling]:
    """The scales of sums of 64 bits, as runtime/nn_s16.h has them, and how they scale."""
    multipliers, shifts = int16.reduced(table[:, 0::2]), 15 - table[:, 1::2]
    narrow = all(
        int16.is_narrow(bias[g] * (1 - side), weights[side][:, g], shifts[g, side : side + 1])
        for side in (0, 1)
        for g in range(len(GATES))
    )
    if narrow:
        multipliers, shifts = multipliers << 16, shifts - 16
    found = np.stack([multipliers, shifts], axis=2).reshape(-1, 4)
    return found, int16.Scaling.NARROW if narrow else int16.Scaling.WIDE
