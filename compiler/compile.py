"""The compiler, top to bottom: .tflite bytes → files.

read → passes (verified one by one) → lower → plan (checked) → emit
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import __version__
from .budget import beyond_target, check_budgets
from .emit.c_constants import IN_CODE, Flash, blob
from .emit.c_header import Origin, header
from .emit.c_source import kernel_headers, source
from .emit.program_text import program_text
from .emit.report import report
from .errors import Problem
from .flash.fit import fit
from .flash.forms import Optimize
from .front import join
from .ir import DType, Graph
from .lower.choose import SLOWER_BY, Remembered, Segment, suspects
from .lower.lean import affordable, copies_rows, fitting, lean_kernels, leanest, worth
from .lower.lower import Schedule, lower
from .lower.order import is_free, orders, reordered
from .memory.check import check as check_plan
from .memory.plan import lower_bound
from .memory.plan import plan as plan_memory
from .memory.spaces import Limit, check_limits, plan_spaces
from .ops import REGISTRY, Registry
from .passes import (
    retype_boundary,
    rows_first,
    slide_variables,
    slide_window,
    turn_columns,
)
from .pipeline import PASSES, Pass
from .placement import Plan
from .program import Lean, Program, Region, Subprogram
from .resources import runtime_headers
from .rows import Sliding
from .target import HOST, Target
from .text import print_graph
from .tflite.reader import read
from .verify import verify
from .ways_out import ways_out


@dataclass(frozen=True)
class Options:
    """What the user chose. Of the `schedules` the first with the smallest arena is taken."""

    name: str
    target: Target = HOST
    command: str = "netsuke compile"  # how it was called, for the generated files
    schedules: tuple[Schedule, ...] = tuple(Schedule)
    ram_budget: int | None = None  # bytes that arena and state may take
    flash_budget: int | None = None  # bytes that constants and code may take
    registry: Registry = REGISTRY  # the operators there are
    input_type: DType | None = None  # of all inputs, and of all outputs; None: as in the model
    output_type: DType | None = None
    skipped: frozenset[str] = frozenset()  # names of REWRITES
    optimize: Optimize = Optimize.BALANCED
    stream_input: bool = False  # the caller gives the input row by row
    flash: Flash = IN_CODE  # where constants stand
    front: bytes | None = None  # a .tflite whose output the input is made of
    front_hop: int | None = None  # how many of its samples are new in a run
    stream_window: int | None = None  # rows by which the input's window moves on from run to run
    ram_regions: tuple[Limit, ...] = ()  # fastest first; none: one arena of any size
    io_caller: bool = False  # inputs and outputs stand with the caller
    keep_order: bool = False  # layers run in the file's order
    least_window: int = 0  # bytes from which on a window of rows may stand in the state
    slower_by: float = SLOWER_BY  # instructions that regions may add, of those of whole layers


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
        chosen.append(Pass("rows_first", rows_first.run, False))
        chosen.append(Pass("turn_columns", turn_columns.run, False))
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
        lambda target: _least(data, dataclasses.replace(options, target=target)), options.target,
        lambda p: len(blob(p, options.flash)), options.optimize, options.flash_budget,
    )  # fmt: skip
    dumps = {f"{name}.ir": print_graph(graph) for name, graph in graphs.items()}
    if options.stream_window:
        first, *_, graph = graphs.values()
        whole, part = (g.tensors[g.inputs[0]] for g in (first, graph))
        program = dataclasses.replace(program, sliding=Sliding.between(whole, part))
    dumps["program.txt"] = program_text(program, plan)
    budgets = options.ram_budget, options.flash_budget
    others = ways_out(options, lambda other: _least(data, other)[1:])  # looked at where it fails
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


def _least(data: bytes, options: Options) -> tuple[dict[str, Graph], Program, Plan]:
    """The graph after each pass, and its program. Windows stand in the state from the size on with
    which arena and state together are smallest."""
    best: tuple[dict[str, Graph], Program, Plan] | None = None
    sizes = [0]
    for size in sizes:
        graphs = dict(_graphs(data, dataclasses.replace(options, least_window=size)))
        program, plan = place(list(graphs.values())[-1], options)
        steps = [name.split("-")[1] for name in graphs]
        if best is None and "slide_variables" in steps:
            before = list(graphs.values())[steps.index("slide_variables") - 1]
            sizes += [n + 1 for n in slide_variables.windows(before)]
        bytes_taken = plan.arena_bytes + program.state_bytes
        if best is None or bytes_taken < best[2].arena_bytes + best[1].state_bytes:
            best = graphs, program, plan
    assert best is not None
    return best


def _graphs(data: bytes, options: Options) -> Iterator[tuple[str, Graph]]:
    """The graph as it was read, and after each pass."""
    graph = read(data, options.name, options.registry)
    verify(graph, "read")
    yield "00-read", graph
    for number, step in enumerate(passes(options), 1):
        graph = step.run(graph, options.target)
        verify(graph, step.name)
        yield f"{number:02}-{step.name}", graph


# What depth-first regions may take of the stack beyond whole layers: their own frame, and longer
# ones of the layers within. Over 30 networks on a Cortex-M4 it was 0 to 128 bytes (tools/stack).
STACK_OF_REGIONS = 128

# Where a plan takes more than was reckoned: how many times other cuts are tried.
MOST_TRIALS = 3

# What fresh rows apart from line buffers have to save of the arena to be worth their copies.
WORTH_COPYING = 8  # an eighth

# And kernels that take less scratch, to be looked at.
WORTH_LEANING = 32
ARENAS_TRIED = 4  # between the least and the largest that is worth it


def place(graph: Graph, options: Options) -> tuple[Program, Plan]:
    """The graph and the subgraphs that it runs, lowered and placed in memory."""
    return _place(graph, options, graph.subgraphs, {}, "")


def _place(
    graph: Graph,
    options: Options,
    subgraphs: Sequence[Graph],
    done: dict[int, Subprogram],
    prefix: str,
) -> tuple[Program, Plan]:
    """In the order of execution that takes least; in the graph's own where that is as good. `done`
    has what was placed before."""
    for i in dict.fromkeys(i for n in graph.nodes for i in n.op.called()):
        if i not in done:
            done[i] = Subprogram(*_place(subgraphs[i - 1], options, subgraphs, done, f"g{i}_"))
    best = _scheduled(graph, options, done, prefix)
    if is_free(graph) and not (options.keep_order or options.stream_input or options.ram_regions):
        found = orders(graph, options.target, done, prefix)
        number = 0
        for i, order in enumerate(found.others, 1):
            placed = _scheduled(reordered(graph, order), options, done, prefix)
            if _taken(placed) < _taken(best):
                best, number = placed, i
        best = dataclasses.replace(best[0], order=found.proof(number)), best[1]
    if not prefix:
        check_limits(best[1], options.ram_regions)
    check_plan(*best)
    return best


def _taken(placed: tuple[Program, Plan]) -> int:
    """What the arena takes, and the schedule of the stack."""
    return placed[1].arena_bytes + _stack_of(placed[0])


def _scheduled(
    graph: Graph, options: Options, done: dict[int, Subprogram], prefix: str
) -> tuple[Program, Plan]:
    """Depth-first regions, and then fresh rows apart from line buffers, are kept only where arena
    and stack together become smaller: both cost instructions. Tensors stand in larger ones from the
    start unless the arena is smaller without."""
    best: tuple[Program, Plan] | None = None
    streamed = options.stream_input and not prefix
    callers = options.io_caller and not prefix
    spread = bool(not prefix and (options.ram_regions or options.io_caller))
    remembered: dict[bool, Remembered] = {True: {}, False: {}}
    for schedule in options.schedules:
        if streamed and schedule is Schedule.LAYERS:
            continue
        trials: list[tuple[bool, dict[Segment, int]]] = [(True, {})]
        for joined, trial in trials:
            flags, by = (streamed, callers, joined), options.slower_by
            seen = remembered[joined]
            program = lower(
                graph, options.target, schedule, done, prefix, *flags, trial, {}, by, seen
            )
            if joined and program.joined and not trial:
                trials.append((False, {}))
            most = 0
            if best is not None:
                most = best[1].arena_bytes + _stack_of(best[0]) - _stack_of(program)
            if schedule is Schedule.REGIONS_APART:
                most -= most // WORTH_COPYING
            live = lower_bound(program.buffers, program.overlaps)
            if best is None or spread or live < most:
                plan = _planned(program, options, spread)
                if best is None or plan.arena_bytes < most:
                    best = program, plan
                tried = trial or spread or schedule is Schedule.LAYERS
                if not tried and plan.arena_bytes > live:
                    found = suspects(program, plan)[:MOST_TRIALS]
                    trials += [(joined, dict.fromkeys(g, plan.arena_bytes)) for g in found]
    assert best is not None
    if prefix or not options.ram_regions:
        best = _leaner(graph, options, done, prefix, best)
    return best


def _planned(program: Program, options: Options, spread: bool) -> Plan:
    if spread:
        return plan_spaces(program, options.ram_regions, options.io_caller)
    return plan_memory(program.buffers, program.overlaps)


def _leaner(
    graph: Graph,
    options: Options,
    done: Mapping[int, Subprogram],
    prefix: str,
    best: tuple[Program, Plan],
) -> tuple[Program, Plan]:
    """With kernels that take less scratch, where that is worth their instructions: the leanest show
    how small the arena can become, and those are taken that fit into one as small as can be paid
    for."""
    choices = lean_kernels(graph, options.target)
    streamed = options.stream_input and not prefix
    callers = options.io_caller and not prefix
    joined = best[0].joined > 0

    def planned(schedule: Schedule, taken: Mapping[int, Lean]) -> tuple[Program, Plan]:
        lean = {step: choice.kernel() for step, choice in taken.items()}
        program = lower(
            graph, options.target, schedule, done, prefix, streamed, callers, joined, {}, lean,
            options.slower_by,
        )  # fmt: skip
        return program, _planned(program, options, callers)

    for schedule in options.schedules if choices else ():
        if streamed and schedule is Schedule.LAYERS:
            continue
        before = best[1].arena_bytes + _stack_of(best[0])
        stack = 0 if schedule is Schedule.LAYERS else STACK_OF_REGIONS
        copies = schedule is Schedule.REGIONS_APART and not copies_rows(best[0])
        most = before - before // (WORTH_COPYING if copies else WORTH_LEANING) - stack
        program, plan = planned(schedule, leanest(choices))
        for part in range(ARENAS_TRIED + 1) if plan.arena_bytes <= most else ():
            arena = plan.arena_bytes + part * (most - plan.arena_bytes) // ARENAS_TRIED
            lean = fitting(choices, program, arena)
            saved = Fraction(before - stack - arena, before)
            paid = affordable(lean, program, options.target, options.slower_by)
            if paid and worth(graph, lean, saved):
                found = planned(schedule, lean)
                if found[1].arena_bytes <= arena:
                    best = found
                    break
    return best


def _stack_of(program: Program) -> int:
    """What the schedule may take of the stack beyond whole layers."""
    return STACK_OF_REGIONS if any(isinstance(i, Region) for i in program.schedule) else 0
