"""How a network runs: kernel calls over buffers. The emitter only prints this.

An operator's room answers `Kernel` (a C function whose non-pointer arguments are literals) or
`Alias` (no code: the output is its input's bytes). The lowering makes of these `Call`s over
`Buffer`s with lifetimes, some in `Region`s; the planner gives each its offset."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from .ir import Array
from .placement import BufferId, OrderProof, Place, Plan
from .rows import Ready, RowView, Sliding, Stream

Literal = int | float | bool


class Form(enum.Enum):
    """How a kernel is called, which decides how it can be scheduled.

    ROWS   f(params, nn_rows in…, nn_rows out…, consts…, y0, y1): output rows [y0, y1) of one image
           (height is axis 1 of NHWC), each input and output seen through a row view. The lowering
           calls it once per batch.
    FLAT   f(params, in…, out…, consts…, n): n units one after the other, any part of a tensor; a
           unit is the same number of elements of an operand throughout (an element, a pixel).
    WHOLE  f(params, in…, out…, consts…): the tensors as wholes.
    REDUCE f(params, nn_rows in, out, sums, consts…, y0, y1): adds the input's rows [y0, y1) to sums
           (a Scratch that lives on between calls); the call with the last row writes the output.
    """

    ROWS = "rows"
    FLAT = "flat"
    WHOLE = "whole"
    REDUCE = "reduce"


@dataclass(frozen=True, eq=False)
class Const:
    """A constant in flash. One- or two-dimensional data; `ctype` other than the data's own type
    names a struct whose fields are the columns."""

    name: str
    data: Array
    ctype: str = ""
    align: int = 4
    comment: str = ""


@dataclass(frozen=True)
class In:
    """The node's input `index` as a pointer (or row view). `whole`: a pointer to all of it in
    every form (weights that are computed at run time)."""

    index: int
    whole: bool = False


@dataclass(frozen=True)
class Out:
    """The node's output `index` as a pointer (or row view)."""

    index: int


@dataclass(frozen=True)
class InOut:
    """The node's input `index`, a variable, as a pointer to write to. `reads`: the kernel also
    needs the value before."""

    index: int
    reads: bool = True


@dataclass(frozen=True)
class Scratch:
    """Bytes the kernel needs only while it runs. Kernels of a node share those of one `name`."""

    bytes: int
    align: int = 4
    ctype: str = "uint8_t"
    name: str = ""


Operand = In | Out | InOut | Const | Scratch


@dataclass(frozen=True)
class Kernel:
    """The C function that computes a node, with its literals and pointers in C order.

    The C parameter struct is called `<function>_t`; without params there is none. `units` is how
    many units a FLAT kernel has to do for the whole tensors, or a ROWS one whose passes go on from
    a row to the next; `block` is how many it does a pass,
    reading nothing before them again (0: unknown); a pass of `gathers` or more has read all of its
    units before it writes any (0: none has). `passes` is what a pass costs that does 1, 2, …
    units (pixels of a row for ROWS), against each other; `product` what a multiplication costs,
    against one of a convolution in C (or tiles, on cores that have them).
    `then` are kernels that run after it for the same node: each may write other bytes of the
    outputs (WHOLE or FLAT, as the first), or go on from a scratch of the first, which is WHOLE.
    `octets`: its row views are of bytes, whatever the elements' type. `stands`: it
    copies its only input to that byte of the output, or need not run.

    `literals` names the params that make the kernel's loops fast or small when they are literals;
    layers may share one compiled copy that is given the others at run time. None: all of them.
    """

    function: str
    header: str
    form: Form
    params: Mapping[str, Literal]
    operands: tuple[Operand, ...]
    units: int = 0
    block: int = 0
    passes: tuple[int, ...] = ()
    product: float = 1.0
    then: tuple[Kernel, ...] = ()
    literals: tuple[str, ...] | None = None
    octets: bool = False
    stands: int | None = None
    gathers: int = 0

    @property
    def scratch_bytes(self) -> int:
        """What it needs besides its tensors."""
        return sum(o.bytes for o in self.operands if isinstance(o, Scratch))


@dataclass(frozen=True)
class Lean:
    """A kernel with less scratch, and how many MACs of the usual one its more work is like."""

    scratch_bytes: int
    extra: int
    kernel: Callable[[], Kernel]


@dataclass(frozen=True)
class Alias:
    """Output `output` is the bytes of input `input` from byte `offset` on: no code, no buffer.
    `then` are the aliases of the node's other outputs."""

    output: int = 0
    input: int = 0
    offset: int = 0
    then: tuple[Alias, ...] = ()


class Role(enum.Enum):
    """Why a buffer exists."""

    INPUT = "input"
    OUTPUT = "output"
    TENSOR = "tensor"
    SCRATCH = "scratch"
    SUMS = "sums"  # of a reduction that goes on from call to call
    POSITION = "position"  # in an input that comes row by row


@dataclass(frozen=True)
class Buffer:
    """Bytes of RAM, needed from step `first` to step `last`, both included.

    Step -1 is before the first call (inputs are written there); step len(calls) is after the last
    (outputs are read there).
    """

    name: str
    bytes: int
    first: int
    last: int
    align: int = 1
    role: Role = Role.TENSOR


@dataclass(frozen=True)
class ConstRef:
    """A constant by its index in the program, from element `offset` on."""

    index: int
    offset: int = 0


Argument = Place | RowView | ConstRef


@dataclass(frozen=True)
class Pointer:
    """An argument: where it points, to elements of which C type, and how many bytes of RAM from
    there on the call reads or writes (0 for constants), for the checker. `updates`: what it writes
    is a new version of a variable, and it reads the one before."""

    at: Argument
    ctype: str
    writes: bool = False
    bytes: int = 0
    updates: bool = False


@dataclass(frozen=True)
class Call:
    """One kernel call: function((struct){params}, pointers…, trailing…).

    `images` > 1 repeats it over the images of a batch, each place moving by its step. With
    `each_row` it is called for rows of [y0, y1) of its layer that stand one after the other, row
    views giving the first's address, and the last trailing argument is that of one row; there are
    at most `each_row` rows. `literals` are the kernel's.
    """

    function: str
    header: str
    params: Mapping[str, Literal]
    pointers: tuple[Pointer, ...]
    trailing: tuple[int | str, ...] = ()
    images: int = 1
    each_row: int = 0
    literals: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Trace:
    """A tensor that is whole after a step, shown to NN_TRACE."""

    name: str
    place: Place
    bytes: int


@dataclass(frozen=True)
class Layer:
    """All that runs for one node, as one C function. `ir` is its line of textual IR. With
    `by_rows` the function computes the output rows [y0, y1) that it is given."""

    name: str
    ir: str
    calls: tuple[Call, ...]
    traces: tuple[Trace, ...]
    origin: str
    macs: int
    weight_bytes: int
    by_rows: bool = False


@dataclass(frozen=True)
class Keep:
    """Fresh rows copied to a line buffer of `depth` rows, where later turns find them."""

    line: Place
    fresh: Place
    row_bytes: int
    depth: int
    ready: Ready


@dataclass(frozen=True)
class Stage:
    """A layer within a region, how far it is after each turn, and the rows that are kept once it
    has run (of tensors that nobody reads any more in this turn)."""

    layer: int
    ready: Ready
    keeps: tuple[Keep, ...] = ()


@dataclass(frozen=True)
class Region:
    """Layers executed depth first: in each of the turns every stage computes the rows that have
    become possible since the one before, each row once."""

    stages: tuple[Stage, ...]
    turns: range


@dataclass(frozen=True)
class Port:
    """An input or output of the network as the user sees it."""

    name: str
    shape: tuple[int, ...]
    ctype: str
    bytes: int
    place: Place
    scale: float | None = None
    zero_point: int | None = None


@dataclass(frozen=True, eq=False)
class StateField:
    """A variable as a member of the state struct, with its value after a reset (flat)."""

    name: str
    comment: str
    ctype: str
    align: int
    initial: Array

    @property
    def bytes(self) -> int:
        return int(self.initial.nbytes)


@dataclass(frozen=True)
class Overlap:
    """Leave for buffer `out` to start inside buffer `into`, which dies as it is written, provided
    that out's offset + distance <= into's offset."""

    out: BufferId
    into: BufferId
    distance: int


@dataclass(frozen=True, eq=False)
class Subprogram:
    """A subgraph, lowered and placed in an arena of its own."""

    program: Program
    plan: Plan


@dataclass(frozen=True, eq=False)
class Control:
    """A function that runs subprograms: condition and body of a loop, or the two branches."""

    function: str
    loops: bool
    called: tuple[Subprogram, ...]
    inputs: int
    outputs: int


@dataclass(frozen=True, eq=False)
class Program:
    """A network ready to be placed in memory and printed as C. `schedule` has layers, by index, and
    regions of layers, in execution order. `state` has what outlives an invocation; its ids are none
    of `buffers`."""

    name: str
    layers: tuple[Layer, ...]
    schedule: tuple[int | Region, ...]
    buffers: Mapping[BufferId, Buffer]
    overlaps: tuple[Overlap, ...]
    consts: tuple[Const, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    state: Mapping[BufferId, StateField] = field(default_factory=dict)
    controls: tuple[Control, ...] = ()
    prefix: str = ""  # of its functions and constants, for a subprogram
    stream: Stream | None = None  # where the input comes row by row
    sliding: Sliding | None = None  # where a window moves over the input
    order: OrderProof | None = None  # where more than one was possible, and it was searched
    joined: int = 0  # tensors that stand in a larger one from the start
    layers_take: int = 0  # instructions, reckoned, over whole tensors
    regions_add: int = 0  # those that running row by row takes more

    def family(self) -> Iterator[Program]:
        """The subprograms that it runs, each once and after those it runs itself; then itself."""
        seen: list[Program] = []
        for control in self.controls:
            for called in control.called:
                for program in called.program.family():
                    if program not in seen:
                        seen.append(program)
                        yield program
        yield self

    @property
    def state_bytes(self) -> int:
        """The size of the state struct, whose members and itself are aligned."""
        end = 0
        for f in self.state.values():
            end = -(-end // f.align) * f.align + f.bytes
        return -(-end // self.state_align) * self.state_align

    @property
    def state_align(self) -> int:
        return max((f.align for f in self.state.values()), default=1)
