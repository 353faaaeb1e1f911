"""Program + Plan → the report: what each layer costs, where every buffer stands."""

from __future__ import annotations

from typing import Any

from ..flash.forms import CallId, Choice
from ..placement import Plan
from ..program import Port, Program
from ..rows import Sliding, Stream


def report(
    program: Program, plan: Plan, target: str, sha256: str, choice: Choice
) -> dict[str, Any]:
    """The report as JSON values; bytes everywhere."""
    layers = [(p.prefix, layer) for p in program.family() for layer in p.layers]
    return {
        "name": program.name,
        "target": target,
        "model_sha256": sha256,
        "arena_bytes": plan.arena_bytes,
        "arena_align": plan.align,
        "arena_lower_bound": plan.lower_bound,
        "order": program.order.said if program.order else None,
        "spaces": [{"name": s.name, "bytes": s.bytes, "align": s.align} for s in plan.every_space],
        "state_bytes": program.state_bytes,
        "weight_bytes": sum(layer.weight_bytes for _, layer in layers),
        "macs": sum(layer.macs for _, layer in layers),
        "flash": {
            "constants": choice.constants,
            "code_estimate": choice.code,
            "instructions_beyond_inlined_estimate": choice.instructions,
        },
        "stream": _stream(program.stream) if program.stream else None,
        "window": _window(program.sliding) if program.sliding else None,
        "inputs": [_port(p) for p in program.inputs],
        "outputs": [_port(p) for p in program.outputs],
        "state": [
            {"name": f.comment, "member": f.name, "type": f.ctype, "bytes": f.bytes}
            for f in program.state.values()
        ],
        "layers": [
            {
                "name": layer.name,
                "origin": layer.origin,
                "ir": layer.ir,
                "kernels": [call.function for call in layer.calls],
                "forms": [
                    _form(choice, (prefix + layer.name, number))
                    for number in range(len(layer.calls))
                ],
                "macs": layer.macs,
                "weight_bytes": layer.weight_bytes,
            }
            for prefix, layer in layers
        ],
        "buffers": [
            {
                "name": buffer.name,
                "role": buffer.role.value,
                **_where(plan, plan.offsets[b]),
                "bytes": buffer.bytes,
                "first_step": buffer.first,
                "last_step": buffer.last,
            }
            for b, buffer in sorted(program.buffers.items())
        ],
    }


def _form(choice: Choice, at: CallId) -> dict[str, Any]:
    """The form of a kernel call, and the estimated price of each form that there is: bytes of the
    call, of the copy that calls share, and instructions a run beyond the inlined form."""
    priced = choice.calls[at]
    prices = {
        form.value: {"bytes": p.bytes, "copy_bytes": p.copy, "more_instructions": p.instructions}
        for form, p in priced.prices.items()
    }
    return {"chosen": choice.forms[at].value, "price_estimates": prices}


def _stream(stream: Stream) -> dict[str, Any]:
    return {"rows": stream.rows, "row_bytes": stream.row_bytes}


def _window(window: Sliding) -> dict[str, Any]:
    return {"rows": window.rows, "new_rows": window.fresh}


def _where(plan: Plan, offset: int) -> dict[str, Any]:
    """The space, where there are several, and the offset in it."""
    space = plan.space_at(offset)
    several = {"space": space.name} if plan.spaces else {}
    return {**several, "offset": offset - space.base}


def _port(port: Port) -> dict[str, Any]:
    return {
        "name": port.name,
        "shape": list(port.shape),
        "type": port.ctype,
        "bytes": port.bytes,
        "scale": port.scale,
        "zero_point": port.zero_point,
    }
