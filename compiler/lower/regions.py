"""Depth-first regions: runs of layers executed row by row through line buffers.

A region reads one tensor and gives one tensor; everything between is held only as the rows that
are still needed. In turn t one more row of the region's input counts as there, and every stage
computes the output rows that this makes possible, each once. Padding counts as rows that arrive
after the last, so that the rows ready after turn t are always

    clamp((t + add) / divisor, 0, height)

A window of stride s that needs rows up to y * s + high turns an input's (add, divisor) into

    (add + divisor * (s - high), divisor * s).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..ir import Graph, Node, Site, TensorId
from ..program import Alias, Form, In, Kernel, Ready, Scratch, Window

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LineBuffer:
    """The rows of a tensor that a region keeps. `transient`: all are used up in the turn that makes
    them, so nothing is kept from one turn to the next."""

    tensor: TensorId
    depth: int
    row_bytes: int
    transient: bool

    @property
    def bytes(self) -> int:
        return self.depth * self.row_bytes


@dataclass(frozen=True)
class RegionPlan:
    """Nodes [first, last) of a graph as a region. `distance`: the output may start this many bytes
    before its input starts, or earlier (see Op.overlap)."""

    first: int
    last: int
    source: TensorId
    result: TensorId
    turns: int
    ready: Mapping[TensorId, Ready]
    lines: tuple[LineBuffer, ...]
    distance: int
    scratch: int

    @property
    def working_bytes(self) -> int:
        """Line buffers and scratch: all that it needs besides source and result, at most."""
        kept = sum(b.bytes for b in self.lines if not b.transient)
        # A transient row lives from its stage to the last that reads it; two at a time as a rule.
        passing = sorted((b.bytes for b in self.lines if b.transient), reverse=True)[:2]
        return kept + sum(passing) + self.scratch


def row_windows(site: Site, how: Kernel | Alias) -> dict[int, Window] | None:
    """For a node that can run row by row: the window of each of its tensor inputs. Else None."""
    out = site.output
    if isinstance(how, Alias) or len(site.outputs) != 1 or how.form is Form.WHOLE:
        return None
    if len(out.shape) != 4 or out.shape[0] != 1 or out.elements == 0:
        return None
    windows = {}
    for operand in how.operands:
        if not isinstance(operand, In):
            continue
        tensor = site.input(operand.index)
        if tensor.is_const or len(tensor.shape) != 4 or tensor.shape[0] != 1:
            return None
        if how.form is Form.FLAT:
            if tensor.shape[1] != out.shape[1] or how.units % out.shape[1]:
                return None
            windows[operand.index] = Window()
            continue
        low, high = site.node.op.rows(site, 0, 1)[operand.index]
        windows[operand.index] = Window(
            site.node.op.rows(site, 1, 2)[operand.index][0] - low, low, high
        )
    return windows


def plan_region(
    graph: Graph, lowered: Sequence[Kernel | Alias], first: int, last: int
) -> RegionPlan | None:
    """Nodes [first, last) as a region, or None where they cannot be one."""
    nodes = graph.nodes[first:last]
    inner = {n.outputs[0] for n in nodes}
    result = nodes[-1].outputs[0]
    sources = {
        t
        for n in nodes
        for t in n.inputs
        if t is not None and t not in inner and not graph.tensors[t].is_const
    }
    if len(sources) != 1 or _escapes(graph, nodes, last, result):
        return None
    (source,) = sources
    if len(graph.tensors[source].shape) != 4:
        return None
    uses: dict[TensorId, list[tuple[Window, TensorId]]] = {source: []}
    ready = {source: Ready(1, 1, graph.tensors[source].shape[1])}
    scratch = 0
    for index, node in enumerate(nodes, first):
        site = graph.site(node)
        windows = row_windows(site, lowered[index])
        if not windows:
            return None
        steps = set()
        for i, w in windows.items():
            t = node.inputs[i]
            assert t is not None
            before = ready[t]
            steps.add(
                (before.divisor * w.stride, before.add + before.divisor * (w.stride - w.high))
            )
            uses.setdefault(t, []).append((w, node.outputs[0]))
        if len({divisor for divisor, _ in steps}) != 1:
            return None
        divisor, add = min(steps)
        ready[node.outputs[0]] = Ready(add, divisor, site.output.shape[1])
        how = lowered[index]
        assert isinstance(how, Kernel)
        scratch = max(scratch, sum(o.bytes for o in how.operands if isinstance(o, Scratch)))
    turns = max(r.height * r.divisor - r.add + 1 for t, r in ready.items() if t != source)
    return _measured(graph, first, last, source, result, turns, ready, uses, scratch)


def _escapes(graph: Graph, nodes: Sequence[Node], last: int, result: TensorId) -> bool:
    """Whether a tensor other than the result is needed outside of the region."""
    inner = {n.outputs[0] for n in nodes} - {result}
    later = {t for n in graph.nodes[last:] for t in n.inputs} | set(graph.outputs)
    return bool(inner & later)


def _measured(
    graph: Graph,
    first: int,
    last: int,
    source: TensorId,
    result: TensorId,
    turns: int,
    ready: Mapping[TensorId, Ready],
    uses: Mapping[TensorId, Sequence[tuple[Window, TensorId]]],
    scratch: int,
) -> RegionPlan:
    """Line buffers and the distance of result and source, by following all turns."""
    turn = np.arange(turns, dtype=np.int64)
    done = {t: _rows(r, turn) for t, r in ready.items()}
    before = {t: _rows(r, turn - 1) for t, r in ready.items()}
    lines = []
    for t, r in ready.items():
        if t in (source, result):
            continue
        low = _lowest_needed(uses[t], before, ready, done[t])
        depth = max(1, int((done[t] - low).max()))
        lines.append(
            LineBuffer(
                t,
                min(depth, r.height),
                graph.tensors[t].bytes // r.height,
                bool((low >= before[t]).all()),
            )
        )
    source_row = graph.tensors[source].bytes // ready[source].height
    result_row = graph.tensors[result].bytes // ready[result].height
    # Stages before the result's have read what they need when its rows of a turn are written; the
    # result's own stage may still read.
    own = [(w, out) for w, out in uses[source] if out == result]
    others = [(w, out) for w, out in uses[source] if out != result]
    low = np.minimum(
        _lowest_needed(own, before, ready, done[source]),
        _lowest_needed(others, done, ready, done[source]),
    )
    needed = low < ready[source].height
    writes = done[result] > before[result]
    reach = (done[result] * result_row - low * source_row)[needed & writes]
    distance = int(reach.max(initial=-graph.tensors[source].bytes))
    return RegionPlan(first, last, source, result, turns, ready, tuple(lines), distance, scratch)


def _rows(ready: Ready, turn: IntArray) -> IntArray:
    return np.clip((turn + ready.add) // ready.divisor, 0, ready.height)


def _lowest_needed(
    uses: Sequence[tuple[Window, TensorId]],
    before: Mapping[TensorId, IntArray],
    ready: Mapping[TensorId, Ready],
    done: IntArray,
) -> IntArray:
    """Per turn the lowest row that a stage reads in this turn or later; `done` where none is."""
    lowest = done.copy()
    for window, out in uses:
        first = np.maximum(before[out] * window.stride + window.low, 0)
        needed = np.where(before[out] < ready[out].height, first, done)
        lowest = np.minimum(lowest, needed)
    return lowest
