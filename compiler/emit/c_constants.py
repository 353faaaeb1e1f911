"""Constants in model.c: in the code, in a section of their own, or in a file that is bound."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ..lower.pointers import const_ctype
from ..program import Const, Program
from .literals import initialiser

# Smaller ones, and structs, whose layout is the C compiler's, stay in the code.
LEAST_EXTERNAL = 64
BLOB_ALIGN = 16  # of the bound file, and of every constant in it


@dataclass(frozen=True)
class Flash:
    """Where constants stand: in the linker's section of that name ("": with all constants), or, if
    `external`, in the file NAME.bin."""

    section: str = ""
    external: bool = False


IN_CODE = Flash()


def is_external(const: Const, flash: Flash) -> bool:
    """Whether a constant is in the file."""
    return flash.external and not const.ctype and const.data.nbytes >= LEAST_EXTERNAL


def _offsets(program: Program, flash: Flash) -> Iterator[tuple[Const, int]]:
    """The constants in the file, and where each starts."""
    end = 0
    for member in program.family():
        for const in member.consts:
            if is_external(const, flash):
                yield const, end
                end += -(-const.data.nbytes // BLOB_ALIGN) * BLOB_ALIGN


def blob(program: Program, flash: Flash) -> bytes:
    """The contents of NAME.bin: little-endian, padded with zeros."""
    data = b""
    for const, start in _offsets(program, flash):
        little = const.data.astype(const.data.dtype.newbyteorder("<"))
        data = data.ljust(start, b"\0") + little.tobytes()
    return data.ljust(-(-len(data) // BLOB_ALIGN) * BLOB_ALIGN, b"\0")


def definitions(program: Program, member: Program, flash: Flash) -> Iterator[str]:
    """The constants of a program, or of a subprogram of it."""
    starts = {id(const): start for const, start in _offsets(program, flash)}
    for const in member.consts:
        note = f"/* {const.comment} */\n" if const.comment else ""
        if id(const) in starts:
            at = f"{program.name}_constants + {starts[id(const)]}"
            cast = f"(const {const_ctype(const)} *)(const void *)"
            yield f"{note}#define {const.name} ({cast}({at})) /* {len(const.data)} */\n"
            continue
        where = " CONSTANT" if flash.section else ""
        yield (
            f"{note}static const {const_ctype(const)} {const.name}[{len(const.data)}] "
            f"NN_ALIGNED({const.align}){where} = {{\n{initialiser(const.data)}}};\n"
        )


def preamble(program: Program, flash: Flash) -> list[str]:
    """What the definitions need."""
    name, upper = program.name, program.name.upper()
    if flash.section:
        return [
            "#if defined(__GNUC__) || defined(__clang__)",
            f'#define CONSTANT __attribute__((section("{flash.section}")))',
            "#else",
            "#define CONSTANT",
            "#endif",
            "",
        ]
    if not flash.external:
        return []
    return [
        "#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__",
        "#error the file of constants is little-endian",
        "#endif",
        "",
        f"static const uint8_t *{name}_constants; /* bound once, and read only */",
        "",
        "/* CRC-32 as in zlib: reflected, polynomial 0xEDB88320; four bits a step. */",
        "static uint32_t crc32_of(const uint8_t *data, uint32_t bytes) {",
        "  static const uint32_t table[16] = {",
        *_crc_table(),
        "  };",
        "  uint32_t crc = 0xFFFFFFFFu;",
        "  for (uint32_t i = 0; i < bytes; ++i) {",
        "    crc ^= data[i];",
        "    crc = (crc >> 4) ^ table[crc & 15u];",
        "    crc = (crc >> 4) ^ table[crc & 15u];",
        "  }",
        "  return ~crc;",
        "}",
        "",
        f"{name}_bound_t {name}_bind(const void *constants, uint32_t bytes) {{",
        f"  if (bytes != {upper}_CONSTANTS_BYTES) {{",
        f"    return {upper}_WRONG_SIZE;",
        "  }",
        f"  if ((uintptr_t)constants % {upper}_CONSTANTS_ALIGN != 0u) {{",
        f"    return {upper}_NOT_ALIGNED;",
        "  }",
        f"  if (crc32_of(constants, bytes) != {upper}_CONSTANTS_CRC32) {{",
        f"    return {upper}_WRONG_CHECKSUM;",
        "  }",
        f"  {name}_constants = constants;",
        f"  return {upper}_BOUND;",
        "}",
        "",
    ]


def _crc_table() -> Iterator[str]:
    """The remainders of all values of four bits."""
    for start in range(0, 16, 4):
        entries = []
        for entry in range(start, start + 4):
            for _ in range(4):
                entry = entry >> 1 ^ (0xEDB88320 if entry & 1 else 0)
            entries.append(f"0x{entry:08X}u")
        yield f"      {', '.join(entries)},"


def declarations(program: Program, flash: Flash) -> list[str]:
    """What the header says of a file of constants."""
    if not flash.external:
        return []
    name, upper, data = program.name, program.name.upper(), blob(program, flash)
    return [
        "",
        f"/* {name}.bin has most of the constants. It is bound before the first run, for all runs,",
        " * and stays where it is; only its address is kept. */",
        f"#define {upper}_CONSTANTS_BYTES {len(data)}u",
        f"#define {upper}_CONSTANTS_ALIGN {BLOB_ALIGN}u",
        f"#define {upper}_CONSTANTS_CRC32 0x{zlib.crc32(data):08X}u",
        "typedef enum {",
        f"  {upper}_BOUND = 0,",
        f"  {upper}_WRONG_SIZE,",
        f"  {upper}_NOT_ALIGNED,",
        f"  {upper}_WRONG_CHECKSUM /* damaged, or of another version of the network */",
        f"}} {name}_bound_t;",
        f"{name}_bound_t {name}_bind(const void *constants, uint32_t bytes);",
    ]
