r"""Adds a target: a folder of targets/ like another one, its declaration, its row in the README.

    ./bazelw run //tools:new_target -- nucleo_f767zi --like stm32f746g_disco \
        --title "ST NUCLEO-F767ZI (STM32F767ZI)" --memory FLASH=0x08000000:2M \
        --memory RAM=0x20020000:384K --memory DTCM=0x20000000:128K

What is not given is the other target's. All files are written, or none: a mistake is said before.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20}


class Mistake(Exception):
    """The command line asks for what cannot be; the message says why and what can."""


@dataclass(frozen=True)
class Region:
    """Where a memory begins, and its bytes."""

    origin: int
    size: int


def _region(text: str) -> tuple[str, Region]:
    found = re.fullmatch(r"(\w+)=(0x[0-9A-Fa-f]+):(\d+)([KM]?)", text)
    if not found:
        raise Mistake(f"--memory {text}: not NAME=ORIGIN:SIZE, such as RAM=0x20000000:64K")
    return found[1], Region(int(found[2], 16), int(found[3]) * UNITS[found[4]])


def _size(size: int) -> str:
    """As linker scripts have it."""
    for unit in ("M", "K"):
        if size % UNITS[unit] == 0:
            return f"{size // UNITS[unit]}{unit}"
    return str(size)


def _replaced(text: str, pattern: str, replacement: str, where: str) -> str:
    changed, count = re.subn(pattern, lambda _: replacement, text, count=1, flags=re.MULTILINE)
    if not count:
        raise Mistake(f"{where}: no {pattern} to change; write this file by hand")
    return changed


def _with_memory(files: dict[str, str], memory: Mapping[str, Region]) -> None:
    """Changes origins and sizes in target.toml, memory.ld and machine.repl."""
    described = {r["name"]: r for r in tomllib.loads(files["target.toml"])["memory"]}
    for name, new in memory.items():
        if name not in described:
            raise Mistake(f"--memory {name}: there is {', '.join(described)}")
        old = Region(described[name]["origin"], described[name]["size"])
        origin = f"0x{new.origin >> 16:04X}_{new.origin & 0xFFFF:04X}"
        size = f"0x{new.size >> 16:04X}_{new.size & 0xFFFF:04X}"
        block = rf'(?<=name = "{name}")([^\[]*)origin = \S+\nsize = \S+'
        found = re.search(block, files["target.toml"])
        if not found:
            raise Mistake(f"target.toml: {name} is not written as name, kind, origin, size")
        text = f"{found[1]}origin = {origin}\nsize = {size}"
        files["target.toml"] = _replaced(files["target.toml"], block, text, "target.toml")
        line = rf"(?<=  {name} )(\(\w+\)) : ORIGIN = \S+, LENGTH = \w+"
        access = re.search(line, files["memory.ld"])
        text = f"{access[1] if access else ''} : ORIGIN = 0x{new.origin:08X}, LENGTH = "
        text += _size(new.size)
        files["memory.ld"] = _replaced(files["memory.ld"], line, text, "memory.ld")
        if "machine.repl" in files:
            mapped = rf"sysbus 0x0*{old.origin:X}\n    size: 0x0*{old.size:X}$"
            text = f"sysbus 0x{new.origin:08X}\n    size: 0x{new.size:X}"
            files["machine.repl"] = _replaced(files["machine.repl"], mapped, text, "machine.repl")


def _with_core(files: dict[str, str], core: str, targets: Path) -> None:
    """Another core, with the kernels and the alignment of a target that has it."""
    descriptions = {
        path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(targets.glob("*/target.toml"))
    }
    same = [fields for fields in descriptions.values() if fields["core"] == core]
    if not same:
        cores = sorted({fields["core"] for fields in descriptions.values()} - {"host"})
        raise Mistake(f"--core {core}: no target has it to take kernels from, but {cores}")
    values = {"core": f'"{core}"', "isa": f'"{same[0]["isa"]}"', "alignment": same[0]["alignment"]}
    for key, value in values.items():
        line = f"{key} = {value}"
        files["target.toml"] = _replaced(files["target.toml"], rf"^{key} = \S+", line, key)
    files["BUILD"] = _replaced(files["BUILD"], r'\bcore = "[^"]+"', f'core = "{core}"', "BUILD")
    if "machine.repl" in files:
        kind = f'cpuType: "{core.replace("plus", "+")}"'
        pattern = r'cpuType: "[^"]+"'
        files["machine.repl"] = _replaced(files["machine.repl"], pattern, kind, "machine.repl")


def folder(options: argparse.Namespace, targets: Path) -> dict[str, str]:
    """The texts of the new folder's files, by name."""
    like = targets / options.like
    if not (like / "BUILD").exists() or options.like in ("common", "host"):
        known = ", ".join(sorted(p.parent.name for p in targets.glob("*/memory.ld")))
        raise Mistake(f"--like {options.like}: there is {known}")
    files = {
        path.name: path.read_text(encoding="utf-8") for path in like.iterdir() if path.is_file()
    }
    for name, pattern in {
        "BUILD": rf'(?<=name = "){options.like}(?=")',
        "target.toml": rf'(?<=^name = "){options.like}(?=")',
        "machine.resc": rf'(?<=\$name\?="){options.like}(?=")',
    }.items():
        if name in files:
            files[name] = _replaced(files[name], pattern, options.name, name)
    title = options.title or options.name
    files["target.toml"] = _replaced(files["target.toml"], r"(?<=\A# ).*?(?=, as |\n)", title, "")
    if "machine.repl" in files:
        pattern = r"(?<=\A// ).*?(?=, as |\n)"
        files["machine.repl"] = _replaced(files["machine.repl"], pattern, title, "machine.repl")
        pattern = r"(?<=\A:name: ).*"
        files["machine.resc"] = _replaced(files["machine.resc"], pattern, title, "machine.resc")
    if options.core:
        _with_core(files, options.core, targets)
    if options.clock_hz:
        line = f"clock_hz = {options.clock_hz:_}"
        files["target.toml"] = _replaced(files["target.toml"], r"^clock_hz = \S+", line, "clock_hz")
    if options.qemu_machine:
        line = f'qemu_machine = "{options.qemu_machine}"'
        files["BUILD"] = _replaced(files["BUILD"], r'qemu_machine = "[^"]+"', line, "BUILD")
    _with_memory(files, dict(map(_region, options.memory)))
    return files


def declared(index: str, name: str, like: str) -> str:
    """targets/index.bzl with one more line, in alphabetical order."""
    found = re.search(rf'^    "{like}": (.*)$', index, re.MULTILINE)
    if not found:
        raise Mistake(f"targets/index.bzl: {like} is not there")
    entries = re.findall(r'^    "\w+": .*$', index, re.MULTILINE)
    block = "\n".join(sorted([*entries, f'    "{name}": {found[1]}']))
    return index.replace("\n".join(entries), block)


def listed(readme: str, name: str, like: str) -> str:
    """The README with a row for the target, below that of the other one."""
    found = re.search(rf"^\| `{like}` (\|.*\n)", readme, re.MULTILINE)
    if not found:
        raise Mistake(f"README.md: {like} has no row")
    return readme.replace(found[0], f"{found[0]}| `{name}` {found[1]}")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", help="of the folder: small letters, digits and _")
    parser.add_argument("--like", required=True, help="the target whose files are taken over")
    parser.add_argument("--title", help='board and part: "ST NUCLEO-F767ZI (STM32F767ZI)"')
    parser.add_argument("--core", help="a key of CORES in tools/bazel/toolchains/cores.bzl")
    parser.add_argument("--clock-hz", type=int, help="highest clock of the core")
    parser.add_argument(
        "--memory",
        action="append",
        default=[],
        metavar="NAME=ORIGIN:SIZE",
        help="a memory of the other target with another origin or size; may be repeated",
    )
    parser.add_argument("--qemu-machine", help="QEMU's name of the board")
    parser.add_argument("--root", type=Path, help="the tree to write to, if not this one")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Writes the folder and the two lines."""
    options = parse(arguments)
    here = os.environ.get("BUILD_WORKSPACE_DIRECTORY") or Path(__file__).absolute().parents[1]
    root = options.root or Path(here)
    targets = root / "targets"
    try:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", options.name):
            raise Mistake(f"{options.name}: small letters, digits and _, a letter first")
        if (targets / options.name).exists():
            raise Mistake(f"targets/{options.name} exists")
        files = {targets / options.name / k: v for k, v in folder(options, targets).items()}
        for path, add in {targets / "index.bzl": declared, root / "README.md": listed}.items():
            files[path] = add(path.read_text(encoding="utf-8"), options.name, options.like)
    except Mistake as mistake:
        print(f"new_target: {mistake}", file=sys.stderr)
        return 1
    (targets / options.name).mkdir()
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
        print(f"written: {path.relative_to(root)}")
    print(
        f"Clock, UART and pins in board_config.h and console.c are still those of {options.like}."
    )
    print(
        f"Then: ./bazelw test //tests/emulator:test_targets, and the tests of {options.name} there."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
