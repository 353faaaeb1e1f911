"""Flags that say what the caller hands to a network and takes from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from absl import flags

from .byte_counts import byte_count
from .command_line import UsageError
from .ir import DType
from .work import read_model

if TYPE_CHECKING:
    from .memory.spaces import Limit

TYPES = ("int8", "uint8", "int16")


def define(values: flags.FlagValues) -> None:
    """Declares the flags."""
    for side, operator in (("input", "QUANTIZE"), ("output", "DEQUANTIZE")):
        flags.DEFINE_enum(
            f"{side}_type", None, TYPES, flag_values=values,
            help=f"TYPE: {side}s as integers, without the {operator} that stands there",
        )  # fmt: skip
    flags.DEFINE_integer(
        "stream_window", None, lower_bound=1, flag_values=values,
        help="ROWS: the input is a window that moves on by so many rows from run to run",
    )  # fmt: skip
    flags.DEFINE_string(
        "front", None, flag_values=values,
        help="FRONT.tflite: what makes the features that the input holds; a run takes samples",
    )  # fmt: skip
    flags.DEFINE_integer(
        "front_hop", None, lower_bound=1, flag_values=values,
        help="SAMPLES: how many samples a run takes, where the front's window overlaps itself",
    )  # fmt: skip
    flags.DEFINE_bool(
        "stream_input", False, "the caller gives the input row by row: NAME_push_row()",
        flag_values=values,
    )  # fmt: skip

    flags.DEFINE_enum(
        "io", "arena", ("arena", "caller"), flag_values=values,
        help="caller: inputs and outputs are handed to a run instead of standing in the arena",
    )  # fmt: skip
    flags.DEFINE_list(
        "ram_regions", [], flag_values=values,
        help="NAME[:BYTES],…: pieces of RAM to spread the arena over, the target's fastest first",
    )  # fmt: skip


def check(values: flags.FlagValues) -> None:
    """Raises UsageError where flags contradict each other."""
    if values.io == "caller" and values.stream_input:
        raise UsageError("--stream-input: rows stand with the caller already; not with --io=caller")
    limits(values)
    if values.whole_layers and values.stream_input:
        raise UsageError("--whole-layers holds the whole input: not with --stream-input")
    if values.stream_window and values.stream_input:
        raise UsageError("--stream-input or --stream-window, not both")

    if values.front_hop and not values.front:
        raise UsageError("--front-hop says how far the window of --front moves on: add --front")
    if values.front and (values.stream_window or values.stream_input):
        raise UsageError("--front has windows of its own: not with --stream-window, --stream-input")


def chosen(values: flags.FlagValues) -> dict[str, Any]:
    """The fields of `Options` that they set."""

    def dtype(name: str) -> DType | None:
        return None if name is None else DType(name)

    return {
        "input_type": dtype(values.input_type),
        "output_type": dtype(values.output_type),
        "stream_input": values.stream_input,
        "front": read_model(values.front) if values.front else None,
        "front_hop": values.front_hop,
        "stream_window": values.stream_window,
        "io_caller": values.io == "caller",
        "ram_regions": limits(values),
    }


def limits(values: flags.FlagValues) -> tuple[Limit, ...]:
    """The regions of RAM, fastest first. Raises UsageError where the target has no such region."""
    from .memory.spaces import Limit
    from .target import load, names

    if not values.ram_regions or values.target not in names():
        return ()
    known = {r.name: r for r in load(values.target).memory if r.kind == "ram"}
    found = []
    for word in values.ram_regions:
        name, colon, size = word.partition(":")
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) or (known and name not in known):
            there_are = f"; {values.target} has {', '.join(known)}" if known else ""
            raise UsageError(f"--ram-regions: {word!r} is no NAME or NAME:BYTES{there_are}")
        most = known[name].bytes if name in known else None
        try:
            found.append(Limit(name, byte_count(size) if colon else most))
        except ValueError as e:
            raise UsageError(f"--ram-regions: {word}: {e}") from e
    if len({limit.name.lower() for limit in found}) < len(found):
        raise UsageError(f"--ram-regions: a region twice in {','.join(values.ram_regions)}")
    return tuple(sorted(found, key=lambda limit: known[limit.name].speed if known else 0))


def words(values: flags.FlagValues) -> list[str]:
    """How to say the same again."""
    found = {
        name: values[name].value
        for name in ("input_type", "output_type", "stream_window", "front", "front_hop")
    }
    given = [f"--{n.replace('_', '-')}={value}" for n, value in found.items() if value is not None]
    given += ["--stream-input"] if values.stream_input else []
    given += ["--io=caller"] if values.io == "caller" else []
    regions = ",".join(values.ram_regions)
    return given + ([f"--ram-regions={regions}"] if regions else [])
