"""What networks cost as firmware, measured in an emulator.

    ./bazelw run //tests/bench:speed -- [models] [--targets mps2_an386,…] [--layers]

Models are .tflite files or the names of known ones; without any, the project's own (and those that
lie beside the checked-out tree). Instructions are executed ones an inference, exact; by rows: how
many more those are than with --whole-layers, which has no layers run depth first. Cycles are
estimated from them (tests/bench/cycles.py says how), for a flash of --wait-states. Stack is what
an inference took, painted; bound is what it can take, by its code (tools/stack). Code is the flash
that the network takes beside its weights (what multipliers and packing add to the constants of the
.tflite is code in this sense); the test program is not in it. Where the peers'
figures are at hand (--peers FILE), TFLM is TensorFlow Lite Micro with CMSIS-NN, whose figures hold
a small test program too, and x is ours divided by theirs. Their arena holds the state.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import boards, firmware, networks, tables
from tests.bench.firmware import Bench, Failed, Measurement

HEADS: tuple[str, ...] = ("network", "instructions", "by rows", "/MAC", "cycles", "/MAC")
HEADS += ("arena", "state", "stack", "bound")
HEADS += ("code", "weights", "compile s", "LiteRT")
HEADS += ("TFLM instr.", "x", "TFLM arena", "x", "TFLM code", "x")


def row(found: Measurement, peer: networks.Peer) -> tuple[str, ...]:
    """The cells of a network."""
    per_mac = f"{found.instructions / found.macs:.2f}" if found.macs else tables.NOTHING
    by_rows = tables.NOTHING
    if found.whole_layers:
        by_rows = f"{found.instructions / found.whole_layers - 1:+.1%}"
    cells = [found.network, tables.number(found.instructions), by_rows, per_mac]
    per_mac = f"{found.cycles / found.macs:.2f}" if found.macs and found.cycles else tables.NOTHING
    cells += [tables.number(found.cycles or None), per_mac]
    sizes = (found.arena, found.state, found.stack, found.stack_bound, found.code, found.weights)
    cells += [tables.number(n) for n in sizes]
    cells += [f"{found.compile_seconds:.2f}", found.equals]
    pairs = (
        (found.instructions, peer.instructions),
        (found.arena + found.state, peer.arena),
        (found.code, peer.code),
    )
    for ours, theirs in pairs:
        cells += [tables.number(theirs), tables.times(networks.ratio(ours, theirs))]
    return tuple(cells)


def summary(found: Sequence[Measurement], figures: Mapping[str, Any], target: str) -> list[str]:
    """The geometric means of the ratios to the peers, of integer networks and of float ones; those
    that multiply nothing, of which an alias may be all that is left, would only blur them."""
    lines = []
    for floating, kind in ((False, "int8"), (True, "float32")):
        ratios: dict[str, float] = {}
        for m in found:
            peer = networks.peer(figures, m.network, target)
            ratio = networks.ratio(m.instructions, peer.instructions)
            if m.macs and m.floating == floating and ratio is not None and m.equals != "differs":
                ratios[m.network] = ratio
        if ratios:
            worst = max(ratios, key=lambda name: ratios[name])
            lines.append(
                f"{kind}: instructions against TensorFlow Lite Micro + CMSIS-NN: geometric mean "
                f"{networks.geometric_mean(ratios.values()):.3f} over {len(ratios)} networks with "
                f"MACs, worst {ratios[worst]:.3f} ({worst})"
            )
    return lines


def layer_rows(found: Measurement) -> list[tuple[str, ...]]:
    """The layers in order."""
    total = sum(layer.instructions for layer in found.layers)
    return [
        (
            layer.name,
            " ".join(layer.kernels).replace("nn_", "") or tables.NOTHING,
            tables.number(layer.macs),
            tables.number(layer.weights),
            tables.number(layer.instructions),
            f"{layer.instructions / layer.macs:.2f}" if layer.macs else tables.NOTHING,
            tables.number(layer.cycles or None),
            f"{layer.instructions / total:.1%}",
        )
        for layer in found.layers
    ]


def measure(
    bench: Bench, target: str, models: Sequence[Path], options: argparse.Namespace, to: Console
) -> tuple[list[Measurement], list[tuple[str, ...]]]:
    """All networks on one target: what was found, and the rows of the table."""
    figures = networks.peers(options.peers)
    board = boards.board(target)
    found: list[Measurement] = []
    rows: list[tuple[str, ...]] = []
    for model in models:
        with to.status(f"{target}: {model.stem}"):
            try:
                flags = options.flags.split()
                m = bench.measure(model, board, flags, options.layers, True, options.wait_states)
                m = bench.beside_whole_layers(model, board, flags, m)
            except Failed as error:
                rows.append((model.stem, str(error)))
                continue
        found.append(m)
        rows.append(row(m, networks.peer(figures, m.network, target)))
    return found, rows


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", help="files, or names of known networks")
    parser.add_argument(
        "--targets",
        default=boards.DEFAULT_TARGET,
        help=f"separated by commas, or all: {', '.join(boards.measurable())}",
    )
    parser.add_argument("--layers", action="store_true", help="instructions by layer too")
    parser.add_argument(
        "--wait-states", type=int, default=0, help="of the flash, for the estimate of cycles"
    )
    parser.add_argument("--flags", default="", help="further flags for the compiler, in one word")
    parser.add_argument("--peers", help="file of the peers' figures")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    parser.add_argument("--json", type=Path, help="write the measurements to this file")
    return parser.parse_args(arguments)


def targets(argument: str) -> list[str]:
    """The targets asked for. Raises ValueError if there is no such."""
    known = boards.measurable()
    asked = known if argument == "all" else argument.split(",")
    for target in asked:
        if target not in known:
            raise ValueError(f"no target {target} to measure on; there are {', '.join(known)}")
    return asked


def _title(target: str) -> str:
    place = boards.place_of(target)
    where = f", run on the board of {place}" if place != target else ""
    board = boards.board(target)
    return f"{target} ({board.core}{where}), {board.prefix}gcc -O2, QEMU"


def show(
    target: str,
    found: Sequence[Measurement],
    rows: Sequence[tuple[str, ...]],
    options: argparse.Namespace,
    to: Console,
) -> None:
    """The tables of one target."""
    if options.markdown:
        print(tables.markdown(HEADS, rows))
    else:
        notes = summary(found, networks.peers(options.peers), target)
        tables.show(to, _title(target), HEADS, rows, notes)
    for m in found if options.layers else ():
        heads = ("layer", "kernels", "MACs", "constants", "instructions", "/MAC", "cycles", "share")
        print()
        if options.markdown:
            print(tables.markdown(heads, layer_rows(m)))
        else:
            tables.show(to, f"{m.network} on {target}, by layer", heads, layer_rows(m), [])


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 if a network could not be measured or differs from the reference."""
    options = parse(arguments)
    to = tables.console()
    every: list[Measurement] = []
    failed = False
    try:
        models, asked = networks.chosen(options.models), targets(options.targets)
        networks.peers(options.peers)
    except (FileNotFoundError, ValueError) as error:
        print(f"speed: {error}", file=sys.stderr)
        return 2
    with firmware.temporary_folder() as folder:
        bench = Bench(Path(folder))
        for target in asked:
            found, rows = measure(bench, target, models, options, to)
            show(target, found, rows, options, to)
            every += found
            failed |= len(found) < len(models) or any(m.equals == "differs" for m in found)
    if options.json:
        rows_of_json = [dataclasses.asdict(m) for m in every]
        options.json.write_text(json.dumps(rows_of_json, indent=1) + "\n", encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
