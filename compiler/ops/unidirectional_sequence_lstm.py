"""UNIDIRECTIONAL_SEQUENCE_LSTM: i, f, o = logistic, g = tanh of bias + W x + R h;
c = f c + i g, clipped; h = o tanh(c). Without weights of the input gate, i = 1 - f.

Source: TFLite kernels/lstm_eval.cc (EvalInteger8x8_16, EvalFloat) and
PopulateQuantizedUnidirectionalSequenceLstmParams8x8_16 in unidirectional_sequence_lstm.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..errors import CompileError, Problem
from ..ir import Array, DType, Site
from ..program import Const, Form, In, InOut, Kernel, Operand, Out
from ..quant import Int64Array, multiply_by_quantized_multiplier, quantize_multiplier
from ..quant import rounding_divide_by_pot as divide
from ..target import Target
from . import fixed_16
from .curves import log2_of
from .dense import PAIRED_ISAS, pack_pairs
from .requant import SHIFT_ANY, SHIFT_RIGHT, SMALL_ACCUMULATOR
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised, const_input, rank_of_input

INT8, INT16, INT32, FLOAT32 = DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32
GATES = ("input", "forget", "cell", "output")
INPUT_WEIGHTS, RECURRENT, BIASES, HIDDEN, CELL = 1, 5, 12, 18, 19
ABSENT = {
    "peephole connections": (9, 10, 11),
    "a projection": (16, 17),
    "layer normalisation": (20, 21, 22, 23),
}


def _signature(weights: DType, bias: DType, cell: DType, cifg: bool) -> Signature:
    def gates(t: DType) -> tuple[DType | None, ...]:
        return (None if cifg else t, t, t, t)

    none = (None, None, None)
    types = (weights, *gates(weights), *gates(weights), *none, *gates(bias), *none[:2])
    return Signature((*types, weights, cell), (weights,))


@rule("export the model again")
def shapes_agree(op: UnidirectionalSequenceLstm, site: Site) -> str | None:
    """Input weights [cells, inputs], recurrent weights [cells, cells], biases [cells], and two
    states of batch * cells elements."""
    cells = site.input(RECURRENT + 1).shape[0]
    batches = site.input(0).shape[0 if not op.time_major else 1]
    for g in op.gates(site):
        wanted = {INPUT_WEIGHTS: (cells, site.input(0).shape[2]), RECURRENT: (cells, cells)}
        for first, shape in (wanted | {BIASES: (cells,)}).items():
            if site.input(first + g).shape != shape:
                return f"input {first + g} of shape {list(site.input(first + g).shape)}"
    for i in (HIDDEN, CELL):
        if site.input(i).elements != batches * cells:
            return f"state {list(site.input(i).shape)} for batch {batches} and {cells} cells"
    return None


@rule("quantise the model with TensorFlow Lite's converter")
def scales_are_usable(op: UnidirectionalSequenceLstm, site: Site) -> str | None:
    """int8: weights and states with one scale each, weights with zero point 0, a cell state whose
    scale is a power of two from 2^-15 to 2^-9 and whose zero point is 0."""
    if site.output.dtype.is_float:
        return None
    weights = [first + g for first in (INPUT_WEIGHTS, RECURRENT) for g in op.gates(site)]
    for i in (*weights, HIDDEN, CELL):
        q = site.input(i).quant
        if q is None or q.per_channel:
            return f"input {i} without such a scale"
        if q.zero_point[0] and i != HIDDEN:
            return f"input {i} with zero point {q.zero_point[0]}"
    power = log2_of(site.input(CELL).scale)
    if power is None or not -15 <= power <= -9:
        return f"a cell state of scale {site.input(CELL).scale:.9g}"
    return None if op.hidden_scale > 0 else "no scale of the hidden state among the intermediates"


@dataclass(frozen=True)
class Scales:
    """Multipliers and shifts of an int8 LSTM, per gate and of the output."""

    inputs: tuple[tuple[int, int], ...]
    recurrent: tuple[tuple[int, int], ...]
    hidden: tuple[int, int]
    clip: int
    cell_bits: int


@dataclass(frozen=True)
class UnidirectionalSequenceLstm(Op):
    """24 inputs as the schema orders them, the last two of 0 to 19 states → output.
    `hidden_scale` and `hidden_zero` come from the operator's intermediates."""

    NAME: ClassVar[str] = "unidirectional_sequence_lstm"
    TFLITE: ClassVar = ("UNIDIRECTIONAL_SEQUENCE_LSTM",)
    INPUTS: ClassVar = (20, 24)
    UPDATES: ClassVar = (HIDDEN, CELL)
    SIGNATURES: ClassVar = tuple(
        _signature(*types, cifg)
        for types in ((INT8, INT32, INT16), (FLOAT32, FLOAT32, FLOAT32))
        for cifg in (False, True)
    )
    RULES: ClassVar = (
        rank_of_input(0, 3),
        *(const_input(first + g, f"{name} of the {gate} gate")
          for first, name in ((INPUT_WEIGHTS, "weights"), (RECURRENT, "recurrent weights"),
                              (BIASES, "bias"))
          for g, gate in enumerate(GATES)),
        shapes_agree, activations_quantised, scales_are_usable,
    )  # fmt: skip

    time_major: bool = False
    cell_clip: float = 0.0
    hidden_scale: float = 0.0
    hidden_zero: int = 0

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> UnidirectionalSequenceLstm:
        o: Any = options.read(tflite.UnidirectionalSequenceLSTMOptions)
        problems = [
            Problem("inputs", what, "an LSTM without it", "train a plain LSTM")
            for what, inputs in ABSENT.items()
            if any(site.optional(i) is not None for i in inputs)
        ]
        if o.FusedActivationFunction() != tflite.ActivationFunctionType.TANH:
            code = o.FusedActivationFunction()
            problems.append(Problem("activation", f"code {code}", "tanh", "train with tanh"))
        if problems:
            raise CompileError(problems)
        hidden = options.intermediates[4] if len(options.intermediates) > 4 else None
        quant = hidden.quant if hidden is not None else None
        known = (quant.scale[0], quant.zero_point[0]) if quant else (0.0, 0)
        return cls(bool(o.TimeMajor()), float(o.CellClip()), *known)

    def gates(self, site: Site) -> range:
        """Which gates have weights: 0 to 3, or from 1 on."""
        return range(0 if site.optional(INPUT_WEIGHTS) is not None else 1, 4)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((*site.input(0).shape[:2], site.input(RECURRENT + 1).shape[0]),)

    def scales(self, site: Site) -> Scales:
        """In float32, as TFLite multiplies and divides; Q3.12 is what the gates take."""
        q12 = np.float32(2.0**-12)
        x, state = np.float32(site.input(0).scale), np.float32(site.input(HIDDEN).scale)
        cell = np.float32(site.input(CELL).scale)
        clip = float(np.float32(self.cell_clip) / cell)
        return Scales(
            tuple(self._scale(site, INPUT_WEIGHTS + g, x, q12) for g in self.gates(site)),
            tuple(self._scale(site, RECURRENT + g, state, q12) for g in self.gates(site)),
            quantize_multiplier(float(np.float32(2.0**-15 / self.hidden_scale * 2.0**-15))),
            int(min(clip, 32767.0)) if self.cell_clip > 0 else 0,
            15 + (log2_of(float(cell)) or 0),
        )

    def _scale(self, site: Site, i: int, x: np.float32, q12: np.float32) -> tuple[int, int]:
        return quantize_multiplier(float(np.float32(site.input(i).scale) * x / q12))

    def biases(self, site: Site) -> tuple[Int64Array, Int64Array]:
        """[gates, cells] each: with the zero points of input and of output state folded in."""
        x, state = site.input(0).zero_point, site.input(HIDDEN).zero_point
        sums = [
            np.stack([site.const(first + g).astype(np.int64).sum(axis=1) for g in self.gates(site)])
            for first in (INPUT_WEIGHTS, RECURRENT)
        ]
        bias = np.stack([site.const(BIASES + g).astype(np.int64) for g in self.gates(site)])
        return bias - x * sums[0], -state * sums[1]

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        """The output and the two new states."""
        x, hidden, cell = inputs[0], inputs[HIDDEN], inputs[CELL]
        assert x is not None and hidden is not None and cell is not None
        cells = site.output.shape[2]
        h, c = hidden.reshape(-1, cells), cell.reshape(-1, cells)
        step = self._float_step if site.output.dtype.is_float else self._integer_step
        outputs = []
        for xt in x if self.time_major else x.swapaxes(0, 1):
            h, c = step(site, xt, h, c)
            outputs.append(h)
        out = np.stack(outputs)
        out = out if self.time_major else out.swapaxes(0, 1)
        return out, h.reshape(hidden.shape), c.reshape(cell.shape)

    def _float_step(self, site: Site, x: Array, h: Array, c: Array) -> tuple[Array, Array]:
        def gate(g: int) -> Array:
            w, r, b = (site.const(i + g) for i in (INPUT_WEIGHTS, RECURRENT, BIASES))
            total: Array = x @ w.T.astype(np.float64) + h @ r.T.astype(np.float64) + b
            return total

        def logistic(v: Array) -> Array:
            return 1.0 / (1.0 + np.exp(-v))

        forget = logistic(gate(1))
        first = logistic(gate(0)) if 0 in self.gates(site) else 1.0 - forget
        cell = forget * c + first * np.tanh(gate(2))
        if self.cell_clip > 0:
            cell = np.clip(cell, -self.cell_clip, self.cell_clip)
        cell = cell.astype(np.float32)
        return (logistic(gate(3)) * np.tanh(cell)).astype(np.float32), cell

    def _integer_step(self, site: Site, x: Array, h: Array, c: Array) -> tuple[Array, Array]:
        scales = self.scales(site)
        biases = self.biases(site)

        def gate(g: int) -> Int64Array:
            at = g - self.gates(site).start
            total = np.zeros(1, np.int64)
            for data, first, bias, scale in (
                (x, INPUT_WEIGHTS, biases[0], scales.inputs[at]),
                (h, RECURRENT, biases[1], scales.recurrent[at]),
            ):
                sums = data.astype(np.int64) @ site.const(first + g).astype(np.int64).T + bias[at]
                scaled = multiply_by_quantized_multiplier(sums, *scale)
                total = np.clip(total + scaled, -32768, 32767)
            return total

        forget, update = fixed_16.logistic(gate(1)), fixed_16.tanh(gate(2), 3)
        has_input = 0 in self.gates(site)
        first = fixed_16.logistic(gate(0)) if has_input else fixed_16.ONE - forget
        kept = divide(forget * c.astype(np.int64), 15)
        cell = np.clip(kept + divide(first * update, 15 + scales.cell_bits), -32768, 32767)
        if scales.clip:
            cell = np.clip(cell, -scales.clip, scales.clip)
        product = fixed_16.logistic(gate(3)) * fixed_16.tanh(cell, scales.cell_bits)
        y = multiply_by_quantized_multiplier(product, *scales.hidden) + self.hidden_zero
        return np.clip(y, -128, 127).astype(np.int8), cell.astype(np.int16)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernels: nn_lstm_s8.h, nn_lstm_pairs_s8.h, nn_lstm_f32.h"""
        outer, inner, in_c = site.input(0).shape
        steps, batches = (outer, inner) if self.time_major else (inner, outer)
        gates, cells = self.gates(site), site.output.shape[2]
        params: dict[str, int | float | bool] = {
            "steps": steps, "batches": batches, "in_c": in_c, "cells": cells, "gates": len(gates),
            "step_stride": batches if self.time_major else 1,
            "batch_stride": 1 if self.time_major else steps,
        }  # fmt: skip
        if site.output.dtype.is_float:
            consts = (
                Const("in_weights", self._by_cell(site, INPUT_WEIGHTS).ravel()),
                Const("recurrent", self._by_cell(site, RECURRENT).ravel()),
                Const("biases", self._by_cell(site, BIASES).ravel()),
            )
            params["clip"] = self.cell_clip
            operands = (In(0), Out(0), InOut(HIDDEN), InOut(CELL), *consts)
            return Kernel("nn_lstm_f32", "nn_lstm_f32.h", Form.WHOLE, params, operands)
        return self._lower_int8(site, target, params)

    def _lower_int8(
        self, site: Site, target: Target, params: dict[str, int | float | bool]
    ) -> Kernel:
        """nn_lstm_pairs_s8.h where four gates are packed, else nn_lstm_s8.h"""
        scales, biases = self.scales(site), np.stack(self.biases(site))
        table = np.array([(*a, *b) for a, b in zip(scales.inputs, scales.recurrent, strict=True)])
        weights = [self._by_cell(site, first) for first in (INPUT_WEIGHTS, RECURRENT)]
        bound = max(
            int((np.abs(bias.T) + 128 * np.abs(w.astype(np.int64)).sum(axis=2)).max())
            for bias, w in zip(biases, weights, strict=True)
        )
        right = bound < SMALL_ACCUMULATOR and bool((table[:, 1::2] <= -1).all())
        params |= {
            "clip": scales.clip, "cell_bits": scales.cell_bits,
            "hidden_multiplier": scales.hidden[0], "hidden_shift": scales.hidden[1],
            "out_zero": self.hidden_zero, "rounding": SHIFT_RIGHT if right else SHIFT_ANY,
        }  # fmt: skip
        packed = [pack_pairs(w.reshape(-1, w.shape[2])) for w in weights]
        fits = len(table) == 4 and all(w is not None for w in packed)
        if fits and target.isa in PAIRED_ISAS:
            function, data = "nn_lstm_pairs_s8", packed
            sums = Const("biases", biases.transpose(2, 0, 1).ravel().astype(np.int32))
        else:
            function, data = "nn_lstm_s8", [w.ravel() for w in weights]
            pairs = biases.transpose(2, 1, 0).reshape(-1, 2).astype(np.int32)
            comment = "{input, recurrent} by cell and gate"
            sums = Const("biases", pairs, "nn_lstm_bias_t", comment=comment)
        consts = [
            Const(name, w) for name, w in zip(("in_weights", "recurrent"), data, strict=True)
            if w is not None
        ]  # fmt: skip
        gates = Const("scales", table.astype(np.int32), "nn_lstm_gate_t")
        states = InOut(HIDDEN), InOut(CELL)
        operands: tuple[Operand, ...] = (In(0), Out(0), *states, *consts, sums, gates)
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)

    def _by_cell(self, site: Site, first: int) -> Array:
        """[cells, gates, …]: what a cell reads stands together."""
        return np.stack([site.const(first + g) for g in self.gates(site)], axis=1)

    def macs(self, site: Site) -> int:
        per_step = sum(
            site.input(first + g).elements
            for first in (INPUT_WEIGHTS, RECURRENT)
            for g in self.gates(site)
        )
        return site.input(0).shape[0] * site.input(0).shape[1] * per_step
