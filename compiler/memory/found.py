"""What the planner's exact searches answer, and when they start again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..placement import BufferId


@dataclass(frozen=True)
class Found:
    """What is known of a size after `nodes` choices: offsets that keep it; or, `proved`, that there
    are none."""

    offsets: Mapping[BufferId, int] | None
    proved: bool
    nodes: int


def luby(i: int) -> int:
    """1 1 2 1 1 2 4 1 1 2 1 1 2 4 8 …, the least wasteful series of tries where nobody knows how
    long a try should be (Luby, Sinclair and Zuckerman, 1993)."""
    while (i + 1) & i:
        i -= (1 << (i.bit_length() - 1)) - 1
    return (i + 1) // 2
