"""Graph → Program and Plan: of the ways to run a graph, the one that takes the least memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction

from .ir import Graph
from .lower.choose import Remembered, Segment, suspects
from .lower.lean import affordable, copies_rows, fitting, lean_kernels, leanest, worth
from .lower.lower import Given, Schedule, Way, lower
from .lower.order import is_free, orders, reordered
from .memory.check import check as check_plan
from .memory.plan import SEARCH_NODES, lower_bound
from .memory.plan import plan as plan_memory
from .memory.spaces import check_limits, plan_spaces
from .options import Options
from .placement import Plan
from .program import Lean, Program, Region, Subprogram

Placed = tuple[Program, Plan]

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

# Nodes that the exact searches of all plans of a compilation may look at before a plan has to do
# with few; the one that is taken in the end has SEARCH_NODES again. 1,000 take about 0.1 s.
NODES_OF_ALL = 12000
FEW_NODES = 100


def place(graph: Graph, options: Options) -> Placed:
    """The graph and the subgraphs that it runs, lowered and placed in memory."""
    return _Placing(graph.subgraphs, options).placed(graph, "")


class _Placing:
    """Places graphs one by one; `done` has the subgraphs placed before, by number."""

    def __init__(self, subgraphs: Sequence[Graph], options: Options) -> None:
        self.subgraphs = subgraphs
        self.options = options
        self.done: dict[int, Subprogram] = {}
        self.planner = _Planner(options)

    def placed(self, graph: Graph, prefix: str) -> Placed:
        """In the order of execution that takes least; in the graph's own where that is as good."""
        for i in dict.fromkeys(i for n in graph.nodes for i in n.op.called()):
            if i not in self.done:
                self.done[i] = Subprogram(*self.placed(self.subgraphs[i - 1], f"g{i}_"))
        chosen, main = self.options, not prefix
        given = Given(
            chosen.target,
            self.done,
            prefix,
            streamed=main and chosen.stream_input,
            callers=main and chosen.io_caller,
            slower_by=chosen.slower_by,
        )
        best = _scheduled(graph, given, self.planner)
        if is_free(graph) and not (chosen.keep_order or chosen.stream_input or chosen.ram_regions):
            found = orders(graph, chosen.target, self.done, prefix, given.answers)
            number = 0
            for i, order in enumerate(found.others, 1):
                other = _scheduled(reordered(graph, order), given, self.planner)
                if taken(other) < taken(best):
                    best, number = other, i
            best = dataclasses.replace(best[0], order=found.proof(number)), best[1]
        best = best[0], self.planner.finished(*best)
        if main:
            check_limits(best[1], chosen.ram_regions)
        check_plan(*best)
        return best


class _Planner:
    """Plans that share the nodes of their searches; the same every time."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.left = NODES_OF_ALL

    def planned(self, program: Program, spread: bool) -> Plan:
        if spread:
            return plan_spaces(program, self.options.ram_regions, self.options.io_caller)
        nodes = max(min(self.left, SEARCH_NODES), FEW_NODES)
        plan = plan_memory(program.buffers, program.overlaps, nodes=nodes)
        self.left -= plan.nodes
        return plan

    def finished(self, program: Program, plan: Plan) -> Plan:
        """The plan that was chosen, or a better one where its search had to do with few nodes."""
        if plan.spaces or plan.arena_bytes <= plan.lower_bound or self.left >= SEARCH_NODES:
            return plan
        again = plan_memory(program.buffers, program.overlaps)
        return again if again.arena_bytes <= plan.arena_bytes else plan


def taken(placed: Placed) -> int:
    """What the arena takes, and the schedule of the stack."""
    return placed[1].arena_bytes + _stack_of(placed[0])


def _scheduled(graph: Graph, given: Given, planner: _Planner) -> Placed:
    """Depth-first regions, and then fresh rows apart from line buffers, are kept only where arena
    and stack together become smaller: both cost instructions. Tensors stand in larger ones from the
    start unless the arena is smaller without."""
    best: Placed | None = None
    options = planner.options
    spread = bool(not given.prefix and (options.ram_regions or options.io_caller))
    remembered: dict[bool, Remembered] = {True: {}, False: {}}
    for schedule in _schedules(given, options):
        trials: list[tuple[bool, dict[Segment, int]]] = [(True, {})]
        for joined, trial in trials:
            way = Way(schedule, joined, known=trial)
            program = lower(graph, given, way, remembered[joined])
            if joined and program.joined and not trial:
                trials.append((False, {}))
            most = 0
            if best is not None:
                most = taken(best) - _stack_of(program)
            if schedule is Schedule.REGIONS_APART:
                most -= most // WORTH_COPYING
            live = lower_bound(program.buffers, program.overlaps)
            if best is None or spread or live < most:
                plan = planner.planned(program, spread)
                if best is None or plan.arena_bytes < most:
                    best = program, plan
                tried = trial or spread or schedule is Schedule.LAYERS
                if not tried and plan.arena_bytes > live:
                    found = suspects(program, plan)[:MOST_TRIALS]
                    trials += [(joined, dict.fromkeys(g, plan.arena_bytes)) for g in found]
    assert best is not None
    if given.prefix or not options.ram_regions:
        best = _leaner(graph, given, planner, best)
    return best


def _schedules(given: Given, options: Options) -> list[Schedule]:
    """Those to be tried: an input given row by row has no whole layers."""
    return [s for s in options.schedules if not (given.streamed and s is Schedule.LAYERS)]


def _leaner(graph: Graph, given: Given, planner: _Planner, best: Placed) -> Placed:
    """With kernels that take less scratch, where that is worth their instructions: the leanest show
    how small the arena can become, and those are taken that fit into one as small as can be paid
    for."""
    choices = lean_kernels(graph, given.target)
    joined = best[0].joined > 0

    def planned(schedule: Schedule, taken: Mapping[int, Lean]) -> Placed:
        lean = {step: choice.kernel() for step, choice in taken.items()}
        program = lower(graph, given, Way(schedule, joined, lean=lean))
        return program, planner.planned(program, given.callers)

    for schedule in _schedules(given, planner.options) if choices else ():
        before = taken(best)
        stack = 0 if schedule is Schedule.LAYERS else STACK_OF_REGIONS
        copies = schedule is Schedule.REGIONS_APART and not copies_rows(best[0])
        most = before - before // (WORTH_COPYING if copies else WORTH_LEANING) - stack
        program, plan = planned(schedule, leanest(choices))
        for part in range(ARENAS_TRIED + 1) if plan.arena_bytes <= most else ():
            arena = plan.arena_bytes + part * (most - plan.arena_bytes) // ARENAS_TRIED
            lean = fitting(choices, program, arena)
            saved = Fraction(before - stack - arena, before)
            paid = affordable(lean, program, given.target, given.slower_by)
            if paid and worth(graph, lean, saved):
                found = planned(schedule, lean)
                saved = Fraction(before - stack - found[1].arena_bytes, before)
                if found[1].arena_bytes <= most and worth(graph, lean, saved):
                    best = found
                    break
    return best


def _stack_of(program: Program) -> int:
    """What the schedule may take of the stack beyond whole layers."""
    return STACK_OF_REGIONS if any(isinstance(i, Region) for i in program.schedule) else 0
