"""What firmware tests print of themselves: the `# name value` lines of model_test.c.

# stack 184 of 16384        bytes of stack of one inference; all there is
# instructions 172359       of one inference, exact (plugin insn_count)
# counter 172360 +-82       the same by the board's own counter
# profile layer_03 27648    of a function, all regions together (plugin, profile=on)
# arena 1632                bytes
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Largest figures of a run; None: not printed."""

    stack: int | None
    arena: int | None
    instructions: int | None
    profile: dict[str, int]


def _values(lines: Sequence[str], name: str) -> list[int]:
    prefix = f"# {name} "
    return [int(line[len(prefix) :].split()[0]) for line in lines if line.startswith(prefix)]


def measured(lines: Sequence[str]) -> Measured:
    """The figures in the lines of a run; the plugin's instructions before the board's counter."""
    instructions = _values(lines, "instructions") or _values(lines, "counter")
    profile = (line.split() for line in lines if line.startswith("# profile "))
    return Measured(
        stack=max(_values(lines, "stack"), default=None),
        arena=max(_values(lines, "arena"), default=None),
        instructions=max(instructions, default=None),
        profile={words[2]: int(words[3]) for words in profile},
    )
