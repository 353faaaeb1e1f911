"""The state struct in model.c: its reset, and checks of its size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

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
        yield f"  static const {f.ctype} {f.name}[{f.initial.size}] = {{"
        yield initialiser(f.initial) + "};"
        yield f"  memcpy({member}, {f.name}, sizeof {member});"
