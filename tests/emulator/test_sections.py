"""Linker scripts put what the compiler's flags set apart where it belongs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools import elf

QSPI = range(0x9000_0000, 0x9000_0000 + (16 << 20))
DTCM = {
    "mps3_an547": range(0x3000_0000, 0x3000_0000 + (512 << 10)),
    "stm32f746g_disco": range(0x2000_0000, 0x2000_0000 + (64 << 10)),
}


def firmware(name: str) -> elf.Elf:
    return elf.read(Path(os.environ["RUNFILES_DIR"], "netsuke/tests/emulator", f"{name}.elf"))


def test_weights_stand_in_the_flash_outside() -> None:
    program = firmware("digits_outside_firmware")
    outside = [s for s in program.sections if s.address in QSPI]
    assert [s.name for s in outside] == [".extflash"]
    weights = [s for s in program.symbols if s.name.startswith(("weights_", "channels_"))]
    assert weights
    assert all(s.address in QSPI for s in weights)
    assert sum(s.size for s in weights) <= outside[0].size


@pytest.mark.parametrize("target", DTCM)
def test_a_part_of_the_arena_stands_in_the_fast_memory(target: str) -> None:
    program = firmware(f"digits_regions_{target}_firmware")
    inside = {s.name: s for s in program.sections if s.address in DTCM[target] and s.size}
    assert sorted(inside) == [".arena_dtcm", ".stack"]
    assert inside[".stack"].address == DTCM[target].start
    arenas = {s.name: s for s in program.symbols if s.name in ("memory", "fast_memory")}
    assert arenas["fast_memory"].address in DTCM[target]
    assert 0 < arenas["fast_memory"].size <= 700 + 2 * 64
    assert arenas["memory"].address not in DTCM[target]
