"""The planner's problem on its own: CSV in, CSV out (the columns of minimalloc's benchmarks).

id,lower,upper,size[,alignment]        a buffer that lives in steps [lower, upper)
id,lower,upper,size[,alignment],offset and where it stands
"""

from __future__ import annotations

import csv
import io

from ..errors import CompileError, Problem
from ..placement import Plan
from ..program import Buffer

COLUMNS = ("id", "lower", "upper", "size")
MOST_BUFFERS = 10_000


def read_problem(text: str) -> tuple[list[str], dict[int, Buffer]]:
    """Names and buffers, in the file's order. Raises CompileError naming every wrong line."""
    rows = list(csv.DictReader(io.StringIO(text), skipinitialspace=True))
    header = rows[0].keys() if rows else ()
    if missing := [c for c in COLUMNS if c not in header]:
        found = f"no column {', '.join(missing)}" if rows else "no buffers"
        raise CompileError(Problem("line 1", found, ",".join(COLUMNS) + " and perhaps alignment"))
    if len(rows) > MOST_BUFFERS:
        raise CompileError(Problem("file", f"{len(rows):,} buffers", f"up to {MOST_BUFFERS:,}"))
    names, buffers, problems = [], {}, []
    for number, row in enumerate(rows):
        try:
            lower, upper, size = (int(row[c]) for c in COLUMNS[1:])
            align = int(row.get("alignment") or 1)
            if not (lower < upper and size >= 0 and align >= 1):
                raise ValueError("lower < upper, size >= 0 and alignment >= 1 do not all hold")
        except (TypeError, ValueError) as e:
            problems.append(Problem(f"line {number + 2}", str(e), "whole numbers"))
            continue
        names.append(row["id"])
        buffers[number] = Buffer(row["id"], size, lower, upper - 1, align)
    if problems:
        raise CompileError(problems)
    return names, buffers


def write_solution(names: list[str], buffers: dict[int, Buffer], plan: Plan) -> str:
    """The problem with an offset for each buffer."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "alignment", "offset"])
    for name, (b, x) in zip(names, buffers.items(), strict=True):
        writer.writerow([name, x.first, x.last + 1, x.bytes, x.align, plan.offsets[b]])
    return out.getvalue()
