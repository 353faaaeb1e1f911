"""What reductions share: axes that are kept and axes that are taken together."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import tflite

from ..ir import DType, Site
from ..program import Literal, Scratch
from .channels import Tied, same_channels
from .room import Op, Shape, TfliteOptions, rule

LOOPS = 3  # of each kind in the kernels
INT32 = DType.INT32


@rule("export the model again")
def axes_in_range(op: Reduction, site: Site) -> str | None:
    """Axes lie in [-rank, rank)."""
    rank = len(site.input(0).shape)
    axes = site.const(1).ravel().tolist()
    return None if all(-rank <= a < rank for a in axes) or not rank else f"axes {axes}"


@rule("transpose the input before")
def few_runs_of_axes(op: Reduction, site: Site) -> str | None:
    """Neighbouring axes counted as one, at most three are taken together and three are kept."""
    kept, taken = op.loops(site)
    if max(len(kept), len(taken)) <= LOOPS:
        return None
    return f"{len(taken)} and {len(kept)} for axes {sorted(op.axes(site))}"


WORTH_NARROWING = 48  # bytes that int16 has to save, for a network may take other regions then


def sums_of_rows(site: Site) -> tuple[dict[str, Literal], Scratch]:
    """The sums of nn_sum_rows.h, and whether they are narrow: those of up to 255 int8 fit int16."""
    _, rows, columns, channels = site.input(0).shape
    narrow = rows * columns <= 255 and 2 * channels >= WORTH_NARROWING
    size = 2 if narrow else 4
    return {"narrow": int(narrow)}, Scratch(size * channels, size, "void")


@rule("convert the model again with TensorFlow Lite's converter")
def quantised_like_the_input(op: Op, site: Site) -> str | None:
    """The output has the scale and zero point of the input."""
    x, out = site.input(0).quant, site.output.quant
    return None if x is None or out is None or x == out else "another scale or zero point"


@dataclass(frozen=True)
class Reduction(Op):
    """input of any rank, axes (constant) → output without these axes, or with 1 in their place."""

    INPUTS: ClassVar = (2, 2)

    keep_dims: bool = False

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Reduction:
        o: Any = options.read(tflite.ReducerOptions)
        return cls(bool(o.KeepDims()))

    def axes(self, site: Site) -> frozenset[int]:
        """The axes taken together, from 0 on. A scalar has none, whatever is stated."""
        rank = len(site.input(0).shape)
        return frozenset(int(a) % rank for a in site.const(1).ravel()) if rank else frozenset()

    def count(self, site: Site) -> int:
        """How many elements make an element of the output."""
        return prod(site.input(0).shape[a] for a in self.axes(site))

    def loops(self, site: Site) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """(size, distance in elements) of the axes kept and of those taken together, outermost
        first. Neighbours of one kind are merged, axes of size 1 left out."""
        shape, axes = site.input(0).shape, self.axes(site)
        loops: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
        step, last = 1, -1
        for axis in reversed(range(len(shape))):
            kind = int(axis in axes)
            if shape[axis] == 1:
                continue
            if kind == last:
                size, distance = loops[kind].pop(0)
                loops[kind].insert(0, (size * shape[axis], distance))
            else:
                loops[kind].insert(0, (shape[axis], step))
            step, last = step * shape[axis], kind
        return loops

    def channels(self, site: Site) -> Tied | None:
        taken = len(site.input(0).shape) - 1 in self.axes(site)
        return None if taken else same_channels(site)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        axes, keep = self.axes(site), self.keep_dims
        shape = enumerate(site.input(0).shape)
        return (tuple(1 if a in axes else n for a, n in shape if keep or a not in axes),)

    def fields(self, site: Site, before: str = "", taken: str = "taken") -> dict[str, Literal]:
        """The loops as fields of nn_reduce_t, their names behind `before`."""
        found: dict[str, Literal] = {}
        for name, loops in zip(("kept", taken), self.loops(site), strict=True):
            for i, (size, step) in enumerate([(1, 0)] * (LOOPS - len(loops)) + loops):
                found |= {f"{before}{name}_{i}": size, f"{before}{name}_step_{i}": step}
        return found
