"""The checker: replays a program's reads and writes on an arena and a state, byte by byte.

It shares no code with the planner. Every byte of the arena carries a tag that says which byte of
which buffer was written there last; a read that finds another tag is an error. Kernels that work
row by row are replayed row by row, so line buffers and overlaps are checked as they are used.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ..errors import InternalError
from ..placement import BufferId, Place, Plan
from ..program import Call, Keep, Layer, Pointer, Port, Program, Region, Role
from ..rows import CALLER, RowView, Stream

_NOBODY = -1
# Tags are buffer * _BUFFER + version * _VERSION + the byte's position in the tensor.
_BUFFER, _VERSION = 1 << 40, 1 << 28
Tags = npt.NDArray[np.int64]


def check(program: Program, plan: Plan) -> None:
    """Raises InternalError where the plan would let one buffer destroy another that is needed."""
    _Replay(program, plan).run()


class _Replay:
    def __init__(self, program: Program, plan: Plan) -> None:
        self.program = program
        self.plan = plan
        self.tags: Tags = np.full(plan.end, _NOBODY, np.int64)
        self.state = {
            b: np.arange(b * _BUFFER, b * _BUFFER + field.bytes, dtype=np.int64)
            for b, field in program.state.items()
        }
        self.turn, self.before = 0, -1  # of the region that runs, and the one before
        self.row: Tags = np.empty(0, np.int64)  # that the caller hands over
        self.leave = {(o.out, o.into): o.distance for o in program.overlaps}

    def run(self) -> None:
        for b, buffer in self.program.buffers.items():
            if self.plan.offsets[b] % buffer.align:
                raise InternalError(f"'{buffer.name}' at {self.plan.offsets[b]}: not aligned")
            space = self.plan.space_at(self.plan.offsets[b])
            if self.plan.offsets[b] + buffer.bytes > space.base + space.bytes:
                raise InternalError(f"'{buffer.name}' does not end in {space.name}")
        schedule = list(self.program.schedule)
        if self.program.stream is not None:
            head = schedule.pop(0)
            assert isinstance(head, Region)
            self._stream(self.program.stream, head)
        else:
            self._inputs_apart(self.program.inputs)
            for port in self.program.inputs:
                self._write(port.place, port.place.offset, port.bytes, f"input '{port.name}'")
        given = self._callers_inputs()
        for item in schedule:
            if isinstance(item, Region):
                self._turns(item, item.turns)
            else:
                self._layer(self.program.layers[item], 0, -1)
        if self.program.stream is not None:
            self._read(self.program.stream.position, 0, 4, "counting rows")
        for port in self.program.outputs:
            self._read(port.place, port.place.offset, port.bytes, f"output '{port.name}'")
        if any((a != b).any() for a, b in zip(given, self._callers_inputs(), strict=True)):
            raise InternalError("an input of the caller's is written")

    def _callers_inputs(self) -> list[Tags]:
        """What stands in the inputs that the caller keeps."""
        spaces = [s for s in self.plan.spaces if s.port is not None and "input" in s.name]
        return [self.tags[s.base : s.base + s.bytes].copy() for s in spaces]

    def _turns(self, region: Region, turns: range) -> None:
        for turn in turns:
            for stage in region.stages:
                layer = self.program.layers[stage.layer]
                self.turn, self.before = turn, turn - region.turns.step
                self._layer(layer, stage.ready(self.before), stage.ready(turn))
                for keep in stage.keeps:
                    self._keep(keep, f"keeping rows behind layer {layer.name}")

    def _stream(self, stream: Stream, head: Region) -> None:
        """Row after row from the caller, and each time the turns that follow from it."""
        self._write(stream.position, 0, 4, "beginning a frame")
        self.row = np.full(stream.row_bytes, _NOBODY, np.int64)
        for y in range(stream.rows):
            position = stream.source.offset + y * stream.row_bytes
            given = f"row {y} of the input", Place(CALLER)
            self._write(stream.source, position, stream.row_bytes, *given)
            self._read(stream.position, 0, 4, "counting rows")
            self._turns(head, stream.turns_of(y))

    def _layer(self, layer: Layer, y0: int, y1: int) -> None:
        for call in layer.calls:
            who = f"layer {layer.name}"
            if call.images == 1 and any(isinstance(p.at, RowView) for p in call.pointers):
                self._by_rows(call, who, y0, y1)
            else:
                self._whole(call, who)
            for b in self._scratch(call):
                start = self.plan.offsets[b]
                self.tags[start : start + self.program.buffers[b].bytes] = _NOBODY

    def _whole(self, call: Call, who: str) -> None:
        self._overlaps(call, who)
        for image in range(call.images):
            for writes in (False, True):
                for pointer in call.pointers:
                    place = _place(pointer)
                    if pointer.updates and not writes:
                        assert place is not None
                        before = dataclasses.replace(place, version=place.version - 1)
                        self._read(before, place.offset, pointer.bytes, who)
                    if place is None or pointer.writes != writes:
                        continue
                    at = place.offset + image * place.step
                    go = self._write if writes else self._read
                    go(dataclasses.replace(place, offset=at), at, pointer.bytes, who)

    def _by_rows(self, call: Call, who: str, y0: int, y1: int) -> None:
        views = [(p, p.at) for p in call.pointers if isinstance(p.at, RowView)]
        if y1 < 0:
            y1 = next(v.height for p, v in views if p.writes)
        for pointer in call.pointers:
            if pointer.writes and isinstance(pointer.at, Place) and y0 < y1:
                at, role = pointer.at, self._role(pointer.at)
                if role is Role.SUMS and y0 > 0:
                    self._read(at, at.offset, pointer.bytes, f"{who}, row {y0}")
                # The output of a reduction is written with the last row.
                if role in (Role.SUMS, Role.SCRATCH) or y1 == views[0][1].height:
                    self._write(at, at.offset, pointer.bytes, who)
        # What a kernel does at once: a row, or all that it is given.
        runs = [range(y0, y1)] if call.each_row else [range(y, y + 1) for y in range(y0, y1)]
        outs = [_held(view) for pointer, view in views if pointer.writes]
        for run in runs:
            # Reading again after the write: the kernel mixes both within a run, but for leave that
            # the operator gave.
            for writes, again in ((False, False), (True, False), (False, True)):
                for pointer, view in views:
                    if again and any(self._given_leave(out, _held(view), who) for out in outs):
                        continue
                    for y in run if pointer.writes == writes else ():
                        self._rows(pointer, view, y, who)

    def _given_leave(self, out: Place, into: Place, who: str) -> bool:
        """Whether rows of an output stand in those of an input, as far as the operator allows."""
        if CALLER in (out.buffer, into.buffer) or {out.buffer, into.buffer} & set(self.state):
            return False
        distance = self.leave.get((out.buffer, into.buffer))
        if distance is None or not self._meet(out.buffer, into.buffer):
            return False
        if self.plan.offsets[out.buffer] + distance > self.plan.offsets[into.buffer]:
            raise InternalError(f"{who} overwrites its input")
        return True

    def _meet(self, one: BufferId, other: BufferId) -> bool:
        """Whether two buffers have bytes in common."""
        a, b = self.plan.offsets[one], self.plan.offsets[other]
        a_end = a + self.program.buffers[one].bytes
        return a < b + self.program.buffers[other].bytes and b < a_end

    def _rows(self, pointer: Pointer, view: RowView, y: int, who: str) -> None:
        row_bytes = pointer.bytes // view.height
        rows = range(y, y + 1)
        if not pointer.writes:
            needed = view.window.rows(y)
            rows = range(max(needed.start, 0), min(needed.stop, view.height))
        go = self._write if pointer.writes else self._read
        first = view.ready(self.before) if view.ready else view.height
        for row in rows:
            start = view.place.offset + (row % view.depth) * row_bytes
            position = view.place.offset + row * row_bytes
            at = dataclasses.replace(view.place, offset=start)
            where = None
            if view.fresh and row >= first:
                where = Place(view.fresh.buffer, view.fresh.offset + (row - first) * row_bytes)
            go(at, position, row_bytes, f"{who}, row {y}", where)

    def _keep(self, keep: Keep, who: str) -> None:
        """Copies the fresh rows of a turn to their line buffer."""
        first, after = keep.ready(self.before), keep.ready(self.turn)
        for row in range(max(first, after - keep.depth), after):
            fresh = Place(keep.fresh.buffer, keep.fresh.offset + (row - first) * keep.row_bytes)
            slot = keep.line.offset + row % keep.depth * keep.row_bytes
            at = dataclasses.replace(keep.line, offset=slot)
            position = keep.line.offset + row * keep.row_bytes
            self._read(at, position, keep.row_bytes, who, fresh)
            self._write(at, position, keep.row_bytes, who)

    def _write(
        self, at: Place, position: int, size: int, who: str, where: Place | None = None
    ) -> None:
        """Writes bytes of a tensor; they stand at `where` if not in its own buffer."""
        tags, start = self._start(where or at, size, who)
        first = at.buffer * _BUFFER + at.version * _VERSION + position
        tags[start : start + size] = np.arange(first, first + size)

    def _read(
        self, at: Place, position: int, size: int, who: str, where: Place | None = None
    ) -> None:
        """Reads bytes of a tensor, which have to be there."""
        tags, start = self._start(where or at, size, who)
        first = at.buffer * _BUFFER + at.version * _VERSION + position
        if (tags[start : start + size] != np.arange(first, first + size)).any():
            name = self._name(at.buffer)
            raise InternalError(f"{who} reads bytes of '{name}' that are not there any more")

    def _role(self, at: Place) -> Role | None:
        return None if at.buffer in self.state else self.program.buffers[at.buffer].role

    def _name(self, b: BufferId) -> str:
        state = self.program.state
        return state[b].name if b in state else self.program.buffers[b].name

    def _start(self, at: Place, size: int, who: str) -> tuple[Tags, int]:
        """The tags of the arena or the variable, and which is the first."""
        if at.buffer == CALLER:
            return self.row, at.offset
        inside = at.buffer in self.state
        tags = self.state[at.buffer] if inside else self.tags
        start = at.offset if inside else self.plan.offsets[at.buffer] + at.offset
        if start < 0 or start + size > len(tags):
            raise InternalError(f"{who} leaves the {'state' if inside else 'arena'}")
        return tags, start

    def _scratch(self, call: Call) -> Iterator[int]:
        for pointer in call.pointers:
            place = _place(pointer)
            if place is not None and self._role(place) is Role.SCRATCH:
                yield place.buffer

    def _inputs_apart(self, inputs: tuple[Port, ...]) -> None:
        """The caller writes all inputs before the run, in any order."""
        spans = sorted(
            (self.plan.offsets[p.place.buffer] + p.place.offset, p.bytes, p.name) for p in inputs
        )
        for (start, size, name), (after, _, other) in itertools.pairwise(spans):
            if start + size > after:
                raise InternalError(f"inputs '{name}' and '{other}' overlap")

    def _overlaps(self, call: Call, who: str) -> None:
        """A call over whole tensors may write into its input only as the operator gave leave, or
        beside it into what both are parts of."""
        places = [(p, _place(p)) for p in call.pointers]
        for written, out in places:
            for other, into in places:
                if out is None or into is None or not written.writes or other is written:
                    continue
                if out.buffer == into.buffer:
                    out_end = out.offset + written.bytes * call.images
                    into_end = into.offset + other.bytes * call.images
                    if out_end <= into.offset or into_end <= out.offset:
                        continue
                    raise InternalError(f"{who} writes the buffer it reads")
                if out.buffer in self.state or into.buffer in self.state:
                    continue
                if self._meet(out.buffer, into.buffer):
                    distance = self.leave.get((out.buffer, into.buffer))
                    begins, ends = (self.plan.offsets[p.buffer] for p in (out, into))
                    if distance is None or begins + distance > ends:
                        raise InternalError(f"{who} overwrites its input")


def _held(view: RowView) -> Place:
    """Where the rows of a turn stand."""
    return view.fresh or view.place


def _place(pointer: Pointer) -> Place | None:
    at = pointer.at
    if isinstance(at, RowView):
        return at.place
    return at if isinstance(at, Place) else None
