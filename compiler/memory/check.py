"""The checker: replays a program's reads and writes on an arena, byte by byte.

It shares no code with the planner. Every byte knows which buffer wrote it last; a read of a byte
that another buffer has overwritten, or that nobody wrote, is an error.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ..errors import InternalError
from ..program import Place, Plan, Pointer, Port, Program, Role, RowView

_NOBODY = -1


def check(program: Program, plan: Plan) -> None:
    """Raises InternalError where the plan would let one buffer destroy another that is needed."""
    owner = np.full(plan.arena_bytes, _NOBODY, np.int64)
    for b, buffer in program.buffers.items():
        if plan.offsets[b] % buffer.align:
            raise InternalError(f"'{buffer.name}' at {plan.offsets[b]}: not aligned")
    for port in program.inputs:
        _write(owner, plan, port.place, port.bytes, port.name)
    for layer in program.layers:
        for call in layer.calls:
            for turn in range(call.repeat):
                for pointer in call.pointers:
                    if not pointer.writes:
                        _read(owner, plan, pointer, turn, f"layer {layer.name}")
                for pointer in call.pointers:
                    place = _place(pointer)
                    if pointer.writes and place is not None:
                        at = Place(place.buffer, place.offset + turn * place.step)
                        _write(owner, plan, at, pointer.bytes, f"layer {layer.name}")
                for b in _scratch(program, call.pointers):
                    # Scratch holds nothing afterwards.
                    start = plan.offsets[b]
                    owner[start : start + program.buffers[b].bytes] = _NOBODY
    for port in program.outputs:
        _expect(owner, plan, port.place, port.bytes, f"output '{port.name}'")
    _check_inputs_apart(program.inputs, plan)
    _check_overlaps(program, plan)


def _place(pointer: Pointer) -> Place | None:
    at = pointer.at
    if isinstance(at, RowView):
        return at.place
    return at if isinstance(at, Place) else None


def _scratch(program: Program, pointers: tuple[Pointer, ...]) -> Iterator[int]:
    for pointer in pointers:
        place = _place(pointer)
        if place is not None and program.buffers[place.buffer].role is Role.SCRATCH:
            yield place.buffer


def _write(owner: npt.NDArray[np.int64], plan: Plan, at: Place, size: int, who: str) -> None:
    start = plan.offsets[at.buffer] + at.offset
    if start < 0 or start + size > len(owner):
        raise InternalError(f"{who} writes outside of the arena")
    owner[start : start + size] = at.buffer


def _read(owner: npt.NDArray[np.int64], plan: Plan, pointer: Pointer, turn: int, who: str) -> None:
    place = _place(pointer)
    if place is not None:
        at = Place(place.buffer, place.offset + turn * place.step)
        _expect(owner, plan, at, pointer.bytes, who)


def _expect(owner: npt.NDArray[np.int64], plan: Plan, at: Place, size: int, who: str) -> None:
    start = plan.offsets[at.buffer] + at.offset
    if (owner[start : start + size] != at.buffer).any() or start + size > len(owner):
        raise InternalError(f"{who} reads bytes of buffer {at.buffer} that were overwritten")


def _check_inputs_apart(inputs: tuple[Port, ...], plan: Plan) -> None:
    """The caller writes all inputs before the run, in any order."""
    spans = sorted((plan.offsets[p.place.buffer] + p.place.offset, p.bytes, p.name) for p in inputs)
    for (start, size, name), (after, _, other) in itertools.pairwise(spans):
        if start + size > after:
            raise InternalError(f"inputs '{name}' and '{other}' overlap")


def _check_overlaps(program: Program, plan: Plan) -> None:
    """A call's output may share bytes with its input only as far as the operator gave leave."""
    leave = {(o.out, o.into): o.distance for o in program.overlaps}
    for layer in program.layers:
        for call in layer.calls:
            places = [(p, _place(p)) for p in call.pointers]
            for written, out in places:
                for other, into in places:
                    if out is None or into is None or not written.writes or other is written:
                        continue
                    if out.buffer == into.buffer and not other.writes:
                        raise InternalError(f"layer {layer.name} writes the buffer it reads")
                    a, b = plan.offsets[out.buffer], plan.offsets[into.buffer]
                    a_end = a + program.buffers[out.buffer].bytes
                    b_end = b + program.buffers[into.buffer].bytes
                    if a < b_end and b < a_end:
                        distance = leave.get((out.buffer, into.buffer))
                        if distance is None or a + distance > b:
                            raise InternalError(f"layer {layer.name} overwrites its input")
