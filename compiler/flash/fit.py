"""Kernels that fit into the flash there is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from ..ir import Graph
from ..placement import Plan
from ..program import Program
from ..target import Target
from .forms import Choice, Optimize, choose

Placed = tuple[dict[str, Graph], Program, Plan]


def fit(
    placed: Callable[[Target], Placed],
    target: Target,
    external: Callable[[Program], int],
    goal: Optimize,
    budget: int | None,
) -> tuple[Placed, Choice]:
    """The network and the forms of its kernels. Where those for the target's core do not fit into
    the budget, plain ones, which are smaller. `external`: bytes of constants that stand elsewhere.
    """
    own = placed(target)
    choice = choose(own[1], goal, budget, external(own[1]))
    if budget is None or choice.bytes <= budget or target.isa == "portable":
        return own, choice
    plain = placed(dataclasses.replace(target, isa="portable"))
    least = choose(plain[1], goal, budget, external(plain[1]))
    return (plain, least) if least.bytes < choice.bytes else (own, choice)
