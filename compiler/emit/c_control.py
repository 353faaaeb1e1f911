"""IF and WHILE in C: functions that copy values into the arena of a subgraph, run it there, and
copy its outputs back."""

from __future__ import annotations

from collections.abc import Iterator

from ..program import Control, Port, Subprogram
from .c_layers import offset_of


def control_function(control: Control) -> str:
    """The function that a node's call names."""
    operands = [f"const void *in_{i}" for i in range(control.inputs)]
    operands += [f"void *out_{i}" for i in range(control.outputs)]
    lines = [f"LAYER void {control.function}({', '.join(operands)}, uint8_t *a) {{"]
    lines += _loop(control) if control.loops else _branches(control)
    return "\n".join([*lines, "}", ""])


def _loop(control: Control) -> Iterator[str]:
    condition, body = control.called
    for i, port in enumerate(body.program.inputs):
        yield f"  memcpy(out_{i}, in_{i}, {port.bytes}u);"
    yield "  for (;;) {"
    yield from _enter(condition, "out", 0)
    at = _at(condition, condition.program.outputs[0])
    yield f"    if (*({at}) == 0u) {{"
    yield "      break;"
    yield "    }"
    yield from _enter(body, "out", 0)
    yield from _leave(body)
    yield "  }"


def _branches(control: Control) -> Iterator[str]:
    for called, opens in zip(
        control.called, ("if (*(const uint8_t *)in_0 != 0u)", "} else"), strict=True
    ):
        yield f"  {opens} {{"
        yield from _enter(called, "in", 1)
        yield from _leave(called)
    yield "  }"


def _enter(called: Subprogram, source: str, first: int) -> Iterator[str]:
    """Hands over the inputs and runs."""
    for i, port in enumerate(called.program.inputs):
        yield f"    memcpy({_at(called, port)}, {source}_{i + first}, {port.bytes}u);"
    yield f"    {called.program.prefix}run(a);"


def _leave(called: Subprogram) -> Iterator[str]:
    for i, port in enumerate(called.program.outputs):
        yield f"    memcpy(out_{i}, {_at(called, port)}, {port.bytes}u);"


def _at(called: Subprogram, port: Port) -> str:
    return f"a + {offset_of(called.plan, port.place)}"
