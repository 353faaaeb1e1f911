"""Which kernel calls could share a compiled copy."""

from __future__ import annotations

from collections.abc import Hashable

from ..lower.pointers import const_ctype
from ..program import Call, ConstRef, Program
from ..rows import RowView

# Row views by the C type of their elements.
ROW_VIEWS = {"int8_t": "s8", "uint8_t": "u8", "int16_t": "s16", "int32_t": "s32", "float": "f32"}


def family_of(call: Call, program: Program) -> Hashable:
    """Equal for calls that one copy serves if it is given every parameter."""
    pointers = pointer_types(call, program)
    return call.function, tuple(call.params), pointers, len(call.trailing)


def group_of(call: Call) -> Hashable:
    """Equal for calls of a family that a copy serves in which the room's literals are literals."""
    kept = call.params if call.literals is None else call.literals
    return tuple((k, call.params[k]) for k in kept)


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
