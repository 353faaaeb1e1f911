"""What a piece of Thumb machine code needs beyond Armv6-M, by decoding it.

Encodings: Armv8-M Architecture Reference Manual (DDI 0553), C2 (instruction set encoding); those of
Armv6-M: DDI 0419, A5. Literals between instructions are told apart by the mapping symbols ($t, $d)
of "ELF for the Arm Architecture", 5.5.5. An emulator may run more than its core has, and build
attributes know nothing of what was written as numbers.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from tools import elf

# What a core may have more than Armv6-M.
V7M, DSP, FP, FP5, DOUBLE = "Armv7-M", "DSP", "FPv4", "FPv5", "double-precision"
HALF, V8M, V8_1M, MVE = "half-precision", "Armv8-M", "Armv8.1-M", "vector (MVE)"
_V7E = frozenset({V7M, DSP})
_V8_1 = _V7E | {FP, FP5, DOUBLE, HALF, V8M, V8_1M, MVE}
FEATURES = {
    "cortex-m0": frozenset[str](),
    "cortex-m0plus": frozenset[str](),
    "cortex-m3": frozenset({V7M}),
    "cortex-m4": _V7E,
    "cortex-m4f": _V7E | {FP},
    "cortex-m7": _V7E | {FP, FP5, DOUBLE},
    "cortex-m33": _V7E | {FP, FP5, V8M},
    "cortex-m55": _V8_1,
    "cortex-m85": _V8_1,
}

# Mask, value, what it takes ("": Armv6-M has it); the first that matches counts. Of 16 bits …
_SHORT = (
    (0xFF87, 0x4704, V8M),  # BXNS
    (0xFF87, 0x4784, V8M),  # BLXNS
    (0xF500, 0xB100, V7M),  # CBZ, CBNZ
    (0xFF0F, 0xBF00, ""),  # hints
    (0xFF00, 0xBF00, V7M),  # IT
    (0x0000, 0x0000, ""),
)
# … and of 32, the first half above.
_LONG = (
    (0xF800D000, 0xF000D000, ""),  # BL
    (0xFFE0D000, 0xF3808000, ""),  # MSR
    (0xFFFFF000, 0xF3EF8000, ""),  # MRS
    (0xFFFFFFE0, 0xF3BF8F40, ""),  # DSB, DMB
    (0xFFFFFFF0, 0xF3BF8F60, ""),  # ISB
    (0xFFF0F000, 0xF7F0A000, ""),  # UDF
    # Vectors: the space beside the coprocessors, coprocessors 14 and 15, VDUP.
    (0xEF000000, 0xEF000000, MVE),
    (0xEC000E00, 0xEC000E00, MVE),
    (0xFF900F10, 0xEE800B10, MVE),
    # Floating point: coprocessors 9 (half), 10 (single), 11 (double, and moves of 64 bits).
    (0xEC000F00, 0xEC000900, HALF),
    (0xFF000F10, 0xFE000B00, DOUBLE),
    (0xFF000E00, 0xFE000A00, FP5),  # VSEL, VMAXNM, VRINT, VCVTA and its like
    (0xFF000F10, 0xEE000B00, DOUBLE),
    (0xFFBF0FD0, 0xEEB70AC0, DOUBLE),  # VCVT.F64.F32
    (0xFC000E00, 0xEC000A00, FP),
    # Armv8.1-M: low-overhead loops, conditional selection, long shifts, CLRM.
    (0xF800D000, 0xF000C000, V8_1M),
    (0xFFF08000, 0xEA508000, V8_1M),
    (0xFFF0000D, 0xEA50000D, V8_1M),
    (0xFFFF2000, 0xE89F0000, V8_1M),
    # Armv8-M: SG, TT, load-acquire and store-release.
    (0xFFFFFFFF, 0xE97FE97F, V8M),
    (0xFFF0F03F, 0xE840F000, V8M),
    (0xFFE00080, 0xE8C00080, V8M),
    # DSP: parallel, saturating and selecting; extension of pairs or with addition; packing;
    # products of halves, with sums or with high results.
    (0xFF80F080, 0xFA80F000, DSP),
    (0xFFF0F0C0, 0xFA80F080, DSP),
    (0xFFF0F0C0, 0xFAA0F080, DSP),
    (0xFFE0F080, 0xFA20F080, DSP),
    (0xFFAFF080, 0xFA0FF080, V7M),
    (0xFF80F080, 0xFA00F080, DSP),
    (0xFF70F0F0, 0xF3200000, DSP),
    (0xFFF00000, 0xEAC00000, DSP),
    (0xFFF000E0, 0xFB000000, V7M),
    (0xFF800000, 0xFB000000, DSP),
    (0xFFD000F0, 0xFB9000F0, V7M),
    (0xFF9000F0, 0xFB800000, V7M),
    (0xFF800000, 0xFB800000, DSP),
    (0x00000000, 0x00000000, V7M),
)
_LONG_FROM = 0xE800  # a first half from here on has a second one


def _feature(code: int, table: Sequence[tuple[int, int, str]]) -> str:
    return next(feature for mask, value, feature in table if code & mask == value)


def features(code: bytes, address: int) -> Iterator[tuple[int, str]]:
    """Address and feature of each instruction that Armv6-M does not have."""
    halves = struct.unpack(f"<{len(code) // 2}H", code[: len(code) // 2 * 2])
    at = 0
    while at < len(halves):
        long = halves[at] >= _LONG_FROM and at + 1 < len(halves)
        found = _feature(halves[at] << 16 | halves[at + 1], _LONG) if long else ""
        found = found if long else _feature(halves[at], _SHORT)
        if found:
            yield address + 2 * at, found
        at += 2 if long else 1


def _code(section: elf.Section, symbols: Sequence[elf.Symbol]) -> Iterator[tuple[int, bytes]]:
    """Address and bytes of each run of instructions: from $t to $d, or to the end."""
    end = section.address + section.size
    marks = sorted(
        (symbol.address & ~1, symbol.name[:2])
        for symbol in symbols
        if symbol.name[:2] in ("$t", "$d") and section.address <= symbol.address < end
    )
    for (start, kind), (stop, _) in zip(marks, [*marks[1:], (end, "")], strict=True):
        if kind == "$t" and start < stop:
            yield start, section.data[start - section.address : stop - section.address]


def problems(file: elf.Elf, core: str) -> Iterator[str]:
    """The first instruction of each kind that the core does not have."""
    told = set(FEATURES[core])
    for section in file.sections:
        if not section.flags & elf.SHF_EXECINSTR or not section.flags & elf.SHF_ALLOC:
            continue
        runs = list(_code(section, file.symbols))
        if section.size and not runs:
            yield f"{section.name} has no mapping symbols to tell code from data by"
        for start, code in runs:
            for where, feature in features(code, start):
                if feature not in told:
                    told.add(feature)
                    yield f"{feature} instruction at {where:#x}, which {core} does not have"
