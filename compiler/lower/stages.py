"""The schedule: layers and regions in execution order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..ir import Graph, TensorId
from ..program import Keep, Region, Stage
from .regions import RegionPlan


def in_order(
    graph: Graph,
    steps: Sequence[int],
    regions: Sequence[RegionPlan],
    keeps: Callable[[RegionPlan, TensorId], tuple[Keep, ...]],
) -> tuple[int | Region, ...]:
    """Layers by their index, of which each computes the node of its step; the layers of a region
    together. `keeps` tells what is copied when the stage that makes a tensor has run."""
    index = {step: i for i, step in enumerate(steps)}
    starts = {r.first: r for r in regions}
    inside = {n for r in regions for n in range(r.first, r.last)}
    schedule: list[int | Region] = []
    for step in range(len(graph.nodes)):
        if step in starts:
            r = starts[step]
            stages = tuple(
                Stage(
                    index[n],
                    r.ready[graph.nodes[n].outputs[0]],
                    keeps(r, graph.nodes[n].outputs[0]),
                )
                for n in range(r.first, r.last)
                if n in index
            )
            schedule.append(Region(stages, r.turns))
        elif step not in inside and step in index:
            schedule.append(index[step])
    return tuple(schedule)
