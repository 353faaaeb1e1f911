"""Networks in several pieces of memory: regions of RAM, inputs and outputs with the caller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compiler.compile import Output, compile_model
from compiler.errors import CompileError
from compiler.files import write_all
from compiler.memory.spaces import Limit
from compiler.options import Options
from compiler.target import HOST, Target, load

from . import generated, test_assign_variable, test_networks, test_parts
from .cases import Case
from .conformance import M4, compare, draw

ROWS = (*test_networks.ROWS[1:5], test_networks.ROWS[6], *test_parts.ROWS)
STATEFUL = test_assign_variable.ROWS[:1]
CASES = 2  # of each row
CALLER: dict[str, Any] = {"io_caller": True}


KINDS = ("caller", "regions", "both")


def options_of(kind: str, case: Case, target: Target) -> Options:
    """Where the arena is spread, the fast region is half of what one alone would be."""
    callers = CALLER if kind in ("caller", "both") else {}
    options = Options("net", target, **callers)
    if kind == "caller":
        return options
    half = compile_model(case.model, options).plan.arena_bytes // 2
    return replace(options, ram_regions=(Limit("FAST", half), Limit("SLOW", None)))


def table(name: str, output: Output, case: Case) -> Iterator[str]:
    """A function that runs a network in its pieces of memory, each an array of its own."""
    upper, plan = name.upper(), output.plan
    callers = any(s.port is not None for s in plan.spaces)
    arenas = [s for s in plan.every_space if s.port is None]
    given = ["arena" if s.name == "arena" else f"{name}_{s.name}" for s in arenas]
    align = f"__attribute__((aligned({max(s.align for s in plan.every_space)})))"
    for s, at in zip(arenas, given, strict=True):
        if at != "arena":
            yield f"static uint8_t {at}[{upper}_{s.name.upper()}_BYTES] {align};"
    ins, outs = output.program.inputs, output.program.outputs
    if callers:
        for kind, ports in (("in", ins), ("out", outs)):
            yield from (
                f"static {p.ctype} {name}_{kind}_{i}[{p.bytes} / sizeof({p.ctype})] {align};"
                for i, p in enumerate(ports)
            )
    yield f"static void run_{name}(void *arena) {{"
    yield "  (void)arena;"
    if output.program.state:
        yield f"  static {name}_state_t state;"
        yield "  static int runs;"
        yield f"  if (runs++ == 0) {{ {name}_reset(&state); }}"
        given.append("&state")
    for i, p in enumerate(ins):
        at = f"{name}_in_{i}" if callers else f"{name}_input_{i}({space(output, i, 'in')})"
        yield f"  driver_read({at}, {p.bytes}u);"
    if callers:
        given += [f"{name}_in_{i}" for i in range(len(ins))]
        given += [f"{name}_out_{i}" for i in range(len(outs))]
    yield f"  {name}_run({', '.join(given)});"
    for i, p in enumerate(outs):
        at = f"{name}_out_{i}" if callers else f"{name}_output_{i}({space(output, i, 'out')})"
        yield f"  driver_write({at}, {p.bytes}u);"
    if callers:  # the inputs are as they were given
        yield from (f"  driver_write({name}_in_{i}, {p.bytes}u);" for i, p in enumerate(ins))
    yield "}"


def space(output: Output, port: int, side: str) -> str:
    """The array that an input or output stands in."""
    ports = output.program.inputs if side == "in" else output.program.outputs
    found = output.plan.space_at(output.plan.offsets[ports[port].place.buffer])
    return "arena" if found.name == "arena" else f"{output.program.name}_{found.name}"


def run(
    cases: Sequence[tuple[Case, list[tuple[np.ndarray, ...]]]],
    kind: str,
    target: str,
    folder: Path,
) -> int:
    """Compares every case with LiteRT; answers how many had more than one space."""
    several = 0
    for case, wanted in cases:
        here = folder / case.name
        chosen = HOST if target == "host" else load(target)
        output = compile_model(case.model, options_of(kind, case, chosen))
        several += len(output.plan.every_space) > 1
        lines = ['#include "driver.h"', '#include "net.h"', *table("net", output, case)]
        size = next((s.bytes for s in output.plan.every_space if s.name == "arena"), 0)
        lines.append(f"const driver_case_t driver_cases[] = {{{{run_net, {max(size, 1)}u}}}};")
        lines.append("const uint32_t driver_count = 1u;")
        lines.append(f"const uint32_t driver_runs = {len(case.runs)}u;")
        write_all(here, {**output.files, "table.c": "\n".join([*lines, ""]).encode()})
        sources = [here / "net.c", here / "table.c", generated.DRIVER / "driver.c"]
        on = generated.program_on_host if target == "host" else generated.program_on_m4
        data = on(sources, [here], b"".join(a.tobytes() for r in case.runs for a in r), here)
        at = 0
        for inputs, outputs in zip(case.runs, wanted, strict=True):
            for right in outputs:
                found = np.frombuffer(data, right.dtype, right.size, at).reshape(right.shape)
                compare(f"{case.name} {kind} on {target}", [found], [right])
                at += right.nbytes
            if "caller" in kind or kind == "both":
                kept = b"".join(a.tobytes() for a in inputs)
                assert data[at : at + len(kept)] == kept
                at += len(kept)
        assert at == len(data)
    return several


@pytest.mark.parametrize("kind", KINDS)
def test_networks_in_several_spaces_compute_the_same(kind: str, tmp_path: Path) -> None:
    cases = [c for row in (*ROWS, *STATEFUL) for c in draw(row)[:CASES]]
    several = run(cases, kind, "host", tmp_path)
    print(f"{several} of {len(cases)} networks in more than one space")
    assert several > len(cases) // 3


@pytest.mark.parametrize("kind", KINDS)
def test_on_the_board_as_well(kind: str, tmp_path: Path) -> None:
    cases = [c for row in (ROWS[1], *STATEFUL) for c in draw(row)[:2]]
    assert run(cases, kind, M4, tmp_path) > 0


def placed(limits: tuple[Limit, ...]) -> Output:
    case = test_networks.ROWS[1].case(0)
    return compile_model(case.model, Options("net", ram_regions=limits))


def test_no_region_takes_more_than_it_may() -> None:
    whole = placed(()).plan.arena_bytes
    for fast in range(40, whole, whole // 6):
        plan = placed((Limit("A", fast), Limit("B", whole))).plan
        sizes = {s.name: s.bytes for s in plan.every_space}
        assert sizes.get("arena_a", 0) <= fast
        assert sizes.get("arena_b", sizes.get("arena", 0)) <= whole


def test_one_region_that_suffices_gives_one_arena() -> None:
    whole = placed(()).plan.arena_bytes
    assert placed((Limit("A", whole), Limit("B", None))).plan.spaces == ()
    assert placed((Limit("A", None),)).plan.spaces == ()


def test_too_little_memory_is_told() -> None:
    with pytest.raises(CompileError, match="too many"):
        placed((Limit("A", 16), Limit("B", 17)))
