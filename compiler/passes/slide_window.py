"""Makes a network over a window of rows one over the N rows by which the window moves on.

    %1: [1,48,8] = conv_2d(%0: [1,50,4])          N = 2: 50 rows in, of which 48 were there before
    →
    variable %2: [1,4,4]; slide_rows(%0: [1,2,4], %2); %1: [1,2,8] = conv_2d(%2)

A layer that gives the same rows wherever the window begins (no padding in time) computes its new
rows only; state holds the rows before them that its kernel still needs. The first layer that mixes
all rows (a mean, a flattening) gets them from state, and what follows runs as ever: every
output bit is that of the whole network on the whole window. Before the first row the window holds
real zero.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from math import gcd

import numpy as np

from ..errors import CompileError, Problem
from ..ir import Array, DType, Graph, Node, Site, Tensor, TensorId, Variable
from ..ops.read_variable import ReadVariable
from ..ops.reshape import Reshape
from ..ops.slice import Slice
from ..ops.slide_rows import SlideRows
from ..program import Alias, Form, In, Kernel
from ..rows import SAME_ROW, Window, row_window
from ..target import Target

SUPPORTED = "networks with one input [1, rows, …] and no state"


def run(graph: Graph, target: Target, rows: int) -> Graph:
    """`rows` is N. Raises CompileError where a layer's rows depend on where the window begins."""
    if len(graph.inputs) != 1 or graph.variables:
        found = "it keeps state itself" if graph.variables else f"{len(graph.inputs)} inputs"
        raise CompileError(Problem("model", found, f"--stream-window for {SUPPORTED}"))
    shape = graph.tensors[graph.inputs[0]].shape
    if len(shape) < 2 or shape[0] != 1 or not 1 <= rows < shape[1]:
        found = f"{rows} new rows in an input {list(shape)}"
        most = max(*shape[1:2], 2) - 1
        raise CompileError(
            Problem("--stream-window", found, f"1 to {most} new rows in {SUPPORTED}")
        )
    return _Sliding(graph, target, rows).run()


class _Sliding:
    """`new` are the tensors of which only the new rows are computed, and how many these are;
    `still` is what a tensor holds as long as nothing but zeros came."""

    def __init__(self, graph: Graph, target: Target, rows: int) -> None:
        self.before = graph
        self.target = target
        self.rows = rows
        self.tensors = dict(graph.tensors)
        self.new: dict[TensorId, int] = {}
        self.still: dict[TensorId, Array] = {}
        self.nodes: list[Node] = []
        self.variables: dict[tuple[TensorId, int], Variable] = {}

    def run(self) -> Graph:
        (t,) = self.before.inputs
        x = self.before.tensors[t]
        zero = 0 if x.quant is None else x.zero_point
        self._advance(t, self.rows, np.full(x.shape, zero, x.dtype.numpy))
        for node in self.before.nodes:
            if not self._streams(node):
                inputs = (t if t is None else self._whole(t, node.origin) for t in node.inputs)
                self.nodes.append(dataclasses.replace(node, inputs=tuple(inputs)))
        outputs = tuple(self._output(t) for t in self.before.outputs)
        return self.before.replace(
            tensors=self.tensors,
            nodes=tuple(self.nodes),
            outputs=outputs,
            variables=tuple(self.variables.values()),
        )

    def _advance(self, t: TensorId, rows: int, still: Array) -> None:
        """Of tensor t the new rows alone are computed from now on."""
        tensor = self.before.tensors[t]
        shape = (1, rows, *tensor.shape[2:])
        self.tensors[t] = dataclasses.replace(tensor, shape=shape)
        self.new[t], self.still[t] = rows, still

    def _streams(self, node: Node) -> bool:
        """Adds a node that computes new rows alone, if it can."""
        moving = [i for i, t in enumerate(node.inputs) if t in self.new]
        site = self.before.site(node)
        if not moving or len(site.outputs) != 1 or len(moving) < len(_computed(site)):
            return False
        how = node.op.lower(site, self.target)
        windows = _windows(site, how)
        if windows is None:
            return False
        found = {self._rows(site, i, windows[i]) for i in moving}
        if len(found) != 1 or None in found:
            return False
        (rows,) = found
        assert rows is not None
        inputs = list(node.inputs)
        for i in moving:
            inputs[i] = self._needed(site, i, windows[i])
        changed = dataclasses.replace(node, inputs=tuple(inputs))
        (out,) = node.outputs
        values = [
            self.still.get(t, self.before.tensors[t].data) if t is not None else None
            for t in node.inputs
        ]
        self._advance(out, rows, node.op.reference(site, values)[0])
        if isinstance(how, Alias):
            changed = Node(Reshape(self.tensors[out].shape), (inputs[0],), (out,), node.origin)
        self.nodes.append(changed)
        return True

    def _rows(self, site: Site, i: int, w: Window) -> int | None:
        """How many new rows the new rows of input i make; None where it needs all rows anyway.
        Raises CompileError where there is no such number."""
        x, out = site.input(i), site.output
        t = site.node.inputs[i]
        assert t is not None
        below = (out.shape[1] - 1) * w.stride + w.high - x.shape[1]
        if w.low > 0:
            return None
        if out.shape[1] == 1 and x.shape[1] > 1 and w.low <= 0 and below >= 0:
            return None
        if w.low < 0 or below > 0:
            ends = f"{max(-w.low, 0)} rows before and {max(below, 0)} behind"
            raise CompileError(
                Problem(
                    site.node.where,
                    f"it pads the window with {ends}, where it gives something else as this moves",
                    "--stream-window for layers without padding along the rows",
                    "train the network with padding='valid' in time, or leave --stream-window out",
                )
            )
        rows = self.new[t]
        if rows % w.stride:
            least = self.rows * w.stride // gcd(rows, w.stride)
            found = f"{rows} new rows under a stride of {w.stride}"
            raise CompileError(
                Problem(
                    site.node.where,
                    found,
                    "whole strides",
                    f"--stream-window={least} or a multiple",
                )
            )
        made = rows // w.stride
        return made if made < out.shape[1] else None

    def _needed(self, site: Site, i: int, w: Window) -> TensorId:
        """The rows that the new rows of the output need of input i: the new ones, with those before
        them from state, or a part of the new ones."""
        t = site.node.inputs[i]
        assert t is not None
        height, rows = site.input(i).shape[1], self.new[t]
        slack = height - ((site.output.shape[1] - 1) * w.stride + w.high)
        count = rows - w.stride + w.high - w.low + slack
        if count == rows:
            return t
        return (
            self._kept(t, count, site.node.origin)
            if count > rows
            else self._last(t, count, site.node.origin)
        )

    def _whole(self, t: TensorId, origin: str) -> TensorId:
        """All rows of a tensor of which only the new ones are computed."""
        if t not in self.new:
            return t
        return self._kept(t, self.before.tensors[t].shape[1], origin)

    def _kept(self, t: TensorId, count: int, origin: str) -> TensorId:
        """A variable of the last rows of tensor t, which moves on when it is first needed."""
        if (t, count) not in self.variables:
            tensor = self.before.tensors[t]
            last = np.ascontiguousarray(self.still[t][:, -count:])
            v = self._add(dataclasses.replace(tensor, shape=last.shape))
            self.variables[t, count] = Variable(v, last)
            self.nodes.append(Node(SlideRows(), (t, v), (), origin))
        return self.variables[t, count].tensor

    def _last(self, t: TensorId, count: int, origin: str) -> TensorId:
        """The last rows of the new ones."""
        tensor = self.tensors[t]
        shape = (1, count, *tensor.shape[2:])
        box = [0, self.new[t] - count, *[0] * (len(shape) - 2)], list(shape)
        consts = [
            self._const(f"{name} of rows", values)
            for name, values in zip(("begin", "size"), box, strict=True)
        ]
        part = self._add(dataclasses.replace(tensor, shape=shape))
        self.nodes.append(Node(Slice(), (t, *consts), (part,), origin))
        return part

    def _output(self, t: TensorId) -> TensorId:
        """An output as the caller knows it: all of its rows."""
        if t not in self.new:
            return t
        v = self._whole(t, "outputs")
        out = self._add(self.before.tensors[t])
        self.nodes.append(Node(ReadVariable(), (v,), (out,), "outputs"))
        return out

    def _const(self, name: str, values: Sequence[int]) -> TensorId:
        data = np.array(values, np.int32)
        return self._add(Tensor(name, data.shape, DType.INT32, None, data))

    def _add(self, tensor: Tensor) -> TensorId:
        new = max(self.tensors) + 1
        self.tensors[new] = tensor
        return new


def _computed(site: Site) -> list[Tensor]:
    return [x for x in site.inputs if x is not None and not x.is_const]


def _windows(site: Site, how: Kernel | Alias) -> dict[int, Window] | None:
    """For a node whose output row depends on some input rows alone: the window of each of its
    inputs that are computed."""
    out = site.output
    if len(out.shape) < 2 or out.shape[0] != 1:
        return None
    if isinstance(how, Alias):
        same = how == Alias() and site.input(0).shape[:2] == out.shape[:2]
        return {0: SAME_ROW} if same else None
    read = [o for k in (how, *how.then) for o in k.operands if isinstance(o, In)]
    inputs = {o.index: x for o in read if not (x := site.input(o.index)).is_const}
    if (
        any(o.whole for o in read)
        or any(k.form is not how.form for k in how.then)
        or any(len(x.shape) < 2 or x.shape[0] != 1 for x in inputs.values())
    ):
        return None
    if how.form is Form.FLAT:
        shifts = all(x.shape[1] == out.shape[1] for x in inputs.values())
        every = all(t is None or not t.is_const or _same_at_all_rows(t, out) for t in site.inputs)
        whole = how.units % out.shape[1] == 0
        return dict.fromkeys(inputs, SAME_ROW) if shifts and every and whole else None
    if how.form is not Form.ROWS:
        return None
    windows = {}
    for i in inputs:
        if not site.node.op.rows(site, 0, 1):
            return None
        windows[i] = row_window(site, i)
    return windows if all(w.over == 1 for w in windows.values()) else None


def _same_at_all_rows(const: Tensor, out: Tensor) -> bool:
    """Whether a constant of an element-wise operator is not one of each row."""
    along = len(const.shape) - (len(out.shape) - 1)
    return along < 0 or const.shape[along] == 1 or const.elements == 1
