"""Float LSTMs, with float32 weights or with int8 ones ("hybrid": inputs, states and what a
projection reads are quantised as they come).

Source: TFLite kernels/lstm_eval.cc, LstmStepFloat and LstmStepHybrid; MeanStddevNormalization.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..ir import Array, Site
from ..program import Const, Form, In, InOut, Kernel, Literal, Operand, Out, Scratch
from . import lstm
from .hybrid import quantize, row_sums

NORM_EPSILON = 1e-8


@dataclass(frozen=True)
class FloatLstm:
    """A layer's attributes; the clips are 0 where there are none."""

    cell_clip: float
    projection_clip: float
    asymmetric: bool

    def step(self, site: Site, x: Array, h: Array, c: Array) -> tuple[Array, Array]:
        """The output (which is the new hidden state) and the cell state after one step."""
        raw = [self._gate(site, g, x, h) if g in lstm.gates(site) else None for g in range(4)]

        def gate(g: int, state: Array) -> Array:
            values = raw[g]
            assert values is not None
            if lstm.has_peephole(site) and g != 2:
                values = values + self._dequantized(site, lstm.PEEPHOLE + min(g, 2)) * state
            bias = site.const(lstm.BIASES + g)
            if not lstm.has_norm(site):
                return np.asarray(values + bias)
            centred = values - values.mean(axis=1, keepdims=True)
            spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + NORM_EPSILON)
            return np.asarray(centred / spread * site.const(lstm.NORM + g) + bias)

        forget = _logistic(gate(1, c))
        first = 1.0 - forget if raw[0] is None else _logistic(gate(0, c))
        cell = forget * c + first * np.tanh(gate(2, c))
        if self.cell_clip > 0:
            cell = np.clip(cell, -self.cell_clip, self.cell_clip)
        cell = cell.astype(np.float32)
        out = (_logistic(gate(3, cell)) * np.tanh(cell)).astype(np.float32)
        return self._project(site, out), cell

    def _gate(self, site: Site, g: int, x: Array, h: Array) -> Array:
        """Sums of products, float64."""
        return self._product(site, lstm.INPUT_WEIGHTS + g, x) + self._product(
            site, lstm.RECURRENT + g, h
        )

    def _project(self, site: Site, out: Array) -> Array:
        if not lstm.has_projection(site):
            return out
        projected = self._product(site, lstm.PROJECTION, out)
        if site.optional(lstm.PROJECTION_BIAS) is not None:
            projected = projected + site.const(lstm.PROJECTION_BIAS)
        if self.projection_clip > 0:
            projected = np.clip(projected, -self.projection_clip, self.projection_clip)
        return projected.astype(np.float32)

    def _product(self, site: Site, i: int, x: Array) -> Array:
        """x by the transposed weights of input i."""
        weights = site.const(i)
        if not lstm.is_hybrid(site):
            return np.asarray(x @ weights.T.astype(np.float64))
        values, scales = quantize(x, self.asymmetric)
        sums = (values @ weights.astype(np.int64).T).astype(np.float64)
        return np.asarray(sums * (scales[:, None] * np.float32(site.input(i).scale)))

    def _dequantized(self, site: Site, i: int) -> Array:
        weights = site.const(i)
        if not lstm.is_hybrid(site):
            return weights
        return weights.astype(np.float32) * np.float32(site.input(i).scale)

    def lower(self, site: Site, params: dict[str, Literal]) -> Kernel:
        """kernels: nn_lstm_f32.h, nn_lstm_hybrid_s8.h"""
        norm, projection = lstm.has_norm(site), lstm.has_projection(site)
        cells, outs = lstm.cells(site), site.output.shape[2]
        params = params | {
            "outs": outs, "peephole": int(lstm.has_peephole(site)), "norm": int(norm),
            "projection": int(projection), "asymmetric": int(self.asymmetric),
            "clip": self.cell_clip, "projection_clip": self.projection_clip,
        }  # fmt: skip
        gates = len(lstm.gates(site))
        floats = cells * (gates * norm + projection)  # raw gates, and what is projected
        scratch = Scratch(max(4 * floats, 4), ctype="float", name="gates")
        states: tuple[Operand, ...] = (In(0), Out(0), InOut(lstm.HIDDEN), InOut(lstm.CELL), scratch)
        if lstm.is_hybrid(site):
            return self._lower_hybrid(site, params, states)
        weights = [
            # All gates' weights of an input of a cell stand together.
            Const(name, lstm.by_cell(site, first).swapaxes(1, 2).ravel())
            for name, first in (("in_weights", lstm.INPUT_WEIGHTS), ("recurrent", lstm.RECURRENT))
        ]
        if projection:
            weights.append(Const("projection", site.const(lstm.PROJECTION).ravel()))
        else:
            weights.append(Const("projection", np.zeros(1, np.float32)))
        operands: tuple[Operand, ...] = (*states, *weights, *self._extras(site))
        return Kernel("nn_lstm_f32", "nn_lstm_f32.h", Form.WHOLE, params, operands)

    def _extras(self, site: Site) -> tuple[Const, Const]:
        """Biases; and one after the other, where they are there, the peephole weights of the three
        gates (of the input gate zeros where it has none), the coefficients of normalisation by
        cell and gate, the bias of the projection."""
        parts: list[Array] = []
        if lstm.has_peephole(site):
            for g in (0, 1, 3):
                there = g in lstm.gates(site)
                zeros = np.zeros(lstm.cells(site), np.float32)
                parts.append(self._dequantized(site, lstm.PEEPHOLE + min(g, 2)) if there else zeros)
        if lstm.has_norm(site):
            parts.append(lstm.by_cell(site, lstm.NORM).ravel())
        if lstm.has_projection(site):
            there = site.optional(lstm.PROJECTION_BIAS) is not None
            zeros = np.zeros(site.output.shape[2], np.float32)
            parts.append(site.const(lstm.PROJECTION_BIAS) if there else zeros)
        extras = np.concatenate(parts) if parts else np.zeros(1, np.float32)
        biases = Const("biases", lstm.by_cell(site, lstm.BIASES).ravel())
        return biases, Const("extras", extras.astype(np.float32))

    def _lower_hybrid(
        self, site: Site, params: dict[str, Literal], states: tuple[Operand, ...]
    ) -> Kernel:
        used = lstm.gates(site)
        groups = [[lstm.INPUT_WEIGHTS + g for g in used], [lstm.RECURRENT + g for g in used]]
        weights: list[Array] = [lstm.by_cell(site, first[0] - used[0]) for first in groups]
        flat = [w.reshape(-1, w.shape[2]) for w in weights]
        if lstm.has_projection(site):
            groups.append([lstm.PROJECTION])
            flat.append(site.const(lstm.PROJECTION))
        scales = [site.input(i).scale for group in groups for i in group]
        sums = [row_sums(w, self.asymmetric).data for w in flat] if self.asymmetric else []
        longest = max(w.shape[1] for w in flat)
        consts = (
            Const("weights", np.concatenate([w.ravel() for w in flat])),
            Const("row_sums", np.concatenate(sums) if sums else np.zeros(1, np.int32)),
            Const("scales", np.array(scales, np.float32), comment="of the weights"),
        )
        quantized = Scratch(longest + site.output.shape[2], 1, "int8_t")
        operands = (*states, quantized, *consts, *self._extras(site))
        params = params | {"longest": longest}
        return Kernel("nn_lstm_hybrid_s8", "nn_lstm_hybrid_s8.h", Form.WHOLE, params, operands)


def _logistic(v: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-v)))
