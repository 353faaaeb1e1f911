"""Between which values the channels of a tensor lie, whatever the input: interval analysis.

Every room says what its outputs can be, given what its inputs can be (`Op.intervals`); here they
are asked one after the other, through the whole graph. A channel is an index of the last axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .ir import DType, Tensor, TensorId
from .quant import Int64Array, integer_range

if TYPE_CHECKING:
    from .ir import Graph

Mask = npt.NDArray[np.bool_]
FOLLOWED = (DType.INT8, DType.UINT8, DType.INT16)


@dataclass(frozen=True, eq=False)
class Interval:
    """The least and the greatest value of each channel."""

    low: Int64Array
    high: Int64Array

    @property
    def constant(self) -> Mask:
        """Which channels have one value."""
        same: Mask = self.low == self.high
        return same

    def between(self, low: int, high: int) -> bool:
        """Whether all values lie in [low, high]."""
        return bool((self.low >= low).all() and (self.high <= high).all())


def followed(tensor: Tensor) -> bool:
    """Whether the values of a tensor are followed: small integers with channels (a constant without
    axes has one)."""
    single = tensor.quant is None or not tensor.quant.per_channel
    has_channels = bool(tensor.shape) or tensor.is_const
    return tensor.dtype in FOLLOWED and has_channels and tensor.elements > 0 and single


def whole(tensor: Tensor) -> Interval | None:
    """All that the type holds."""
    if not followed(tensor):
        return None
    low, high = integer_range(tensor.dtype)
    ones = np.ones(tensor.shape[-1:] or (1,), np.int64)
    return Interval(low * ones, high * ones)


def of_values(low: npt.NDArray[np.int64], high: npt.NDArray[np.int64]) -> Interval:
    """Of the least and greatest value of each element."""
    return Interval(
        low.reshape(-1, low.shape[-1]).min(axis=0), high.reshape(-1, high.shape[-1]).max(axis=0)
    )


def of_graph(graph: Graph) -> dict[TensorId, Interval]:
    """The interval of every tensor that is followed. Subgraphs are not looked into."""
    found: dict[TensorId, Interval] = {}

    def known(t: TensorId) -> Interval | None:
        if t not in found:
            tensor = graph.tensors[t]
            interval = whole(tensor)
            if interval is not None and tensor.data is not None:
                data = np.atleast_1d(tensor.data.astype(np.int64))
                interval = of_values(data, data)
            if interval is None:
                return None
            found[t] = interval
        return found[t]

    for node in graph.nodes:
        inputs = tuple(None if t is None else known(t) for t in node.inputs)
        site = graph.site(node)
        for t, interval in zip(node.outputs, node.op.intervals(site, inputs), strict=True):
            if interval is not None and followed(graph.tensors[t]):
                found[t] = interval
            known(t)
    return found
