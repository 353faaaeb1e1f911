"""The boards that firmware is measured on, as targets/ declares them.

A target's BUILD file says its core, start-up sources and QEMU machine; cores.bzl says the core's
flags. Both are Starlark, and of the part of it that is Python too: they are executed here, so that
nothing is said twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).absolute().parents[2]
TARGETS = ROOT / "targets"
CORES = ROOT / "tools" / "bazel" / "toolchains" / "cores.bzl"

# The code for a target whose memory holds few networks is run on the board of another.
MEASURED_ON = {"microbit": "mps2_an385"}
# The board in QEMU for cores that it has none of: it executes their instructions, too.
EXECUTED_BY = {"cortex-m0plus": "mps2_an385", "cortex-m85": "mps3_an547"}
DEFAULT_TARGET = "mps2_an386"


@dataclass(frozen=True)
class Board:
    """How firmware for a target is compiled, linked and run."""

    target: str
    core: str
    prefix: str  # of the tools' names
    compile_flags: tuple[str, ...]  # of the core and the C library
    link_flags: tuple[str, ...]
    sources: tuple[Path, ...]
    includes: tuple[Path, ...]
    linker_script: Path
    machine: str  # QEMU's name; "": it has no such board
    machine_arguments: tuple[str, ...]


def _starlark(path: Path, **functions: Callable[..., object]) -> dict[str, Any]:
    """Executes a BUILD or .bzl file; its functions are the ones given, and others do nothing.
    Constants that it loads are empty lists."""

    def nothing(*_args: object, **_kwargs: object) -> None:
        return None

    def load(_path: str, *names: str) -> None:
        for name in names:
            scope.setdefault(name, [] if name.isupper() else nothing)

    names = ("package", "exports_files", "cc_library", "filegroup", "glob")
    scope: dict[str, Any] = {**dict.fromkeys(names, nothing), "load": load, **functions}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), scope)
    return scope


def _declaration(target: str) -> dict[str, Any]:
    """The arguments of the target's mcu_target."""
    found: list[dict[str, Any]] = []
    _starlark(TARGETS / target / "BUILD", mcu_target=lambda **kwargs: found.append(kwargs))
    (declaration,) = found
    return declaration


def _common_sources() -> dict[str, Sequence[str]]:
    """The file groups of targets/common, by label."""
    groups: dict[str, Sequence[str]] = {}

    def filegroup(name: str, srcs: Sequence[str] | None) -> None:
        groups[f"//targets/common:{name}"] = srcs or ()

    _starlark(TARGETS / "common" / "BUILD", filegroup=filegroup)
    return groups


def toolchain(core: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The tools' prefix, and what GCC is told of a core for compiling and for linking."""
    cores = _starlark(CORES)
    about = cores["ARCHITECTURES"][cores["architecture"](core)]
    flags = cores["CORES"][core]
    return (
        about["prefix"],
        (*flags, *about["compile_flags"]),
        (*flags, *about["link_flags"]),
    )


def indexed() -> dict[str, str]:
    """All targets, with the emulator of each."""
    index: dict[str, str] = _starlark(TARGETS / "index.bzl")["TARGETS"]
    return dict(sorted(index.items()))


def measurable() -> list[str]:
    """The targets that QEMU has a board of."""
    return [target for target, emulator in indexed().items() if emulator == "qemu"]


def place_of(target: str) -> str:
    """The target on whose board in QEMU code for a target is measured."""
    core = _declaration(target)["core"]
    same = [t for t in measurable() if _declaration(t)["core"] == core]
    if target not in same:
        target = same[0] if same else EXECUTED_BY.get(core, target)
    return MEASURED_ON.get(target, target)


def board(target: str) -> Board:
    """The board that code for the target is measured on."""
    return _code_on(target, place_of(target))


def itself(target: str) -> Board:
    """The target's own board, whether QEMU has it or not."""
    return _code_on(target, target)


def _code_on(target: str, place: str) -> Board:
    """Code for a target's core, with the start-up, console and memory of a place."""
    here = _declaration(place)
    core = _declaration(target)["core"]
    groups = _common_sources()
    folder, common = TARGETS / place, TARGETS / "common"
    prefix, compile_flags, link_flags = toolchain(core)
    sources: list[Path] = []
    for label in here["srcs"]:
        if label in groups:
            sources += [common / name for name in groups[label] if name.endswith(".c")]
        elif label.endswith(".c"):
            sources.append(folder / label)
    return Board(
        target=target,
        core=core,
        prefix=prefix,
        compile_flags=compile_flags,
        link_flags=link_flags,
        sources=tuple(sources),
        includes=(common, folder),
        linker_script=folder / here["linker_script"],
        machine=here.get("qemu_machine", ""),
        machine_arguments=tuple(here.get("qemu_args", ())),
    )
