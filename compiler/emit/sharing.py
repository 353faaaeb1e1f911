"""The compiled copies of kernels that several calls share.

A kernel is inlined where it is called, so that literals specialise it. Calls of the same kernel
with pointers of the same types can share a copy instead; the params in which they differ are then
read at run time, from a constant struct of these alone, as narrow as they allow, that each call
passes. Which do is chosen before (compiler/flash/forms.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..flash.families import family_of, group_of, pointer_types
from ..flash.forms import CallId
from ..flash.prices import Form
from ..program import Call, Literal, Program
from .literals import literal, wrapped


@dataclass(frozen=True)
class Shared:
    """A copy of a kernel for several calls. `same` are the params that are literals in it; the
    others, by name with their C types, callers pass in a struct."""

    name: str
    call: Call  # one of them
    same: Mapping[str, Literal]
    differing: Mapping[str, str]


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
        values = {k: [c.params[k] for c in calls.values()] for k in first.params if k not in same}
        types = {k: _ctype(v) for k, v in values.items()}
        # Wide ones first: no room is lost to alignment.
        differing = dict(sorted(types.items(), key=lambda t: _TYPES.index(t[1]), reverse=True))
        copies.append(Shared(name, first, same, differing))
        taken |= dict.fromkeys(calls, copies[-1])
    return Sharing(tuple(copies), taken)


# Of fields, narrow ones first.
_TYPES = ("int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t", "int64_t", "uint64_t", "float")


def _ctype(values: Sequence[Literal]) -> str:
    """The narrowest C type that holds them all."""
    if any(isinstance(v, float) for v in values):
        return "float"
    ranges = {t: np.iinfo(t.removesuffix("_t")) for t in _TYPES[:-1]}
    fits = (t for t, r in ranges.items() if r.min <= min(values) and max(values) <= r.max)
    return next(fits)


def shared_struct(shared: Shared) -> str:
    """The struct that callers pass, where there is one."""
    if not shared.differing:
        return ""
    fields = "".join(f"  {t} {k};\n" for k, t in shared.differing.items())
    return f"typedef struct {{\n{fields}}} {shared.name}_t;\n"


def shared_function(shared: Shared, program: Program) -> str:
    """The copy as a C function."""
    call = shared.call
    pointers = [f"{t}p{i}" for i, t in enumerate(pointer_types(call, program))]
    counts = [f"int32_t n{i}" for i in range(len(call.trailing))]
    taken = [*pointers, *counts]
    given = [f"p{i}" for i in range(len(pointers))] + [f"n{i}" for i in range(len(counts))]
    struct = f"{call.function}_t"
    body = []
    if shared.differing:
        taken.insert(0, f"const {shared.name}_t *differing")
        given.insert(0, "params")
        fields = (
            f".{k} = {literal(shared.same[k]) if k in shared.same else f'differing->{k}'}"
            for k in call.params
        )
        body.append(f"  const {struct} params = {{\n{wrapped(fields, '      ')}}};")
    elif call.params:
        given.insert(0, params_literal(call))
    indent = " " * len(f"LAYER void {shared.name}(")
    lines = [f"LAYER void {shared.name}({wrapped(taken, indent).strip()}) {{", *body]
    lines = [*lines, f"  {call.function}({', '.join(given)});", "}", ""]
    return shared_struct(shared) + "\n".join(lines)


def params_literal(call: Call, indent: int = 10) -> str:
    """The params as a C struct."""
    return f"({call.function}_t){params_initialiser(call, indent)}"


def params_initialiser(call: Call, indent: int = 10, only: Collection[str] | None = None) -> str:
    kept = call.params if only is None else only
    fields = wrapped((f".{k} = {literal(call.params[k])}" for k in kept), " " * indent)
    return f"{{{fields.strip()}}}"
