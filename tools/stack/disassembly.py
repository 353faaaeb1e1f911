"""A disassembly, function by function, as it moves the stack pointer: read from `objdump -d`.

Each instruction becomes a `Step`: by how many bytes it lowers the stack pointer, where it goes,
what it calls. What the core's instructions mean stands in arm.py and riscv.py.
"""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_FUNCTION = re.compile(r"^([0-9a-f]+) <(.+)>:$")
_INSTRUCTION = re.compile(r"^ *([0-9a-f]+):\t([^\t]+)(?:\t(.*))?$")
_TARGET = re.compile(r"\b([0-9a-f]+) <([^>+]+)(\+0x[0-9a-f]+)?>")

# By e_machine of the ELF header.
_OBJDUMPS = {40: "arm-none-eabi-objdump", 243: "riscv64-unknown-elf-objdump"}


@dataclass(frozen=True)
class Line:
    """An instruction as objdump prints it: "push", "{r3, lr}"."""

    address: int
    mnemonic: str
    operands: str

    def target(self) -> tuple[int, str] | None:
        """The address that it names, and the function which that is in."""
        found = _TARGET.search(self.operands)
        return (int(found[1], 16), found[2]) if found else None


@dataclass(frozen=True)
class Step:
    """What an instruction does to the stack and to the flow of control."""

    address: int
    grows: int = 0  # bytes by which it lowers the stack pointer
    jumps: tuple[int, ...] = ()  # addresses within the function
    falls: bool = True  # on to the next instruction
    calls: str = ""  # a function; a call that does not come back here has `falls` False
    table: bool = False  # goes on at an instruction that a table tells
    unknown: str = ""  # why the stack cannot be followed


@dataclass(frozen=True)
class Function:
    """A function's instructions in the order of their addresses."""

    name: str
    steps: tuple[Step, ...]


@dataclass
class Constants:
    """What registers hold, as far as straight-line code says, and the words in the code."""

    words: Mapping[int, int]
    registers: dict[str, int] = field(default_factory=dict)
    popped: str = ""  # the register that was popped alone just before


Reader = Callable[[Line, Constants], Step]


def functions(listing: str, reader: Reader) -> Iterator[Function]:
    """The functions of `objdump -d`, of which `reader` understands the instructions."""
    lines = listing.splitlines()
    words = _words(lines)
    name, found = "", list[Line]()
    for line in lines:
        head = _FUNCTION.match(line)
        if head:
            yield from _function(name, found, words, reader)
            name, found = head[2], []
        elif (at := _INSTRUCTION.match(line)) and not at[2].startswith("."):
            found.append(Line(int(at[1], 16), at[2].strip(), (at[3] or "").strip()))
    yield from _function(name, found, words, reader)


def _words(lines: Sequence[str]) -> dict[int, int]:
    """Literals between the instructions."""
    found = (re.match(r"^ *([0-9a-f]+):\t\.word\t0x([0-9a-f]+)", line) for line in lines)
    return {int(w[1], 16): int(w[2], 16) for w in found if w}


def _function(
    name: str, lines: Sequence[Line], words: Mapping[int, int], reader: Reader
) -> Iterator[Function]:
    if not lines:
        return
    constants = Constants(words)
    steps = []
    for line in lines:
        step = reader(line, constants)
        if step.jumps or not step.falls:  # what follows may be reached from elsewhere
            constants.registers.clear()
        steps.append(step)
    inside = {line.address for line in lines}
    yield Function(
        name, tuple(_leaving(s, line, inside) for s, line in zip(steps, lines, strict=True))
    )


def _leaving(step: Step, line: Line, inside: set[int]) -> Step:
    """A branch out of the function is a call that does not come back."""
    if not step.jumps or set(step.jumps) <= inside:
        return step
    target = line.target()
    assert target is not None
    return Step(step.address, step.grows, (), step.falls, target[1], step.table, step.unknown)


def instructions(listing: str) -> Iterator[Line]:
    """All instructions of `objdump -d`, in order."""
    for line in listing.splitlines():
        if (at := _INSTRUCTION.match(line)) and not at[2].startswith("."):
            yield Line(int(at[1], 16), at[2].strip(), (at[3] or "").strip())


def disassemble(elf: Path, objdump: str = "", architecture: str = "") -> str:
    """What objdump (that of the file's machine) says. Raises ValueError where it cannot."""
    machine = struct.unpack("<H", elf.read_bytes()[18:20].ljust(2, b"\0"))[0]
    if not objdump and machine not in _OBJDUMPS:
        raise ValueError(f"{elf}: neither Arm's nor RISC-V's machine code")
    command = [objdump or _OBJDUMPS[machine], "-d", "--no-show-raw-insn", str(elf)]
    command += ["-m", architecture] if architecture else []
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"{elf}: {done.stderr.strip() or 'cannot be disassembled'}")
    return done.stdout
