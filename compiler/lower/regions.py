"""Depth-first regions: runs of layers executed row by row through line buffers.

A region reads one tensor and gives one tensor; everything between is held only as the rows that
are still needed. In a turn one more row of the region's input counts as there, or `step` more, and
every stage computes the output rows that this makes possible, each once. Turns are counted in
rows of the input: t = 0, step, 2 * step, and so on. Padding counts as rows that arrive after the
last, so that the rows ready after turn t are always

    clamp((t + add) / divisor, 0, height)

A window of stride s that needs rows up to y * s + high turns an input's (add, divisor) into

    (add + divisor * (s - high), divisor * s).

Where images grow (resize, transposed convolutions), several rows come with each turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import gcd

import numpy as np
import numpy.typing as npt

from ..ir import Graph, Node, Site, TensorId
from ..program import Alias, Form, In, Kernel, Operand
from ..rows import Ready, Window, row_window
from ..target import Target
from .distances import row_distances, span
from .line_buffer import LineBuffer

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RegionPlan:
    """Nodes [first, last) of a graph as a region. `distance`: the output may start this many bytes
    before its input starts, or earlier (see Op.overlap). With `reduction` the last node takes its
    input row by row through that kernel, and `distance` is None. `streamed`: the source is one of
    the line buffers, to which the caller gives a row a turn. `rows` is how many rows of each tensor
    a turn makes at most; `overlaps` of which tensors rows may stand in those of another that passes
    away with them, and how many bytes before them they may begin at the latest."""

    first: int
    last: int
    source: TensorId
    result: TensorId
    turns: range
    ready: Mapping[TensorId, Ready]  # of the last node with a reduction: of its input's rows
    lines: tuple[LineBuffer, ...]
    aliases: Mapping[TensorId, TensorId]
    distance: int | None
    passing: int  # bytes that live within a turn, at most at the same time
    reduction: Kernel | None
    streamed: bool
    rows: Mapping[TensorId, int]
    overlaps: Mapping[tuple[TensorId, TensorId], int]

    @property
    def working_bytes(self) -> int:
        """Line buffers and scratch: all that it needs besides source and result."""
        kept = sum(b.bytes for b in self.lines if not b.transient)
        sums = self.reduction.scratch_bytes if self.reduction else 0
        return kept + self.passing + sums


def row_windows(site: Site, how: Kernel | Alias) -> dict[int, Window] | None:
    """For a node that can run row by row: the window of each of its tensor inputs. Else None."""
    if isinstance(how, Alias) or len(site.outputs) != 1:
        return None
    if any(k.form not in (Form.ROWS, Form.FLAT) for k in (how, *how.then)):
        return None
    out = site.output
    if len(out.shape) != 4 or out.shape[0] != 1 or out.elements == 0:
        return None
    windows = {}
    for kernel, operand in ((k, o) for k in (how, *how.then) for o in k.operands):
        if not isinstance(operand, In) or operand.whole:
            continue
        tensor = site.input(operand.index)
        if tensor.is_const or len(tensor.shape) != 4 or tensor.shape[0] != 1:
            return None
        if kernel.form is Form.FLAT:
            if tensor.shape[1] != out.shape[1] or kernel.units % out.shape[1]:
                return None
            windows[operand.index] = Window()
            continue
        if not site.node.op.rows(site, 0, 1):
            return None
        windows[operand.index] = row_window(site, operand.index)
    return windows


def plan_region(
    graph: Graph,
    lowered: Sequence[Kernel | Alias],
    first: int,
    last: int,
    target: Target,
    apart: bool,
    streamed: bool = False,
    step: int = 1,
) -> RegionPlan | None:
    """Nodes [first, last) as a region, or None where they cannot be one. With `apart`, fresh rows
    stand apart from line buffers; with `streamed`, rows of the network's input come one by one.
    `step` rows of the source are taken a turn."""
    nodes = graph.nodes[first:last]
    if any(len(n.outputs) != 1 or n.op.UPDATES for n in nodes):
        return None
    inner = {n.outputs[0] for n in nodes}
    sources = {
        t
        for n in nodes
        for t in n.inputs
        if t is not None and t not in inner and not graph.tensors[t].is_const
    }
    result = nodes[-1].outputs[0]
    if len(sources) != 1 or _escapes(graph, nodes, last, result):
        return None
    (source,) = sources
    if len(graph.tensors[source].shape) != 4:
        return None
    if streamed and ((source,) != graph.inputs or _read_after(graph, {source}, last)):
        return None
    flow = _Flow(graph, source, result, streamed, step)
    for index, node in enumerate(nodes, first):
        ends = index == last - 1
        if not (
            flow.alias(node, lowered[index])
            or (ends and flow.reduce(node, target))
            or flow.rows(node, lowered[index])
        ):
            return None
    return flow.plan(first, last, apart)


class _Flow:
    """Follows rows through the nodes of a region."""

    def __init__(
        self, graph: Graph, source: TensorId, result: TensorId, streamed: bool, step: int
    ) -> None:
        self.graph = graph
        self.step = step
        self.streamed = streamed
        self.source = source
        self.result = result
        self.ready = {source: Ready(step, 1, graph.tensors[source].shape[1])}
        self.uses: dict[TensorId, list[tuple[Window, TensorId]]] = {source: []}
        self.aliases: dict[TensorId, TensorId] = {}
        self.reduction: Kernel | None = None
        self.kernels: dict[
            TensorId, tuple[Node, Kernel]
        ] = {}  # that compute rows, by their outputs

    def _root(self, t: TensorId) -> TensorId:
        return self.aliases.get(t, t)

    def alias(self, node: Node, how: Kernel | Alias) -> bool:
        """A reshape within the region: the same rows, as long as a reduction takes them."""
        t = node.inputs[0] if isinstance(how, Alias) and len(node.outputs) == 1 else None
        if t is None or node.outputs[0] == self.result:
            return False
        if self._root(t) == self.source and not self.streamed:
            return False
        if self.graph.tensors[t].bytes != self.graph.tensors[node.outputs[0]].bytes:
            return False
        self.aliases[node.outputs[0]] = self._root(t)
        return True

    def reduce(self, node: Node, target: Target) -> bool:
        """The last node, adding up rows as they come."""
        t = node.inputs[0]
        if t is None or self._root(t) not in self.ready:
            return False
        before = self.ready[self._root(t)]
        site = self.graph.site(node)
        self.reduction = node.op.reduce(site, before.height, target)
        if self.reduction is None:
            return False
        self.ready[node.outputs[0]] = before
        self.uses.setdefault(self._root(t), []).append((Window(), node.outputs[0]))
        return True

    def rows(self, node: Node, how: Kernel | Alias) -> bool:
        """A node that computes rows from rows."""
        site = self.graph.site(node)
        windows = row_windows(site, how)
        if not windows or not isinstance(how, Kernel) or any(map(_is_whole, how.operands)):
            return False
        steps = set()
        for i, w in windows.items():
            t = node.inputs[i]
            if t is None or t in self.aliases:
                return False
            steps.add(_following(self.ready[t], w, site.output.shape[1]))
            self.uses.setdefault(t, []).append((w, node.outputs[0]))
        if len({(r.times, r.divisor) for r in steps}) != 1:
            return False
        self.ready[node.outputs[0]] = min(steps, key=lambda r: r.add)
        self.kernels[node.outputs[0]] = node, how
        return True

    def plan(self, first: int, last: int, apart: bool) -> RegionPlan:
        """Line buffers and the distance of result and source, by following all turns."""
        self._begin_with_nothing()
        # Rows that come after the result's last are not needed. (A reduction gives its result in
        # the last turn, and nothing may be written after that.)
        end = self.ready[self.result]
        last_turn = -((end.add - end.height * end.divisor) // end.times)
        turns = range(0, max(-(-last_turn // self.step), 0) * self.step + 1, self.step)
        turn = np.asarray(turns, np.int64)
        done = {t: _rows(r, turn) for t, r in self.ready.items()}
        before = {t: _rows(r, turn - self.step) for t, r in self.ready.items()}
        rows = {t: int((done[t] - before[t]).max()) for t in self.ready}
        lines = [
            self._line(t, done, before, apart)
            for t in self.ready
            if t != self.result and (t != self.source or self.streamed)
        ]
        overlaps = self._overlaps(lines, rows)
        return RegionPlan(
            first,
            last,
            self.source,
            self.result,
            turns,
            self.ready,
            tuple(lines),
            self.aliases,
            None if self.reduction or self.streamed else self._distance(done, before),
            self._passing(lines, overlaps),
            self.reduction,
            self.streamed,
            rows,
            overlaps,
        )

    def _line(
        self,
        t: TensorId,
        done: Mapping[TensorId, IntArray],
        before: Mapping[TensorId, IntArray],
        apart: bool,
    ) -> LineBuffer:
        """Where rows of a tensor are held. Several rows of a turn always stand apart, so that a
        kernel finds them one after the other and not wrapped around."""
        height = self.ready[t].height
        low = _lowest_needed(self.uses[t], before, self.ready, done[t])
        depth = min(max(1, int((done[t] - low).max())), height)
        row_bytes = self.graph.tensors[t].bytes // height
        transient = bool((low >= before[t]).all())
        kept = int((done[t] - _lowest_needed(self.uses[t], done, self.ready, done[t])).max())
        fresh = int((done[t] - before[t]).max())
        last_use = self.uses[t][-1][1]
        if t == self.source:
            return LineBuffer(t, kept, row_bytes, False, fresh, last_use, given=True)
        if transient and fresh > 1:
            return LineBuffer(t, 0, row_bytes, True, fresh, last_use)
        if (apart or fresh > 1) and not transient and kept < depth < height:
            return LineBuffer(t, kept, row_bytes, False, fresh, last_use)
        return LineBuffer(t, depth, row_bytes, transient)

    def _overlaps(
        self, lines: Sequence[LineBuffer], rows: Mapping[TensorId, int]
    ) -> dict[tuple[TensorId, TensorId], int]:
        """Where a kernel may write rows of a turn into those that it is the last to read."""
        passing = {line.tensor for line in lines if line.passes}
        apart = passing | {line.tensor for line in lines if line.fresh and not line.given}
        return {
            (out, t): distance
            for out, (node, how) in self.kernels.items()
            if out in apart
            for t, distance in row_distances(node, self.graph.site(node), how, rows[out]).items()
            if t in passing and len(self.uses[t]) == 1 and self.ready[t] == self.ready[out]
        }

    def _passing(
        self, lines: Sequence[LineBuffer], overlaps: Mapping[tuple[TensorId, TensorId], int]
    ) -> int:
        """The most that lives within a turn: rows from the stage that makes them to the last that
        reads them, and the scratch of a stage."""
        stages = [t for t in self.ready if t != self.source]
        step = {t: i for i, t in enumerate(stages)}
        kernels = (self.kernels.get(t) for t in stages)
        bytes_at = [found[1].scratch_bytes if found else 0 for found in kernels]
        passing = {line.tensor: line.passing_bytes for line in lines}
        for t, size in passing.items():
            last = step[self.uses[t][-1][1]]
            for i in range(step.get(t, 0), last + 1):
                bytes_at[i] += size
        saved = [0] * len(stages)
        for (out, t), distance in overlaps.items():
            into, size, i = passing[t], passing[out], step[out]
            saved[i] = max(saved[i], into + size - span(into, size, distance))
        return max(taken - less for taken, less in zip(bytes_at, saved, strict=True))

    def _begin_with_nothing(self) -> None:
        """Rows of padding alone could be there before the first turn, which would never make them.
        The source then comes some turns later."""
        early = (
            -((self.step * r.times + r.divisor - 1 - r.add) // r.times) for r in self.ready.values()
        )
        wait = max(0, *early)
        self.ready = {t: replace(r, add=r.add - wait * r.times) for t, r in self.ready.items()}

    def _distance(
        self, done: Mapping[TensorId, IntArray], before: Mapping[TensorId, IntArray]
    ) -> int:
        """How far before the source the result has to start so that its rows only overwrite rows
        of the source that nobody needs any more."""
        source, result = self.graph.tensors[self.source], self.graph.tensors[self.result]
        source_row = source.bytes // self.ready[self.source].height
        result_row = result.bytes // self.ready[self.result].height
        # Stages before the result's have read what they need when its rows of a turn are written;
        # the result's own stage may still read.
        uses = self.uses[self.source]
        own = [(w, out) for w, out in uses if out == self.result]
        others = [(w, out) for w, out in uses if out != self.result]
        low = np.minimum(
            _lowest_needed(own, before, self.ready, done[self.source]),
            _lowest_needed(others, done, self.ready, done[self.source]),
        )
        needed = low < self.ready[self.source].height
        writes = done[self.result] > before[self.result]
        reach = (done[self.result] * result_row - low * source_row)[needed & writes]
        return int(reach.max(initial=-source.bytes))


def _is_whole(operand: Operand) -> bool:
    """An input that a kernel reads as a whole, whichever rows it computes."""
    return isinstance(operand, In) and operand.whole


def _escapes(graph: Graph, nodes: Sequence[Node], last: int, result: TensorId) -> bool:
    """Whether a tensor other than the result is needed outside of the region."""
    return _read_after(graph, {n.outputs[0] for n in nodes} - {result}, last)


def _read_after(graph: Graph, tensors: set[TensorId], last: int) -> bool:
    """Whether a node from `last` on, or the caller, reads one of them."""
    later = {t for n in graph.nodes[last:] for t in n.inputs} | set(graph.outputs)
    return bool(tensors & later)


def _following(ready: Ready, window: Window, height: int) -> Ready:
    """The output rows that are there when rows of an input are, as late as the form of `Ready` asks
    for: of an input with n rows (over * (n + 1) - 1 - high) / stride + 1."""
    stride, over = window.stride, window.over
    more = over - 1 - window.high + stride
    times, divisor = over * ready.times, ready.divisor * stride
    if over == 1:  # the two roundings down are one
        add = ready.add + ready.divisor * more
    else:
        turns = np.arange(divisor, dtype=np.int64)
        there = (over * ((turns * ready.times + ready.add) // ready.divisor) + more) // stride
        add = int((divisor * (there + 1) - 1 - times * turns).min())
    both = gcd(times, divisor)
    return Ready(add // both, divisor // both, height, times // both)


def _rows(ready: Ready, turn: IntArray) -> IntArray:
    return np.clip((turn * ready.times + ready.add) // ready.divisor, 0, ready.height)


def _lowest_needed(
    uses: Sequence[tuple[Window, TensorId]],
    before: Mapping[TensorId, IntArray],
    ready: Mapping[TensorId, Ready],
    done: IntArray,
) -> IntArray:
    """Per turn the lowest row that a stage reads in this turn or later; `done` where none is."""
    lowest = done.copy()
    for window, out in uses:
        first = np.maximum((before[out] * window.stride + window.low) // window.over, 0)
        needed = np.where(before[out] < ready[out].height, first, done)
        lowest = np.minimum(lowest, needed)
    return lowest
