"""Program + Plan → model.c: constants, a function for each layer, and the run."""

from __future__ import annotations

from collections.abc import Mapping

from ..flash.forms import CallId
from ..flash.prices import Form
from ..placement import Plan
from ..program import Program, Region
from .c_constants import IN_CODE, Flash, definitions, preamble
from .c_control import control_function
from .c_header import Origin, banner
from .c_layers import arguments, layer_function, region_function
from .c_run import accessors, callers, run_function
from .c_state import reset_function, state_checks
from .c_stream import stream_functions
from .sharing import share, shared_function

# In a hybrid network rounding decides which integer a value becomes: a fused multiply-add, which
# TFLite's reference does not use, could change it. In float32 networks it stays below 1e-5.
_UNFUSED = (
    "#if defined(__clang__)",
    "#pragma STDC FP_CONTRACT OFF",
    "#elif defined(__GNUC__)",
    '#pragma GCC optimize("fp-contract=off")',
    "#endif",
    "",
)


def _is_hybrid(program: Program) -> bool:
    return any("hybrid" in call.header for layer in program.layers for call in layer.calls)


def kernel_headers(program: Program) -> set[str]:
    """The headers that the generated C includes."""
    family = list(program.family())
    headers = {call.header for p in family for layer in p.layers for call in layer.calls}
    if any(isinstance(item, Region) for p in family for item in p.schedule):
        headers.add("nn_rows.h")
    return headers


def source(
    program: Program,
    plan: Plan,
    origin: Origin,
    forms: Mapping[CallId, Form],
    flash: Flash = IN_CODE,
) -> str:
    """The text of model.c."""
    parts = [*_head(program, plan, origin), *preamble(program, flash)]
    if program.state:
        parts += state_checks(program)
    for member in program.family():
        plan_of = plan if member is program else _plan_of(program, member)
        parts += [*definitions(program, member, flash), *_functions(member, plan_of, forms)]
        if member is not program:
            inner = _calls(member, plan_of) or ["  (void)a;"]
            parts += [f"LAYER void {member.prefix}run(uint8_t *a) {{", *inner, "}", ""]
    calls = _calls(program, plan)
    parts += accessors(program, plan)
    if program.state:
        parts += reset_function(program)
    if program.stream:
        parts += ["", *stream_functions(program, plan, program.stream, calls), ""]
    else:
        parts += ["", *run_function(program, plan, calls), ""]
    return "\n".join(parts)


def _head(program: Program, plan: Plan, origin: Origin) -> list[str]:
    """What stands before the constants: headers, hooks, and checks of the C compiler's types."""
    name = program.name
    headers = sorted(kernel_headers(program))
    return [
        *banner(program, origin),
        *(_UNFUSED if _is_hybrid(program) else ()),
        f'#include "{name}.h"',
        "",
        *(["#include <string.h>", ""] if callers(plan) and not program.state else []),
        *(f'#include "{h}"' for h in headers),
        "",
        "/* A build may look at every tensor as it is computed: see docs/debugging.md. */",
        "#ifdef NN_TRACE_HEADER",
        "#include NN_TRACE_HEADER",
        "#else",
        "#define NN_TRACE(step, tensor, data, bytes) ((void)0)",
        "#endif",
        "",
        "/* Stacks stay apart. noipa: GCC (12 at least) may drop a call whose stores it addresses",
        " * relative to null, for it then takes the function to have no effect. */",
        "#if defined(__clang__) || (defined(__GNUC__) && __GNUC__ < 8)",
        "#define LAYER static __attribute__((noinline))",
        "#elif defined(__GNUC__)",
        "#define LAYER static __attribute__((noipa))",
        "#else",
        "#define LAYER static",
        "#endif",
        "",
        f"typedef char {name}_int8_is_a_byte[sizeof(int8_t) == 1 ? 1 : -1];",
        f"typedef char {name}_float_has_4_bytes[sizeof(float) == 4 ? 1 : -1];",
        "",
    ]


def _plan_of(program: Program, member: Program) -> Plan:
    """The plan of a subprogram."""
    called = (c for p in program.family() for control in p.controls for c in control.called)
    return next(c.plan for c in called if c.program is member)


def _functions(program: Program, plan: Plan, forms: Mapping[CallId, Form]) -> list[str]:
    """The functions of control operators, shared kernels, layers, and regions."""
    sharing = share(program, forms)
    parts = [control_function(c) for c in program.controls]
    parts += [shared_function(c, program) for c in sharing.copies]
    parts += [
        layer_function(i, layer, program, plan, sharing) for i, layer in enumerate(program.layers)
    ]
    parts += [
        region_function(number, item, program, plan)
        for number, item in enumerate(program.schedule)
        if isinstance(item, Region)
    ]
    return parts


def _calls(program: Program, plan: Plan) -> list[str]:
    """What a run calls, in order."""
    return [
        f"  region_{program.prefix}{number:02}({arguments(program, plan)});"
        if isinstance(item, Region)
        else f"  layer_{program.layers[item].name}({arguments(program, plan)});"
        for number, item in enumerate(program.schedule)
    ]
