"""A target's files agree: what the compiler plans with is what firmware is linked with."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20}
CORES = {
    "cortex-m0",
    "cortex-m0plus",
    "cortex-m3",
    "cortex-m4f",
    "cortex-m7",
    "cortex-m33",
    "cortex-m55",
    "cortex-m85",
    "rv32imac",
}
ISAS = {"portable", "armv7em", "mve", "armv6m"}


def folder() -> Path:
    return Path(os.environ["RUNFILES_DIR"]) / "netsuke" / "targets"


def description(path: Path) -> dict[str, Any]:
    return tomllib.loads((path / "target.toml").read_text(encoding="utf-8"))


def all_targets() -> list[Path]:
    return sorted(path.parent for path in folder().glob("*/target.toml"))


def microcontrollers() -> list[Path]:
    return [path for path in all_targets() if path.name != "host"]


def by_name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", all_targets(), ids=by_name)
def test_the_description_is_complete(path: Path) -> None:
    fields = description(path)
    assert set(fields) == {"name", "core", "isa", "alignment", "clock_hz", "memory"}
    assert fields["name"] == path.name
    assert fields["core"] in CORES | {"host"}
    assert fields["isa"] in ISAS
    assert fields["alignment"] in (4, 8, 16)
    for region in fields["memory"]:
        assert set(region) - {"speed"} == {"name", "kind", "origin", "size"}
        assert region["kind"] in ("flash", "ram")


@pytest.mark.parametrize("path", microcontrollers(), ids=by_name)
def test_the_linker_has_the_same_memory(path: Path) -> None:
    script = (path / "memory.ld").read_text(encoding="utf-8")
    pattern = r"(\w+) \(([rwx]+)\) : ORIGIN = (0x[0-9A-Fa-f]+), LENGTH = (\d+)([KM]?)"
    linked = {
        name: ("ram" if "w" in access else "flash", int(origin, 16), int(size) * UNITS[unit])
        for name, access, origin, size, unit in re.findall(pattern, script)
    }
    described = {
        r["name"]: (r["kind"], r["origin"], r["size"]) for r in description(path)["memory"]
    }
    assert linked == described


def in_renode() -> list[Path]:
    return [path for path in microcontrollers() if (path / "machine.repl").exists()]


def test_boards_run_in_renode() -> None:
    assert len(in_renode()) >= 10


@pytest.mark.parametrize("path", in_renode(), ids=by_name)
def test_renode_has_the_same_ram_and_it_holds_anything(path: Path) -> None:
    """As a chip's does from power-on: firmware that relies on zeros must fail."""
    script = (path / "machine.repl").read_text(encoding="utf-8")
    pattern = r"MappedMemory @ sysbus (0x\w+)\n    size: (0x\w+)\n(    ResetByte: 0xA7\n)?"
    emulated = {(int(o, 16), int(s, 16)): garbage for o, s, garbage in re.findall(pattern, script)}
    memory = [r for r in description(path)["memory"] if r["kind"] == "ram"]
    assert [r["name"] for r in memory if not emulated.get((r["origin"], r["size"]))] == []


@pytest.mark.parametrize("path", microcontrollers(), ids=by_name)
def test_every_piece_of_ram_has_a_section_for_an_arena(path: Path) -> None:
    """As --ram-regions names them: .arena, and .arena_<name> where there is more RAM."""
    script = (path / "memory.ld").read_text(encoding="utf-8")
    (first,) = re.findall(r'REGION_ALIAS\("ARENA", (\w+)\)', script)
    sections = re.findall(r"\*\((\.arena_\w+) \1\.\*\)\s+} > (\w+)", script)
    memory = [r["name"] for r in description(path)["memory"] if r["kind"] == "ram"]
    assert first in memory
    assert sections == [(f".arena_{name.lower()}", name) for name in memory if name != first]


@pytest.mark.parametrize("path", microcontrollers(), ids=by_name)
def test_the_stack_stands_first_in_memory_that_begins_on_512_kb(path: Path) -> None:
    """The guard below the stack (startup_cortex_m.c) is 512 kB, and must be aligned to that."""
    script = (path / "memory.ld").read_text(encoding="utf-8")
    (region,) = re.findall(r'REGION_ALIAS\("STACK", (\w+)\)', script)
    (origin,) = (r["origin"] for r in description(path)["memory"] if r["name"] == region)
    assert origin % (512 << 10) == 0


@pytest.mark.parametrize("path", microcontrollers(), ids=by_name)
def test_firmware_is_built_for_the_same_core(path: Path) -> None:
    build = (path / "BUILD").read_text(encoding="utf-8")
    assert re.findall(r'\bcore = "([^"]+)"', build) == [description(path)["core"]]
    assert f'mcu_target(\n    name = "{path.name}"' in build


@pytest.mark.parametrize("path", microcontrollers(), ids=by_name)
def test_the_board_does_not_run_faster_than_described(path: Path) -> None:
    config = (path / "board_config.h").read_text(encoding="utf-8")
    (clock,) = re.findall(r"#define BOARD_CLOCK_HZ (\d+)u", config)
    assert 0 < int(clock) <= description(path)["clock_hz"]


def test_targets_that_share_compiled_networks_get_the_same_c() -> None:
    """matrix.bzl: what the compiler does depends on nothing of a target but these two."""
    matrix = Path(os.environ["RUNFILES_DIR"], "netsuke", "tests", "emulator", "matrix.bzl")
    shared = re.findall(
        r'^    "(\w+)": "(\w+)",$', matrix.read_text(encoding="utf-8"), re.MULTILINE
    )
    pairs = [pair for pair in shared if (folder() / pair[1]).is_dir()]
    assert len(pairs) > 5
    for name, other in pairs:
        mine, theirs = description(folder() / name), description(folder() / other)
        assert (mine["isa"], mine["alignment"]) == (theirs["isa"], theirs["alignment"]), name
