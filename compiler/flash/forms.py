"""Which form each kernel call takes: inlined, or a copy that several calls share.

An inlined kernel is specialised by its literals. A shared copy is there once and is given what
differs at run time, which costs instructions: few where the room's literals stay literals (ALIKE),
more where nothing does (ANY). The prices are estimates (prices.py).

Calls of one function with pointers of the same types are a family; within a family those with the
same literals are a group. For a worth of an instruction in bytes the choice that is best in
bytes + worth * instructions is found exactly: with and without an ANY copy for the family, with and
without an ALIKE copy for each group, every call takes the best of what there is. Less worth never
gives more bytes nor fewer instructions, so a budget is met by lowering it.
"""

from __future__ import annotations

import enum
import math
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..program import Call, Program
from .families import family_of, group_of
from .prices import Form, Price, instructions_of, is_measured, network_bytes, price_of

# For a percent of the code `balanced` gives this many percent of the instructions.
WORTH_OF_CODE = 0.125
# How fast the worth of an instruction falls while a budget is not met, and how often.
FALL, STEPS = 0.7, 60
MOST = 100.0  # times what `balanced` gives, where `speed` begins

# By what part code may be larger than estimated, of all the networks that were compared.
MARGIN = 0.1

# A call by its layer and its number there.
CallId = tuple[str, int]


class Optimize(enum.Enum):
    """What the generated code is made for."""

    SPEED = "speed"  # nothing is shared
    BALANCED = "balanced"  # what saves more flash than it costs instructions
    SIZE = "size"  # the least flash


@dataclass(frozen=True)
class Priced:
    """A call with the price of each form: bytes without the copy itself, instructions beyond the
    inlined form's."""

    id: CallId
    call: Call
    prices: Mapping[Form, Price]


@dataclass(frozen=True)
class Choice:
    """The form of each call of a network (and of the networks that it runs), and what it costs."""

    forms: Mapping[CallId, Form]
    calls: Mapping[CallId, Priced]
    code: int  # bytes, estimated
    constants: int  # bytes

    @property
    def bytes(self) -> int:
        """What to reckon with: code may be larger than estimated by a part."""
        return math.ceil(self.code * (1 + MARGIN)) + self.constants

    @cached_property
    def instructions(self) -> int:
        """Estimated, beyond those with everything inlined."""
        return sum(self.calls[i].prices[f].instructions for i, f in self.forms.items())


def choose(
    program: Program, goal: Optimize, budget: int | None = None, external: int = 0
) -> Choice:
    """The best choice for the goal whose flash stays within the budget; where there is none, the
    one that takes the least. `external` bytes of the constants stand elsewhere."""
    families = list(_families(program))
    calls = {p.id: p for family in families for p in family}
    constants = sum(int(c.data.nbytes) for p in program.family() for c in p.consts) - external

    def at(worth: float) -> Choice:
        forms: dict[CallId, Form] = {}
        code = network_bytes(program)
        for family in families:
            chosen, taken = _best(family, worth)
            forms |= chosen
            code += taken
        return Choice(forms, calls, code, constants)

    forms = dict.fromkeys(calls, Form.INLINED)
    inlined = sum(p.prices[Form.INLINED].bytes for p in calls.values()) + network_bytes(program)
    balanced = inlined / (WORTH_OF_CODE * max(instructions_of(program), 1.0))
    worth = {Optimize.SPEED: math.inf, Optimize.BALANCED: balanced, Optimize.SIZE: 0.0}[goal]
    choice = Choice(forms, calls, inlined, constants) if goal is Optimize.SPEED else at(worth)
    for step in range(STEPS if budget is not None else 0):
        if choice.bytes <= (budget or 0) or worth == 0.0:
            break
        worth = min(worth * FALL, balanced * MOST) if step < STEPS - 1 else 0.0
        choice = at(worth)
    return choice


def _families(program: Program) -> Iterator[list[Priced]]:
    """The calls that could share, priced."""
    for member in program.family():
        found: dict[Hashable, list[Priced]] = defaultdict(list)
        for layer in member.layers:
            for number, call in enumerate(layer.calls):
                prices = {form: price_of(call, layer, form) for form in Form}
                key = family_of(call, member)
                found[key].append(Priced((member.prefix + layer.name, number), call, prices))
        yield from found.values()


def _best(family: Sequence[Priced], worth: float) -> tuple[dict[CallId, Form], int]:
    """The forms of a family's calls, and its bytes."""
    groups: dict[Hashable, list[Priced]] = defaultdict(list)
    for priced in family:
        groups[group_of(priced.call)].append(priced)
    tried = []
    if not is_measured(family[0].call):
        forms = {p.id: Form.INLINED for p in family}
        return forms, _bytes(family, forms)
    for extra in ((), (Form.ANY,)) if len(family) > 1 else ((),):
        forms = {}
        for group in groups.values():
            ways = [_forms(group, (Form.INLINED, *extra), worth)]
            if len(group) > 1:
                ways.append(_forms(group, (Form.INLINED, Form.ALIKE, *extra), worth))
            # A copy for ANY is paid by the family, not by the group.
            costs = [_cost(group, way, worth, paid=Form.ANY) for way in ways]
            forms |= ways[costs.index(min(costs))]
        tried.append(forms)
    costs = [_cost(family, forms, worth) for forms in tried]
    best = tried[costs.index(min(costs))]
    return best, _bytes(family, best)


def _forms(group: Sequence[Priced], given: tuple[Form, ...], worth: float) -> dict[CallId, Form]:
    """The best of the given forms for each call."""

    def cost(priced: Priced, form: Form) -> float:
        price = priced.prices[form]
        return price.bytes + worth * price.instructions

    return {p.id: min(given, key=lambda form: cost(p, form)) for p in group}


def _bytes(family: Sequence[Priced], forms: Mapping[CallId, Form], paid: Form | None = None) -> int:
    """What calls and copies take; copies of the form `paid` are there already."""
    copies = {
        (forms[p.id], group_of(p.call) if forms[p.id] is Form.ALIKE else None): p
        for p in family
        if forms[p.id] not in (Form.INLINED, paid)
    }
    once = sum(p.prices[form].copy for (form, _), p in copies.items())
    return once + sum(p.prices[forms[p.id]].bytes for p in family)


def _cost(
    family: Sequence[Priced],
    forms: Mapping[CallId, Form],
    worth: float,
    paid: Form | None = None,
) -> float:
    instructions = sum(p.prices[forms[p.id]].instructions for p in family)
    return _bytes(family, forms, paid) + worth * instructions
