"""What a schedule costs: instructions, reckoned well enough to weigh them against bytes of RAM.

A layer over whole tensors takes some instructions for each product and each output. Row by row it
takes more: every turn asks how many rows there are, every call begins anew, rows are copied to line
buffers, sums are loaded and stored again, and where a kernel works on several pixels at a time, the
end of each call leaves some of them idle (Kernel.passes).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..ir import Graph, Node, Site
from ..program import Alias, Kernel, Scratch
from ..rows import Ready
from ..target import Target
from .regions import RegionPlan, row_windows


@dataclass(frozen=True)
class Rates:
    """Instructions, from counts of the networks of tests/bench."""

    mac: float
    output: float  # requantising and storing
    turn: int = 25  # of a layer: which rows, and a call
    call: int = 50  # of a kernel: what it keeps in registers
    divided: int = 0  # for the place of a row in a line buffer whose depth is no power of two


RATES = {
    "portable": Rates(2.0, 15),
    "armv6m": Rates(3.5, 30, 40, 90, 300),  # divides in software
    "armv7em": Rates(0.8, 12),
    "mve": Rates(0.8, 6),
}
PER_TAP = 16  # of a column: where the rows under a window are, which may stand apart
PER_COPY = 40  # of a row, and an instruction for every 4 bytes of it
PER_SUM = 8  # loading and storing it again, and beginning on its products anew


def of_layers(graph: Graph, lowered: Sequence[Kernel | Alias], target: Target) -> list[int]:
    """What each layer takes over whole tensors."""
    return [
        _of_layer(graph.site(n), how, target) for n, how in zip(graph.nodes, lowered, strict=True)
    ]


def _of_layer(site: Site, how: Kernel | Alias, target: Target) -> int:
    if isinstance(how, Alias):
        return 0
    outputs = sum(t.elements for t in site.outputs)
    return int(_products(site, how, target) + RATES[target.isa].output * outputs)


def _products(site: Site, how: Kernel, target: Target) -> float:
    cost = RATES[target.isa].mac * how.product * site.node.op.macs(site)
    if how.passes:
        units = how.units or site.output.shape[2]
        cost *= passes(how.passes, units) * len(how.passes) / (units * how.passes[-1])
    return cost


def of_region(
    plan: RegionPlan, graph: Graph, lowered: Sequence[Kernel | Alias], target: Target
) -> int:
    """What a region takes more than its layers would over whole tensors."""
    more = 0.0
    for node, how in zip(
        graph.nodes[plan.first : plan.last], lowered[plan.first : plan.last], strict=True
    ):
        if isinstance(how, Kernel):
            more += _of_stage(plan, graph, node, how, target)
    if plan.reduction:
        sums = sum(o.bytes // 4 for o in plan.reduction.operands if isinstance(o, Scratch))
        more += PER_SUM * sums * plan.ready[plan.result].height
    for line in plan.lines:
        if line.fresh and line.depth:
            rows = plan.ready[line.tensor].height
            rows = min(rows, line.depth * len(plan.turns))
            more += rows * (PER_COPY + line.row_bytes // 4)
        if line.depth & (line.depth - 1):
            more += RATES[target.isa].divided * line.depth * plan.ready[line.tensor].height
    return int(more)


def _of_stage(plan: RegionPlan, graph: Graph, node: Node, how: Kernel, target: Target) -> float:
    ready = plan.ready[node.outputs[0]]
    made = rows_a_turn(ready, plan.turns)
    calls = sum(times for _, times in made)
    rates = RATES[target.isa]
    more = float(rates.turn * len(plan.turns) + rates.call * (calls - 1))
    site = graph.site(node)
    if how.passes and how.units:
        each, whole = how.units // ready.height, passes(how.passes, how.units)
        cut = sum(times * passes(how.passes, rows * each) for rows, times in made)
        more += _products(site, how, target) * (cut / whole - 1)
    if not how.passes:
        for i, window in (row_windows(site, how) or {}).items():
            taps = len(window.rows(0)) if site.input(i).shape[2] == 1 else 1
            if taps > 1 and node.inputs[i] != plan.source:
                more += PER_TAP * taps * ready.height
    return more


@functools.lru_cache(maxsize=4096)
def rows_a_turn(ready: Ready, turns: range) -> tuple[tuple[int, int], ...]:
    """How many rows turns make, and how many turns make so many; those that make none left out."""
    t = np.arange(turns.start - turns.step, turns.stop, turns.step)
    there = np.clip((t * ready.times + ready.add) // ready.divisor, 0, ready.height)
    rows, times = np.unique(np.diff(there), return_counts=True)
    return tuple((int(r), int(n)) for r, n in zip(rows, times, strict=True) if r)


def passes(cost: tuple[int, ...], units: int) -> int:
    """What passes over so many units cost, cut as is best; a pass of n costs cost[n - 1]."""
    whole, most = cost[-1], len(cost)
    full = max(units // most - 1, 0)
    return full * whole + _least(cost, units - full * most)


@functools.lru_cache(maxsize=1024)
def _least(cost: tuple[int, ...], units: int) -> int:
    if units == 0:
        return 0
    sizes = range(1, min(units, len(cost)) + 1)
    return min(cost[n - 1] + _least(cost, units - n) for n in sizes)
