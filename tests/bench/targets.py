"""What every network costs on every target: docs/TARGETS.md.

    ./bazelw run //tests/bench:targets                 # measures and prints
    ./bazelw run //tests/bench:targets -- --update     # measures and writes docs/TARGETS.md
    ./bazelw run //tests/bench:targets -- digits …     # some networks, with or without --update

Targets are those of targets/index.bzl. Those that share a core and kernels run the same code and
are measured once, in QEMU, on the board of one of them or on one that executes its instructions.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.compile import compile_model
from compiler.options import Options
from compiler.target import Target, load
from tests.bench import boards, firmware, networks, tables
from tests.bench.firmware import Bench, Failed, Measurement

PAGE = Path("docs", "TARGETS.md")
UPDATE = "./bazelw run //tests/bench:targets -- --update"
OWN, OTHERS, END = "<!-- own networks -->", "<!-- other networks -->", "<!-- end -->"
HEADS = (
    "targets",
    "core",
    "equals",
    "instructions",
    "a MAC",
    "arena",
    "stack",
    "flash",
    "too small",
)
TOLERANCE = 0.02  # of arenas before the page is stale
_ROW = re.compile(r"^\| (?P<targets>`[^|]*) \|(?P<cells>.*)\|$")


@dataclass(frozen=True)
class Kind:
    """Targets that run the same code."""

    targets: tuple[Target, ...]

    @property
    def names(self) -> str:
        return ", ".join(f"`{target.name}`" for target in self.targets)


def kinds() -> list[Kind]:
    """All targets, those with the same code together."""
    found: dict[tuple[str, str, int], list[Target]] = {}
    for target in map(load, boards.indexed()):
        found.setdefault((target.core, target.isa, target.align), []).append(target)
    return [Kind(tuple(group)) for _, group in sorted(found.items())]


def lacking(measured: Measurement, target: Target) -> str:
    """Of which memory the target has too little for the network, its state and its stack."""
    needed = {
        "flash": measured.code + measured.weights,
        "ram": measured.arena + measured.state + measured.stack_bound,
    }
    short = []
    for kind, most in ((k, target.bytes_of(k)) for k in needed):
        if most is not None and needed[kind] > most:
            short.append(f"{kind} of `{target.name}` by {needed[kind] - most:,}")
    return ", ".join(short)


def row(kind: Kind, found: Measurement) -> tuple[str, ...]:
    """The cells of a kind of target."""
    short = filter(None, (lacking(found, target) for target in kind.targets))
    per_mac = f"{found.instructions / found.macs:.2f}" if found.macs else tables.NOTHING
    sizes = (found.arena + found.state, found.stack, found.code + found.weights)
    return (
        kind.names,
        kind.targets[0].core,
        found.equals,
        tables.number(found.instructions),
        per_mac,
        *(tables.number(size) for size in sizes),
        ", ".join(short) or "–",
    )


def table(bench: Bench, model: Path, every: Sequence[Kind]) -> str:
    """A network on all targets, as Markdown."""
    rows: list[tuple[str, ...]] = []
    for kind in every:
        try:
            rows.append(row(kind, bench.measure(model, boards.board(kind.targets[0].name))))
        except Failed as error:
            nothing = (tables.NOTHING,) * (len(HEADS) - 3)
            rows.append((kind.names, kind.targets[0].core, str(error)[: tables.LONGEST], *nothing))
    return f"### {model.stem}\n\n{tables.markdown(HEADS, rows)}\n"


def section(bench: Bench, models: Iterable[Path]) -> str:
    """The tables of some networks."""
    every = kinds()
    found = []
    for model in models:
        print(model.stem, file=sys.stderr, flush=True)
        found.append(table(bench, model, every))
    return "\n".join(found)


def with_section(page: str, start: str, text: str) -> str:
    """The page with the text between a mark and the next end replaced."""
    before, mark, rest = page.partition(start)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"{PAGE} lacks {start} or {END}")
    return f"{before}{start}\n\n{text}\n{end}{after}"


def with_table(page: str, network: str, text: str) -> str:
    """The page with the table of a network replaced."""
    before, head, rest = page.partition(f"### {network}\n")
    if not head:
        raise ValueError(f"{PAGE} has no {network} yet: update it whole")
    end = min(at for at in (rest.find("### "), rest.find(END)) if at >= 0)
    return f"{before}{text}\n{rest[end:]}"


def arenas(page: str) -> dict[str, dict[str, int]]:
    """Network → target → arena (and state), of the project's own networks on the page."""
    text = page.partition(OWN)[2].partition(END)[0]
    found: dict[str, dict[str, int]] = {}
    for line in text.splitlines():
        match = _ROW.match(line)
        if line.startswith("### "):
            found[line[4:]] = {}
        elif match:
            arena = match["cells"].split("|")[HEADS.index("arena") - 1].strip().replace(",", "")
            names = re.findall(r"`(\w+)`", match["targets"])
            found[list(found)[-1]].update(
                dict.fromkeys(names, int(arena) if arena.isdigit() else -1)
            )
    return found


def stale(page: str) -> list[str]:
    """Where the page is not what the compiler makes of the project's own networks now."""
    written: Mapping[str, Mapping[str, int]] = arenas(page)
    problems = []
    for model in networks.own():
        for kind in kinds():
            compiled = compile_model(model.read_bytes(), Options(model.stem, kind.targets[0]))
            now = compiled.report["arena_bytes"] + compiled.report["state_bytes"]
            for target in kind.targets:
                before = written.get(model.stem, {}).get(target.name)
                if before is None or abs(now - before) > TOLERANCE * now:
                    problems.append(f"{model.stem} on {target.name}: arena {now}, not {before}")
    return problems


def main(arguments: Sequence[str]) -> int:
    """Writes or prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", help="files, or names of known networks")
    parser.add_argument("--update", action="store_true", help=f"write {PAGE}")
    options = parser.parse_args(arguments)
    with firmware.temporary_folder() as folder:
        bench = Bench(Path(folder))
        if not options.update:
            print(section(bench, networks.chosen(options.models)))
            return 0
        path = Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", boards.ROOT)) / PAGE
        text = path.read_text(encoding="utf-8")
        for model in networks.chosen(options.models) if options.models else ():
            text = with_table(text, model.stem, table(bench, model, kinds()))
        if not options.models:
            text = with_section(text, OWN, section(bench, networks.own()))
            if networks.others():  # they stay as they are where there are none
                text = with_section(text, OTHERS, section(bench, networks.mlperf()))
        path.write_text(text, encoding="utf-8")
    print(f"{PAGE} is written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
