"""ChannelShuffle: channels dealt out in turn from g groups: out[j * g + i] = in[i * n + j].

ShuffleNets have it, TensorFlow Lite does not; n = channels / g.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from netsuke.ir import Array, DType, Site
from netsuke.ops.room import Op, Shape, Signature, TfliteOptions, rule
from netsuke.program import Form, In, Kernel, Out
from netsuke.target import Target


@rule("choose another number of groups")
def groups_divide_channels(op: ChannelShuffle, site: Site) -> str | None:
    """The number of channels is a multiple of the number of groups."""
    channels = site.input(0).shape[-1]
    if op.groups > 0 and channels % op.groups == 0:
        return None
    return f"{channels} channels, {op.groups} groups"


@rule("quantise the model again")
def quantised_alike(op: ChannelShuffle, site: Site) -> str | None:
    """Input and output have the same scale and zero point."""
    if site.input(0).quant == site.output.quant:
        return None
    return f"{site.input(0).quant} in, {site.output.quant} out"


@dataclass(frozen=True)
class ChannelShuffle(Op):
    """input, channels last → output of the same shape."""

    NAME: ClassVar[str] = "channel_shuffle"
    TFLITE: ClassVar = ("CUSTOM:ChannelShuffle",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = (Signature((DType.INT8,), (DType.INT8,)),)
    RULES: ClassVar = (groups_divide_channels, quantised_alike)

    groups: int = 1

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> ChannelShuffle:
        return cls(int(options.custom_map()["groups"]))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        grouped = x.reshape(*x.shape[:-1], self.groups, -1)
        return (grouped.swapaxes(-1, -2).reshape(x.shape),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        params = {"groups": self.groups, "group_channels": x.shape[-1] // self.groups}
        pixels = x.elements // x.shape[-1]
        header = "channel_shuffle_s8.h"
        return Kernel("channel_shuffle_s8", header, Form.FLAT, params, (In(0), Out(0)), pixels)
