"""Compiles and runs generated networks, many in one program: on the host, and in an emulator.

A program reads all inputs from one stream and writes all outputs to another (driver/driver.h).
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compiler.ir import Array
from tools.emulators import qemu

from . import poison

ROOT = Path(__file__).absolute().parents[2]
DRIVER = ROOT / "tests/ops/driver"
STRICT = "-std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror"
# -O0 compiles four times as fast as -O1 under the sanitizers; the emulated board gets -O2.
SANITIZE = "-fsanitize=address,undefined -fno-sanitize-recover=all"
HOST = [*f"gcc {STRICT} -O0 {SANITIZE}".split(), "-DNN_KERNEL=static inline"]
M4_CORE = "-mthumb -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard"
M0_CORE = "-mthumb -mcpu=cortex-m0 -mfloat-abi=soft"
M55_CORE = "-mthumb -mcpu=cortex-m55 -mfloat-abi=hard"
BOARD = f"{STRICT} -O2 -ffunction-sections -fdata-sections"
BOARD_LINK = "-nostartfiles --specs=nano.specs -Wl,--gc-sections"
COMPILERS_AT_ONCE = 2
TOGETHER = 10  # networks in a file
_STATIC = re.compile(r"^(?:static const|LAYER) [\w ]*?(\w+)[\[(]", re.MULTILINE)
_TYPES = re.compile(r"^\} (\w+);$", re.MULTILINE)


@dataclass(frozen=True)
class Board:
    """An emulated board: its target, QEMU's name for it, the compiler's options for its core."""

    target: str
    machine: str
    core: str


M4 = Board("mps2_an386", "mps2-an386", M4_CORE)
M0 = Board("mps2_an385", "mps2-an385", M0_CORE)  # the core of another, for its memory
M55 = Board("mps3_an547", "mps3-an547", M55_CORE)


@dataclass(frozen=True)
class Computer:
    """Another kind of computer: the cross compiler's prefix, QEMU's user mode, the byte order as
    NumPy has it ("<": the lowest byte first)."""

    prefix: str
    emulator: str
    byte_order: str


@dataclass(frozen=True, eq=False)
class Network:
    """Generated code (files by name) with what it is to be run on and to give. `poison` is C that
    tells AddressSanitizer what is alive in the arena (poison.py), "" for none."""

    name: str
    files: Mapping[str, bytes]
    runs: Sequence[Sequence[Array]]
    wanted: Sequence[Sequence[Array]]
    poison: str = ""

    @property
    def stateful(self) -> bool:
        return self._declares("reset")

    @property
    def streamed(self) -> bool:
        return self._declares("push_row")

    def _declares(self, function: str) -> bool:
        return f"{self.name}_{function}(".encode() in self.files[f"{self.name}.h"]


class Failed(AssertionError):
    """A program could not be built, or ended other than with exit status 0."""


def run_on_host(networks: Sequence[Network], folder: Path) -> Iterator[list[tuple[Array, ...]]]:
    """The outputs of each network's runs, with AddressSanitizer and UBSan watching."""
    _write_sources(networks, folder, poisoned=True)
    sources = [*_sources(networks, folder), DRIVER / "driver.c"]
    return _outputs(networks, program_on_host(sources, [folder], _inputs(networks), folder))


def run_on_m4(networks: Sequence[Network], folder: Path) -> Iterator[list[tuple[Array, ...]]]:
    """The same on the emulated Cortex-M4 board mps2_an386."""
    return _run_on_board(M4, networks, folder)


def run_on_m0(networks: Sequence[Network], folder: Path) -> Iterator[list[tuple[Array, ...]]]:
    """The same as code for a Cortex-M0, on the board mps2_an385."""
    return _run_on_board(M0, networks, folder)


def run_on_m55(networks: Sequence[Network], folder: Path) -> Iterator[list[tuple[Array, ...]]]:
    """The same on the emulated Cortex-M55 board mps3_an547, with MVE."""
    return _run_on_board(M55, networks, folder)


def _run_on_board(
    board: Board, networks: Sequence[Network], folder: Path
) -> Iterator[list[tuple[Array, ...]]]:
    _write_sources(networks, folder)
    sources = [*_sources(networks, folder), DRIVER / "driver.c"]
    return _outputs(networks, program_on(board, sources, [folder], _inputs(networks), folder))


def run_on_computer(
    computer: Computer, networks: Sequence[Network], folder: Path
) -> Iterator[list[tuple[Array, ...]]]:
    """The same as a program of another computer, in QEMU's user mode."""
    _write_sources(networks, folder)
    sources = [*_sources(networks, folder), DRIVER / "driver.c", DRIVER / "host.c"]
    gcc = f"{computer.prefix}gcc"
    objects = _objects([gcc, *STRICT.split(), "-O1", f"-I{folder}", f"-I{DRIVER}"], sources, folder)
    program = folder / "program"
    _tool([gcc, "-static", *objects, "-lm", "-o", program])
    data = _inputs(networks, computer.byte_order)
    done = subprocess.run(
        [computer.emulator, program], input=data, capture_output=True, timeout=300
    )
    if done.returncode:
        raise Failed(done.stderr.decode(errors="replace")[:4000])
    return _outputs(networks, done.stdout, computer.byte_order)


def program_on_host(
    sources: Sequence[Path], include: Sequence[Path], data: bytes, folder: Path
) -> bytes:
    """What a program that reads and writes through driver.h makes of the data."""
    flags = [*HOST, *(f"-I{d}" for d in (*include, DRIVER))]
    program = folder / "program"
    objects = _objects(flags, [*sources, DRIVER / "host.c"], folder)
    _tool(["gcc", *SANITIZE.split(), *objects, "-lm", "-o", program])
    done = subprocess.run([program], input=data, capture_output=True, timeout=300)
    if done.returncode:
        raise Failed(done.stderr.decode(errors="replace")[:4000])
    return done.stdout


def program_on_m4(
    sources: Sequence[Path], include: Sequence[Path], data: bytes, folder: Path
) -> bytes:
    """The same as firmware of the Cortex-M4 board."""
    return program_on(M4, sources, include, data, folder)


def program_on(
    board: Board, sources: Sequence[Path], include: Sequence[Path], data: bytes, folder: Path
) -> bytes:
    """The same as firmware of a board."""
    (folder / "inputs.bin").write_bytes(data)
    target, common = ROOT / "targets" / board.target, ROOT / "targets/common"
    files = [f'-DDRIVER_{k.upper()}="{folder / k}s.bin"' for k in ("input", "output")]
    compile_only = f"arm-none-eabi-gcc {board.core} {BOARD}".split()
    flags = [*compile_only, *(f"-I{d}" for d in (*include, DRIVER, common, target)), *files]
    own = [common / f"{n}.c" for n in ("startup_cortex_m", "console", "semihosting")]
    objects = _objects(flags, [*sources, DRIVER / "semihosting.c", *own], folder)
    script = [f"-L{common}", f"-L{target}", "-T", f"{target}/memory.ld"]
    elf = folder / "firmware.elf"
    link: list[str | Path] = [
        "arm-none-eabi-gcc",
        *board.core.split(),
        *BOARD_LINK.split(),
        *script,
    ]
    _tool([*link, *objects, "-lc", "-lm", "-lgcc", "-o", elf])
    done = qemu.run_firmware(elf, board.machine, seconds=300)
    if done.status or done.timed_out:
        raise Failed("\n".join(done.lines)[-4000:] or "the firmware did not end in time")
    return (folder / "outputs.bin").read_bytes()


def _tool(command: Sequence[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{' '.join(map(str, command))}\n{done.stderr[:4000]}")


def _objects(flags: Sequence[str], sources: Sequence[Path], folder: Path) -> list[Path]:
    """Compiles; a file is named after its place, for names may repeat."""
    objects = [folder / f"{i}_{s.stem}.o" for i, s in enumerate(sources)]
    commands = [[*flags, "-c", s, "-o", o] for s, o in zip(sources, objects, strict=True)]
    with ThreadPoolExecutor(COMPILERS_AT_ONCE) as pool:
        list(pool.map(_tool, commands))
    return objects


def _sources(networks: Sequence[Network], folder: Path) -> list[Path]:
    """Files to compile: some networks each, which saves most of the compilers' time."""
    groups = range(0, len(networks), TOGETHER)
    return [*(folder / f"group_{first}.c" for first in groups), folder / "table.c"]


def _group(networks: Sequence[Network], poisoned: bool) -> str:
    """Networks in one file, the names of their static parts made different."""
    lines: list[str] = []
    for n in networks:
        lines.append("#undef NN_TRACE\n#undef NN_TRACE_HEADER\n#undef NN_POISON")
        if poisoned and n.poison:
            lines += ['#define NN_TRACE_HEADER "poison.h"', n.poison]
        text = n.files[f"{n.name}.c"].decode()
        names = sorted({*_STATIC.findall(text), *_TYPES.findall(text)})
        lines += [f"#define {name} {n.name}_{name}" for name in names]
        lines += [f'#include "{n.name}.c"', *(f"#undef {name}" for name in names)]
    return "\n".join([*lines, ""])


def _write_sources(networks: Sequence[Network], folder: Path, poisoned: bool = False) -> None:
    (folder / "poison.h").write_text(poison.HEADER)
    for network in networks:
        for name, text in network.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
    for first in range(0, len(networks), TOGETHER):
        text = _group(networks[first : first + TOGETHER], poisoned)
        (folder / f"group_{first}.c").write_text(text)
    (folder / "table.c").write_text(_table(networks, poisoned))


def _table(networks: Sequence[Network], poisoned: bool) -> str:
    """driver_cases: for each network a function that reads, runs and writes."""
    lines = ['#include "driver.h"', *(f'#include "{n.name}.h"' for n in networks), ""]
    lines += [poison.declaration(n.name) for n in networks if n.poison]
    for n in networks:
        name, upper = n.name, n.name.upper()
        lines.append(f"static void run_{name}(void *arena) {{")
        if n.stateful:
            lines += [f"  static {name}_state_t state;", "  static int runs;"]
            lines += ["  if (runs++ == 0) {", f"    {name}_reset(&state);", "  }"]
        state = ", &state" if n.stateful else ""
        hook = [f"  poison_{name}(arena, {poison.BEFORE_ALL});"] if poisoned and n.poison else []
        if n.streamed:
            lines += [*hook, *_pushes(n, state)]
        else:
            for i in range(len(n.runs[0])):
                lines.append(f"  driver_read({name}_input_{i}(arena), {upper}_INPUT_{i}_BYTES);")
            lines += [*hook, f"  {name}_run(arena{state});"]
        for i in range(len(n.wanted[0])):
            lines.append(f"  driver_write({name}_output_{i}(arena), {upper}_OUTPUT_{i}_BYTES);")
        lines += ["}", ""]
    entries = [f"    {{run_{n.name}, {n.name.upper()}_ARENA_BYTES}}," for n in networks]
    lines += ["const driver_case_t driver_cases[] = {", *entries, "};"]
    lines += [f"const uint32_t driver_count = {len(networks)};"]
    lines += [f"const uint32_t driver_runs = {len(networks[0].runs)};", ""]
    return "\n".join(lines)


def _pushes(network: Network, state: str) -> list[str]:
    """Row by row, which only the last one ends; every row stands where the one before stood."""
    name, upper = network.name, network.name.upper()
    ctype = {"float32": "float"}.get(t := str(network.runs[0][0].dtype), f"{t}_t")
    return [
        f"  static {ctype} row[{upper}_ROW_ELEMENTS];",
        f"  {name}_begin(arena);",
        f"  for (uint32_t y = 1; y <= {upper}_ROWS; ++y) {{",
        "    driver_read(row, sizeof row);",
        f"    driver_must({name}_push_row(arena{state}, row) == (y == {upper}_ROWS));",
        "  }",
    ]


def _inputs(networks: Sequence[Network], order: str = "=") -> bytes:
    arrays = (a for n in networks for run in n.runs for a in run)
    return b"".join(np.asarray(a).astype(a.dtype.newbyteorder(order)).tobytes() for a in arrays)


def _outputs(
    networks: Sequence[Network], data: bytes, order: str = "="
) -> Iterator[list[tuple[Array, ...]]]:
    """The outputs that a program wrote, shaped and typed as those that are wanted."""
    size = sum(w.nbytes for n in networks for run in n.wanted for w in run)
    if len(data) != size:
        raise Failed(f"{len(data)} bytes of output, not {size}")
    at = 0
    for network in networks:
        runs = []
        for run in network.wanted:
            found = []
            for w in run:
                there = np.frombuffer(data, w.dtype.newbyteorder(order), w.size, at)
                found.append(there.astype(w.dtype).reshape(w.shape))
                at += w.nbytes
            runs.append(tuple(found))
        yield runs
