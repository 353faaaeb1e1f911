"""Layers and regions as C functions: kernel calls with their literals and pointers."""

from __future__ import annotations

from collections.abc import Sequence

from ..flash.families import ROW_VIEWS
from ..placement import Place, Plan
from ..program import Call, ConstRef, Layer, Pointer, Program, Region
from ..rows import CALLER, Ready, RowView
from .literals import comment, string
from .sharing import Shared, Sharing, params_initialiser, params_literal

# Bytes of elements by their C type.
_BYTES = {
    "int8_t": 1, "uint8_t": 1, "int16_t": 2, "uint16_t": 2, "int32_t": 4, "uint32_t": 4,
    "int64_t": 8, "uint64_t": 8, "float": 4, "double": 8,
}  # fmt: skip


def layer_function(step: int, layer: Layer, program: Program, plan: Plan, sharing: Sharing) -> str:
    """The function of one node."""
    macs = f" -- {layer.macs:,} MACs" if layer.macs else ""
    rows = "".join(f", int32_t {y}" for y in ("y0", "y1", *_firsts(layer))) if layer.by_rows else ""
    rows += ", uint8_t *row" if reads_row(layer) else ""
    lines = [
        f"/* {comment(layer.ir)}{macs} */",
        f"LAYER void layer_{layer.name}({parameters(program, plan)}{rows}) {{",
        *_unused(layer, program, plan),
    ]
    for number, call in enumerate(layer.calls):
        shared = sharing.taken.get((program.prefix + layer.name, number))
        lines += _call(call, program, plan, shared)
    if not layer.by_rows:
        lines += _traces(step, layer, program, plan)
    elif not layer.traces:
        lines += _row_traces(step, layer, program, plan)
    return "\n".join([*lines, "}", ""])


def _row_traces(step: int, layer: Layer, program: Program, plan: Plan) -> list[str]:
    """Shows the rows of a tensor that is never held as a whole, as they are made."""
    lines = []
    for pointer in (p for call in layer.calls for p in call.pointers if p.writes):
        if isinstance(pointer.at, RowView):
            name = string(program.buffers[pointer.at.place.buffer].name)
            address = _row_address(pointer, pointer.at, program, plan, "y", "y0")
            row_bytes = pointer.at.stride * _BYTES[pointer.ctype]
            lines.append(f"    NN_TRACE_ROW({step}, {name}, {address}, {row_bytes}u);")
    loop = "  for (int32_t y = y0; y < y1; ++y) {"
    return ["#ifdef NN_TRACE_ROW", loop, *lines, "  }", "#endif"] if lines else []


def _firsts(layer: Layer) -> dict[str, RowView]:
    """The layer's inputs of which fresh rows stand apart, by the name of their first fresh row.
    Where a layer sees fresh rows alone, that is y0."""
    pointers = [
        p
        for call in layer.calls
        for p in call.pointers
        if not p.writes and not (call.each_row and isinstance(p.at, RowView) and p.at.at_once)
    ]
    return {_first(p): p.at for p in pointers if isinstance(p.at, RowView) and p.at.fresh}


def reads_row(layer: Layer) -> bool:
    """Whether the layer reads the row that the caller hands over."""
    views = [p.at for call in layer.calls for p in call.pointers if isinstance(p.at, RowView)]
    return any(v.fresh and v.fresh.buffer == CALLER for v in views)


def _first(pointer: Pointer) -> str:
    """The C name of the first fresh row of what a pointer sees."""
    assert isinstance(pointer.at, RowView) and pointer.at.fresh is not None
    if pointer.at.fresh.buffer == CALLER:
        return "first"
    return "y0" if pointer.writes else f"first_{pointer.at.fresh.buffer}"


def parameters(program: Program, plan: Plan) -> str:
    """What every layer is given: the arena (or all spaces) and, where there is one, the state."""
    spaces = [f"uint8_t *{s.pointer}" for s in plan.every_space]
    return ", ".join([*spaces, *([f"{program.name}_state_t *s"] if program.state else [])])


def arguments(program: Program, plan: Plan) -> str:
    """`parameters`, handed on."""
    spaces = [s.pointer for s in plan.every_space]
    return ", ".join([*spaces, *(["s"] if program.state else [])])


def _unused(layer: Layer, program: Program, plan: Plan) -> list[str]:
    """Marks the parameters that a layer of a network with several does not need."""
    places = [t.place for t in layer.traces]
    for call in layer.calls:
        for p in call.pointers:
            view = p.at if isinstance(p.at, RowView) else None
            if view is not None and view.fresh:
                places.append(view.fresh)
                if call.each_row and (p.writes or view.at_once):
                    continue  # the address of a row is that of a fresh one
            if not isinstance(p.at, ConstRef):
                places.append(p.at.place if isinstance(p.at, RowView) else p.at)
    used = {
        "s" if p.buffer in program.state else pointer_of(plan, p)
        for p in places
        if p.buffer != CALLER
    }
    given = arguments(program, plan).split(", ")
    return [f"  (void){name};" for name in given if name not in used and len(given) > 1]


def region_function(number: int, region: Region, program: Program, plan: Plan) -> str:
    """The function that runs the layers of a region depth first."""
    layers = [program.layers[s.layer] for s in region.stages]
    streamed = number == 0 and program.stream is not None
    given_turns = ", int32_t from, int32_t to, uint8_t *row" if streamed else ""
    given_spaces = parameters(program, plan)
    first, end = ("from", "to") if streamed else ("0", str(region.turns.stop))
    step = region.turns.step
    more, before = ("++t" if step == 1 else f"t += {step}"), f"t - {step}"
    what = "one more row of the input makes" if step == 1 else f"{step} more rows of the input make"
    lines = [
        f"/* Layers {layers[0].name} to {layers[-1].name}, depth first: turn t computes the rows",
        f" * that {what} possible; line buffers hold what is needed. */",
        f"LAYER void region_{program.prefix}{number:02}({given_spaces}{given_turns}) {{",
        f"  for (int32_t t = {first}; t < {end}; {more}) {{",
    ]
    for stage, layer in zip(region.stages, layers, strict=True):
        given = [arguments(program, plan), _ready(stage.ready, before), _ready(stage.ready, "t")]
        given += [_ready(v.ready, before) for v in _firsts(layer).values() if v.ready]
        given += ["row"] if reads_row(layer) else []
        lines.append(f"    layer_{layer.name}({', '.join(given)});")
        for keep in stage.keeps:
            places = [base_of(p, program, plan) for p in (keep.line, keep.fresh)]
            rows = [_ready(keep.ready, t) for t in (before, "t")]
            given = [*places, str(keep.row_bytes), str(keep.depth), *rows]
            lines.append(f"    nn_keep_rows({', '.join(given)});")
    lines.append("  }")
    traces = [
        trace
        for stage, layer in zip(region.stages, layers, strict=True)
        for trace in _traces(stage.layer, layer, program, plan)
    ]
    if streamed and traces:
        traces = [f"  if (to == {region.turns.stop}) {{", *(f"  {t}" for t in traces), "  }"]
    lines += traces
    return "\n".join([*lines, "}", ""])


def _ready(ready: Ready, turn: str) -> str:
    if ready.times > 1:
        turn = f"({turn}) * {ready.times}" if " " in turn else f"{turn} * {ready.times}"
    return f"nn_ready({turn}, {ready.add}, {ready.divisor}, {ready.height})"


def _traces(step: int, layer: Layer, program: Program, plan: Plan) -> list[str]:
    return [
        f"  NN_TRACE({step}, {string(t.name)}, {base_of(t.place, program, plan)}, {t.bytes}u);"
        for t in layer.traces
    ]


def _call(call: Call, program: Program, plan: Plan, shared: Shared | None) -> list[str]:
    function = call.function
    given, before = [], []
    if shared is not None:
        function = shared.name
        if shared.differing:
            initialiser = params_initialiser(call, 6, shared.differing)
            before.append(f"  static const {shared.name}_t params = {initialiser};")
            given.append("&params")
    elif call.params:
        given.append(params_literal(call))
    loop = _loop(call)
    y = "y" if call.each_row and loop[0].startswith("for") else "y0"
    given += [_pointer(p, program, plan, call.each_row > 0, y) for p in call.pointers]
    given += [str(t) for t in call.trailing]
    if call.each_row > 1:
        given[-1] += f" * {'rows' if y == 'y' else '(y1 - y0)'}"
    if loop:
        called = [f"    {line}" for line in (*loop[1:], f"{function}({_lines(given, 8)});")]
        lines = [f"  {loop[0]}", *called, "  }"]
    else:
        lines = [f"  {function}({_lines(given, 6)});"]
    if not before:
        return lines
    # A block of its own: a layer may make several calls.
    return ["  {", *(f"  {line}" for line in (*before, *lines)), "  }"]


def _loop(call: Call) -> list[str]:
    """The head of the loop in which a call stands, and the lines before the call; none: no loop.
    Rows are taken together as long as they stand one after the other."""
    if call.images > 1:
        return [f"for (int32_t image = 0; image < {call.images}; ++image) {{"]
    views = [p.at for p in call.pointers if isinstance(p.at, RowView)]
    if not call.each_row:
        return []
    if all(v.at_once for v in views):
        return ["if (y0 < y1) {"]
    if call.each_row == 1:
        return ["for (int32_t y = y0; y < y1; ++y) {"]
    lines = ["for (int32_t y = y0, rows; y < y1; y += rows) {", "rows = y1 - y;"]
    for pointer in call.pointers:
        view = pointer.at
        if isinstance(view, RowView) and not view.at_once:
            held = f"nn_rows_on(y, {view.depth})"
            if view.fresh:
                first = _first(pointer)
                held = f"y >= {first} ? rows : nn_min({held}, {first} - y)"
            lines.append(f"rows = nn_min(rows, {held});")
    return lines


def _lines(arguments: Sequence[str], indent: int) -> str:
    """Arguments separated by commas, broken into lines where they are long."""
    joined = ", ".join(arguments)
    if len(joined) <= 90:
        return joined
    return (",\n" + " " * indent).join(arguments)


def _pointer(pointer: Pointer, program: Program, plan: Plan, each_row: bool, y: str) -> str:
    """An argument; with `each_row`, the address of row `y` on."""
    at = pointer.at
    if isinstance(at, ConstRef):
        return program.consts[at.index].name + (f" + {at.offset}" if at.offset else "")
    if isinstance(at, Place):
        return _address(at, program, plan, pointer.ctype)
    if not each_row:
        base = _address(at.place, program, plan, pointer.ctype)
        fresh = "0, 0"
        if at.fresh:
            fresh = f"{_address(at.fresh, program, plan, pointer.ctype)}, {_first(pointer)}"
        kind = ROW_VIEWS[pointer.ctype]
        return f"(nn_rows_{kind}){{{base}, {at.stride}, {at.depth}, {fresh}}}"
    first = "y0" if at.at_once else _first(pointer) if at.fresh else ""
    return cast(_row_address(pointer, at, program, plan, y, first), pointer.ctype)


def _row_address(
    pointer: Pointer, at: RowView, program: Program, plan: Plan, y: str, first: str
) -> str:
    """The address of row `y`, where fresh rows begin with row `first`."""
    row_bytes = at.stride * _BYTES[pointer.ctype]
    base = base_of(at.place, program, plan)
    slot = y if at.depth == at.height else f"{y} % {at.depth}"
    kept = base if at.depth == 1 else f"{base} + {slot} * {row_bytes}"
    if not at.fresh:
        return kept
    fresh = base_of(at.fresh, program, plan)
    if y != first:
        fresh += f" + ({y} - {first}) * {row_bytes}"
    return fresh if pointer.writes or at.at_once else f"({y} >= {first} ? {fresh} : {kept})"


def _address(place: Place, program: Program, plan: Plan, ctype: str) -> str:
    moving = f" + image * {place.step}" if place.step else ""
    member = program.state.get(place.buffer)
    if member is not None and member.ctype == ctype and not place.offset and not moving:
        return f"s->{member.name}"
    return cast(f"{base_of(place, program, plan)}{moving}", ctype)


def base_of(place: Place, program: Program, plan: Plan) -> str:
    """Where a place starts, as an address of bytes."""
    if place.buffer == CALLER:
        return "row"
    member = program.state.get(place.buffer)
    if member is None:
        return f"{pointer_of(plan, place)} + {offset_of(plan, place)}"
    return f"(uint8_t *)s->{member.name} + {place.offset}"


def cast(address: str, ctype: str, const: str = "") -> str:
    """An address of bytes as a pointer to another type."""
    if ctype == "uint8_t":
        return address
    # Through void: the arena is aligned for every element type in it.
    via = "" if ctype == "int8_t" else f"({const}void *)"
    return f"({const}{ctype} *){via}({address})"


def offset_of(plan: Plan, place: Place) -> int:
    """Where in the arena, or in its space, a place is."""
    at = plan.offsets[place.buffer]
    return at - plan.space_at(at).base + place.offset


def pointer_of(plan: Plan, place: Place) -> str:
    """The pointer to the space that a place is in."""
    return plan.space_at(plan.offsets[place.buffer]).pointer
