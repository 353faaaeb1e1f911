"""What networks need of RAM, and how near that is to what can be proved.

    ./bazelw run //tests/bench:memory -- [models] [--target mps2_an386]

arena: bytes with inputs and outputs in it, as `netsuke compile` plans it. bound: no plan of the
same schedule is smaller; gap: how far the plan is above it. whole layers: the arena without
depth-first regions. planning: seconds of the processor's from the file to a plan that was checked.
state: bytes that live on between runs; the peers' arena holds them. to reach: what arena and state
are to take at most, and how far over that they are. Models as for the bench `speed`.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.compile import least
from compiler.errors import CompileError
from compiler.lower.lower import Schedule
from compiler.options import Options
from compiler.program import Region
from compiler.target import load
from tests.bench import boards, networks, tables

HEADS: tuple[str, ...] = ("network", "buffers", "arena", "bound", "gap", "regions")
HEADS += ("whole layers", "of it", "planning s", "state", "TFLM arena", "x", "to reach")

# What the arena and the state of a network are to take at most: bytes, or a share of what
# TensorFlow Lite Micro's arena takes.
GOALS: dict[str, int | float] = {
    "vww_96_int8": 32_500,
    "pretrainedResnet_quant": 14_000,
    "kws_ref_model": 6_000,
    "person_detect": 20_500,
    "mcunet_vww": 84_000,
    "micro_speech_quantized": 0.35,
    "mww_okay_nabu": 0.35,
    "trained_lstm_int8": 0.35,
    "ad01_int8": 0.35,
    "hello_world_int8": 0.35,
}


@dataclass(frozen=True)
class Memory:
    """Bytes, but for counts and seconds."""

    network: str
    buffers: int
    arena: int
    bound: int
    regions: int  # of layers that run depth first
    whole_layers: int  # the arena where none do
    seconds: float
    state: int


def measure(model: Path, target: str) -> Memory:
    """Plans a network. Raises CompileError."""
    options = Options(model.stem, load(target))
    data = model.read_bytes()
    start = time.process_time()
    _, program, plan = least(data, options)
    seconds = time.process_time() - start
    _, _, whole = least(data, dataclasses.replace(options, schedules=(Schedule.LAYERS,)))
    return Memory(
        model.stem,
        len(program.buffers),
        plan.arena_bytes,
        plan.lower_bound,
        sum(isinstance(item, Region) for item in program.schedule),
        whole.arena_bytes,
        seconds,
        program.state_bytes,
    )


def goal(network: str, peer: networks.Peer) -> int | None:
    """Bytes that a network is to take at most; None: nothing is said, or the peer is not known."""
    said = GOALS.get(network)
    if isinstance(said, float):
        return int(said * peer.arena) if peer.arena else None
    return said


def reached(found: Memory, peer: networks.Peer) -> str:
    """What was to be reached, and whether it was."""
    most = goal(found.network, peer)
    if most is None:
        return tables.NOTHING
    over = found.arena + found.state - most
    return f"{most:,}" if over <= 0 else f"{most:,}: {over:,} over"


def row(found: Memory, peer: networks.Peer) -> tuple[str, ...]:
    """The cells of a network."""
    gap = found.arena - found.bound
    share = networks.ratio(found.arena, found.whole_layers)
    return (
        found.network,
        tables.number(found.buffers),
        tables.number(found.arena),
        tables.number(found.bound),
        f"{gap:,}" if gap else "optimal",
        tables.number(found.regions),
        tables.number(found.whole_layers),
        tables.times(share),
        f"{found.seconds:.2f}",
        tables.number(found.state),
        tables.number(peer.arena),
        tables.times(networks.ratio(found.arena + found.state, peer.arena)),
        reached(found, peer),
    )


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 if a network does not compile."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", help="files, or names of known networks")
    parser.add_argument("--target", default=boards.DEFAULT_TARGET)
    parser.add_argument("--peers", help="file of the peers' figures")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    options = parser.parse_args(arguments)
    rows: list[tuple[str, ...]] = []
    to = tables.console()
    try:
        figures = networks.peers(options.peers)
        load(options.target)
        models = networks.chosen(options.models)
    except (CompileError, FileNotFoundError) as error:
        print(f"memory: {error}", file=sys.stderr)
        return 2
    for model in models:
        try:
            with to.status(model.stem):
                found = measure(model, options.target)
            rows.append(row(found, networks.peer(figures, model.stem, boards.DEFAULT_TARGET)))
        except CompileError as error:
            rows.append((model.stem, "; ".join(f"{p.where}: {p.found}" for p in error.problems)))
    if options.markdown:
        print(tables.markdown(HEADS, rows))
    else:
        tables.show(to, f"RAM, compiled for {options.target}", HEADS, rows, [])
    return int(any(len(cells) == 2 for cells in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
