"""What firmware.c prints, and the instruction counter of tools/emulators/insn_count, as data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DIGIT = re.compile(r"digit (\d+) scores((?: -?\d+)+) says (\d+)")
_FIELD = re.compile(r"(arena|stack|done) (\d+)")
_COUNTED = re.compile(r"# instructions (\d+)")


class FirmwareError(Exception):
    """The firmware did not print what it should; the message says what is wrong."""


@dataclass(frozen=True)
class FirmwareLog:
    """Scores (digits, 10), predictions and instructions of each digit; bytes of arena and stack."""

    scores: NDArray[np.int8]
    predicted: NDArray[np.int64]
    instructions: NDArray[np.int64]
    arena: int
    stack: int


def parse(lines: Sequence[str]) -> FirmwareLog:
    """Read the lines; raises FirmwareError where they are not what firmware.c prints."""
    scores: list[list[int]] = []
    predicted: list[int] = []
    instructions: list[int] = []
    fields: dict[str, int] = {}
    for line in filter(str.strip, lines):
        if digit := _DIGIT.fullmatch(line):
            if int(digit[1]) != len(scores):
                raise FirmwareError(
                    f"digit {len(scores)} should come, the firmware printed {line!r}"
                )
            scores.append([int(value) for value in digit[2].split()])
            predicted.append(int(digit[3]))
        elif field := _FIELD.fullmatch(line):
            fields[field[1]] = int(field[2])
        elif counted := _COUNTED.fullmatch(line):
            instructions.append(int(counted[1]))
        else:
            raise FirmwareError(f"the firmware printed {line!r}")
    if fields.get("done") != len(scores) or not {"arena", "stack"} <= fields.keys():
        raise FirmwareError(f"the firmware stopped after {len(scores)} digits")
    if len(instructions) != len(scores):
        raise FirmwareError(f"{len(instructions)} inferences were counted, {len(scores)} run")
    if any(len(row) != len(scores[0]) for row in scores):
        raise FirmwareError("the firmware printed digits with different numbers of scores")
    return FirmwareLog(
        scores=np.array(scores, np.int8),
        predicted=np.array(predicted, np.int64),
        instructions=np.array(instructions, np.int64),
        arena=fields["arena"],
        stack=fields["stack"],
    )
