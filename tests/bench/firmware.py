"""Builds a network as firmware, runs it in QEMU, and says what it cost.

Instructions are those between the call of the network's run and its return, counted by the plugin
tools/emulators/insn_count: exact, and the same every time. The inputs are three in a row of one
pseudo-random stream (tests/emulator/model_test.c states the generator); the count reported is the
third's.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.tflite.reader import read
from tests.bench import cycles
from tests.bench.boards import ROOT, Board
from tests.emulator.reference import SEED, Generator
from tools import elf, size_audit
from tools.emulators import qemu
from tools.stack import bound

RUNS = 3
NAME = "network"
HERE = Path(__file__).absolute().parent
DRIVER = ROOT / "tests" / "ops" / "driver"
COUNTER = ROOT / "tools" / "emulators" / "insn_count"
COMPILE_FLAGS = ["-O2", "-ffunction-sections", "-fdata-sections", "-fno-common"]
LINK_FLAGS = ["-nostartfiles", "-Wl,--gc-sections"]
DTYPES = {"int8_t": "int8", "uint8_t": "uint8", "int16_t": "int16", "int32_t": "int32"}
DTYPES |= {"float": "float32", "bool": "bool"}
MARKS = 4  # instructions of a mark and of its call, which are executed by block as well
SECONDS = 900  # that a network may run


class Failed(Exception):
    """A network could not be compiled, linked or run; the message is for a cell of a table."""


@dataclass(frozen=True)
class LayerCost:
    """What a layer costs: all that runs from its entry to the next layer's."""

    name: str
    kernels: tuple[str, ...]
    macs: int
    weights: int
    instructions: int
    cycles: int = 0  # estimated; 0: not asked for


@dataclass(frozen=True)
class Measurement:
    """What a network costs on a target; bytes, and instructions an inference."""

    network: str
    target: str
    instructions: int
    first_instructions: int  # of the first inference of all
    macs: int  # of the .tflite: those that the compiler proved needless are among them
    floating: bool  # whether it multiplies floats
    arena: int
    state: int
    stack: int  # painted: what an inference used
    stack_bound: int  # what it can use at most
    code: int  # flash that an empty program lacks, without the weights
    weights: int  # as in the .tflite, or less where the compiler removed some
    compile_seconds: float
    equals: str  # LiteRT's reference kernels: "exact", "1e-07", "differs", "–" (not compared)
    layers: tuple[LayerCost, ...] = ()
    cycles: int = 0  # estimated (cycles.py); 0: not asked for
    whole_layers: int = 0  # instructions where no layers run depth first; 0: not asked for


def _tool(command: Sequence[str | Path], what: str) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        told = [line for line in lines if re.search(r"error:|undefined|overflowed", line)] or lines
        raise Failed(f"{what}: {told[0] if told else 'failed'}")


def _environment() -> dict[str, str]:
    """For a Python that imports what this one does, wherever it is started."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}


def in_the_model(model: Path) -> tuple[int, int]:
    """MACs, and bytes of all constant tensors, of the .tflite."""
    graph = read(model.read_bytes(), NAME)
    constants = [t.data.nbytes for t in graph.tensors.values() if t.data is not None]
    return sum(node.op.macs(graph.site(node)) for node in graph.nodes), sum(map(int, constants))


def compile_network(
    model: Path, folder: Path, target: str, flags: Sequence[str]
) -> tuple[dict[str, Any], float]:
    """Runs the compiler's command line, as a user does; its report, and the seconds it took."""
    command = [sys.executable, "-m", "compiler.main", "compile", str(model), "-o", str(folder)]
    command += ["--name", NAME, "--target", target, *flags]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=_environment())
    seconds = time.perf_counter() - start
    if done.returncode:
        problems = re.findall(rf"{re.escape(str(model))}: (.*?)(?:;|$)", done.stderr, re.MULTILINE)
        raise Failed("does not compile: " + ", ".join(problems or done.stderr.split("\n")[-2:]))
    report: dict[str, Any] = json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))
    return report, seconds


def _ports(report: dict[str, Any]) -> str:
    """network_ports.h: what bench_main.c does not know of the network."""
    stateful = report["state_bytes"] > 0

    def each(kind: str, function: str) -> str:
        calls = (
            f"driver_{function}({NAME}_{kind}_{i}(arena), {port['bytes']}u)"
            for i, port in enumerate(report[f"{kind}s"])
        )
        return ", ".join(calls) or "(void)0"

    state = f"static {NAME}_state_t bench_state;" if stateful else ""
    run = f"{NAME}_run((arena){', &bench_state' if stateful else ''})"
    lines = [
        f'#include "{NAME}.h"',
        f"#define BENCH_ARENA_BYTES {max(report['arena_bytes'], 1)}u",
        "#ifdef BENCH_EMPTY",
        "#define READ_INPUTS(arena) driver_read((arena), 1u)",
        "#define WRITE_OUTPUTS(arena) driver_write((arena), 1u)",
        "#define RUN(arena) ((void)(arena))",
        "#define RESET() ((void)0)",
        "#else",
        state,
        f"#define READ_INPUTS(arena) {each('input', 'read')}",
        f"#define WRITE_OUTPUTS(arena) {each('output', 'write')}",
        f"#define RUN(arena) {run}",
        f"#define RESET() {f'{NAME}_reset(&bench_state)' if stateful else '((void)0)'}",
        "#endif",
    ]
    return "\n".join([*lines, ""])


def counting_plugin(folder: Path) -> Path:
    """The plugin: built by Bazel, else here."""
    built = COUNTER / "libinsn_count.so"
    if built.exists():
        return built
    made = folder / built.name
    source = COUNTER / "insn_count.c"
    _tool(["gcc", "-std=gnu99", "-O2", "-shared", "-fPIC", source, "-o", made], "plugin")
    return made


class Bench:
    """Measures networks; keeps what all of them need in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plugin = counting_plugin(folder)
        self.count = 0
        self.board_objects: dict[str, list[Path]] = {}

    def measure(
        self,
        model: Path,
        board: Board,
        flags: Sequence[str] = (),
        layers: bool = False,
        compare: bool = True,
        wait_states: int | None = None,
    ) -> Measurement:
        """Everything there is to know of a network on a board; cycles for a flash of that many wait
        states. Raises Failed."""
        self.count += 1
        folder = self.folder / str(self.count)
        report, seconds = compile_network(model, folder, board.target, flags)
        (folder / "network_ports.h").write_text(_ports(report), encoding="utf-8")
        firmware = self._build(folder, board, layers)
        (folder / "inputs.bin").write_bytes(inputs(report))
        estimated = wait_states is not None and board.core in cycles.CORES
        run = self._run(firmware, board, layers, estimated)
        counts = [int(n) for n in re.findall(r"^# instructions (\d+)$", run, re.MULTILINE)]
        stack = re.findall(r"^stack ([0-9a-f]{8})$", run, re.MULTILINE)
        if not counts or not stack:
            raise Failed("the firmware did not say what it used")
        most = stack_bound(firmware)
        if not 0 < int(stack[0], 16) <= most:
            raise Failed(f"it took {int(stack[0], 16)} bytes of stack, where {most} is the bound")
        sizes = size_audit.sizes(elf.read(firmware))
        share = size_audit.network(firmware.with_suffix(".map").read_text(), NAME)
        empty = size_audit.sizes(elf.read(firmware.with_name("empty.elf")))
        taken = cycles.Estimate()
        if estimated:
            core = cycles.CORES[board.core]
            taken = cycles.estimate(core, firmware, run, wait_states or 0)
            if not 0 <= taken.instructions - sum(counts) <= MARKS * len(counts):
                raise Failed(f"{taken.instructions} instructions by block, not {sum(counts)}")
        macs, constants = in_the_model(model)
        weights = min(share.constants, constants)
        return Measurement(
            network=model.stem,
            target=board.target,
            instructions=counts[-1],
            first_instructions=counts[0],
            macs=macs,
            floating=any(
                layer["macs"] and kernel.endswith("_f32")
                for layer in report["layers"]
                for kernel in layer["kernels"]
            ),
            arena=report["arena_bytes"],
            state=report["state_bytes"],
            stack=int(stack[0], 16),
            stack_bound=most,
            code=sizes.flash - empty.flash - weights,
            weights=weights,
            compile_seconds=seconds,
            equals=_compared(model, folder) if compare else "–",
            cycles=round(taken.total / len(counts)),
            layers=_layers(run, report, taken) if layers else (),
        )

    def beside_whole_layers(
        self, model: Path, board: Board, flags: Sequence[str], found: Measurement
    ) -> Measurement:
        """What was found, and the instructions where no layers run depth first. Raises Failed."""
        whole = [*(flag for flag in flags if "slower-by" not in flag), "--whole-layers"]
        if "--stream-input" in flags:
            return found
        self.count += 1
        report, _ = compile_network(model, self.folder / str(self.count), board.target, whole)
        count = found.instructions
        if report["arena_bytes"] != found.arena:  # else none did before
            count = self.measure(model, board, whole, compare=False).instructions
        return dataclasses.replace(found, whole_layers=count)

    def _objects(self, board: Board) -> list[Path]:
        """The board's own files and the driver, compiled once."""
        if board.target not in self.board_objects:
            sources = [*board.sources, DRIVER / "semihosting.c"]
            streams = ['-DDRIVER_INPUT="inputs.bin"', '-DDRIVER_OUTPUT="outputs.bin"']
            flags = [*board.compile_flags, *COMPILE_FLAGS, *_include(board), *streams]
            objects = []
            for number, source in enumerate(sources):
                objects.append(self.folder / f"{board.target}_{number}_{source.stem}.o")
                _tool([f"{board.prefix}gcc", *flags, "-c", source, "-o", objects[-1]], "board")
            self.board_objects[board.target] = objects
        return self.board_objects[board.target]

    def _build(self, folder: Path, board: Board, layers: bool) -> Path:
        """firmware.elf, its map, and empty.elf: the same without the network."""
        first = RUNS - 1 if layers else 0
        counted = [f"-DBENCH_RUNS={RUNS}u", f"-DBENCH_FIRST_COUNTED={first}u"]
        flags = [*board.compile_flags, *COMPILE_FLAGS, f"-I{folder}", *_include(board)]
        compiler = [f"{board.prefix}gcc", *flags, "-c"]
        network = folder / f"{NAME}.o"
        _tool([*compiler, folder / f"{NAME}.c", "-o", network], "C compiler")
        script = [f"-L{d}" for d in board.includes] + ["-T", str(board.linker_script)]
        libraries = ["-Wl,--start-group", "-lc", "-lm", "-lgcc", "-Wl,--end-group"]
        for stem, extra in (("firmware", []), ("empty", ["-DBENCH_EMPTY"])):
            main = folder / f"{stem}.o"
            _tool([*compiler, *counted, *extra, HERE / "bench_main.c", "-o", main], "C compiler")
            objects = [main, *self._objects(board), *([network] if stem == "firmware" else [])]
            link = [f"{board.prefix}gcc", *board.link_flags, *LINK_FLAGS, *script]
            link += [
                *map(str, objects),
                f"-Wl,-Map={folder / stem}.map",
                *libraries,
                "-o",
                f"{folder / stem}.elf",
            ]
            _tool(link, "linker")
        return folder / "firmware.elf"

    def _run(self, firmware: Path, board: Board, layers: bool, by_block: bool) -> str:
        """What the firmware and the plugin print. Its files are those of its folder."""
        wanted = [",phases=layer_"] * layers + [",blocks=on"] * by_block
        plugin = ["-plugin", f"{self.plugin.resolve()}{''.join(wanted)}"]
        command = qemu.command(firmware, board.machine, [*board.machine_arguments, *plugin])
        try:
            done = subprocess.run(
                command,
                cwd=firmware.parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"ran longer than {SECONDS} s") from error
        if done.returncode:
            last = done.stdout.strip().splitlines()[-1:] or ["nothing"]
            raise Failed(f"exit status {done.returncode}: {last[0]}")
        return done.stdout


def stack_bound(firmware: Path) -> int:
    """Bytes of stack that the function which is measured can take, called from main."""
    found = bound.of_elf(firmware)
    runs = [found[name] for name in ("run_counted", "run_uncounted") if name in found]
    known = [r.bytes for r in runs if r.bytes is not None]
    if len(known) < len(runs):
        raise Failed("; ".join(bound.told(r) for r in runs))
    return max(known)


def _include(board: Board) -> list[str]:
    return [f"-I{folder}" for folder in (*board.includes, DRIVER)]


def inputs(report: dict[str, Any]) -> bytes:
    """The inputs of all runs, one after the other."""
    generator = Generator(SEED)
    data = b""
    for _ in range(RUNS):
        for port in report["inputs"]:
            tensor = generator.tensor(tuple(port["shape"]), DTYPES[port["type"]])
            data += tensor.tobytes()
    return data


def _compared(model: Path, folder: Path) -> str:
    """How the outputs compare with LiteRT's; in a process of its own, as some models crash it."""
    command = [sys.executable, "-m", "tests.bench.litert", str(model)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=_environment())
    return done.stdout.strip() if done.returncode == 0 else "–"


def _layers(run: str, report: dict[str, Any], taken: cycles.Estimate) -> tuple[LayerCost, ...]:
    """The layers' costs in the order of the network; what no layer runs comes last."""
    counts = dict(re.findall(r"^# phase (\S+) (\d+)$", run, re.MULTILINE))
    costs = [
        LayerCost(
            layer["name"],
            tuple(layer["kernels"]),
            layer["macs"],
            layer["weight_bytes"],
            int(counts.pop(f"layer_{layer['name']}", 0)),
            round(taken.by_phase.pop(f"layer_{layer['name']}", 0)),
        )
        for layer in report["layers"]
    ]
    rest = sum(int(count) for count in counts.values())
    return (*costs, LayerCost("before the first layer", (), 0, 0, rest, round(taken.total)))


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Where a Bench builds."""
    return tempfile.TemporaryDirectory(prefix="netsuke-bench-")
