"""What the user chose of a compilation."""

from __future__ import annotations

from dataclasses import dataclass

from .emit.c_constants import IN_CODE, Flash
from .flash.forms import Optimize
from .ir import DType
from .lower.choose import SLOWER_BY
from .lower.lower import Schedule
from .memory.spaces import Limit
from .ops import REGISTRY, Registry
from .target import HOST, Target


@dataclass(frozen=True)
class Options:
    """What the user chose. Of the `schedules` the first with the smallest arena is taken."""

    name: str
    target: Target = HOST
    command: str = "netsuke compile"  # how it was called, for the generated files
    schedules: tuple[Schedule, ...] = tuple(Schedule)
    ram_budget: int | None = None  # bytes that arena and state may take
    flash_budget: int | None = None  # bytes that constants and code may take
    registry: Registry = REGISTRY  # the operators there are
    input_type: DType | None = None  # of all inputs, and of all outputs; None: as in the model
    output_type: DType | None = None
    skipped: frozenset[str] = frozenset()  # names of REWRITES
    optimize: Optimize = Optimize.BALANCED
    stream_input: bool = False  # the caller gives the input row by row
    flash: Flash = IN_CODE  # where constants stand
    front: bytes | None = None  # a .tflite whose output the input is made of
    front_hop: int | None = None  # how many of its samples are new in a run
    stream_window: int | None = None  # rows by which the input's window moves on from run to run
    ram_regions: tuple[Limit, ...] = ()  # fastest first; none: one arena of any size
    io_caller: bool = False  # inputs and outputs stand with the caller
    keep_order: bool = False  # layers run in the file's order
    least_window: int = 0  # bytes from which on a window of rows may stand in the state
    slower_by: float = SLOWER_BY  # instructions that regions may add, of those of whole layers
