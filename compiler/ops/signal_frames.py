"""SignalDelay, SignalFramer, SignalStacker and SignalOverlapAdd: streams of samples cut and joined.

Each keeps samples from one invocation to the next. Framer and stacker say in a second output
whether the first is there; before that it is 0 (TensorFlow Lite Micro leaves it as it was).
Source: TensorFlow Lite Micro signal/micro/kernels/delay.cc, framer.cc, stacker.cc, overlap_add.cc,
signal/src/circular_buffer.cc, overlap_add.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site, Tensor
from ..program import Form, In, InOut, Kernel, Out
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input

INT16, INT32, BOOL, FLOAT32 = DType.INT16, DType.INT32, DType.BOOL, DType.FLOAT32

Own = tuple[tuple[Tensor, Array], ...]
FRAMES = (Signature((INT16, INT16, INT32), (INT16, BOOL)),)


def _own(site: Site, name: str, shape: Shape, dtype: DType, value: int = 0) -> tuple[Tensor, Array]:
    tensor = Tensor(f"{site.output.name}_{name}", shape, dtype)
    return tensor, np.full(shape, value, dtype.numpy)


def _kernel(function: str, params: dict[str, int], *operands: In | Out | InOut) -> Kernel:
    return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)


@rule("export the model again")
def delay_in_range(op: SignalDelay, site: Site) -> str | None:
    """Samples along the last axis, delayed by 1 or more."""
    if op.delay_length >= 1 and site.input(0).elements:
        return None
    return f"a delay of {op.delay_length} for {list(site.input(0).shape)}"


@dataclass(frozen=True)
class SignalDelay(Op):
    """samples [..., n] → the samples delay_length earlier; zeros come first."""

    NAME: ClassVar[str] = "signal_delay"
    TFLITE: ClassVar = ("CUSTOM:SignalDelay",)
    INPUTS: ClassVar = (2, 2)
    UPDATES: ClassVar = (1,)
    OWN_STATE: ClassVar = 1
    SIGNATURES: ClassVar = (Signature((INT16, INT16), (INT16,)),)
    RULES: ClassVar = (delay_in_range,)

    delay_length: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalDelay:
        return cls(int(options.custom_map()["delay_length"]))

    def own_state(self, site: Site) -> Own:
        shape = prod(site.input(0).shape[:-1]), max(self.delay_length, 0)
        return (_own(site, "kept", shape, INT16),)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, state = inputs
        assert x is not None and state is not None
        size = x.shape[-1]
        line = np.concatenate([state, x.reshape(-1, size)], axis=1)
        return line[:, :size].reshape(x.shape), line[:, size:]

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_delay_s16.h"""
        size = site.input(0).shape[-1]
        params = {
            "streams": site.input(0).elements // size, "size": size, "delay": self.delay_length,
        }  # fmt: skip
        return _kernel("nn_signal_delay_s16", params, In(0), Out(0), InOut(1))


@rule("export the model again")
def steps_fit(op: SignalFramer | SignalOverlapAdd, site: Site) -> str | None:
    """Whole steps of 1 up to the frame's size."""
    x = site.input(0)
    size = op.frame_size if isinstance(op, SignalFramer) else (x.shape or (0,))[-1]
    whole = isinstance(op, SignalOverlapAdd) or (x.shape or (1,))[-1] % max(op.frame_step, 1) == 0
    if 1 <= op.frame_step <= size and whole and x.elements:
        return None
    return f"steps of {op.frame_step} for frames of {size} and an input of {list(x.shape)}"


@dataclass(frozen=True)
class SignalFramer(Op):
    """samples [..., n * frame_step] → frames [..., n, frame_size] that overlap, whether there are
    any yet. With `prefill` zeros come before the first sample."""

    NAME: ClassVar[str] = "signal_framer"
    TFLITE: ClassVar = ("CUSTOM:SignalFramer",)
    INPUTS: ClassVar = (3, 3)
    OUTPUTS: ClassVar = (2, 2)
    UPDATES: ClassVar = (1, 2)
    OWN_STATE: ClassVar = 2
    SIGNATURES: ClassVar = FRAMES
    RULES: ClassVar = (steps_fit,)

    frame_size: int
    frame_step: int
    prefill: bool

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalFramer:
        o = options.custom_map()
        return cls(int(o["frame_size"]), int(o["frame_step"]), bool(o["prefill"]))

    @property
    def kept(self) -> int:
        """Samples held between frames. Without zeros before them, they come in whole steps."""
        if self.prefill:
            return self.frame_size - self.frame_step
        return (self.frame_size - 1) // self.frame_step * self.frame_step

    def own_state(self, site: Site) -> Own:
        if steps_fit.test(self, site):
            return _own(site, "kept", (1, 1), INT16), _own(site, "count", (1,), INT32)
        samples = _own(site, "kept", (prod(site.input(0).shape[:-1]), max(self.kept, 1)), INT16)
        return samples, _own(site, "count", (1,), INT32, self.kept if self.prefill else 0)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        *outer, size = site.input(0).shape
        return (*outer, size // self.frame_step, self.frame_size), ()

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, state, count = inputs
        assert x is not None and state is not None and count is not None
        steps = x.reshape(len(state), -1, self.frame_step)
        held, line = int(count[0]), state[:, : int(count[0])]
        frames = np.zeros((*steps.shape[:2], self.frame_size), np.int16)
        valid = True
        for i in range(steps.shape[1]):
            line = np.concatenate([line, steps[:, i]], axis=1)
            if held == self.kept:
                frames[:, i] = line[:, : self.frame_size]
                line = line[:, self.frame_step :]
            else:
                held, valid = held + self.frame_step, False
        kept = state.copy()
        kept[:, :held] = line
        out = frames.reshape(site.output.shape)
        return out, np.array(valid), kept, np.array([held], np.int32)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_framer_s16.h"""
        streams = prod(site.input(0).shape[:-1])
        params = {
            "streams": streams, "frames": site.output.shape[-2],
            "size": self.frame_size, "step": self.frame_step, "kept": self.kept,
        }  # fmt: skip
        operands = (In(0), Out(0), Out(1), InOut(1), InOut(2))
        return _kernel("nn_signal_framer_s16", params, *operands)


@rule("export the model again")
def context_fits(op: SignalStacker, site: Site) -> str | None:
    """As many values as channels, a context of 0 or more frames, steps of 1 up to all of it."""
    found = site.input(0).elements, op.stacker_left_context, op.stacker_right_context
    if 1 <= found[0] == op.num_channels and min(found) >= 0 and 1 <= op.stacker_step <= op.frames:
        return None
    context = f"contexts {found[1]} and {found[2]}, a step of {op.stacker_step}"
    return f"{found[0]} values for {op.num_channels} channels, {context}"


@dataclass(frozen=True)
class SignalStacker(Op):
    """channels of one frame → channels of the frames around it, oldest first, whether they are
    there yet. The first frame stands for those before it."""

    NAME: ClassVar[str] = "signal_stacker"
    TFLITE: ClassVar = ("CUSTOM:SignalStacker",)
    INPUTS: ClassVar = (3, 3)
    OUTPUTS: ClassVar = (2, 2)
    UPDATES: ClassVar = (1, 2)
    OWN_STATE: ClassVar = 2
    SIGNATURES: ClassVar = FRAMES
    RULES: ClassVar = (rank_of_input(0, 1), context_fits)

    num_channels: int
    stacker_left_context: int
    stacker_right_context: int
    stacker_step: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalStacker:
        o = options.custom_map()
        names = ("num_channels", "stacker_left_context", "stacker_right_context", "stacker_step")
        return cls(*(int(o[name]) for name in names))

    @property
    def frames(self) -> int:
        return self.stacker_left_context + 1 + self.stacker_right_context

    def own_state(self, site: Site) -> Own:
        """The samples, and how many frames they are: -1 before the first."""
        shape = (max(self.num_channels * self.frames, 1),)
        return _own(site, "kept", shape, INT16), _own(site, "count", (1,), INT32, -1)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (self.num_channels * self.frames,), ()

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, state, count = inputs
        assert x is not None and state is not None and count is not None
        lines = state.reshape(self.frames, -1)[: max(int(count[0]), 0)]
        copies = self.stacker_left_context + 1 if count[0] < 0 else 1
        lines = np.concatenate([lines, *[x[None]] * copies])
        valid = len(lines) == self.frames
        out = lines.ravel() if valid else np.zeros_like(state)
        lines = lines[self.stacker_step :] if valid else lines
        kept = state.copy()
        kept[: lines.size] = lines.ravel()
        return out, np.array(valid), kept, np.array([len(lines)], np.int32)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_signal_stacker_s16.h"""
        params = {
            "channels": self.num_channels, "left": self.stacker_left_context,
            "frames": self.frames, "step": self.stacker_step,
        }  # fmt: skip
        operands = (In(0), Out(0), Out(1), InOut(1), InOut(2))
        return _kernel("nn_signal_stacker_s16", params, *operands)


@dataclass(frozen=True)
class SignalOverlapAdd(Op):
    """frames [..., n, size] → samples [..., n * frame_step], the sums where frames overlap (int16:
    clamped at every addition)."""

    NAME: ClassVar[str] = "signal_overlap_add"
    TFLITE: ClassVar = ("CUSTOM:SignalOverlapAdd",)
    INPUTS: ClassVar = (2, 2)
    UPDATES: ClassVar = (1,)
    OWN_STATE: ClassVar = 1
    SIGNATURES: ClassVar = tuple(Signature((t, t), (t,)) for t in (INT16, FLOAT32))
    RULES: ClassVar = (rank_of_input(0, 2, 3, 4, 5, 6), steps_fit)

    frame_step: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> SignalOverlapAdd:
        return cls(int(options.custom_map()["frame_step"]))

    def own_state(self, site: Site) -> Own:
        *outer, _, size = site.input(0).shape
        return (_own(site, "kept", (prod(outer), size), site.input(0).dtype),)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        *outer, frames, _ = site.input(0).shape
        return ((*outer, frames * self.frame_step),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, state = inputs
        assert x is not None and state is not None
        frames = x.reshape(len(state), -1, x.shape[-1])
        is_float = x.dtype.kind == "f"
        parts = []
        for i in range(frames.shape[1]):
            if is_float:
                state = state + frames[:, i]
            else:
                sums = state.astype(np.int32) + frames[:, i]
                state = np.clip(sums, -32768, 32767).astype(np.int16)
            parts.append(state[:, : self.frame_step])
            rest = np.zeros_like(state)
            rest[:, : x.shape[-1] - self.frame_step] = state[:, self.frame_step :]
            state = rest
        return np.concatenate(parts, axis=1).reshape(site.output.shape), state

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernels: nn_signal_overlap_add_s16.h, nn_signal_overlap_add_f32.h"""
        *outer, frames, size = site.input(0).shape
        params = {"streams": prod(outer), "frames": frames, "size": size, "step": self.frame_step}
        function = f"nn_signal_overlap_add_{site.input(0).dtype.suffix}"
        return _kernel(function, params, In(0), Out(0), InOut(1))
