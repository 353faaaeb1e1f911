"""The state struct in model.c: its reset, and checks of its size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..ir import Array
from ..program import Program, StateField
from .literals import initialiser, literal


def state_checks(program: Program) -> list[str]:
    """That the struct is as large as the report says."""
    name, upper = program.name, program.name.upper()
    bad = f"{name}_state_is_as_reported"
    return [
        "#include <string.h>",
        "",
        "#if defined(__GNUC__) || defined(__clang__)",
        f"typedef char {bad}[sizeof({name}_state_t) == {upper}_STATE_BYTES ? 1 : -1];",
        "#endif",
        "",
    ]


def reset_function(program: Program) -> list[str]:
    """Sets every variable to its first value."""
    name = program.name
    lines = ["", f"void {name}_reset({name}_state_t *state) {{"]
    for f in program.state.values():
        lines += _reset(f)
    return [*lines, "}"]


def _reset(f: StateField) -> Iterator[str]:
    raw = np.frombuffer(f.initial.tobytes(), np.uint8)
    member = f"state->{f.name}"
    if (raw == raw[0]).all():
        yield f"  memset({member}, {raw[0]}, sizeof {member});"
    elif (f.initial == f.initial[0]).all():
        yield f"  for (int32_t i = 0; i < {f.initial.size}; ++i) {{"
        yield f"    {member}[i] = {literal(f.initial[0].item())};"
        yield "  }"
    else:
        size = f.initial.size
        period = _period(f.initial)
        yield f"  static const {f.ctype} {f.name}[{period}] = {{"
        yield initialiser(f.initial[:period]) + "};"
        if period == size:
            yield f"  memcpy({member}, {f.name}, sizeof {member});"
        else:
            yield f"  for (int32_t i = 0; i < {size}; i += {period}) {{"
            yield f"    memcpy({member} + i, {f.name}, sizeof {f.name});"
            yield "  }"


def _period(values: Array) -> int:
    """The length of the shortest run that the values repeat."""
    sizes = (n for n in range(1, values.size // 2 + 1) if values.size % n == 0)
    return next((n for n in sizes if (values.reshape(-1, n) == values[:n]).all()), values.size)
