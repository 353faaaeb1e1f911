"""Where buffers stand: the planner's answer, which the emitter prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Where each buffer starts in the arena. `lower_bound` is a proven least arena size."""

    offsets: Mapping[int, int]
    arena_bytes: int
    align: int
    lower_bound: int
