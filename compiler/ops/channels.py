"""How the channels (last axis) of inputs and outputs hang together, for leaving some out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..intervals import Mask, followed
from ..ir import Array, DType, Quant, Site, Tensor

Int64Array = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True, eq=False)
class Tied:
    """source[i, o]: of which channel of input i each channel of output o is made, -1: of none. They
    are there together or not at all. Inputs that are not named are read as they are."""

    source: Mapping[tuple[int, int], Array]


@dataclass(frozen=True, eq=False)
class Mixed:
    """Output channel o sums weights[o, tap, c] * (x - zero point) over taps and channels c of input
    `data`. `always`: no output lacks taps, as it would at a border."""

    data: int
    weights: Array
    always: bool
    bias: DType = DType.INT32  # of which type one is, where the layer has none

    @cached_property
    def reads(self) -> Mask:
        """[output channel, input channel]: whether the one depends on the other."""
        found: Mask = (self.weights != 0).any(axis=1)
        return found


Channels = Tied | Mixed


@dataclass(frozen=True, eq=False)
class Narrowing:
    """Which channels of inputs and outputs stay (by index; not named: all), and for those of `data`
    that are left out the distance of their value from the zero point."""

    inputs: Mapping[int, Mask]
    outputs: Mapping[int, Mask]
    constants: Array | None = None


def same_channels(site: Site) -> Tied | None:
    """Output channel c is made of channel c of input 0."""
    channels = site.output.shape[-1:]
    if not channels or site.input(0).shape[-1:] != channels:
        return None
    return Tied({(0, 0): np.arange(channels[0])})


def pointwise_ties(site: Site) -> Tied | None:
    """Output channel c is made of channel c of all inputs that have as many channels."""
    if not site.output.shape:
        return None
    channels = site.output.shape[-1]
    wide = [i for i, t in enumerate(site.inputs) if t is not None and t.shape[-1:] == (channels,)]
    return Tied({(i, 0): np.arange(channels) for i in wide})


def weighted(site: Site) -> bool:
    """A layer (input, weights, bias) of small integers whose weights and bias are constant."""
    x, weights, bias = site.input(0), site.input(1), site.optional(2)
    known = weights.is_const and (bias is None or bias.is_const)
    return known and followed(x) and weights.quant is not None


def narrowed_layer(
    site: Site,
    narrowing: Narrowing,
    mixed: Mixed | None,
    axis: int = 0,
    at: tuple[int, int] = (1, 2),
) -> dict[int, Tensor]:
    """Weights and bias of a layer (inputs `at`) for the channels that stay: outputs along `axis` of
    the weights, inputs along the last; what inputs that are left out add goes into the bias."""
    weights, bias = site.input(at[0]), site.optional(at[1])
    data, quant, out = site.const(at[0]), weights.quant, narrowing.outputs.get(0)
    folded: Array | None = None if bias is None else site.const(at[1]).astype(np.int64)
    kept = None if mixed is None else narrowing.inputs.get(mixed.data)
    if mixed is not None and kept is not None:
        assert narrowing.constants is not None
        more = mixed.weights.sum(axis=1) @ np.where(kept, 0, narrowing.constants)
        if more.any() or folded is not None:
            folded = more + (0 if folded is None else folded)
        split = data.reshape(*data.shape[:-1], -1, len(kept))
        data = split[..., kept].reshape(*data.shape[:-1], -1)
    if out is not None:
        data = np.compress(out, data, axis=axis)
        folded = None if folded is None else folded[out]
        if quant is not None and quant.per_channel:
            scale = tuple(s for s, o in zip(quant.scale, out, strict=True) if o)
            zeros = tuple(z for z, o in zip(quant.zero_point, out, strict=True) if o)
            quant = Quant(scale, zeros, quant.axis)
    data = np.ascontiguousarray(data)
    found = {at[0]: dataclasses.replace(weights, shape=data.shape, data=data, quant=quant)}
    if folded is not None:
        dtype = bias.dtype if bias is not None else mixed.bias if mixed else DType.INT32
        assert bool((np.abs(folded) < 1 << 31).all()) or dtype is DType.INT64
        name = f"{weights.name} bias" if bias is None else bias.name
        found[at[1]] = Tensor(name, folded.shape, dtype, None, folded.astype(dtype.numpy))
    return found
