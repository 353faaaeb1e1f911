"""The compiler, top to bottom: .tflite bytes → files.

read → passes (verified one by one) → lower → plan (checked) → emit
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import __version__
from .budget import beyond_target, check_budgets
from .emit.c_constants import blob
from .emit.c_header import Origin, header
from .emit.c_source import kernel_headers, source
from .emit.program_text import program_text
from .emit.report import report
from .errors import Problem
from .flash.fit import fit
from .flash.mixed import mix
from .front import join
from .ir import Graph
from .options import Options
from .passes import (
    retype_boundary,
    rows_first,
    slide_variables,
    slide_window,
    turn_columns,
)
from .pipeline import PASSES, Pass
from .place import place, taken
from .placement import Plan
from .program import Program
from .resources import runtime_headers
from .rows import Sliding
from .target import Target
from .text import print_graph
from .tflite.reader import read
from .verify import verify
from .ways_out import ways_out


def passes(options: Options) -> tuple[Pass, ...]:
    """The passes that the user's options leave, and ask for before and after them."""
    chosen = [p for p in PASSES if p.name not in options.skipped]
    if least := options.least_window:
        slide = Pass("slide_variables", lambda graph, to: slide_variables.run(graph, to, least))
        chosen = [slide if p.name == slide.name else p for p in chosen]
    if options.front is not None:
        front = legal(read(options.front, "front", options.registry), options.target)
        chosen.insert(
            [p.name for p in chosen].index("check_operators") + 1,
            Pass("join_front", lambda graph, _: join(front, graph, options.front_hop), False),
        )
    types = options.input_type, options.output_type
    if types != (None, None):
        retype = Pass("retype_boundary", lambda graph, _: retype_boundary.run(graph, *types), False)
        chosen.insert(0, retype)
    if (window := options.stream_window) or options.stream_input:
        turn = Pass("turn_columns", turn_columns.of_streamed, False)
        chosen = [turn if p.name == turn.name else p for p in chosen]
        chosen.append(Pass("rows_first", rows_first.run, False))
    if window:
        slide = Pass("slide_window", lambda graph, to: slide_window.run(graph, to, window), False)
        chosen.append(slide)
    return tuple(chosen)


def legal(graph: Graph, target: Target) -> Graph:
    """After the passes up to the check of operators. Raises CompileError where that fails."""
    for step in PASSES[: [p.name for p in PASSES].index("check_operators") + 1]:
        graph = step.run(graph, target)
        verify(graph, step.name)
    return graph


@dataclass(frozen=True)
class Output:
    """What a compilation gives: files and IR dumps by name, and the report."""

    files: dict[str, bytes]
    report: dict[str, Any]
    dumps: dict[str, str]
    program: Program
    plan: Plan
    warnings: tuple[Problem, ...] = ()


def compile_model(data: bytes, options: Options) -> Output:
    """Compiles a .tflite. Raises CompileError with everything that stands in the way."""
    (graphs, program, plan), choice = fit(
        lambda target: least(data, dataclasses.replace(options, target=target)), options.target,
        lambda p: len(blob(p, options.flash)), options.optimize, options.flash_budget,
    )  # fmt: skip
    dumps = {f"{name}.ir": print_graph(graph) for name, graph in graphs.items()}
    if options.stream_window:
        first, *_, graph = graphs.values()
        whole, part = (g.tensors[g.inputs[0]] for g in (first, graph))
        program = dataclasses.replace(program, sliding=Sliding.between(whole, part))
    dumps["program.txt"] = program_text(program, plan)
    budgets = options.ram_budget, options.flash_budget
    others = ways_out(options, lambda other: least(data, other)[1:])  # looked at where it fails
    check_budgets(program, plan, *budgets, lambda: others, choice)
    sha256 = hashlib.sha256(data + (options.front or b"")).hexdigest()
    origin = Origin(__version__, options.command, sha256)
    summary = report(program, plan, options.target.name, sha256, choice)
    taken = tuple(f"{options.name}{suffix}" for suffix in (".c", ".h", ".json"))
    texts = {
        f"{options.name}.c": source(program, plan, origin, choice.forms, options.flash),
        f"{options.name}.h": header(program, plan, origin, options.flash),
        f"{options.name}.json": json.dumps(summary, indent=2, ensure_ascii=False) + "\n",
        **runtime_headers(kernel_headers(program), options.registry.folders, taken),
    }
    files = {name: text.encode() for name, text in texts.items()}
    if options.flash.external:
        files[f"{options.name}.bin"] = blob(program, options.flash)
    warnings = beyond_target(program, plan, options.target)
    return Output(files, summary, dumps, program, plan, warnings)


Compiled = tuple[dict[str, Graph], Program, Plan]


def least(data: bytes, options: Options) -> Compiled:
    """The graph after each pass, and its program: with the columns of lines turned into rows, or as
    they are where that takes less memory."""
    turned = _least_windows(data, options)
    steps, graphs = zip(*turned[0].items(), strict=True)
    at = next((i for i, step in enumerate(steps) if step.endswith("-turn_columns")), 0)
    by_rows = options.stream_input or options.stream_window
    if by_rows or not at or graphs[at].nodes == graphs[at - 1].nodes:
        return turned
    skipped = options.skipped | {"turn_columns"}
    without = _least_windows(data, dataclasses.replace(options, skipped=skipped))
    return min(turned, without, key=_cost)


def _cost(found: Compiled) -> tuple[int, int]:
    """Bytes of arena, state and schedule; then instructions, as they are reckoned."""
    _, program, plan = found
    return taken((program, plan)) + program.state_bytes, program.layers_take + program.regions_add


def _least_windows(data: bytes, options: Options) -> Compiled:
    """Windows stand in the state from the size on with which it and the arena are smallest."""
    best: Compiled | None = None
    sizes = [0]
    for size in sizes:
        graphs = dict(_graphs(data, dataclasses.replace(options, least_window=size)))
        program, plan = place(list(graphs.values())[-1], options)
        steps = [name.split("-")[1] for name in graphs]
        if best is None and "slide_variables" in steps:
            before = list(graphs.values())[steps.index("slide_variables") - 1]
            sizes += [n + 1 for n in slide_variables.windows(before)]
        if best is None or _held(program, plan) < _held(*best[1:]):
            best = graphs, program, plan
    assert best is not None
    graphs, program, plan = best
    return graphs, mix(program), plan


def _held(program: Program, plan: Plan) -> int:
    return plan.arena_bytes + program.state_bytes


def _graphs(data: bytes, options: Options) -> Iterator[tuple[str, Graph]]:
    """The graph as it was read, and after each pass."""
    graph = read(data, options.name, options.registry)
    verify(graph, "read")
    yield "00-read", graph
    for number, step in enumerate(passes(options), 1):
        graph = step.run(graph, options.target)
        verify(graph, step.name)
        yield f"{number:02}-{step.name}", graph
