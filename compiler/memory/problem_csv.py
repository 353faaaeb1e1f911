"""The planner's problem on its own: CSV in, CSV out (the columns of minimalloc's benchmarks).

id,lower,upper,size[,alignment][,over]        a buffer that lives in steps [lower, upper)
id,lower,upper,size,alignment,over,offset     and where it stands

`over` is "ID:DISTANCE", or several with a space between: the buffer may share bytes with ID, which
dies as it is written, if its offset + DISTANCE <= ID's offset.
"""

from __future__ import annotations

import csv
import io
import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..errors import CompileError, Problem
from ..program import Buffer, Overlap

COLUMNS = ("id", "lower", "upper", "size")
FORM = "an id of its own, whole numbers, lower < upper"
MOST_BUFFERS = 10_000


@dataclass(frozen=True)
class PlanProblem:
    """Buffers by their place in the file, leave to overlap, and offsets where the file has them."""

    buffers: Mapping[int, Buffer]
    overlaps: tuple[Overlap, ...]
    offsets: Mapping[int, int]


def read_problem(text: str) -> PlanProblem:
    """What a file says. Raises CompileError naming every wrong line."""
    rows = list(csv.DictReader(io.StringIO(text), skipinitialspace=True))
    header = rows[0].keys() if rows else ()
    if missing := [c for c in COLUMNS if c not in header]:
        found = f"no column {', '.join(missing)}" if rows else "no buffers"
        raise CompileError(Problem("line 1", found, ",".join(COLUMNS) + " and perhaps alignment"))
    if len(rows) > MOST_BUFFERS:
        raise CompileError(Problem("file", f"{len(rows):,} buffers", f"up to {MOST_BUFFERS:,}"))
    numbers = {row["id"]: number for number, row in reversed([*enumerate(rows)])}
    buffers, overlaps, offsets = {}, list[Overlap](), {}
    problems = []
    for number, row in enumerate(rows):
        try:
            lower, upper, size = (_number(row, c) for c in COLUMNS[1:])
            align = _number(row, "alignment") if row.get("alignment") else 1
            if not (lower < upper and size >= 0 and align >= 1):
                raise ValueError("lower < upper, size >= 0 and alignment >= 1 do not all hold")
            if numbers[row["id"]] != number:
                raise ValueError(f"id {row['id']!r} stands in line {numbers[row['id']] + 2}, too")
            buffers[number] = Buffer(row["id"], size, lower, upper - 1, align)
            for word in (row.get("over") or "").split():
                other, _, distance = word.rpartition(":")
                if other not in numbers:
                    raise ValueError(f"over {word!r}: not ID:DISTANCE of a buffer")
                overlaps.append(Overlap(number, numbers[other], int(distance)))
            if row.get("offset"):
                offsets[number] = _number(row, "offset")
        except (TypeError, ValueError) as e:
            problems.append(Problem(f"line {number + 2}", str(e), FORM))
    if problems:
        raise CompileError(problems)
    return PlanProblem(buffers, tuple(overlaps), offsets)


def _number(row: Mapping[str, str | None], column: str) -> int:
    text = row.get(column)
    try:
        return int(text or "")
    except ValueError as e:
        raise ValueError(f"{column} {text or ''!r}: not a whole number") from e


def write_problem(problem: PlanProblem, offsets: Mapping[int, int] | None = None) -> str:
    """The problem as a file, with an offset for each buffer if there are any."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    last = ["offset"] if offsets is not None else []
    writer.writerow([*COLUMNS, "alignment", "over", *last])
    for b, x in problem.buffers.items():
        over = " ".join(
            f"{problem.buffers[o.into].name}:{o.distance}" for o in problem.overlaps if o.out == b
        )
        where = [offsets[b]] if offsets is not None else []
        writer.writerow([x.name, x.first, x.last + 1, x.bytes, x.align, over, *where])
    return out.getvalue()


def conflicts(problem: PlanProblem) -> Iterator[str]:
    """What is wrong with the offsets of a solution; by the definition of the problem alone, for it
    is the planner that is checked."""
    for b, x in problem.buffers.items():
        at = problem.offsets.get(b)
        if at is None or at < 0:
            yield f"{x.name} has no offset"
        elif at % x.align:
            yield f"{x.name} at {at} is not aligned to {x.align}"
    leave = {(o.out, o.into): o.distance for o in problem.overlaps}
    placed = [
        (b, x, problem.offsets[b]) for b, x in problem.buffers.items() if b in problem.offsets
    ]
    for (a, x, at_x), (b, y, at_y) in itertools.combinations(placed, 2):
        together = not (x.last < y.first or y.last < x.first)
        touch = at_x < at_y + y.bytes and at_y < at_x + x.bytes
        over = (a, b) in leave and at_x + leave[a, b] <= at_y
        under = (b, a) in leave and at_y + leave[b, a] <= at_x
        if together and touch and not over and not under:
            yield f"{x.name} at {at_x} and {y.name} at {at_y} share bytes"


def hard_problem(count: int, seed: int) -> PlanProblem:
    """A rectangle of bytes and steps cut into `count` others, in any order: the least arena is
    known, the rectangle's height, and nothing but the right places reaches it."""
    rng = random.Random(seed)
    pieces = [(0, 2 * count, 0, 1024 * count)]  # steps [a, b), bytes [c, d)
    while len(pieces) < count:
        first, last, low, high = pieces.pop(_weighty(pieces, rng))
        if rng.random() < 0.5 and last - first > 1:
            cut = rng.randint(first + 1, last - 1)
            pieces += [(first, cut, low, high), (cut, last, low, high)]
        else:
            cut = rng.randint(low + 1, high - 1)
            pieces += [(first, last, low, cut), (first, last, cut, high)]
    rng.shuffle(pieces)
    buffers = {
        i: Buffer(f"b{i}", high - low, first, last - 1)
        for i, (first, last, low, high) in enumerate(pieces)
    }
    return PlanProblem(buffers, (), {})


def _weighty(pieces: list[tuple[int, int, int, int]], rng: random.Random) -> int:
    """One of the pieces that can be cut, the large ones rather than the small."""
    areas = [(b - a) * (d - c) if d - c > 1 else 0 for a, b, c, d in pieces]
    return rng.choices(range(len(pieces)), areas)[0]
