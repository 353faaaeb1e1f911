"""What a kernel call costs in each of its forms: bytes of code, and instructions beyond inlining.

Estimates for Thumb-2 code of GCC at -O2. `inlined` and `by_rows` are near the largest layers seen
that inline the kernel, whole and row by row; `alike` and `any` are the largest copies. What is not
in the table is taken for large, and stays inlined: nn_part_runs, say, whose constants GCC folds.
tests/compiler/test_flash.py compares with compiled code.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from ..program import Call, Layer, Program, Region
from ..rows import RowView
from .table import HELPERS, KERNELS, MIDDLING, Per


class Form(enum.Enum):
    """How a kernel is called."""

    INLINED = "inlined"
    ALIKE = "shared"  # a copy in which the literals that the room names stay literals
    ANY = "shared, any sizes"  # a copy that is given every parameter


@dataclass(frozen=True)
class Price:
    """Bytes of the call's code and params, instructions of a run beyond the inlined form, and bytes
    of the copy, which several calls share."""

    bytes: int
    instructions: int = 0
    copy: int = 0


# A call in machine code: itself, for each pointer, row view, and row that it is made for.
_CALL, _POINTER, _VIEW, _EACH_ROW = 20, 6, 30, 34
# Instructions to hand parameters to a copy.
_ENTRY, _PARAMETER = 20, 1
# The run, its calls, ports, and regions with their stages and kept rows.
_RUN, _RUN_CALL, _PORT, _REGION, _STAGE, _KEEP, _KEEP_ROWS = 40, 8, 12, 60, 48, 60, 180


def price_of(call: Call, layer: Layer, form: Form) -> Price:
    """The price of a call in a form."""
    kernel = KERNELS.get(call.function, MIDDLING)
    rows = call.each_row or layer.by_rows
    if form is Form.INLINED:
        return Price(kernel.by_rows if rows else kernel.inlined)
    views = sum(isinstance(p.at, RowView) for p in call.pointers)
    kept = call.params if call.literals is None else call.literals
    given = len(call.params) - (len(kept) if form is Form.ALIKE else 0)
    size = _CALL + _POINTER * len(call.pointers)
    size += _EACH_ROW if call.each_row else _VIEW * views
    entered = _height(call) if rows else 1
    extra = kernel.alike_extra if form is Form.ALIKE else kernel.any_extra
    instructions = entered * (_ENTRY + _PARAMETER * given) + extra * _work(call, layer, kernel.per)
    copy = kernel.alike if form is Form.ALIKE else kernel.any
    return Price(size + 4 * given, round(instructions * call.images), copy)


def is_measured(call: Call) -> bool:
    """Whether the prices are the kernel's own: others are not shared by."""
    return call.function in KERNELS


def network_bytes(program: Program) -> int:
    """The code that stands there whatever the calls' forms."""
    total = 0
    helpers: set[str] = set()
    for member in program.family():
        for call in (call for layer in member.layers for call in layer.calls):
            helpers |= _helpers_of(call)
        regions = [item for item in member.schedule if isinstance(item, Region)]
        total += _RUN + _RUN_CALL * len(member.schedule)
        for region in regions:
            keeps = sum(len(stage.keeps) for stage in region.stages)
            total += _REGION + _STAGE * len(region.stages) + _KEEP * keeps
        total += _KEEP_ROWS if any(s.keeps for r in regions for s in r.stages) else 0
    total += _PORT * (len(program.inputs) + len(program.outputs) + len(program.state))
    return total + sum(HELPERS[h] for h in helpers)


def _helpers_of(call: Call) -> set[str]:
    """The functions that a call's kernel calls."""
    kernel = KERNELS.get(call.function, MIDDLING)
    named = (*kernel.helpers, *(kernel.sliced if call.params.get("slice") else ()))
    return {name.format(**call.params) for name in named}


def instructions_of(program: Program) -> float:
    """A rough estimate of what a run with everything inlined executes."""
    layers = [layer for p in program.family() for layer in p.layers]
    rates = [
        max((KERNELS.get(c.function, MIDDLING).per_mac for c in x.calls), default=1.0)
        for x in layers
    ]
    return sum(rate * layer.macs + 200 for rate, layer in zip(rates, layers, strict=True))


def _height(call: Call) -> int:
    views = [p.at for p in call.pointers if p.writes and isinstance(p.at, RowView)]
    return max((v.height for v in views), default=1)


def _work(call: Call, layer: Layer, per: Per) -> int:
    """How much of what `extra` counts in."""
    if per is Per.MAC:
        return layer.macs
    if per is Per.PIXEL:
        return int(call.params.get("out_h", 1)) * int(call.params.get("out_w", 1))
    if per is Per.UNIT:
        units = [t for t in call.trailing if isinstance(t, int)]
        return units[0] if units else _height(call)
    return 1
