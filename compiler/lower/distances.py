"""How far the output of a kernel that does units in order may begin before its input."""

from __future__ import annotations

from ..ir import Node, Site, TensorId
from ..program import Form, In, Kernel


def pass_distance(n: int, block: int, out_unit: int, in_unit: int, gathers: int = 0) -> int:
    """How far, in bytes, n units of output may begin before as many of input, where each pass reads
    `block` of them before it writes any: a pass's output has to end where its input begins, or,
    where it has gathered that before, where the next pass's begins. What matters is the first pass,
    the last one, which may be short, and the one before."""
    last = (n - 1) // block * block
    begins = {0, last, max(last - block, 0)}
    found = -n * in_unit  # behind the input
    for begin in begins:
        end = min(begin + block, n)
        gathered = 0 < gathers <= end - begin
        if not gathered or end < n:
            found = max(found, end * out_unit - (end if gathered else begin) * in_unit)
    return found


def row_distances(node: Node, site: Site, kernel: Kernel, rows: int) -> dict[TensorId, int]:
    """The same for the inputs of a FLAT kernel, where input and output are rows that begin at the
    first of up to `rows`; a call does one of them or several."""
    if kernel.form is not Form.FLAT or not kernel.block or kernel.then:
        return {}
    height = site.output.shape[1]
    each, out_row = kernel.units // height, site.output.bytes // height
    found: dict[TensorId, int] = {}
    for operand in kernel.operands:
        t = node.inputs[operand.index] if isinstance(operand, In) else None
        if t is None or not isinstance(operand, In) or operand.whole:
            continue
        in_row = site.input(operand.index).bytes // height
        reach = max(
            max(rows - n, 0) * max(out_row - in_row, 0)
            + pass_distance(n * each, kernel.block, out_row // each, in_row // each, kernel.gathers)
            for n in range(1, rows + 1)
        )
        found[t] = max(reach, found.get(t, reach))
    return found


def span(into: int, out: int, distance: int) -> int:
    """Bytes that two buffers take together where out starts `distance` before into, or apart."""
    return min(max(into + max(distance, 0), out), into + out)
