"""Which kernels take less scratch, for more instructions: only those at the peak need to.

The leanest of all show how small the arena can become; then each layer takes the one with the
fewest instructions that fits beside what lives at its step.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ..ir import Graph
from ..program import Lean, Program, Region, Role
from ..target import Target
from .cost import RATES
from .distances import span
from .kernels import targets

PRICE = 4  # a share of the arena is worth a quarter of it in MACs

Choices = Mapping[int, tuple[Lean, ...]]  # by step


def lean_kernels(graph: Graph, target: Target) -> Choices:
    """What there is to choose from, the usual kernels among it."""
    found = {
        step: node.op.lean(graph.site(node), its)
        for step, (node, its) in enumerate(zip(graph.nodes, targets(graph, target), strict=True))
    }
    return {step: kernels for step, kernels in found.items() if len(kernels) > 1}


def leanest(choices: Choices) -> dict[int, Lean]:
    """The kernels with the least scratch."""
    return {
        step: min(found, key=lambda lean: (lean.scratch_bytes, lean.extra))
        for step, found in choices.items()
    }


def fitting(choices: Choices, program: Program, arena: int) -> dict[int, Lean]:
    """The kernels with the fewest instructions that fit into an arena of which a program with the
    leanest is known."""
    return {
        step: min(
            (x for x in found if x.scratch_bytes <= _room(step, program, arena)),
            key=lambda lean: (lean.extra, lean.scratch_bytes),
            default=leanest({step: found})[step],
        )
        for step, found in choices.items()
    }


def _room(step: int, program: Program, arena: int) -> int:
    """Bytes of the arena for the scratch of a step, where the one overlap that saves most is
    used."""
    live = {
        i: b.bytes
        for i, b in program.buffers.items()
        if b.first <= step <= b.last and b.role is not Role.SCRATCH
    }
    saved = max(
        (
            live[o.out] + live[o.into] - span(live[o.into], live[o.out], o.distance)
            for o in program.overlaps
            if o.out in live and o.into in live
        ),
        default=0,
    )
    return arena - sum(live.values()) + saved


def worth(graph: Graph, chosen: Mapping[int, Lean], saved: Fraction) -> bool:
    """Whether kernels that save this share of the arena cost little enough."""
    macs = sum(node.op.macs(graph.site(node)) for node in graph.nodes)
    return sum(lean.extra for lean in chosen.values()) <= macs * saved / PRICE


def affordable(
    chosen: Mapping[int, Lean], program: Program, target: Target, slower_by: float
) -> bool:
    """Whether they, with what regions add, take no more instructions than are granted: a share of
    those that whole layers take."""
    extra = sum(lean.extra * lean.kernel().product for lean in chosen.values())
    instructions = RATES[target.isa].mac * extra + program.regions_add
    return instructions <= slower_by * program.layers_take


def copies_rows(program: Program) -> bool:
    """Whether fresh rows stand apart from line buffers."""
    regions = (item for item in program.schedule if isinstance(item, Region))
    return any(stage.keeps for region in regions for stage in region.stages)
