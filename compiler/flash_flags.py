"""Flags that say where constants stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from absl import flags

from .command_line import UsageError

if TYPE_CHECKING:
    from .emit.c_constants import Flash


def define(values: flags.FlagValues) -> None:
    """Declares the flags."""
    flags.DEFINE_enum(
        "constants", "code", ("code", "external"), flag_values=values,
        help="external: weights in NAME.bin, which NAME_bind() checks and takes",
    )  # fmt: skip
    what = "NAME: section for the constants, such as .extflash; else with all read-only data"
    flags.DEFINE_string("constants_section", None, what, flag_values=values)


def chosen(values: flags.FlagValues) -> Flash:
    """What they say. Raises UsageError where they contradict each other."""
    from .emit.c_constants import Flash

    section = values.constants_section or ""
    if section and not re.fullmatch(r"[.\w$-]+", section, re.ASCII):
        raise UsageError(f"--constants-section {section!r}: no name of a section, like .extflash")
    if section and values.constants == "external":
        raise UsageError("--constants-section is for constants in the code, not for external ones")
    return Flash(section, values.constants == "external")


def words(values: flags.FlagValues) -> list[str]:
    """How to say the same again."""
    external = ["--constants=external"] if values.constants == "external" else []
    section = values.constants_section
    return external + ([f"--constants-section={section}"] if section else [])
