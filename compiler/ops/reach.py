"""What values an operator's outputs can have, found with its own reference.

Where nothing falls as an input grows (`Op.MONOTONE`), the least inputs give the least outputs. An
element that rises or falls throughout as one operand grows, others held (`Op.AT_ENDS`), is extreme
where each operand is at an end. A function of one element is tried on all values.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..intervals import FOLLOWED, Interval, followed, of_values
from ..ir import Array, Site, Tensor
from ..quant import integer_range

if TYPE_CHECKING:
    from .room import Op

MOST_TRIED = 1 << 20  # values times channels
MOST_OPERANDS = 3  # whose ends are combined

Intervals = Sequence[Interval | None]


def intervals_of(op: Op, site: Site, inputs: Intervals) -> tuple[Interval | None, ...]:
    """What is known of each output; None: it can be all that its type holds."""
    unknown = (None,) * len(site.outputs)
    if op.UPDATES or not all(t.dtype in FOLLOWED and followed(t) for t in site.outputs):
        return unknown
    if op.POINTWISE and len(site.outputs) == 1:
        return (_of_elements(op, site, inputs),)
    return _of_ends(op, site, inputs) if op.MONOTONE else unknown


def _of_ends(op: Op, site: Site, inputs: Intervals) -> tuple[Interval | None, ...]:
    """From the least and the greatest inputs."""
    ends: list[tuple[Array, ...]] = []
    for end in ("low", "high"):
        values: list[Array | None] = []
        for tensor, interval in zip(site.inputs, inputs, strict=True):
            if tensor is None or tensor.data is not None:
                values.append(None if tensor is None else tensor.data)
            elif interval is None:
                return (None,) * len(site.outputs)
            else:
                channels = getattr(interval, end).astype(tensor.dtype.numpy)
                values.append(np.ascontiguousarray(np.broadcast_to(channels, tensor.shape)))
        ends.append(op.reference(site, values))
    return tuple(
        of_values(a.astype(np.int64), b.astype(np.int64)) for a, b in zip(*ends, strict=True)
    )


def on_elements(op: Op, site: Site, operands: Sequence[Array | None]) -> Array:
    """What the operator makes of elements: arrays that broadcast, one for each input."""
    tensors: list[Tensor | None] = []
    for tensor, values in zip(site.inputs, operands, strict=True):
        known = tensor is not None and tensor.is_const
        tensors.append(
            tensor
            if tensor is None or values is None
            else dataclasses.replace(tensor, shape=values.shape, data=values if known else None)
        )
    shape = np.broadcast_shapes(*(v.shape for v in operands if v is not None))
    outputs = tuple(dataclasses.replace(t, shape=shape) for t in site.outputs)
    (found,) = op.reference(Site(site.node, tuple(tensors), outputs), operands)
    return found.astype(np.int64)


def _of_elements(op: Op, site: Site, inputs: Intervals) -> Interval | None:
    if any(i is None and t is not None for i, t in zip(inputs, site.inputs, strict=True)):
        return None
    width = site.output.shape[-1]
    if op.MONOTONE or op.AT_ENDS:
        return _at_corners(op, site, inputs, width)
    varying = [n for n, i in enumerate(inputs) if i is not None and not i.constant.all()]
    if len(varying) > 1:
        return None
    return _of_all_values(op, site, inputs, varying[0] if varying else 0, width)


def _typed(site: Site, n: int, values: Array) -> Array:
    return values.astype(site.input(n).dtype.numpy)


def _at_corners(op: Op, site: Site, inputs: Intervals, width: int) -> Interval | None:
    present = [n for n, i in enumerate(inputs) if i is not None]
    if op.MONOTONE:
        corners = [(0,) * len(present), (1,) * len(present)]
    elif len(present) <= MOST_OPERANDS:
        corners = list(itertools.product((0, 1), repeat=len(present)))
    else:
        return None
    found = []
    for corner in corners:
        operands: list[Array | None] = [None] * len(inputs)
        for n, end in zip(present, corner, strict=True):
            interval = inputs[n]
            assert interval is not None
            operands[n] = _typed(site, n, interval.high if end else interval.low)
        found.append(np.broadcast_to(on_elements(op, site, operands), (width,)))
    values = np.stack(found)
    return Interval(values.min(axis=0), values.max(axis=0))


def _of_all_values(op: Op, site: Site, inputs: Intervals, n: int, width: int) -> Interval | None:
    """By all values of input n; the others have one value a channel."""
    values = function_values(op, site, inputs, n)
    interval = inputs[n]
    if values is None or interval is None:
        return None
    tried = np.arange(*_all(site, n))[:, None]
    inside = (tried >= interval.low) & (tried <= interval.high)
    shape = np.broadcast_shapes(values.shape, inside.shape)
    low, high = integer_range(site.output.dtype)
    values, inside = np.broadcast_to(values, shape), np.broadcast_to(inside, shape)
    least, most = (
        np.where(inside, values, high).min(axis=0),
        np.where(inside, values, low).max(axis=0),
    )
    return Interval(np.broadcast_to(least, (width,)), np.broadcast_to(most, (width,)))


def _all(site: Site, n: int) -> tuple[int, int]:
    low, high = integer_range(site.input(n).dtype)
    return low, high + 1


def function_values(op: Op, site: Site, inputs: Intervals, n: int) -> Array | None:
    """[value of input n, channel] → output, where the other inputs have one value a channel; None
    where they have not, or where there is too much to try. One column where channels are alike."""
    operands: list[Array | None] = []
    width = 1
    for i, interval in enumerate(inputs):
        if i == n or interval is None:
            operands.append(None)
            continue
        if not interval.constant.all():
            return None
        same = (interval.low == interval.low[0]).all()
        operands.append(_typed(site, i, interval.low[:1] if same else interval.low))
        width = max(width, len(operands[-1]))  # type: ignore[arg-type]
    first, stop = _all(site, n)
    if (stop - first) * width > MOST_TRIED:
        return None
    operands[n] = _typed(site, n, np.arange(first, stop)[:, None])
    return on_elements(op, site, operands)


def candidates(site: Site) -> list[int]:
    """The inputs that could be the output: alike in all but their values."""
    out = site.output
    return [
        n
        for n, x in enumerate(site.inputs)
        if x is not None
        and not x.is_const
        and (x.shape, x.dtype, x.quant) == (out.shape, out.dtype, out.quant)
    ]


def same_as(op: Op, site: Site, inputs: Intervals) -> int | None:
    """The input that a function of one element gives back, tried on all values that occur."""
    if not op.POINTWISE or op.UPDATES or len(site.outputs) != 1 or not followed(site.output):
        return None
    for n in candidates(site):
        interval, operands = inputs[n], zip(inputs, site.inputs, strict=True)
        if interval is None or any(i is None and t is not None for i, t in operands):
            continue
        values = function_values(op, site, inputs, n)
        if values is None:
            continue
        tried = np.arange(*_all(site, n))[:, None]
        inside = (tried >= interval.low) & (tried <= interval.high)
        if (np.where(inside, values, tried) == tried).all():
            return n
    return None
