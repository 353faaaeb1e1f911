"""Reads sections, symbols and Arm build attributes of a 32-bit little-endian ELF file.

Formats: "Executable and Linkable Format" (TIS 1.2); "Addenda to the ABI for the Arm Architecture",
build attributes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

SHT_SYMTAB, SHT_NOBITS = 2, 8
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR = 1, 2, 4
SHN_UNDEF = 0

TAG_FILE = 1
TAG_CPU_RAW_NAME, TAG_CPU_NAME, TAG_COMPATIBILITY = 4, 5, 32


@dataclass(frozen=True)
class Section:
    """A section: the bytes it takes, in the file or (nobits) in memory alone."""

    name: str
    kind: int
    flags: int
    address: int
    size: int
    data: bytes


@dataclass(frozen=True)
class Symbol:
    """A symbol; undefined ones have `defined` False."""

    name: str
    address: int
    size: int
    defined: bool


@dataclass(frozen=True)
class Elf:
    """A file."""

    sections: tuple[Section, ...]
    symbols: tuple[Symbol, ...]
    attributes: dict[int, int | str]


def _text(data: bytes, offset: int) -> str:
    return data[offset : data.index(b"\0", offset)].decode()


def _uleb128(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _attributes(data: bytes) -> dict[int, int | str]:
    """The attributes of the whole file: 'A', length, "aeabi", then tag, length, pairs."""
    found: dict[int, int | str] = {}
    if not data.startswith(b"A") or data[5:11] != b"aeabi\0":
        return found
    end = 11 + struct.unpack_from("<I", data, 12)[0]
    at = 16
    while data[11] == TAG_FILE and at < end:
        tag, at = _uleb128(data, at)
        if tag in (TAG_CPU_RAW_NAME, TAG_CPU_NAME) or (tag > TAG_COMPATIBILITY and tag % 2 == 1):
            found[tag] = _text(data, at)
            at = data.index(b"\0", at) + 1
        else:
            found[tag], at = _uleb128(data, at)
            if tag == TAG_COMPATIBILITY:
                at = data.index(b"\0", at) + 1
    return found


def _symbols(table: bytes, names: bytes) -> tuple[Symbol, ...]:
    symbols = []
    for name, address, size, _info, _other, index in struct.iter_unpack("<IIIBBH", table):
        if name:
            symbols.append(Symbol(_text(names, name), address, size, index != SHN_UNDEF))
    return tuple(symbols)


def read(path: Path) -> Elf:
    """The file's contents. Raises ValueError if it is no such ELF."""
    data = path.read_bytes()
    if data[:6] != b"\x7fELF\x01\x01":
        raise ValueError(f"{path}: not a 32-bit little-endian ELF file")
    (table,) = struct.unpack_from("<I", data, 32)
    entry, count, names_index = struct.unpack_from("<HHH", data, 46)
    headers = [struct.unpack_from("<10I", data, table + i * entry) for i in range(count)]
    names = data[headers[names_index][4] :]
    sections: list[Section] = []
    symbols: tuple[Symbol, ...] = ()
    attributes: dict[int, int | str] = {}
    for name, kind, flags, address, offset, size, link, _info, _align, _entry in headers:
        contents = b"" if kind == SHT_NOBITS else data[offset : offset + size]
        section = Section(_text(names, name), kind, flags, address, size, contents)
        sections.append(section)
        if kind == SHT_SYMTAB:
            strings = headers[link]
            symbols = _symbols(contents, data[strings[4] : strings[4] + strings[5]])
        if section.name == ".ARM.attributes":
            attributes = _attributes(contents)
    return Elf(tuple(sections), symbols, attributes)
