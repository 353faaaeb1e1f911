"""Tables for terminals, pipes and Markdown."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

NOTHING = "–"
LONGEST = 200  # characters of a failure
Row = Sequence[str]


def number(value: int | None) -> str:
    """With thousands separated."""
    return NOTHING if value is None else f"{value:,}"


def times(value: float | None) -> str:
    """A ratio."""
    return NOTHING if value is None else f"{value:.3f}"


def console() -> Console:
    """Standard output; into a pipe lines are as long as they need to be, without colour."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=250)


def show(to: Console, title: str, heads: Row, rows: Sequence[Row], notes: Sequence[str]) -> None:
    """First column to the left, the others to the right; rows of a name and a failure below."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, title_style="bold")
    for i, head in enumerate(heads):
        table.add_column(head, justify="left" if i == 0 else "right", no_wrap=True)
    failed = []
    for row in rows:
        if len(row) == 2:
            failed.append(f"{row[0]}: {_cut(row[1])}")
        else:
            table.add_row(*row)
    with to.capture() as captured:
        to.print(table)
        for line in [*failed, *notes]:
            to.print(line, soft_wrap=True, markup=False)
    to.file.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")
    to.file.flush()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"


def markdown(heads: Row, rows: Sequence[Row]) -> str:
    """The rows that are complete."""
    lines = [f"| {' | '.join(heads)} |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    lines += [f"| {' | '.join(row)} |" for row in rows if len(row) == len(heads)]
    return "\n".join(lines)
