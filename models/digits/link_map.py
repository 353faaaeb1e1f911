"""How many bytes of flash an object file got, read from the map that GNU ld writes."""

from __future__ import annotations

import re
from dataclasses import dataclass

# " .text.digits_run" then, on this line or the next, "0x… 0x<size> <archive>(<object>)".
_INPUT_SECTION = re.compile(
    r"^ (\.(?:text|rodata)\S*)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S.*)$", re.MULTILINE
)


@dataclass(frozen=True)
class Flash:
    """Bytes of code (.text) and of constants (.rodata)."""

    code: int
    constants: int


def flash_of(link_map: str, stem: str) -> Flash:
    """The flash of object file `<stem>.o` (or .pic.o) of any archive; ValueError without it."""
    memory_map = link_map.partition("Linker script and memory map")[2]
    sizes = {".text": 0, ".rodata": 0}
    for section, size, origin in _INPUT_SECTION.findall(memory_map):
        if re.search(rf"\b{re.escape(stem)}(\.pic)?\.o\)?$", origin):
            sizes[section[: section.find(".", 1)] if "." in section[1:] else section] += int(
                size, 16
            )
    if not sizes[".text"]:
        raise ValueError(f"the map has no code of {stem}.o")
    return Flash(sizes[".text"], sizes[".rodata"])
