"""Does it fit? The memory that a compiled network needs against what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from .errors import CompileError, Problem
from .flash.forms import Choice
from .memory.peak import layer_at, live, peak_step, short_name
from .placement import Plan
from .program import Program
from .target import Target

LARGEST = 3  # buffers and layers that a message names


# Options by what to write, and the bytes of RAM that the network takes with each.
WaysOut = Callable[[], Iterable[tuple[str, int]]]


def check_budgets(
    program: Program,
    plan: Plan,
    ram: int | None,
    flash: int | None,
    ways_out: WaysOut = tuple,
    choice: Choice | None = None,
) -> None:
    """Raises CompileError where the arena and the state take more RAM, or constants and code more
    flash, than the budget; the choice of forms takes the least flash that there is."""
    problems = [*_ram(program, plan, "--ram-budget", ram, ways_out)]
    if choice is not None:
        problems += _code(program, choice, flash)
    if problems:
        raise CompileError(problems)


def beyond_target(program: Program, plan: Plan, target: Target) -> tuple[Problem, ...]:
    """Where the target has less memory than the network alone takes. A warning: the C may be for
    another chip with the same core; firmware for this one will not link."""
    ram = _ram(program, plan, f"the RAM of {target.name}", target.bytes_of("ram"))
    flash = _flash(program, f"the flash of {target.name}", target.bytes_of("flash"))
    return (*ram, *flash)


def _ram(
    program: Program, plan: Plan, what: str, budget: int | None, ways_out: WaysOut = tuple
) -> Iterator[Problem]:
    need = plan.arena_bytes + program.state_bytes
    if budget is None or need <= budget:
        return
    step = peak_step(program, plan)
    largest = [f"'{short_name(x.name)}' {x.bytes:,}" for _, x in live(program, step)[:LARGEST]]
    fields = sorted(program.state.values(), key=lambda field: -field.bytes)[:LARGEST]
    state = ", ".join(f"'{short_name(field.name)}' {field.bytes:,}" for field in fields)
    yield Problem(
        what,
        f"{need:,} bytes needed (arena {plan.arena_bytes:,}, state {program.state_bytes:,}), "
        f"{need - budget:,} too many",
        f"{budget:,} bytes",
        f"the peak is at {layer_at(program, step)}: {', '.join(largest)}; "
        + (f"most of the state are {state}; " if state else "")
        + _helping(need, ways_out)
        + "make these smaller (fewer channels, a smaller input, int8 instead of float32)",
    )


def _helping(need: int, ways_out: WaysOut) -> str:
    """The options that take less, the best first."""
    found = sorted((ram, option) for option, ram in ways_out() if ram < need)
    saved = [f"{option} would save {need - ram:,}" for ram, option in found]
    return f"{', '.join(saved)}; or " if saved else ""


def _code(program: Program, choice: Choice, budget: int | None) -> Iterator[Problem]:
    if budget is None or choice.bytes <= budget:
        return
    constants = int(sum(c.data.nbytes for c in program.consts))
    outside = min(constants, choice.constants)
    yield Problem(
        "--flash-budget",
        f"{choice.bytes:,} bytes needed at least ({choice.constants:,} of constants, about "
        f"{choice.bytes - choice.constants:,} of code), {choice.bytes - budget:,} too many",
        f"{budget:,} bytes",
        f"{_heaviest(program)}; --constants=external would leave about "
        f"{choice.bytes - outside:,}; or quantise float weights, or make these layers smaller",
    )


def _flash(program: Program, what: str, budget: int | None) -> Iterator[Problem]:
    need = sum(int(c.data.nbytes) for c in program.consts)
    if budget is None or need <= budget:
        return
    yield Problem(
        what,
        f"{need:,} bytes of constants, {need - budget:,} too many, and code besides",
        f"{budget:,} bytes",
        f"{_heaviest(program)}; quantise float weights, or make these layers smaller",
    )


def _heaviest(program: Program) -> str:
    heaviest = sorted(program.layers, key=lambda x: -x.weight_bytes)[:LARGEST]
    return "the heaviest layers are " + ", ".join(f"{x.name} {x.weight_bytes:,}" for x in heaviest)
