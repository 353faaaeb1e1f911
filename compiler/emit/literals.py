"""C literals, names and comments."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..ir import Array
from ..program import Literal

WIDTH = 110


def literal(value: Literal) -> str:
    """A C constant expression of exactly this value."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (float, np.floating)):
        return float_literal(float(value))
    return int_literal(int(value))


def int_literal(value: int) -> str:
    if value == -(2**31):
        return "(-2147483647 - 1)"
    if value == -(2**63):
        return "(-9223372036854775807LL - 1)"
    if value >= 2**63:
        return f"{value}ULL"
    return f"{value}LL" if abs(value) >= 2**31 else str(value)


def float_literal(value: float) -> str:
    """A float32; nine digits tell every one apart."""
    if np.isinf(value) or np.isnan(value):
        raise ValueError(f"no C literal for {value}")
    text = f"{value:.9g}"
    return text + ("f" if any(c in text for c in ".e") else ".0f")


def comment(text: str) -> str:
    """Text that is safe inside /* … */."""
    return text.replace("*/", "* /").replace("/*", "/ *")


def string(text: str) -> str:
    """A C string literal, ASCII only."""
    out = []
    for c in text:
        if c in '"\\':
            out.append("\\" + c)
        elif " " <= c <= "~":
            out.append(c)
        else:
            # Octal: an escape of at most three digits cannot swallow what follows.
            out += [f"\\{byte:03o}" for byte in c.encode()]
    return '"' + "".join(out).replace("??", '?""?') + '"'


def wrapped(items: Iterable[str], indent: str = "    ") -> str:
    """Items separated by commas, in lines of at most WIDTH characters."""
    lines: list[str] = []
    line = indent
    for item in items:
        if len(line) + len(item) + 2 > WIDTH and line != indent:
            lines.append(line.rstrip())
            line = indent
        line += item + ", "
    lines.append(line.rstrip())
    return "\n".join(lines).rstrip(",")


def initialiser(data: Array) -> str:
    """The inside of an array initialiser: scalars, or one {…} per row of two-dimensional data."""
    if data.ndim == 2:
        rows = ("{" + ", ".join(literal(v) for v in row) + "}" for row in data.tolist())
        return wrapped(rows)
    if data.dtype == np.float64:
        return wrapped(repr(float(v)) for v in data.ravel().tolist())
    if data.dtype.kind == "f":
        return wrapped(float_literal(v) for v in data.ravel().tolist())
    return wrapped(int_literal(int(v)) for v in data.ravel().tolist())
