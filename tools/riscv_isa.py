"""The extensions of RISC-V that a piece of machine code needs, by decoding it.

Encodings: The RISC-V Instruction Set Manual, volume I, version 20191213, chapters 16 (C) and 24
(opcode map). Code has no literals between its instructions (constants and jump tables of switches
are read-only data), so it is read from the first byte to the last.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

# Major opcodes (bits 6 to 2) whose extension does not depend on more bits.
_AMO, _OP_V = 0b01011, 0b10101
_LOAD_FP, _STORE_FP, _OP_FP = 0b00001, 0b01001, 0b10100
_FUSED = (0b10000, 0b10001, 0b10010, 0b10011)  # MADD, MSUB, NMSUB, NMADD
_OP_IMM, _OP = 0b00100, 0b01100
_CUSTOM = (0b00010, 0b01010, 0b10110, 0b11110)
# LOAD, MISC-MEM, OP-IMM, AUIPC, STORE, OP, LUI, BRANCH, JALR, JAL, SYSTEM
_BASE = (0b00000, 0b00011, 0b00100, 0b00101, 0b01000, 0b01100, 0b01101)
_BASE += (0b11000, 0b11001, 0b11011, 0b11100)

_MUL_DIV, _ALTERNATE = 0b0000001, 0b0100000  # funct7 of OP
_FORMATS = "FDHQ"  # bits 26 and 25 of floating-point operations
_WIDTHS = {1: "H", 2: "F", 3: "D", 4: "Q"}  # funct3 of floating-point loads; others: vectors


def _compressed(code: int) -> str:
    """The extensions of 16 bits: C, and F or D for the loads and stores that have them (RV32)."""
    quadrant, funct3 = code & 3, code >> 13
    if code == 0:
        return ""  # defined to be illegal: padding, or `unimp`
    if quadrant in (0, 2) and funct3 in (1, 5):
        return "CD"
    if quadrant in (0, 2) and funct3 in (3, 7):
        return "CF"
    return "C"


def _full(code: int) -> str:
    """The extension of 32 bits; "" for the base set, "X" for what is in none known here."""
    opcode, funct3, funct7 = code >> 2 & 31, code >> 12 & 7, code >> 25
    if opcode in (_LOAD_FP, _STORE_FP):
        return _WIDTHS.get(funct3, "V")
    if opcode == _OP_FP or opcode in _FUSED:
        return _FORMATS[funct7 & 3]
    if opcode == _OP_V:
        return "V"
    if opcode == _AMO:
        return "A"
    if opcode == _OP and funct7 == _MUL_DIV:
        return "M"
    shifts = opcode == _OP_IMM and funct3 in (1, 5)
    if (opcode == _OP or shifts) and funct7 != 0:
        return "" if funct7 == _ALTERNATE and funct3 in (0, 5) else "B"
    return "" if opcode in _BASE else "X"


def extensions(code: bytes, address: int) -> Iterator[tuple[int, str]]:
    """Address and extensions of each instruction that is not of the base set."""
    at = 0
    while at + 2 <= len(code):
        (half,) = struct.unpack_from("<H", code, at)
        if half & 3 != 3:
            found, size = _compressed(half), 2
        elif at + 4 <= len(code):
            found, size = _full(struct.unpack_from("<I", code, at)[0]), 4
        else:
            found, size = "X", 4
        if found:
            yield address + at, found
        at += size


def of_core(core: str) -> str:
    """The extensions in a core's name: rv32imac has MAC."""
    return core.removeprefix("rv32i").removeprefix("rv32e").upper()


def problems(code: bytes, address: int, core: str) -> Iterator[str]:
    """The first instruction of each extension that the core does not have."""
    known = of_core(core)
    told: set[str] = set()
    for where, found in extensions(code, address):
        for extension in found:
            if extension not in known and extension not in told:
                told.add(extension)
                what = "an unknown instruction" if extension == "X" else f"extension {extension}"
                yield f"{what} at {where:#x}, which {core} does not have"
