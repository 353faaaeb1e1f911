"""Numbers of bytes as users write them: 65536, 64k, 64kB, 64KiB, 1M. A k is 1024."""

from __future__ import annotations

import re

from absl import flags

FORMS = "a number of bytes, such as 65536 or 64k"

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20}


def byte_count(word: str) -> int:
    """What `word` says. Raises ValueError where it is no number of bytes."""
    found = re.fullmatch(r"(\d{1,12}) ?([km]?)(?:i?b)?", word.strip(), re.IGNORECASE | re.ASCII)
    if not found:
        raise ValueError(f"{word!r} is not {FORMS}")
    return int(found[1]) * _UNITS[found[2].lower()]


class _Parser(flags.ArgumentParser[int]):
    syntactic_help = FORMS

    def parse(self, argument: str | int) -> int:
        return argument if isinstance(argument, int) else byte_count(argument)


def define_byte_count(name: str, text: str, values: flags.FlagValues) -> None:
    """A flag without a default whose value is a number of bytes."""
    flags.DEFINE(_Parser(), name, None, text, flag_values=values)
