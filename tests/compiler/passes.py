"""What tests of passes are written with: textual IR in, textual IR out."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from compiler.ir import Graph
from compiler.target import HOST, Target
from compiler.text import parse_graph, print_graph
from compiler.verify import verify

Pass = Callable[[Graph, Target], Graph]


def lines(text: str) -> str:
    """The text without indentation, blank lines and comments."""
    stripped = (line.strip() for line in textwrap.dedent(text).splitlines())
    return "\n".join(line for line in stripped if line and not line.startswith("//"))


def after(run: Pass, before: str, target: Target = HOST) -> str:
    """What the pass makes of a graph; both are legal."""
    graph = parse_graph(before)
    verify(graph, "the test's input")
    changed = run(graph, target)
    verify(changed, "the pass")
    return print_graph(changed)


def check(run: Pass, before: str, wanted: str, target: Target = HOST) -> None:
    """The pass makes exactly `wanted` of `before`, and finds nothing more to do in it."""
    found = after(run, before, target)
    assert lines(found) == lines(wanted)
    assert lines(after(run, found, target)) == lines(found), "a second run changes more"


def check_unchanged(run: Pass, before: str) -> None:
    assert lines(after(run, before)) == lines(print_graph(parse_graph(before)))
