"""What a user may choose to need less RAM, and what it would save."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from .errors import CompileError
from .ir import DType
from .lower.lower import Schedule
from .options import Options
from .placement import Plan
from .program import Program

# How he says it, and what changes.
_WAYS_OUT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--stream-input", {"stream_input": True, "schedules": tuple(Schedule), "io_caller": False}),
    ("--io=caller (inputs and outputs are then elsewhere)", {"io_caller": True}),
    ("--input-type=int8", {"input_type": DType.INT8}),
    ("leaving --whole-layers out", {"schedules": tuple(Schedule)}),
    ("--slower-by=100 (more instructions)", {"slower_by": 1.0}),
)


def ways_out(
    options: Options, placed: Callable[[Options], tuple[Program, Plan]]
) -> Iterator[tuple[str, int]]:
    """The RAM that the network takes with each of these, where it can be compiled so."""
    for said, change in _WAYS_OUT:
        if (options.stream_input or options.stream_window) and "io_caller" in change:
            continue
        try:
            program, plan = placed(dataclasses.replace(options, **change))
            yield said, plan.arena_bytes + program.state_bytes
        except CompileError:
            continue
