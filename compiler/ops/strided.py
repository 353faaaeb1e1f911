"""Moving elements: copies described by sizes and steps, and the operators that are nothing else.

A `Move` says for one input and one output: element (i, j, …) of the copy is at

    in_start + i * in_step_i + j * in_step_j + …    and goes to    out_start + i * out_step_i + …

(all in elements). A step of 0 repeats, a negative one reverses. Transposing, slicing, splitting,
joining, reversing and rearranging blocks are all instances. A move of bytes that stay together
costs nothing: the output is a part of its input.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from ..ir import Array, DType, Site
from ..program import Alias, Const, Form, In, Kernel, Literal, Out
from ..target import Target
from .channels import Tied
from .room import Op, Shape

STORED = (
    DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64, DType.BOOL, DType.FLOAT32,
)  # fmt: skip
# With those that the audio front end makes.
EVERY = (*STORED, DType.UINT16, DType.UINT32, DType.UINT64)

MOST_AXES = 6  # of runs, in the kernel


@dataclass(frozen=True)
class Axis:
    """`size` elements, each so many elements after the one before."""

    size: int
    in_step: int
    out_step: int


@dataclass(frozen=True)
class Move:
    """A copy from one input to one output."""

    axes: tuple[Axis, ...]
    in_start: int = 0
    out_start: int = 0
    input: int = 0
    output: int = 0


def steps_of(shape: Sequence[int]) -> tuple[int, ...]:
    """Elements from one index of an axis to the next, for a tensor of the shape."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def move_of(
    sizes: Sequence[int], in_steps: Sequence[int], out_steps: Sequence[int], in_start: int = 0
) -> Move:
    """The move from input 0 with these axes."""
    axes = zip(sizes, in_steps, out_steps, strict=True)
    return Move(tuple(Axis(n, a, b) for n, a, b in axes), in_start)


def merged(axes: Sequence[Axis]) -> list[Axis]:
    """The axes in the order of the output, those of size 1 left out, neighbours joined where both
    sides allow it."""
    found: list[Axis] = []
    for axis in sorted((a for a in axes if a.size > 1), key=lambda a: -a.out_step):
        last = found[-1] if found else None
        if (
            last
            and last.in_step == axis.in_step * axis.size
            and last.out_step == axis.out_step * axis.size
        ):
            found[-1] = replace(axis, size=last.size * axis.size)
        else:
            found.append(axis)
    return found


def alias_of(site: Site, move: Move) -> Alias | None:
    """The move as an alias: the whole output is a part of an input as it is."""
    x, out = site.input(move.input), site.outputs[move.output]
    axes = merged(move.axes)
    together = not axes or (len(axes) == 1 and axes[0].in_step == axes[0].out_step == 1)
    whole = prod(a.size for a in move.axes) == out.elements and move.out_start == 0
    if not together or not whole or x.is_const:
        return None
    return Alias(move.output, move.input, move.in_start * x.dtype.bytes)


def copy_kernel(site: Site, move: Move) -> Kernel:
    """The kernel that makes a move."""
    size = site.input(move.input).dtype.bytes
    axes = merged(move.axes)
    run = axes.pop().size if axes and axes[-1].in_step == axes[-1].out_step == 1 else 1
    assert len(axes) <= MOST_AXES
    params: dict[str, Literal] = {
        "run": run * size, "in_start": move.in_start * size, "out_start": move.out_start * size,
    }  # fmt: skip
    for number, axis in enumerate(axes, MOST_AXES - len(axes)):
        params |= {
            f"size{number}": axis.size,
            f"in{number}": axis.in_step * size,
            f"out{number}": axis.out_step * size,
        }
    name, operands = "nn_copy_strided", (In(move.input), Out(move.output))
    whole = not move.in_start and run == site.input(move.input).elements
    stands = move.out_start * size if whole else None
    return Kernel(name, f"{name}.h", Form.WHOLE, params, operands, stands=stands)


@dataclass(frozen=True)
class RowMove:
    """A move between images, row by row: output row y is made of parts of input row
    (first + y * step) / over, from element in_start on, and `shift` further for each of the
    remainder. `inner` are the axes within a row."""

    input: int
    first: int
    step: int
    over: int
    shift: int
    in_start: int
    out_start: int
    inner: tuple[Axis, ...]

    def row(self, y: int) -> int:
        """The input row of output row y."""
        return (self.first + y * self.step) // self.over


def row_moves(site: Site, moves: Sequence[Move]) -> list[RowMove]:
    """Moves between single images row by row; empty where one of them cannot be."""
    found: list[RowMove] = []
    for move in moves:
        x, out = site.input(move.input), site.outputs[move.output]
        if len(site.outputs) != 1 or any(
            t.is_const or len(t.shape) != 4 or t.shape[0] != 1 or not t.elements for t in (x, out)
        ):
            return []
        in_row, out_row = x.elements // x.shape[1], out.elements // out.shape[1]
        by_rows = _by_rows(move, in_row, out_row, out.shape[1])
        if by_rows is None:
            return []
        found += by_rows
    return found


@lru_cache(maxsize=4096)  # asked for again with every row of every region tried
def _by_rows(move: Move, in_row: int, out_row: int, height: int) -> tuple[RowMove, ...] | None:
    """A move as moves row by row, from rows of `in_row` elements to `height` ones of `out_row`."""
    found = []
    axes = [part for a in merged(move.axes) for part in _cut(a, out_row)]
    # Several input rows in an output row are as many moves.
    high = [a for a in axes if a.out_step < out_row and a.in_step >= in_row]
    rest = [a for a in axes if a not in high]
    for indices in itertools.product(*(range(a.size) for a in high)):
        pairs = list(zip(indices, high, strict=True))
        in_start = move.in_start + sum(i * a.in_step for i, a in pairs)
        out_start = move.out_start + sum(i * a.out_step for i, a in pairs)
        part = Move(tuple(rest), in_start, out_start, move.input)
        by_rows = _row_move(part, in_row, out_row, height)
        if by_rows is None:
            return None
        found.append(by_rows)
    return tuple(found)


def _cut(axis: Axis, out_row: int) -> Iterator[Axis]:
    """An axis that goes on over the ends of output rows as one of rows and one within them."""
    within, rest = divmod(out_row, axis.out_step)
    if rest or within < 2 or axis.size <= within or axis.size % within:
        yield axis
        return
    yield Axis(axis.size // within, axis.in_step * within, axis.out_step * within)
    yield Axis(within, axis.in_step, axis.out_step)


def _row_move(move: Move, in_row: int, out_row: int, height: int) -> RowMove | None:
    """The move, whose axes are in the output's order, where each output row is made of one input
    row, and the kernel has enough axes."""
    outer = [a for a in move.axes if a.out_step >= out_row]
    inner = [a for a in move.axes if a.out_step < out_row]
    several = Axis(1, 0, out_row)  # output rows made of the same input row
    if len(outer) == 2 or (outer and outer[0].in_step < in_row):
        several = outer.pop()
    rows = outer[0] if outer else Axis(1, in_row, several.size * out_row)
    if len(outer) > 1 or rows.size * several.size != height:
        return None
    if several.out_step != out_row or rows.out_step != several.size * out_row:
        return None
    first, start = divmod(move.in_start, in_row)
    step, rest = divmod(rows.in_step, in_row)
    reach = start + sum(a.in_step * (a.size - 1) for a in (several, *inner))
    backwards = any(a.in_step < 0 for a in (rows, several, *inner))
    if rest or backwards or reach >= in_row or (several.size > 1 and step != 1):
        return None
    if len(inner) > 2 + bool(inner and inner[-1].in_step == inner[-1].out_step == 1):
        return None
    over = several.size
    return RowMove(
        move.input, first * over, step, over, several.in_step, start, move.out_start, tuple(inner)
    )


def row_kernel(site: Site, move: RowMove) -> Kernel:
    """The kernel that makes a move row by row."""
    x, out, size = site.input(move.input), site.output, site.output.dtype.bytes
    axes = list(move.inner)
    run = axes.pop().size if axes and axes[-1].in_step == axes[-1].out_step == 1 else 1
    axes = [Axis(1, 0, 0)] * (2 - len(axes)) + axes
    params: dict[str, Literal] = {
        "in_h": x.shape[1], "out_h": out.shape[1],
        "first": move.first, "step": move.step, "over": move.over, "shift": move.shift * size,
        "in_start": move.in_start * size, "out_start": move.out_start * size, "run": run * size,
    }  # fmt: skip
    for number, axis in enumerate(axes):
        params |= {
            f"size{number}": axis.size,
            f"in{number}": axis.in_step * size,
            f"out{number}": axis.out_step * size,
        }
    operands = (In(move.input), Out(0))
    return Kernel("nn_move_rows", "nn_move_rows.h", Form.ROWS, params, operands, octets=True)


def part_kernel(site: Site, move: Move) -> Kernel | None:
    """The kernel that takes the same piece of each run of the input; None for other moves."""
    x, axes, size = site.input(move.input), merged(move.axes), site.output.dtype.bytes
    run = axes.pop().size if axes and axes[-1].in_step == axes[-1].out_step == 1 else 1
    if len(axes) != 1 or move.out_start or run * axes[0].size != site.output.elements:
        return None
    units, step = axes[0].size, axes[0].in_step
    if axes[0].out_step != run or step * units != x.elements or move.in_start + run > step:
        return None
    params: dict[str, Literal] = {
        "run": run * size, "start": move.in_start * size, "step": step * size
    }  # fmt: skip
    name, operands = "nn_part_runs", (In(move.input), Out(0))
    return Kernel(name, f"{name}.h", Form.FLAT, params, operands, units, block=1)


def constant_kernel(site: Site, value: Array) -> Kernel:
    """The kernel that writes an output known at compile time."""
    data = np.ascontiguousarray(value).ravel()
    const = Const("value", data, site.output.dtype.c)
    name, params = "nn_copy_strided", {"run": data.nbytes, "in_start": 0, "out_start": 0}
    return Kernel(name, f"{name}.h", Form.WHOLE, params, (const, Out(0)))


def fill_kernel(site: Site, value: float, output: int = 0) -> Kernel:
    """The kernel that sets a whole output to one value."""
    out = site.outputs[output]
    element = np.array([value], out.dtype.numpy)
    octets = set(element.tobytes())
    if len(octets) == 1:
        params: dict[str, Literal] = {"value": octets.pop(), "bytes": out.bytes}
        return Kernel("nn_fill_bytes", "nn_fill_bytes.h", Form.WHOLE, params, (Out(output),))
    size = element.nbytes
    params = {"run": size, "in_start": 0, "out_start": 0, "size5": out.elements, "out5": size}
    name, const = "nn_copy_strided", Const("fill", element, out.dtype.c)
    return Kernel(name, f"{name}.h", Form.WHOLE, params, (const, Out(output)))


def in_sequence(kernels: Sequence[Kernel]) -> Kernel:
    """Kernels that make up one node."""
    return replace(kernels[0], then=tuple(kernels[1:]))


def offsets(axes: Sequence[int], steps: Sequence[int], start: int) -> npt.NDArray[np.int64]:
    """Where the elements of a copy are, in order."""
    found = np.array([start], np.int64)
    for n, step in zip(axes, steps, strict=True):
        found = (found[:, None] + np.arange(n, dtype=np.int64) * step).ravel()
    return found


@dataclass(frozen=True)
class Movement(Op):
    """An operator that moves elements: a room has to tell its shapes and moves, and what stands
    where no move goes."""

    MONOTONE: ClassVar = True
    # The same operator, with the same constants, moves what is left where channels are left out.
    KEEPS: ClassVar[bool] = False

    def moves(self, site: Site) -> tuple[Move, ...]:
        """What goes where; together they write every element of the outputs once, but for those
        that are filled."""
        raise NotImplementedError

    def fill(self, site: Site) -> float | None:
        """The value of the elements that no move writes; None: there are none."""
        return None

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        shapes: Sequence[Shape] = [t.shape for t in site.outputs]
        fill = self.fill(site) or 0
        found = [
            np.full(prod(s), fill, t.dtype.numpy) for s, t in zip(shapes, site.outputs, strict=True)
        ]
        for move in self.moves(site):
            x = inputs[move.input]
            assert x is not None
            sizes = [a.size for a in move.axes]
            source = offsets(sizes, [a.in_step for a in move.axes], move.in_start)
            target = offsets(sizes, [a.out_step for a in move.axes], move.out_start)
            found[move.output][target] = x.ravel()[source]
        return tuple(f.reshape(s) for f, s in zip(found, shapes, strict=True))

    def lower(self, site: Site, target: Target) -> Kernel | Alias:
        moves, fill = self.moves(site), self.fill(site)
        if fill is not None:
            copies = [copy_kernel(site, move) for move in moves]
            return in_sequence([fill_kernel(site, fill), *copies])
        aliases = [alias for move in moves if (alias := alias_of(site, move)) is not None]
        if len(aliases) == len(moves):
            return replace(aliases[0], then=tuple(aliases[1:]))
        part = part_kernel(site, moves[0]) if len(moves) == len(site.outputs) == 1 else None
        if part is not None:
            return part
        by_rows = row_moves(site, moves)
        if by_rows:
            return in_sequence([row_kernel(site, move) for move in by_rows])
        return in_sequence([copy_kernel(site, move) for move in moves])

    def rows(self, site: Site, y0: int, y1: int) -> Mapping[int, tuple[int, int]]:
        return _rows(self, site, y0, y1)

    def ties(self, site: Site) -> Tied | None:
        """Of which channel each channel is made, where it is of one."""
        if not all(t is not None and t.shape for t in (site.inputs[self.DATA], *site.outputs)):
            return None
        moves = self.moves(site)
        source: dict[tuple[int, int], Array] = {}
        for o, out in enumerate(site.outputs):
            made = np.full((2, prod(out.shape)), -1, np.int64)  # of which input, which channel
            for move in (m for m in moves if m.output == o):
                sizes = [a.size for a in move.axes]
                at = offsets(sizes, [a.out_step for a in move.axes], move.out_start)
                from_ = offsets(sizes, [a.in_step for a in move.axes], move.in_start)
                channels = site.input(move.input).shape[-1:] or (1,)
                made[:, at] = np.stack([np.full(from_.shape, move.input), from_ % channels[0]])
            by_channel = made.reshape(2, -1, out.shape[-1])
            for i in sorted({m.input for m in moves if m.output == o}):
                mine = np.where(by_channel[0] == i, by_channel[1], -1)
                if (mine != mine[0]).any():
                    return None
                source[i, o] = mine[0]
        return Tied(source)

    def channels(self, site: Site) -> Tied | None:
        return self.ties(site) if self.KEEPS else None

    def is_identity(self, site: Site) -> bool:
        if len(site.outputs) > 1 or site.inputs[0] is None:
            return False
        x, out, moves = site.input(0), site.output, self.moves(site)
        if x.shape != out.shape or len(moves) != 1 or moves[0].input != 0:
            return False
        return alias_of(site, moves[0]) == Alias()


@lru_cache(maxsize=1 << 14)  # each region that is tried asks for each row
def _rows(op: Movement, site: Site, y0: int, y1: int) -> Mapping[int, tuple[int, int]]:
    """The input rows that output rows [y0, y1) are made of; empty where it does not go by rows."""
    found: dict[int, tuple[int, int]] = {}
    for move in row_moves(site, op.moves(site)) if op.fill(site) is None else ():
        first, last = move.row(y0), move.row(y1 - 1)
        low, high = found.get(move.input, (first, last + 1))
        found[move.input] = min(low, first), max(high, last + 1)
    return found
