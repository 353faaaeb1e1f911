"""Flags that say in which order layers run: what bytes of RAM may cost in instructions."""

from __future__ import annotations

from typing import Any

from absl import flags


def define(values: flags.FlagValues) -> None:
    """Declares the flags."""
    flags.DEFINE_bool(
        "whole_layers", False, flag_values=values,
        help="one layer after the other, with more RAM; every tensor is whole at some time",
    )  # fmt: skip
    flags.DEFINE_bool(
        "keep_order", False, "layers run in the file's order, though another may take less RAM",
        flag_values=values,
    )  # fmt: skip
    flags.DEFINE_float(
        "slower_by", None, lower_bound=0, flag_values=values,
        help="PERCENT: how many instructions a smaller arena may cost, reckoned; 3 unless said",
    )  # fmt: skip


def chosen(values: flags.FlagValues) -> dict[str, Any]:
    """The fields of `Options` that they set."""
    from .lower.lower import Schedule

    found: dict[str, Any] = {"keep_order": values.keep_order}
    if values.whole_layers:
        found["schedules"] = (Schedule.LAYERS,)
    if values.slower_by is not None:
        found["slower_by"] = values.slower_by / 100
    return found


def words(values: flags.FlagValues) -> list[str]:
    """How to say the same again."""
    given = ["--whole-layers"] if values.whole_layers else []
    given += ["--keep-order"] if values.keep_order else []
    return given + ([f"--slower-by={values.slower_by:g}"] if values.slower_by is not None else [])
