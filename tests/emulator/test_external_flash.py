"""--constants-section puts a network's constants where the linker script has the flash outside."""

from __future__ import annotations

import os
from pathlib import Path

from tools import elf

FIRMWARE = "netsuke/tests/emulator/digits_outside_firmware.elf"
ORIGIN, BYTES = 0x9000_0000, 16 << 20


def test_the_weights_stand_outside() -> None:
    program = elf.read(Path(os.environ["RUNFILES_DIR"], FIRMWARE))
    outside = [s for s in program.sections if ORIGIN <= s.address < ORIGIN + BYTES]
    assert [s.name for s in outside] == [".extflash"]
    weights = [s for s in program.symbols if s.name.startswith(("weights_", "channels_"))]
    assert weights
    assert all(ORIGIN <= s.address < ORIGIN + BYTES for s in weights)
    assert sum(s.size for s in weights) <= outside[0].size
