r"""How much stack firmware can use at most, from its instructions.

    python3 -m tools.stack.bound FIRMWARE.elf [--function NAME] [--objdump PROGRAM]

Every function is followed through all its branches: how deep the stack pointer is at each
instruction, and at each call. A call takes what the called function takes below that. Where a
function calls itself over others, calls through a pointer, or moves the stack pointer by an unknown
amount (alloca, arrays of variable length) there is no bound, and the reason is told. Functions in
assembly, of which the compiler's -fstack-usage states 0, count too. Interrupts come
on top: an exception frame is 32 bytes, or 104 with floating point, and what the handler takes.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.stack import arm, riscv
from tools.stack.disassembly import Function, disassemble, functions

DEEPEST = 1 << 20  # no frame is larger: a loop that lowers the stack pointer would go on for ever


@dataclass(frozen=True)
class Frame:
    """A function by itself: its own bytes, and how deep it is at each call."""

    bytes: int
    calls: Mapping[str, int]
    unknown: str  # why there is no bound; "" where there is one


@dataclass(frozen=True)
class Bound:
    """Bytes at most, or None and why there is no bound; `path` leads to the deepest place."""

    bytes: int | None
    path: tuple[str, ...]
    reason: str = ""


def frame(function: Function) -> Frame:
    """Follows the stack pointer through a function."""
    depth = _depths(function)
    calls: dict[str, int] = {}
    deepest, unknown = 0, ""
    for step in function.steps:
        before = depth.get(step.address)
        if before is None:
            continue
        deepest = max(deepest, before, before + step.grows)
        unknown = unknown or step.unknown
        if step.calls:
            calls[step.calls] = max(before, calls.get(step.calls, 0))
    if deepest > DEEPEST:
        unknown = unknown or "a loop that takes more stack each time"
    return Frame(deepest, calls, unknown)


def _depths(function: Function) -> dict[int, int]:
    """Bytes of stack before each instruction; the most where paths differ."""
    steps = {s.address: s for s in function.steps}
    order = [s.address for s in function.steps]
    after = dict(itertools.pairwise(order))
    depth: dict[int, int] = {}
    at_tables = 0
    waiting = [(order[0], 0)]
    while True:
        while waiting:
            address, deep = waiting.pop()
            if depth.get(address, -1) >= deep or deep > 2 * DEEPEST:
                continue
            depth[address] = deep
            step = steps[address]
            at_tables = max(at_tables, deep) if step.table else at_tables
            reached = [*step.jumps, *([after[address]] if step.falls and address in after else [])]
            waiting += [(a, deep + step.grows) for a in reached]
        # What no branch reaches is reached through a table, as deep as that.
        left = next((a for a in order if a not in depth), None)
        if left is None or not any(s.table for s in function.steps):
            return depth
        waiting = [(left, min(at_tables, DEEPEST))]


def bounds(frames: Mapping[str, Frame]) -> dict[str, Bound]:
    """The bound of every function, with all that it calls."""
    found: dict[str, Bound] = {}

    def of(name: str, above: tuple[str, ...]) -> Bound:
        if name in above:
            circle = (*above[above.index(name) :], name)
            return Bound(None, (name,), f"recursion: {' → '.join(circle)}")
        if name in found:
            return found[name]
        here = frames.get(name)
        if here is None:
            return Bound(None, (name,), f"{name} is not in the file")
        best = Bound(None if here.unknown else here.bytes, (name,), f"{name}: {here.unknown}")
        for called, deep in here.calls.items():
            if best.bytes is None:
                break
            below = of(called, (*above, name))
            if below.bytes is None:
                best = Bound(None, (name, *below.path), below.reason)
            elif deep + below.bytes > (best.bytes or 0):
                best = Bound(deep + below.bytes, (name, *below.path))
        found[name] = best if best.bytes is None else Bound(best.bytes, best.path)
        return found[name]

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 4 * len(frames) + 1000))
    try:
        return {name: of(name, ()) for name in frames}
    finally:
        sys.setrecursionlimit(limit)


def of_listing(listing: str) -> dict[str, Bound]:
    """The bounds of all functions of an `objdump -d`."""
    reader = riscv.read if re.search(r"file format elf\d+-littleriscv", listing) else arm.read
    frames = {f.name: frame(f) for f in functions(listing, reader)}
    saving = Frame(riscv.SAVING_BYTES, {}, "")
    return bounds({name: saving if riscv.saves(name) else f for name, f in frames.items()})


def of_elf(elf: Path, objdump: str = "") -> dict[str, Bound]:
    """The bounds of all functions of firmware. Raises ValueError where it cannot be read."""
    return of_listing(disassemble(elf, objdump))


def told(bound: Bound) -> str:
    """A bound in words."""
    if bound.bytes is None:
        return f"no bound ({bound.reason})"
    return f"{bound.bytes:,} bytes ({' → '.join(bound.path)})"


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 where a function that was asked for has no bound."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("elf", type=Path)
    parser.add_argument("--function", action="append", help="else: main, and every NAME_run")
    parser.add_argument("--objdump", default="", help="else: that of the file's core")
    options = parser.parse_args(arguments)
    try:
        found = of_elf(options.elf, options.objdump)
    except (OSError, ValueError) as e:
        print(f"stack: {e}", file=sys.stderr)
        return 2
    asked = options.function or [f for f in found if f == "main" or f.endswith("_run")]
    missing = [name for name in asked if name not in found]
    for name in asked:
        print(f"{name}: {told(found[name]) if name in found else 'not in the file'}")
    return int(bool(missing) or any(found[name].bytes is None for name in asked))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
