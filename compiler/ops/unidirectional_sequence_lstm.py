"""UNIDIRECTIONAL_SEQUENCE_LSTM: i, f, o = logistic, g = tanh of bias + W x + R h;
c = f c + i g, clipped; h = o tanh(c). Without weights of the input gate, i = 1 - f.

int16 layers are TensorFlow Lite Micro's (lstm_micro.py), for TensorFlow Lite has none; so are int8
ones with --reference=tflm.

Other layers may have peephole weights (p c is added to the sums of i, f and o), normalise the sums
of each gate over the cells before biases are added, and project: h = clip(P o tanh(c) + b).
Source: TFLite kernels/unidirectional_sequence_lstm.cc, lstm_eval.cc.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..errors import CompileError, Problem
from ..ir import Array, DType, Site
from ..program import Kernel, Literal
from ..target import Target
from . import int16, lstm
from .curves import log2_of
from .lstm import BIASES, CELL, GATES, HIDDEN, INPUT_WEIGHTS, NORM, PEEPHOLE, RECURRENT
from .lstm_float import FloatLstm
from .lstm_int8 import Int8Lstm
from .lstm_micro import MicroLstm
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised, const_input, rank_of_input

INT8, INT16, INT32, INT64 = DType.INT8, DType.INT16, DType.INT32, DType.INT64
FLOAT32 = DType.FLOAT32
PROJECTION, PROJECTION_BIAS = lstm.PROJECTION, lstm.PROJECTION_BIAS
PLAIN = ("weights", INPUT_WEIGHTS), ("recurrent weights", RECURRENT), ("bias", BIASES)


def _signature(
    x: DType, weights: DType, bias: DType, cell: DType, vectors: tuple[DType, DType] | None
) -> Signature:
    """`vectors`: the types of peephole weights and of coefficients, None where there are neither
    (nor projections)."""
    there = vectors is not None
    peephole, norm = vectors or (None, None)
    gates = (weights,) * 4
    projection = (weights, bias) if there else (None, None)
    types = (x, *gates, *gates, *(peephole,) * 3, *(bias,) * 4, *projection, x, cell, *(norm,) * 4)
    # TensorFlow Lite Micro has the four gates always.
    optional = {INPUT_WEIGHTS, RECURRENT, BIASES} if x is not INT16 else set()
    if there:
        optional |= {*range(PEEPHOLE, BIASES), PROJECTION, PROJECTION_BIAS, *range(NORM, NORM + 4)}
    return Signature(types, (x,), frozenset(optional))


@rule("export the model again")
def variants_are_whole(op: UnidirectionalSequenceLstm, site: Site) -> str | None:
    """The input gate has all that others have, or nothing; so have peephole weights and
    normalisation; a bias of the projection comes with its weights."""
    first = lstm.gates(site).start
    groups = [(INPUT_WEIGHTS, range(4)), (RECURRENT, range(4)), (BIASES, range(4))]
    for start, there in ((PEEPHOLE, lstm.has_peephole(site)), (NORM, lstm.has_norm(site))):
        number = 3 if start == PEEPHOLE else 4
        groups.append((start, range(number if there else 0)))
        if not there and any(site.optional(start + g) is not None for g in range(number)):
            return f"input {start + 1} absent, others of its kind not"
    for start, members in groups:
        for g in members:
            if (site.optional(start + g) is not None) != (g >= first):
                return f"input {start + g} {'absent' if g >= first else 'without others'}"
    if site.optional(PROJECTION_BIAS) is not None and not lstm.has_projection(site):
        return "a bias of a projection without weights"
    return None


@rule("export the model again")
def shapes_agree(op: UnidirectionalSequenceLstm, site: Site) -> str | None:
    """Input weights [cells, inputs], recurrent weights [cells, outputs], projection [outputs,
    cells]; biases, peephole weights and coefficients [cells]; states of batch * outputs and
    batch * cells elements."""
    cells, outs = lstm.cells(site), op.outputs(site)
    batches = site.input(0).shape[0 if not op.time_major else 1]
    wanted: dict[int, Shape] = {}
    for g in lstm.gates(site):
        wanted |= {INPUT_WEIGHTS + g: (cells, site.input(0).shape[2])}
        wanted |= {RECURRENT + g: (cells, outs), BIASES + g: (cells,), NORM + g: (cells,)}
    wanted |= {PEEPHOLE + g: (cells,) for g in range(3)}
    wanted |= {PROJECTION: (outs, cells), PROJECTION_BIAS: (outs,)}
    for i, shape in wanted.items():
        found = site.optional(i)
        if found is not None and found.shape != shape:
            return f"input {i} of shape {list(found.shape)}"
    for i, size in ((HIDDEN, outs), (CELL, cells)):
        if site.input(i).elements != batches * size:
            return f"state {list(site.input(i).shape)} for batch {batches} and {size} values"
    return None


@rule("quantise the model with TensorFlow Lite's converter")
def scales_are_usable(op: UnidirectionalSequenceLstm, site: Site) -> str | None:
    """int8 weights with one scale each and zero point 0; integer activations: states with one
    scale, a cell state whose scale is a power of two from 2^-15 to 2^-9 and whose zero point is 0;
    int8: scales of the hidden state and, where they are normalised, of the gates among the
    intermediates; int16: zero points 0, and scales of weights and what they multiply that are
    together below 2^-5."""
    for i, tensor in enumerate(site.inputs):
        if tensor is None or tensor.dtype not in (INT8, INT16) or i == 0:
            continue
        q = tensor.quant
        if q is None or q.per_channel:
            return f"input {i} without such a scale"
        if q.zero_point[0] and (i != HIDDEN or tensor.dtype is INT16):
            return f"input {i} with zero point {q.zero_point[0]}"
    if site.output.dtype.is_float:
        return None
    power = log2_of(site.input(CELL).scale)
    if power is None or not -15 <= power <= -9:
        return f"a cell state of scale {site.input(CELL).scale:.9g}"
    if site.output.dtype is INT8:
        if op.hidden_scale <= 0:
            return "no scale of the hidden state among the intermediates"
        normal = not lstm.has_norm(site) or min(op.gate_scales, default=0.0) > 0
        return None if normal else "no scales of the gates among the intermediates"
    if site.input(0).zero_point:
        return f"an input with zero point {site.input(0).zero_point}"
    largest = max(
        site.input(x).scale * site.input(first + g).scale
        for x, first in ((0, INPUT_WEIGHTS), (HIDDEN, RECURRENT)) for g in range(len(GATES))
    )  # fmt: skip
    return None if largest < 2.0 ** (int16.MOST_SHIFT - 12) else f"scales together {largest:.3g}"


@rule("project to no more outputs than there are cells")
def peephole_is_within(op: UnidirectionalSequenceLstm, site: Site) -> str | None:
    """int8 with peephole weights: no more outputs than cells (TensorFlow Lite, which counts the
    weights by outputs, would write beyond the gates)."""
    outs, cells = op.outputs(site), lstm.cells(site)
    wrong = site.output.dtype is INT8 and lstm.has_peephole(site) and outs > cells
    return f"{outs} outputs of {cells} cells" if wrong else None


@dataclass(frozen=True)
class UnidirectionalSequenceLstm(Op):
    """24 inputs as the schema orders them, 18 and 19 of 0 to 19 states → output.
    `hidden_scale` and `hidden_zero` come from the operator's intermediates."""

    NAME: ClassVar[str] = "unidirectional_sequence_lstm"
    TFLITE: ClassVar = ("UNIDIRECTIONAL_SEQUENCE_LSTM",)
    INPUTS: ClassVar = (20, 24)
    UPDATES: ClassVar = (HIDDEN, CELL)
    SIGNATURES: ClassVar = (
        _signature(INT8, INT8, INT32, INT16, (INT16, INT16)),
        _signature(INT16, INT8, INT64, INT16, None),
        _signature(FLOAT32, FLOAT32, FLOAT32, FLOAT32, (FLOAT32, FLOAT32)),
        _signature(FLOAT32, INT8, FLOAT32, FLOAT32, (INT8, FLOAT32)),
    )
    RULES: ClassVar = (
        rank_of_input(0, 3),
        variants_are_whole,
        *(const_input(first + g, f"{name} of the {gate} gate")
          for name, first in PLAIN for g, gate in enumerate(GATES)),
        *(const_input(i, f"input {i}")
          for i in (*range(PEEPHOLE, BIASES), PROJECTION, PROJECTION_BIAS, *range(NORM, NORM + 4))),
        shapes_agree, activations_quantised, scales_are_usable, peephole_is_within,
    )  # fmt: skip

    time_major: bool = False
    cell_clip: float = 0.0
    hidden_scale: float = 0.0
    hidden_zero: int = 0
    projection_clip: float = 0.0
    asymmetric: bool = False  # how float32 values are quantised for int8 weights
    gate_scales: tuple[float, ...] = ()  # of int8 gates that are normalised, before that
    micro: bool = False  # int8 as TensorFlow Lite Micro rounds it, where that has such a layer

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> UnidirectionalSequenceLstm:
        o: Any = options.read(tflite.UnidirectionalSequenceLSTMOptions)
        if o.FusedActivationFunction() != tflite.ActivationFunctionType.TANH:
            code = o.FusedActivationFunction()
            raise CompileError([Problem("activation", f"code {code}", "tanh", "train with tanh")])
        hidden = options.intermediates[4] if len(options.intermediates) > 4 else None
        quant = hidden.quant if hidden is not None else None
        known = (quant.scale[0], quant.zero_point[0]) if quant else (0.0, 0)
        asymmetric = bool(o.AsymmetricQuantizeInputs()) and lstm.is_hybrid(site)
        clips = float(o.CellClip()), float(o.ProjClip())
        scales: tuple[float, ...] = ()
        if site.input(0).dtype is INT8 and lstm.has_norm(site):
            quants = [t.quant for t in options.intermediates[: len(GATES)]]
            scales = tuple(q.scale[0] if q is not None else 0.0 for q in quants)
        return cls(bool(o.TimeMajor()), clips[0], *known, clips[1], asymmetric, scales)

    def check(self, site: Site) -> Iterator[Problem]:
        """Of int16 layers, what they do not have is named."""
        where = f"{site.node.origin} ({self.TFLITE[0]})"
        found = {
            "peephole connections": lstm.has_peephole(site),
            "a projection": lstm.has_projection(site),
            "layer normalisation": lstm.has_norm(site),
        }
        for what, there in found.items():
            if there and site.output.dtype is INT16:
                yield Problem(where, f"int16 with {what}", "int8 with it", "train a plain LSTM")
                return
        yield from super().check(site)

    def outputs(self, site: Site) -> int:
        """Of a step of a batch."""
        projected = lstm.has_projection(site)
        return site.input(PROJECTION).shape[0] if projected else lstm.cells(site)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((*site.input(0).shape[:2], self.outputs(site)),)

    def following(self, reference: str) -> UnidirectionalSequenceLstm:
        return dataclasses.replace(self, micro=reference == "tflm")

    def _layer(self, site: Site) -> FloatLstm | Int8Lstm | MicroLstm:
        if site.output.dtype.is_float:
            return FloatLstm(self.cell_clip, self.projection_clip, self.asymmetric)
        if site.output.dtype is INT16 or (self.micro and lstm.is_plain(site)):
            return MicroLstm(self.cell_clip)
        return Int8Lstm(
            self.time_major, self.cell_clip, self.hidden_scale, self.hidden_zero,
            self.projection_clip, self.gate_scales,
        )  # fmt: skip

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        """The output and the two new states."""
        x, hidden, cell = inputs[0], inputs[HIDDEN], inputs[CELL]
        assert x is not None and hidden is not None and cell is not None
        h, c = hidden.reshape(-1, self.outputs(site)), cell.reshape(-1, lstm.cells(site))
        layer, outputs = self._layer(site), []
        for xt in x if self.time_major else x.swapaxes(0, 1):
            h, c = layer.step(site, xt, h, c)
            outputs.append(h)
        out = np.stack(outputs)
        out = out if self.time_major else out.swapaxes(0, 1)
        return out, h.reshape(hidden.shape), c.reshape(cell.shape)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernels: nn_lstm_s8.h, nn_lstm_pairs_s8.h, nn_lstm_variants_s8.h, nn_lstm_micro_s8.h,
        nn_lstm_micro_s16.h, nn_lstm_f32.h, nn_lstm_hybrid_s8.h"""
        outer, inner, in_c = site.input(0).shape
        steps, batches = (outer, inner) if self.time_major else (inner, outer)
        params: dict[str, Literal] = {
            "steps": steps, "batches": batches, "in_c": in_c, "cells": lstm.cells(site),
            "gates": len(lstm.gates(site)),
            "step_stride": batches if self.time_major else 1,
            "batch_stride": 1 if self.time_major else steps,
        }  # fmt: skip
        layer = self._layer(site)
        if isinstance(layer, Int8Lstm):
            return layer.lower(site, target, params)
        return layer.lower(site, params)

    def macs(self, site: Site) -> int:
        groups = [INPUT_WEIGHTS + g for g in lstm.gates(site)]
        groups += [RECURRENT + g for g in lstm.gates(site)] + [PROJECTION]
        per_step = sum(t.elements for t in map(site.optional, groups) if t is not None)
        return site.input(0).shape[0] * site.input(0).shape[1] * per_step
