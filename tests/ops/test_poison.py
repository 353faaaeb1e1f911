"""Reading or writing bytes of the arena that are not alive is noticed on the host."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from compiler.compile import compile_model
from compiler.options import Options

from .conformance import draw, network_of
from .generated import Failed, Network, run_on_host
from .test_networks import ROWS

# "    {2, 1024u, 96u}, /* 5 */": when layer 2 has run, buffer 5 is alive.
ALIVE = re.compile(r"^    \{(-?\d+), (\d+)u, (\d+)u\}, /\* \d+ \*/$", re.MULTILINE)


def networks() -> list[Network]:
    """Random networks, watched."""
    made = []
    for case, wanted in draw(ROWS[0])[:4]:
        output = compile_model(case.model, Options(case.name))
        made.append(network_of(output, case.name, case.runs, wanted))
    return made


def alone(line: re.Match[str], lines: list[re.Match[str]]) -> bool:
    """Whether a buffer shares no byte with another that is alive then."""
    start, size = int(line[2]), int(line[3])
    others = [other for other in lines if other is not line and other[1] == line[1]]
    return size >= 16 and all(
        int(o[2]) + int(o[3]) <= start or start + size <= int(o[2]) for o in others
    )


def test_networks_keep_to_what_is_alive(tmp_path: Path) -> None:
    every = networks()
    assert all(ALIVE.search(n.poison) for n in every)
    for network, runs in zip(every, run_on_host(every, tmp_path), strict=True):
        for found, wanted in zip(runs, network.wanted, strict=True):
            assert [y.tobytes() for y in found] == [y.tobytes() for y in wanted]


@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
def test_a_buffer_that_is_taken_for_dead_too_early_is_noticed(which: int, tmp_path: Path) -> None:
    network = networks()[0]
    lines = list(ALIVE.finditer(network.poison))
    planted = [line for line in lines if alone(line, lines)][which]
    poison = network.poison[: planted.start()] + network.poison[planted.end() :]
    with pytest.raises(Failed, match="use-after-poison"):
        list(run_on_host([dataclasses.replace(network, poison=poison)], tmp_path))
