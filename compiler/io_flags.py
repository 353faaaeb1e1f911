"""Flags that say what the caller hands to a network and takes from it."""

from __future__ import annotations

from typing import Any

from absl import flags

from .command_line import UsageError
from .ir import DType

TYPES = ("int8", "uint8", "int16")


def define(values: flags.FlagValues) -> None:
    """Declares the flags."""
    for side, operator in (("input", "QUANTIZE"), ("output", "DEQUANTIZE")):
        flags.DEFINE_enum(
            f"{side}_type", None, TYPES, flag_values=values,
            help=f"TYPE: {side}s as integers, without the {operator} that stands there",
        )  # fmt: skip
    flags.DEFINE_bool(
        "stream_input", False, "the caller gives the input row by row: NAME_push_row()",
        flag_values=values,
    )  # fmt: skip


def check(values: flags.FlagValues) -> None:
    """Raises UsageError where flags contradict each other."""
    if values.whole_layers and values.stream_input:
        raise UsageError("--whole-layers holds the whole input: not with --stream-input")


def chosen(values: flags.FlagValues) -> dict[str, Any]:
    """The fields of `Options` that they set."""

    def dtype(name: str) -> DType | None:
        return None if name is None else DType(name)

    return {
        "input_type": dtype(values.input_type),
        "output_type": dtype(values.output_type),
        "stream_input": values.stream_input,
    }


def words(values: flags.FlagValues) -> list[str]:
    """How to say the same again."""
    found = {name: values[name].value for name in ("input_type", "output_type")}
    types = [f"--{n.replace('_', '-')}={value}" for n, value in found.items() if value is not None]
    return types + (["--stream-input"] if values.stream_input else [])
