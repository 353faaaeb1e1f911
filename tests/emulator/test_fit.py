"""Firmware that does not fit a target's memory is an error of the build, which says by how much.

The memory is the part's own (target.toml), whatever an emulator would grant.
"""

import re
import tomllib
from pathlib import Path

import pytest

from tests.bench import boards
from tests.emulator import linking
from tools import elf

ARM = ("stm32f072b_disco", "stm32l073", "bluepill")
PROGRAM = """#include <stdint.h>
static uint8_t arena[%d] __attribute__((section(".arena"), aligned(16), used));
static const uint8_t weights[%d] __attribute__((section(".rodata.w"), aligned(16), used)) = {1};
int main(void) { return arena[0] + weights[0]; }
"""
OVERFLOW = re.compile(r"region [`'](\w+)' overflowed by (\d+) bytes")


def built(target: str, folder: Path, arena: int, weights: int) -> tuple[Path, str]:
    """The program's ELF file, and what the linker complains of."""
    source, program = folder / "program.c", folder / "program.elf"
    source.write_text(PROGRAM % (arena, weights), encoding="utf-8")
    return program, linking.linked(boards.itself(target), [source], program)


def memory(target: str, kind: str) -> tuple[str, int, int]:
    """Name, first address and end of the memory of a kind that arena or weights are in."""
    path = boards.TARGETS / target / "target.toml"
    regions = tomllib.loads(path.read_text(encoding="utf-8"))["memory"]
    (region,) = (r for r in regions if r["kind"] == kind)
    return region["name"], region["origin"], region["origin"] + region["size"]


def free_bytes(program: Path, origin: int, end: int) -> int:
    """What the last section in a memory leaves; initial values of variables are in flash too."""
    sections = [s for s in elf.read(program).sections if s.flags & elf.SHF_ALLOC]
    here = [s for s in sections if origin <= s.address < end]
    initial = [s.size for s in sections if s.name == ".data"]
    in_flash = any(s.flags & elf.SHF_EXECINSTR for s in here)
    return end - max(s.address + s.size for s in here) - (sum(initial) if in_flash else 0)


@pytest.mark.parametrize(
    ("target", "kind"),
    [*((target, kind) for target in ARM for kind in ("ram", "flash")), ("hifive1", "ram")],
)
def test_too_much_is_an_error_with_the_bytes(target: str, kind: str, tmp_path: Path) -> None:
    name, origin, end = memory(target, kind)
    program, complaint = built(target, tmp_path, 64, 64)
    assert complaint == ""
    most = 64 + free_bytes(program, origin, end) // 16 * 16
    fits = (most, 64) if kind == "ram" else (64, most)
    assert built(target, tmp_path, *fits)[1] == ""
    beyond = (most + 4096, 64) if kind == "ram" else (64, most + 4096)
    found = OVERFLOW.search(built(target, tmp_path, *beyond)[1])
    assert found
    assert found[1] == name
    assert 4096 - 16 <= int(found[2]) <= 4096 + 16
