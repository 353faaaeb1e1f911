"""Where bytes stand: places in buffers, and the planner's answer, which the emitter prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BufferId = int


@dataclass(frozen=True)
class Place:
    """Where an operand's bytes start: `offset` bytes into a buffer (of the arena, or a variable of
    the state), plus `step` bytes for each turn of the enclosing loop. `version` counts the values
    that a variable has had in this invocation, for the checker."""

    buffer: BufferId
    offset: int = 0
    step: int = 0
    version: int = 0


@dataclass(frozen=True)
class Space:
    """Memory that a run is handed a pointer to: `bytes` of the plan's offsets from `base` on. Its
    `name` is that of the parameter. With `port` it is input or output number `port`, which the
    caller keeps outside of the arenas."""

    name: str  # "arena", "arena_ccm", "input_0"
    base: int
    bytes: int
    align: int
    port: int | None = None

    @property
    def pointer(self) -> str:
        """What the generated functions call it."""
        if self.name.startswith("arena"):
            return "a" + self.name.removeprefix("arena")
        return self.name.replace("input_", "in_").replace("output_", "out_")


@dataclass(frozen=True)
class Plan:
    """Where each buffer starts. `lower_bound` is a proven least size of the arenas together, of
    which there is one, unless there are `spaces`; `nodes` are those that the search looked at."""

    offsets: Mapping[int, int]
    arena_bytes: int
    align: int
    lower_bound: int
    spaces: tuple[Space, ...] = ()
    nodes: int = 0

    @property
    def every_space(self) -> tuple[Space, ...]:
        """All that a run is handed a pointer to, but the state."""
        return self.spaces or (Space("arena", 0, self.arena_bytes, self.align),)

    @property
    def end(self) -> int:
        """All offsets are below it."""
        return max(s.base + s.bytes for s in self.every_space)

    def space_at(self, offset: int) -> Space:
        """The space that an offset is in."""
        last = self.every_space[0]
        for space in self.every_space:
            if space.base <= offset:
                last = space
        return last

    def port(self, name: str) -> Space | None:
        """The space of an input or output ("input_0") that the caller keeps."""
        return next((s for s in self.spaces if s.name == name), None)


@dataclass(frozen=True)
class OrderProof:
    """How good the order of execution is: the most bytes live in it over whole layers, and no order
    has a peak below `least`. `searched`: it is not the file's."""

    searched: bool
    live: int
    least: int

    @property
    def said(self) -> str:
        if self.live == self.least:
            return "optimal"
        return f"at most {self.live - self.least:,} above the least"
