"""int8 LSTMs on cores with SMLAD: weights, starts and scales of nn_lstm_pairs_s8."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..ir import Array
from ..program import Const, Form, In, InOut, Kernel, Literal, Operand, Out
from ..quant import Int64Array
from .dense import pack_pairs
from .lstm import CELL, HIDDEN

MOST_SUM = 1 << 23  # 256 times a sum fits 32 bits
MOST_LEFT = 6  # and so does a sum that is shifted left and doubled
LEAST_CELL_BITS = 2  # tanh of fewer is computed in smaller steps


@dataclass(frozen=True)
class Scales:
    """Multipliers and shifts of an int8 LSTM, per gate and of the output."""

    inputs: tuple[tuple[int, int], ...]
    recurrent: tuple[tuple[int, int], ...]
    hidden: tuple[int, int]
    clip: int  # of the cell state; 0: none
    cell_bits: int


def lower(
    scales: Scales,
    biases: Int64Array,
    weights: list[Array],
    bound: int,
    params: dict[str, Literal],
) -> Kernel | None:
    """The kernel of a layer with biases[2][gates][cells] and weights[cells, gates, …] of inputs and
    of the step before, whose sums are at most `bound`. None where four gates do not pack or a limit
    of the kernel is passed."""
    packed = [pack_pairs(w.reshape(-1, w.shape[2]), together=4) for w in weights]
    gates = list(zip(scales.inputs, scales.recurrent, strict=True))
    left = max(shift for gate in gates for _, shift in gate)
    if packed[0] is None or packed[1] is None or len(gates) < 4 or bound >= MOST_SUM:
        return None
    if scales.cell_bits < LEAST_CELL_BITS or left > MOST_LEFT or scales.hidden[1] >= 0:
        return None
    clip = scales.clip or 32768
    about = "256 * bias of one gate + bias of next, bias of next"
    starts = [_starts(b) for b in biases]
    one_start = not starts[1].any()
    starts[1] = starts[1][:8] if one_start else starts[1]
    others = ("outs", "gates", "clip", "rounding")
    more: dict[str, Literal] = {"low": -clip, "high": min(clip, 32767)}
    more["one_start"] = int(one_start)
    rows = [_scale(number, *scale) for number, gate in enumerate(gates) for scale in gate]
    operands: tuple[Operand, ...] = (
        In(0), Out(0), InOut(HIDDEN), InOut(CELL),
        Const("in_weights", packed[0]), Const("recurrent", packed[1]),
        Const("in_starts", starts[0], comment=about),
        Const("recurrent_starts", starts[1], comment=about),
        Const("scales", np.array(rows, np.int32), "nn_lstm_scale_t"),
    )  # fmt: skip
    used = {name: value for name, value in params.items() if name not in others} | more
    return Kernel("nn_lstm_pairs_s8", "nn_lstm_pairs_s8.h", Form.WHOLE, used, operands)


def _starts(bias: Int64Array) -> Array:
    """Of [gates, cells], for an even number of cells."""
    cells = np.pad(bias.T, ((0, bias.shape[1] % 2), (0, 0)))
    cells[:, 0::2] = cells[:, 0::2] * 256 + cells[:, 1::2]
    wrapped: Array = cells.astype(np.uint32).view(np.int32).ravel()
    return wrapped


def _scale(gate: int, multiplier: int, shift: int) -> tuple[int, int, int, int]:
    """nn_lstm_scale_t: the first gate of a pair comes times 256."""
    left, right = max(shift, 0), max(-shift, 0)
    half = 1 << (right - 1) if right else 0
    return (1 + left if gate % 2 else 7 - left, multiplier, half, right)
