"""The contract of an operator's room.

`compiler/ops/<op>.py` holds one frozen dataclass derived from `Op`: its fields are the operator's
attributes, its methods all that the compiler may ask about it. Beside it stand the kernel
(`runtime/nn_<op>_<dtype>.h`) and the tests (`tests/ops/test_<op>.py`). An op knows nothing of
passes, the planner or the emitter.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from flatbuffers import flexbuffers

from ..errors import CompileError, Problem
from ..intervals import Interval
from ..ir import Array, DType, Site, Tensor
from ..program import Alias, Kernel, Lean
from ..target import Target
from .channels import Channels, Mixed, Narrowing, narrowed_layer, pointwise_ties
from .reach import intervals_of, same_as

Shape = tuple[int, ...]

# What the package raises for bytes that are no FlexBuffer.
_FLEXBUFFER_ERRORS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RecursionError,
    TypeError, ValueError, struct.error,
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One restriction. `text` is its sentence in messages and in SUPPORTED_OPS.md; `test` answers
    what was found where it is broken, else None."""

    text: str
    way_out: str
    test: Callable[[Any, Site], str | None]


def rule(way_out: str = "") -> Callable[[Callable[[Any, Site], str | None]], Rule]:
    """Makes a rule of a function `(op, site) -> found | None` whose docstring is the rule."""

    def make(test: Callable[[Any, Site], str | None]) -> Rule:
        assert test.__doc__, f"rule {test.__name__} needs a docstring"
        return Rule(" ".join(test.__doc__.split()), way_out, test)

    return make


@dataclass(frozen=True)
class Signature:
    """Element types that go together; None stands for an optional input that is absent. Inputs and
    outputs beyond the listed ones repeat the last. Inputs `optional` (by index) may be absent."""

    inputs: tuple[DType | None, ...]
    outputs: tuple[DType, ...]
    optional: frozenset[int] = frozenset()

    def accepts(self, site: Site) -> bool:
        found = [None if t is None else t.dtype for t in site.inputs]
        while found and found[-1] is None:
            found.pop()
        wanted = list(self.inputs)
        wanted += wanted[-1:] * (len(found) - len(wanted))
        outputs = tuple(t.dtype for t in site.outputs)
        given = self.outputs + self.outputs[-1:] * (len(outputs) - len(self.outputs))
        absent = [w is None or i in self.optional for i, w in enumerate(wanted)]
        return (
            all(
                t is w or (t is None and absent[i])
                for i, (t, w) in enumerate(zip(found, wanted, strict=False))
            )
            and all(absent[len(found) :])
            and outputs == given[: len(outputs)]
        )

    def likeness(self, site: Site) -> int:
        """How many of the types are those found."""
        wanted = (*self.inputs, *self.outputs)
        found = [None if t is None else t.dtype for t in (*site.inputs, *site.outputs)]
        return sum(w is f for w, f in zip(wanted, found, strict=False))

    def __str__(self) -> str:
        names = ["none" if t is None else t.value for t in self.inputs]
        ins = ", ".join(f"[{n}]" if i in self.optional else n for i, n in enumerate(names))
        return f"({ins}) → {', '.join(t.value for t in self.outputs)}"


NEAREST = 4  # signatures that a message names


def type_problem(where: str, site: Site, signatures: Sequence[Signature]) -> Problem:
    """What to say of types that do not go together: those that do, the nearest ones first."""
    types = {t.dtype for t in (*site.inputs, *site.outputs) if t is not None}
    named = ", ".join("none" if t is None else t.dtype.value for t in site.inputs)
    found = f"types ({named}) → {', '.join(t.dtype.value for t in site.outputs)}"
    nearest = sorted(signatures, key=lambda s: -s.likeness(site))  # equals as they stand
    supported = " or ".join(map(str, nearest[:NEAREST]))
    if len(nearest) > NEAREST:
        supported += f" or {len(nearest) - NEAREST} more (docs/SUPPORTED_OPS.md)"
    way_out = "quantise the model to one of these"
    if DType.FLOAT64 in types:
        way_out = "train or export the model with float32"
    elif DType.FLOAT16 in types:
        way_out = "convert it to float32 or int8; weights alone may be float16"
    elif DType.FLOAT32 in types and types & {DType.INT8, DType.UINT8, DType.INT16}:
        way_out = "quantise the operator as a whole: between float32 and integers goes a QUANTIZE"
    return Problem(where, found, supported, way_out)


class TfliteOptions:
    """An operator's options: a table, read through a class of the `tflite` package, or, of a custom
    operator, bytes (`custom`). `intermediates` are tensors that tell the quantisation of values
    inside of the operator."""

    custom: bytes = b""

    def __init__(
        self,
        table: Any,  # noqa: ANN401 (a flatbuffers table or None)
        intermediates: tuple[Tensor, ...] = (),
    ) -> None:
        self._table = table
        self.intermediates = intermediates

    def read(self, reader: type[Any]) -> Any | None:  # noqa: ANN401
        """The options as `reader` (tflite.Conv2DOptions, …), or None where the file has none."""
        if self._table is None:
            return None
        options = reader()
        options.Init(self._table.Bytes, self._table.Pos)
        return options

    def custom_map(self) -> dict[str, Any]:
        """A custom operator's options by name, where they are a FlexBuffer's map (as converters
        write them); empty where there are none."""
        if not self.custom:
            return {}
        try:
            found = flexbuffers.Loads(self.custom)
        except _FLEXBUFFER_ERRORS as e:
            raise CompileError(Problem("custom options", "no FlexBuffer")) from e
        if not isinstance(found, dict):
            raise CompileError(Problem("custom options", "a FlexBuffer that is no map"))
        return found


@dataclass(frozen=True)
class Op:
    """An operator: attributes (the fields of a subclass) and everything known of it."""

    NAME: ClassVar[str]  # in the textual IR, and the stem of its files: "conv_2d"
    TFLITE: ClassVar[tuple[str, ...]]  # TFLite builtin names that it stands for: ("CONV_2D",)
    INPUTS: ClassVar[tuple[int, int]]  # least and most number of inputs
    OUTPUTS: ClassVar[tuple[int, int]] = (1, 1)
    UPDATES: ClassVar[tuple[int, ...]] = ()  # the inputs that are variables and get new values
    OWN_STATE: ClassVar[int] = 0  # how many of the INPUTS, the last ones, are variables of its own
    # Each element of its output is made of the elements at the same place of its inputs.
    POINTWISE: ClassVar[bool] = False
    # No element of an output falls where an element of an input that is no constant grows.
    MONOTONE: ClassVar[bool] = False
    # POINTWISE, and as a function of one operand, the others held, it never turns: extreme where
    # each operand is at an end.
    AT_ENDS: ClassVar[bool] = False
    # Outputs that are stated as scalars take their shapes from the operator: converters leave them
    # out where TensorFlow has no rule for them.
    GIVES_SHAPES: ClassVar[bool] = False
    DATA: ClassVar[int] = 0  # the input that is worked on; others say how
    SIGNATURES: ClassVar[tuple[Signature, ...]]
    RULES: ClassVar[tuple[Rule, ...]] = ()

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Op:
        """The record for an operator of a .tflite. `site.node.op` is not set yet."""
        raise NotImplementedError

    def own_state(self, site: Site) -> tuple[tuple[Tensor, Array], ...]:
        """The variables that a .tflite does not show because the operator keeps them itself, with
        their first values: OWN_STATE of them. Reading the file adds them to the inputs."""
        return ()

    def tflite_name(self, site: Site) -> str:
        """Which of the TFLite operators it is."""
        return self.TFLITE[0]

    def check(self, site: Site) -> Iterator[Problem]:
        """What stands in the way of compiling this node: the first broken rule, if any."""
        where = f"{site.node.origin} ({self.tflite_name(site)})"
        for what, number, (least, most) in (
            ("inputs", len(site.inputs), self.INPUTS),
            ("outputs", len(site.outputs), self.OUTPUTS),
        ):
            if not least <= number <= most:
                yield Problem(where, f"{number} {what}", f"{least} to {most}", "export it again")
                return
        if not any(s.accepts(site) for s in self.SIGNATURES):
            yield type_problem(where, site, self.SIGNATURES)
            return
        for r in self.RULES:
            found_text = r.test(self, site)
            if found_text is not None:
                supported = r.text.rstrip(".")
                yield Problem(where, found_text, supported[:1].lower() + supported[1:], r.way_out)
                return
        inferred = tuple(tuple(shape) for shape in self.shapes(site))
        stated = tuple(t.shape for t in site.outputs)
        if inferred != stated:
            found = f"output shapes {list(map(list, stated))}, where its inputs and attributes give"
            yield Problem(where, f"{found} {list(map(list, inferred))}", "", "export it again")

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        """The shapes of its outputs, from inputs and attributes; called after the rules hold."""
        raise NotImplementedError

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        """Its meaning in NumPy: equal to TFLite's reference kernel to the last bit (float: to
        rounding). Folds constants and is what the C is tested against. The new values of updated
        variables come after the outputs."""
        raise NotImplementedError

    def lower(self, site: Site, target: Target) -> Kernel | Alias:
        """The kernel that computes it, with literals and packed constants, or an alias."""
        raise NotImplementedError

    def reduce(self, site: Site, rows: int, target: Target) -> Kernel | None:
        """A REDUCE kernel that takes its input as `rows` rows while they arrive, so that the input
        is never held as a whole; None where there is none."""
        return None

    def lean(self, site: Site, target: Target) -> tuple[Lean, ...]:
        """Where there are kernels with less scratch for more instructions: the one that `lower`
        gives, then those."""
        return ()

    def rows(self, site: Site, y0: int, y1: int) -> Mapping[int, tuple[int, int]]:
        """Which rows [a, b) of each input (by index) the output rows [y0, y1) need, not clipped to
        the image. Empty where it cannot run row by row."""
        return {}

    def overlap(self, site: Site) -> Mapping[int, int]:
        """For inputs (by index) whose bytes the output may share: the least distance d in bytes
        such that the kernel stays right when output start + d <= input start."""
        return {}

    def following(self, reference: str) -> Op:
        """The same with the rounding of "tflite" or "tflm", for operators where they differ."""
        return self

    def called(self) -> tuple[int, ...]:
        """The subgraphs that it runs, counted from the main one, which is 0."""
        return ()

    def is_identity(self, site: Site) -> bool:
        """Whether its output is its first input, element for element and byte for byte."""
        return False

    def is_constant(self, site: Site) -> bool:
        """Whether its outputs follow from shapes alone, whatever its inputs hold."""
        return False

    def intervals(
        self, site: Site, inputs: Sequence[Interval | None]
    ) -> tuple[Interval | None, ...]:
        """Between which values the channels of each output lie, for integers of 8 and 16 bits,
        where those of the inputs lie between these; None: nothing is known."""
        return intervals_of(self, site, inputs)

    def same_as(self, site: Site, inputs: Sequence[Interval | None]) -> int | None:
        """Which input its output is, bit for bit, where their values lie between these."""
        return same_as(self, site, inputs)

    def channels(self, site: Site) -> Channels | None:
        """How channels of inputs and outputs hang together, so that some can be left out; None: the
        outputs need them all."""
        return pointwise_ties(site) if self.POINTWISE and len(site.outputs) == 1 else None

    def narrowed(self, site: Site, narrowing: Narrowing) -> tuple[Op, Mapping[int, Tensor]]:
        """The operator for the channels that stay, and its constants that change (by input)."""
        mixed = self.channels(site)
        return self, narrowed_layer(site, narrowing, mixed) if isinstance(mixed, Mixed) else {}

    def macs(self, site: Site) -> int:
        """Multiply-accumulates of one invocation."""
        return 0


AnyOp = TypeVar("AnyOp", bound=Op)


class Activation(enum.Enum):
    """Activations that TFLite fuses into other operators."""

    NONE = "none"
    RELU = "relu"
    RELU_N1_TO_1 = "relu_n1_to_1"
    RELU6 = "relu6"
    RELU_0_TO_1 = "relu_0_to_1"

    @property
    def bounds(self) -> tuple[float, float]:
        """The real interval it clamps to."""
        inf = float("inf")
        return {
            Activation.NONE: (-inf, inf),
            Activation.RELU: (0.0, inf),
            Activation.RELU_N1_TO_1: (-1.0, 1.0),
            Activation.RELU6: (0.0, 6.0),
            Activation.RELU_0_TO_1: (0.0, 1.0),
        }[self]
