"""Flags that say what the caller hands to a network and takes from it."""

from __future__ import annotations

from typing import Any

from absl import flags

from .ir import DType

TYPES = ("int8", "uint8", "int16")


def define(values: flags.FlagValues) -> None:
    """Declares the flags."""
    for side, operator in (("input", "QUANTIZE"), ("output", "DEQUANTIZE")):
        flags.DEFINE_enum(
            f"{side}_type", None, TYPES, flag_values=values,
            help=f"TYPE: {side}s as integers, without the {operator} that stands there",
        )  # fmt: skip


def chosen(values: flags.FlagValues) -> dict[str, Any]:
    """The fields of `Options` that they set."""

    def dtype(name: str) -> DType | None:
        return None if name is None else DType(name)

    return {
        "input_type": dtype(values.input_type),
        "output_type": dtype(values.output_type),
    }


def words(values: flags.FlagValues) -> list[str]:
    """How to say the same again."""
    found = {name: values[name].value for name in ("input_type", "output_type")}
    return [f"--{n.replace('_', '-')}={value}" for n, value in found.items() if value is not None]
