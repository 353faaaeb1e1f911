"""Cycles of an inference, estimated: executed instructions, each at what its core takes for it.

The emulator counts how often each run of instructions was executed and how often it was left by a
jump (tools/emulators/insn_count, blocks=on); `objdump -d` says what the instructions are. A core's
table below says what a kind of instruction takes with memory that answers at once; `wait_states`
of the flash are paid by each jump taken, as a prefetch buffer hides those of straight code.

Where the figures come from: Arm's Technical Reference Manuals of the Cortex-M0+ (DDI 0484, table
3-1), M3 (DDI 0337, 3.3) and M4 (DDI 0439, 3.3); the Ibex manual (pipeline details) for RV32IMC. Arm
publishes no tables for the M7, M33, M55 and M85: theirs are the M4's with what is public of their
pipelines (two instructions at once on the M7 and M85, two beats of a vector a cycle on the M55 and
M85), so estimates for them are coarse. No figure of silicon for this code is at hand, so the error
of all is unknown; where manuals give a range (jumps: 1 to 3 more cycles) the middle is taken. Not
counted is the cycle that a load waits for an address which the instruction before computes.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.stack.disassembly import Line, disassemble, instructions

# Kinds of instructions, the first that fits.
_KINDS: tuple[tuple[str, str], ...] = (
    ("nothing", r"it[te]*|nop"),
    ("pop", r"pop|ldm.*"),
    ("push", r"push|stm.*"),
    ("load_two", r"ldrd"),
    ("store_two", r"strd"),
    ("load", r"ldr.*|lb|lbu|lh|lhu|lw|c\.lw|c\.lwsp|flw"),
    ("store", r"str.*|sb|sh|sw|c\.sw|c\.swsp|fsw"),
    ("divide", r"[su]div|divu?|remu?"),
    ("multiply_long", r"[su]mull|mulhs?u?"),
    ("accumulate_long", r"[su]mlal\w*|umaal"),
    ("accumulate", r"mla|mls"),
    ("multiply", r"muls?|sm[mu].*|mul"),
    ("loop_end", r"le(tp)?"),
    ("jump", r"b[lx]*|blx|cbn?z|b(eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)|tb[bh]"),
)


PAGE = 1024  # bytes, of QEMU's Cortex-M


@dataclass(frozen=True)
class Core:
    """What instructions of a kind take, in cycles; what is not named takes one."""

    name: str
    cycles: Mapping[str, float]
    each: float = 1  # register of a load or store of several
    jump: float = 2  # more, for a jump that is taken
    pipelined: float = 1  # a load or store right behind a load
    pairs: bool = False  # issues two instructions a cycle where they allow
    beats: float = 0  # cycles of a vector instruction; 0: there are none


_FLOAT_M4 = {"float_fused": 3, "float_divide": 14, "float_load": 2}
_M4 = {"load": 2, "load_two": 3, "store_two": 3, "divide": 7, **_FLOAT_M4}
CORES: Mapping[str, Core] = {
    c.name: c
    for c in (
        Core("cortex-m0", {"load": 2, "store": 2, "multiply": 1}, pipelined=2),
        Core("cortex-m0plus", {"load": 2, "store": 2, "multiply": 1}, jump=1, pipelined=2),
        Core(
            "cortex-m3",
            _M4 | {"accumulate": 2, "multiply_long": 4, "accumulate_long": 5.5},
        ),
        Core("cortex-m4f", _M4),
        Core("cortex-m33", _M4),
        Core("cortex-m7", {"divide": 7, "float_fused": 1, "float_divide": 14}, 0.5, 1, pairs=True),
        Core("cortex-m55", _M4 | {"load": 1, "load_two": 2, "store_two": 2}, beats=2),
        Core("cortex-m85", _M4 | {"load": 1, "load_two": 1, "store_two": 1}, pairs=True, beats=2),
        Core("rv32imac", {"load": 2, "store": 2, "divide": 37, "multiply_long": 2}, pipelined=2),
    )
}


@dataclass(frozen=True)
class Block:
    """Instructions at [first, end): how often executed in a phase, how often left by a jump."""

    first: int
    end: int
    executed: int
    left: int
    phase: str


@dataclass
class Estimate:
    """Cycles by phase ("-": before the first), and how many instructions were seen."""

    by_phase: dict[str, float] = field(default_factory=dict)
    instructions: int = 0

    @property
    def total(self) -> float:
        return sum(self.by_phase.values())


def blocks(told: str) -> list[Block]:
    """What the plugin told."""
    pattern = r"^# block ([0-9a-f]+) ([0-9a-f]+) (\d+) (\d+) (\S+)$"
    return [
        Block(int(a, 16), int(b, 16), int(n), int(left), phase)
        for a, b, n, left, phase in re.findall(pattern, told, re.MULTILINE)
    ]


def kind(line: Line) -> str:
    """The kind of an instruction."""
    mnemonic = line.mnemonic.removesuffix(".w").removesuffix(".n")
    if mnemonic.startswith(("v", "f")) and mnemonic[1:2].isalpha():
        return _float_or_vector(mnemonic, line.operands)
    for name, pattern in _KINDS:
        if re.fullmatch(pattern, mnemonic):
            return name
    return "other"


def _float_or_vector(mnemonic: str, operands: str) -> str:
    if re.match(r"v(push|pop|ldm|stm)", mnemonic):
        return "push"
    if re.match(r"v(ld|st)", mnemonic):
        return "vector_memory" if re.match(r"\{?q", operands) else "float_load"
    if re.search(r"\bq\d", operands):
        return "vector"
    if re.match(r"vf?n?m[al][sa]?|vfm|vml", mnemonic) and "mul" not in mnemonic:
        return "float_fused"
    return "float_divide" if re.match(r"v?f?(div|sqrt)", mnemonic) else "other"


def registers(operands: str) -> int:
    """How many registers a list names."""
    listed = re.search(r"\{(.*)\}", operands)
    count = 0
    for item in (listed[1] if listed else operands).split(","):
        ends = re.findall(r"[a-z]+(\d+)", item)
        count += int(ends[1]) - int(ends[0]) + 1 if len(ends) == 2 and "-" in item else 1
    return count


def straight(core: Core, code: Sequence[Line]) -> float:
    """Cycles of instructions one after the other, jumps not taken."""
    total, before, open_pair = 0.0, "", False
    for line in code:
        what = kind(line)
        cost = _cost(core, what, line.operands, before)
        memory = what in ("load", "store", "load_two", "store_two", "push", "pop")
        if core.pairs and open_pair and cost == 1 and not (memory and before in ("load", "store")):
            cost, open_pair = 0, False
        else:
            open_pair = cost == 1 and what != "jump"
        total += cost
        before = what
    return total


def _cost(core: Core, what: str, operands: str, before: str) -> float:
    if what == "nothing":
        return 0
    if what in ("push", "pop"):
        return 1 + core.each * registers(operands)
    if core.beats and what in ("vector", "vector_memory"):
        # A load and an arithmetic instruction side by side overlap by half.
        overlaps = before in ("vector", "vector_memory") and before != what
        return core.beats / 2 if overlaps else core.beats
    if what == "loop_end":
        return 0 if core.beats else 1
    if what in ("load", "store") and before == "load":
        return core.pipelined
    return core.cycles.get(what, 1)


def whole(block: Block, last: Line, after: int) -> bool:
    """Whether the last instruction of a block is all in it; `after`: where the next one stands.
    QEMU ends a block before an instruction on two of its pages, and tells of half of it."""
    return block.end % PAGE > 0 or (last.address, after) != (block.end - 2, block.end + 2)


def estimate(core: Core, firmware: Path, told: str, wait_states: int = 0) -> Estimate:
    """The cycles of what the plugin counted of a firmware."""
    architecture = "armv8.1-m.main" if core.beats else ""
    code = list(instructions(disassemble(firmware, architecture=architecture)))
    code.sort(key=lambda line: line.address)
    addresses = [line.address for line in code]
    found = Estimate()
    for block in blocks(told):
        first, end = (bisect.bisect_left(addresses, a) for a in (block.first, block.end))
        left = block.left
        if first < end < len(code) and not whole(block, code[end - 1], addresses[end]):
            end, left = end - 1, 0
        inside = code[first:end]
        found.instructions += block.executed * len(inside)
        jump = core.jump + wait_states
        if core.beats and inside and kind(inside[-1]) == "loop_end":
            jump = 0  # the loop's start is remembered
        cycles = block.executed * straight(core, inside) + left * jump
        found.by_phase[block.phase] = found.by_phase.get(block.phase, 0.0) + cycles
    return found
