"""Which kernel calls share one compiled copy of the kernel.

A kernel is inlined where it is called, so that literals specialise it. Calls of the same kernel
with pointers of the same types can share a copy instead; the params in which they differ are then
read at run time, from a constant struct that each call passes. That costs few instructions where
the room says so (`Kernel.literals`), next to none where all params are equal. `balanced` leaves
out layers that run row by row: they are called often.
"""

from __future__ import annotations

import enum
import sys
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from ..lower.pointers import const_ctype
from ..program import Call, ConstRef, Literal, Program, RowView
from .literals import literal, wrapped

# Row views by the C type of their elements.
ROW_VIEWS = {"int8_t": "s8", "uint8_t": "u8", "int16_t": "s16", "int32_t": "s32", "float": "f32"}


class Optimize(enum.Enum):
    """What the generated code is made for."""

    SPEED = "speed"  # no sharing
    BALANCED = "balanced"  # sharing that costs next to no instructions
    SIZE = "size"  # all sharing


# From how many calls on a copy is made: it needs more stack, for it keeps at run time what would be
# literals.
_LEAST_CALLS = {Optimize.SPEED: sys.maxsize, Optimize.BALANCED: 3, Optimize.SIZE: 2}


@dataclass(frozen=True)
class Shared:
    """A copy of a kernel for several calls. `same` are the params that are literals in it; where
    these are not all, the callers pass the struct."""

    name: str
    call: Call  # one of them
    same: Mapping[str, Literal]
    takes_params: bool


@dataclass(frozen=True)
class Sharing:
    """The copies by the key of their calls. A call without a copy inlines its kernel."""

    program: Program
    optimize: Optimize
    copies: Mapping[Hashable, Shared]

    def of(self, call: Call) -> Shared | None:
        return self.copies.get(_key(call, self.program, self.optimize))


def share(program: Program, optimize: Optimize) -> Sharing:
    """Finds the calls that may share."""
    groups: dict[Hashable, list[Call]] = defaultdict(list)
    for layer in program.layers:
        for call in layer.calls:
            groups[_key(call, program, optimize)].append(call)
    numbers: dict[str, int] = defaultdict(int)
    copies: dict[Hashable, Shared] = {}
    for key, calls in groups.items():
        often = optimize is Optimize.BALANCED and _by_rows(calls[0])
        if often or len(calls) < _LEAST_CALLS[optimize]:
            continue
        first, *others = (c.params for c in calls)
        same = {k: v for k, v in first.items() if all(o[k] == v for o in others)}
        function = calls[0].function
        name = f"{program.prefix}shared_{numbers[function]}_{function}"
        numbers[function] += 1
        copies[key] = Shared(name, calls[0], same, len(same) < len(first))
    return Sharing(program, optimize, copies)


def _key(call: Call, program: Program, optimize: Optimize) -> Hashable:
    """Equal for calls that may share a copy."""
    literals = () if optimize is Optimize.SIZE else call.literals
    kept = call.params if literals is None else literals
    values = tuple((k, call.params[k]) for k in kept)
    pointers = pointer_types(call, program)
    rows = _by_rows(call) and optimize is Optimize.BALANCED
    return call.function, values, tuple(call.params), pointers, len(call.trailing), rows


def _by_rows(call: Call) -> bool:
    """Whether it runs many times, a row or so each."""
    return call.each_row or "y0" in call.trailing


def pointer_types(call: Call, program: Program) -> tuple[str, ...]:
    """The C types of a call's pointers."""
    types = []
    for p in call.pointers:
        if isinstance(p.at, RowView) and not call.each_row:
            types.append(f"nn_rows_{ROW_VIEWS[p.ctype]} ")
        elif isinstance(p.at, ConstRef):
            types.append(f"const {const_ctype(program.consts[p.at.index])} *")
        else:
            types.append(f"{'' if p.writes else 'const '}{p.ctype} *")
    return tuple(types)


def shared_function(shared: Shared, program: Program) -> str:
    """The copy as a C function."""
    call = shared.call
    pointers = [f"{t}p{i}" for i, t in enumerate(pointer_types(call, program))]
    counts = [f"int32_t n{i}" for i in range(len(call.trailing))]
    taken = [*pointers, *counts]
    given = [f"p{i}" for i in range(len(pointers))] + [f"n{i}" for i in range(len(counts))]
    struct = f"{call.function}_t"
    body = []
    if shared.takes_params:
        taken.insert(0, f"const {struct} *differing")
        given.insert(0, "params")
        body.append(f"  {struct} params = *differing;")
        body += [f"  params.{k} = {literal(v)};" for k, v in shared.same.items()]
    elif call.params:
        given.insert(0, params_literal(call))
    indent = " " * len(f"LAYER void {shared.name}(")
    lines = [f"LAYER void {shared.name}({wrapped(taken, indent).strip()}) {{", *body]
    return "\n".join([*lines, f"  {call.function}({', '.join(given)});", "}", ""])


def params_literal(call: Call, indent: int = 10) -> str:
    """The params as a C struct."""
    return f"({call.function}_t){params_initialiser(call, indent)}"


def params_initialiser(call: Call, indent: int = 10) -> str:
    fields = wrapped((f".{k} = {literal(v)}" for k, v in call.params.items()), " " * indent)
    return f"{{{fields.strip()}}}"
