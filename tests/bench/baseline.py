"""The cost of the project's own networks, stored: a change that makes one grow is noticed.

    ./bazelw run //tests/bench:baseline                  # measures and compares
    ./bazelw run //tests/bench:baseline -- --update      # measures, writes baseline.json and the
                                                         # table in README.md

Instructions, arena and code are the same in every run; another C compiler gives other ones.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench import boards, firmware, networks, tables
from tests.bench.firmware import Bench, Failed

FILE = Path("tests", "bench", "baseline.json")
TARGETS = ("mps2_an386", "microbit", "mps3_an547")  # one for each set of kernels
TOLERANCE = 0.02
COSTS = ("instructions", "arena", "code")  # must not grow
FACTS = ("macs", "stack", "weights")  # stored for the README
START, END = "<!-- from tests/bench/baseline.json -->", "<!-- end -->"
UPDATE = "./bazelw run //tests/bench:baseline -- --update"

Costs = Mapping[str, int]
Baseline = Mapping[str, Mapping[str, Costs]]  # network → target → costs


def c_compiler() -> str:
    """What the costs depend on besides netsuke."""
    command = ["arm-none-eabi-gcc", "-dumpfullversion"]
    version = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return f"arm-none-eabi-gcc {version}"


def measured() -> dict[str, dict[str, dict[str, int]]]:
    """The costs of the project's own networks. Raises Failed for one that cannot be measured."""
    costs: dict[str, dict[str, dict[str, int]]] = {}
    with firmware.temporary_folder() as folder:
        bench = Bench(Path(folder))
        for model in networks.own():
            for target in TARGETS:
                try:
                    found = bench.measure(model, boards.board(target), compare=False)
                except Failed as error:
                    raise Failed(f"{model.stem} on {target}: {error}") from error
                row = {name: int(getattr(found, name)) for name in COSTS + FACTS}
                costs.setdefault(model.stem, {})[target] = row
    return costs


def grown(stored: Baseline, found: Baseline) -> Iterator[str]:
    """What is larger than stored by more than the tolerance, or not stored, or not found."""
    for network in sorted(stored.keys() | found.keys()):
        if network not in stored or network not in found:
            yield f"{network} is {'measured' if network in found else 'stored'} alone: {UPDATE}"
            continue
        for target, costs in found[network].items():
            for cost in COSTS:
                now, before = costs[cost], stored[network].get(target, {}).get(cost)
                if before is None:
                    yield f"{network} on {target}: no {cost} stored: {UPDATE}"
                elif now > before * (1 + TOLERANCE):
                    yield (
                        f"{network} on {target}: {cost} grew from {before:,} to {now:,} "
                        f"(+{now / before - 1:.1%})"
                    )


def better(stored: Baseline, found: Baseline) -> Iterator[str]:
    """What is smaller than stored by more than the tolerance."""
    for network in sorted(stored.keys() & found.keys()):
        for target, costs in found[network].items():
            for cost in COSTS:
                now = costs[cost]
                before = stored[network].get(target, {}).get(cost, now)
                if now < before * (1 - TOLERANCE):
                    yield f"{network} on {target}: {cost} fell from {before:,} to {now:,}"


def load(path: Path) -> tuple[str, Baseline]:
    """The C compiler and the costs that are stored."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content["c_compiler"], content["networks"]


def readme_table(stored: Baseline) -> str:
    """What README.md says of the project's own networks."""
    heads = ["network", "MACs", "M4", "a MAC", "M0", "M55", "arena", "stack", "code", "weights"]
    rows = []
    for network, by_target in stored.items():
        m4, m0, m55 = (by_target[target] for target in TARGETS)
        per_mac = f"{m4['instructions'] / m4['macs']:.2f}"
        counts = [m0["instructions"], m55["instructions"]]
        sizes = [m4[name] for name in ("arena", "stack", "code", "weights")]
        first = [network, f"{m4['macs']:,}", f"{m4['instructions']:,}", per_mac]
        rows.append([*first, *(f"{n:,}" for n in counts + sizes)])
    return tables.markdown(heads, rows)


def with_table(readme: str, stored: Baseline) -> str:
    """The README with the table between its marks replaced."""
    before, start, rest = readme.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"README.md lacks {START} or {END}")
    return f"{before}{start}\n{readme_table(stored)}\n{end}{after}"


def compare(path: Path) -> list[str]:
    """Measures, prints, and answers what grew."""
    compiler, stored = load(path)
    found = measured()
    problems = list(grown(stored, found))
    for line in better(stored, found):
        print(f"{line}; store it: {UPDATE}")
    if problems and compiler != c_compiler():
        problems.append(f"the baseline is {compiler}'s, this is {c_compiler()}")
    return problems


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 if something grew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--update", action="store_true", help="store what is measured")
    options = parser.parse_args(arguments)
    root = Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", boards.ROOT))
    if options.update:
        content = {"c_compiler": c_compiler(), "networks": measured()}
        (root / FILE).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        readme = root / "README.md"
        text = with_table(readme.read_text(encoding="utf-8"), load(root / FILE)[1])
        readme.write_text(text, encoding="utf-8")
        print(f"{FILE} and the table in {readme.name} are written")
        return 0
    problems = compare(root / FILE)
    print("\n".join(problems) or f"nothing grew by more than {TOLERANCE:.0%}")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
