"""The compiled copies of kernels that several calls share.

A kernel is inlined where it is called, so that literals specialise it. Calls of the same kernel
with pointers of the same types can share a copy instead; the params in which they differ are then
read at run time, from a constant struct that each call passes. Which do is chosen before
(compiler/flash/forms.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from ..flash.families import family_of, group_of, pointer_types
from ..flash.forms import CallId
from ..flash.prices import Form
from ..program import Call, Literal, Program
from .literals import literal, wrapped


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
    """The copies of a program, and which one a call takes: none where it inlines its kernel."""

    copies: tuple[Shared, ...]
    taken: Mapping[CallId, Shared]


def share(program: Program, forms: Mapping[CallId, Form]) -> Sharing:
    """The copies that these forms ask for."""
    sharers: dict[Hashable, dict[CallId, Call]] = defaultdict(dict)
    for layer in program.layers:
        for number, call in enumerate(layer.calls):
            at = (program.prefix + layer.name, number)
            form = forms.get(at, Form.INLINED)
            if form is not Form.INLINED:
                group = group_of(call) if form is Form.ALIKE else None
                sharers[form, family_of(call, program), group][at] = call
    numbers: dict[str, int] = defaultdict(int)
    copies: list[Shared] = []
    taken: dict[CallId, Shared] = {}
    for calls in sharers.values():
        first, *others = calls.values()
        same = {k: v for k, v in first.params.items() if all(o.params[k] == v for o in others)}
        name = f"{program.prefix}shared_{numbers[first.function]}_{first.function}"
        numbers[first.function] += 1
        copies.append(Shared(name, first, same, len(same) < len(first.params)))
        taken |= dict.fromkeys(calls, copies[-1])
    return Sharing(tuple(copies), taken)


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
