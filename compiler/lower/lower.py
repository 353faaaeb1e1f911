"""Graph → Program: the kernel of each node, over whole tensors or row by row in a region."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..ir import Graph, Node, TensorId
from ..placement import BufferId, Place
from ..program import (
    Buffer,
    Call,
    Const,
    ConstRef,
    Form,
    In,
    InOut,
    Keep,
    Kernel,
    Layer,
    Operand,
    Out,
    Overlap,
    Pointer,
    Port,
    Program,
    Role,
    Scratch,
    Subprogram,
    Trace,
)
from ..rows import CALLER, Ready, RowView, Stream, Window
from ..target import Target
from ..text import print_node
from .choose import SLOWER_BY, Remembered, Segment, choose
from .cost import of_layers, of_region
from .joins import NONE_JOINED, join
from .kernels import Answers, kernels
from .pointers import const_ctype, of_bytes
from .regions import RegionPlan, row_windows
from .stages import in_order
from .state import state_field, versions
from .storage import Storage, assign, without_ports


class Schedule(enum.Enum):
    """How layers follow each other: each over whole tensors; runs of them depth first where that
    lowers the peak; the same with fresh rows apart from line buffers."""

    LAYERS = "layers"
    REGIONS = "regions"
    REGIONS_APART = "regions apart"


@dataclass(frozen=True)
class Given:
    """What is settled before a way to run a graph is looked for. `called` are the subgraphs that it
    runs, by number; `prefix` is that of a subgraph. `streamed`: the input comes row by row;
    `callers`: inputs and outputs stand with the caller. `slower_by`: how many instructions regions
    may add, of those of whole layers. `answers`: what rooms said of the graph's nodes before."""

    target: Target
    called: Mapping[int, Subprogram] = field(default_factory=dict)
    prefix: str = ""
    streamed: bool = False
    callers: bool = False
    slower_by: float = SLOWER_BY
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """One way to run a graph. `joined`: inputs stand in outputs that only put them together.
    `known` is what segments needed before; `lean` are kernels, by step, instead of the usual ones.
    """

    schedule: Schedule
    joined: bool = False
    known: Mapping[Segment, int] = field(default_factory=dict)
    lean: Mapping[int, Kernel] = field(default_factory=dict)


def lower(graph: Graph, given: Given, way: Way, remembered: Remembered | None = None) -> Program:
    """How the graph runs on the target, not yet placed in memory. `remembered` is what other calls
    found of the same graph, `joined` and `lean`."""
    target, prefix = given.target, given.prefix
    controls, lowered = kernels(graph, target, given.called, prefix, way.lean, given.answers)
    lowered, joins = join(graph, lowered, target.align) if way.joined else (lowered, NONE_JOINED)
    storage = assign(graph, lowered, target.align, (), joins)
    regions: tuple[RegionPlan, ...] = ()
    if way.schedule is not Schedule.LAYERS:
        apart = way.schedule is Schedule.REGIONS_APART
        how = (apart, given.streamed, way.known, given.slower_by, remembered)
        seen = without_ports(storage) if given.callers else storage
        regions = choose(graph, lowered, seen, target, *how)
        storage = assign(graph, lowered, target.align, regions, joins)
    added = sum(of_region(r, graph, lowered, target) for r in regions)
    for r in regions:
        if r.reduction:
            lowered[r.last - 1] = r.reduction
    lowering = _Lowering(graph, storage, regions, prefix)
    state = {
        v.tensor: state_field(graph, i, v, target.align) for i, v in enumerate(graph.variables)
    }
    layers = {
        step: lowering.layer(step, node, how)
        for step, (node, how) in enumerate(zip(graph.nodes, lowered, strict=True))
        if isinstance(how, Kernel)
    }
    stream = lowering.stream(regions[0]) if given.streamed else None
    return Program(
        graph.name,
        tuple(layers.values()),
        in_order(graph, list(layers), regions, lowering.keeps),
        lowering.buffers,
        (*storage.overlaps, *(o for r in regions for o in lowering.overlaps(r))),
        tuple(lowering.consts),
        tuple(lowering.port(t) for t in graph.inputs),
        tuple(lowering.port(t) for t in graph.outputs),
        state,
        tuple(controls.values()),
        prefix,
        stream,
        joined=len(joins),
        layers_take=sum(of_layers(graph, lowered, target)),
        regions_add=added,
    )


class _Lowering:
    """Collects the constants and scratch buffers of the layers as they are lowered."""

    def __init__(
        self, graph: Graph, storage: Storage, regions: Sequence[RegionPlan], prefix: str
    ) -> None:
        self.graph = graph
        self.prefix = prefix
        self.places = storage.places
        self.lines = storage.lines
        self.versions = versions(graph)
        self.buffers: dict[BufferId, Buffer] = dict(storage.buffers)
        self.region_of = {n: r for r in regions for n in range(r.first, r.last)}
        self.consts: list[Const] = []
        self.shared: dict[tuple[int, str], BufferId] = {}  # scratch buffers by step and name
        self.fresh = {t: p for r in regions for t, p in self._fresh(r).items()}

    def _new_id(self) -> BufferId:
        return max((*self.buffers, *(v.tensor for v in self.graph.variables)), default=-1) + 1

    def _fresh(self, region: RegionPlan) -> dict[TensorId, Place]:
        """A buffer for the fresh rows of each tensor that has them apart, from the step that makes
        them to the last that reads them."""
        step = {t: i for i, n in enumerate(self.graph.nodes) for t in n.outputs}
        places = {}
        for line in region.lines:
            if line.given:
                places[line.tensor] = Place(CALLER)
            elif line.fresh:
                new: BufferId = self._new_id()
                kept = self.buffers[self.places[line.tensor].buffer]
                first, last = step[line.tensor], step[line.last_use]
                name = f"fresh rows of {kept.name}"
                self.buffers[new] = Buffer(name, line.passing_bytes, first, last, kept.align)
                places[line.tensor] = Place(new)
        return places | {a: places[t] for a, t in region.aliases.items() if t in places}

    def overlaps(self, region: RegionPlan) -> Iterator[Overlap]:
        """Where rows of a turn may stand in those that pass away as they are made."""
        for (out, into), distance in region.overlaps.items():
            of, in_ = (self.fresh.get(t, self.places[t]).buffer for t in (out, into))
            yield Overlap(of, in_, distance)

    def keeps(self, region: RegionPlan, out: TensorId) -> tuple[Keep, ...]:
        """What is copied to line buffers when the stage that makes `out` has run."""
        return tuple(
            Keep(
                self.places[line.tensor],
                self.fresh[line.tensor],
                line.row_bytes,
                line.depth,
                region.ready[line.tensor],
            )
            for line in region.lines
            if line.fresh and line.depth and line.last_use == out
        )

    def layer(self, step: int, node: Node, kernel: Kernel) -> Layer:
        site = self.graph.site(node)
        old_consts = len(self.consts)
        by_rows = step in self.region_of
        calls = tuple(self._call(step, node, k, by_rows) for k in (kernel, *kernel.then))
        traces = tuple(
            Trace(self.graph.tensors[t].name, self.places[t], self.graph.tensors[t].bytes)
            for t in node.outputs
            if t not in self.lines
        )
        return Layer(
            name=f"{self.prefix}{step:02}_{node.op.NAME}",
            ir=print_node(self.graph, node),
            calls=calls,
            traces=traces,
            origin=node.origin,
            macs=node.op.macs(site),
            weight_bytes=sum(int(c.data.nbytes) for c in self.consts[old_consts:]),
            by_rows=by_rows,
        )

    def _call(self, step: int, node: Node, kernel: Kernel, by_rows: bool) -> Call:
        site = self.graph.site(node)
        images = site.output.shape[0] if kernel.form is Form.ROWS else 1
        as_rows = by_rows or kernel.form is Form.ROWS
        windows = row_windows(site, kernel) if as_rows else None
        pointers = tuple(
            self._sums(step, node, operand)
            if kernel.form is Form.REDUCE
            else self._pointer(step, node, operand, as_rows, images, windows or {})
            for operand in kernel.operands
        )
        if kernel.octets:
            pointers = tuple(map(of_bytes, pointers))
        trailing: tuple[int | str, ...] = ()
        if kernel.form is Form.REDUCE:
            trailing = ("y0", "y1")
        elif kernel.form is Form.ROWS:
            trailing = ("y0", "y1") if by_rows else (0, site.output.shape[1])
        elif kernel.form is Form.FLAT:
            trailing = (kernel.units // site.output.shape[1] if by_rows else kernel.units,)
        return Call(
            kernel.function,
            kernel.header,
            kernel.params,
            pointers,
            trailing,
            images,
            each_row=self._rows_at_once(step) if by_rows and kernel.form is Form.FLAT else 0,
            literals=kernel.literals,
        )

    def _pointer(
        self,
        step: int,
        node: Node,
        operand: Operand,
        as_rows: bool,
        images: int,
        windows: Mapping[int, Window],
    ) -> Pointer:
        if isinstance(operand, Const):
            return self._const(step, operand)
        if isinstance(operand, Scratch):
            return self._scratch(step, node, operand)
        if isinstance(operand, InOut):
            return self._update(step, node, operand)
        writes = isinstance(operand, Out)
        t = node.outputs[operand.index] if writes else node.inputs[operand.index]
        assert t is not None
        tensor = self.graph.tensors[t]
        if not writes and tensor.data is not None:
            name = f"input_{operand.index}"
            return self._const(step, Const(name, tensor.data.ravel(), tensor.dtype.c))
        image = tensor.bytes // images
        place = dataclasses.replace(self.places[t], step=image if images > 1 else 0)
        if t in self.versions[step]:
            place = dataclasses.replace(place, version=self.versions[step][t])
        if isinstance(operand, In) and operand.whole:
            place = dataclasses.replace(place, step=0)
        if not as_rows or (isinstance(operand, In) and operand.whole):
            return Pointer(place, tensor.dtype.c, writes, tensor.bytes)
        height = tensor.shape[1]
        depth = max(self.lines[t].depth, 1) if t in self.lines else height
        window = windows.get(operand.index, Window()) if not writes else Window()
        stride = tensor.elements // (tensor.shape[0] * height)
        view = RowView(place, stride, depth, height, window, *self._fresh_rows(step, t))
        if depth == height or (view.fresh and view.ready == self._ready(step)):
            view = dataclasses.replace(view, at_once=True)
        return Pointer(view, tensor.dtype.c, writes, image)

    def _ready(self, step: int) -> Ready:
        """How far a layer of a region is after each turn."""
        return self.region_of[step].ready[self.graph.nodes[step].outputs[0]]

    def _rows_at_once(self, step: int) -> int:
        """How many rows a layer of a region computes in a turn at most."""
        return self.region_of[step].rows[self.graph.nodes[step].outputs[0]]

    def _fresh_rows(self, step: int, t: TensorId) -> tuple[Place | None, Ready | None]:
        """Where fresh rows of a tensor are, and which those are."""
        if t not in self.fresh:
            return None, None
        region = self.region_of[step]
        return self.fresh[t], region.ready[region.aliases.get(t, t)]

    def _update(self, step: int, node: Node, operand: InOut) -> Pointer:
        """A variable that the node gives a new value."""
        t = node.inputs[operand.index]
        assert t is not None
        tensor = self.graph.tensors[t]
        place = Place(t, version=self.versions[step][t] + 1)
        return Pointer(place, tensor.dtype.c, True, tensor.bytes, operand.reads)

    def _sums(self, step: int, node: Node, operand: Operand) -> Pointer:
        """An operand of a reduction: rows in, the output as a whole, sums that live on."""
        if isinstance(operand, Const):
            return self._const(step, operand)
        region = self.region_of[step]
        if isinstance(operand, Scratch):
            new: BufferId = self._new_id()
            self.buffers[new] = Buffer(
                f"sums of {node.op.NAME}",
                operand.bytes,
                region.first,
                step,
                operand.align,
                Role.SUMS,
            )
            return Pointer(Place(new), operand.ctype, True, operand.bytes)
        if isinstance(operand, Out):
            out = node.outputs[0]
            tensor = self.graph.tensors[out]
            return Pointer(self.places[out], tensor.dtype.c, True, tensor.bytes)
        assert isinstance(operand, In)
        t = node.inputs[operand.index]
        assert t is not None
        tensor, height = self.graph.tensors[t], region.ready[node.outputs[0]].height
        depth = max(self.lines[t].depth, 1) if t in self.lines else height
        fresh = self._fresh_rows(step, t)
        view = RowView(self.places[t], tensor.elements // height, depth, height, Window(), *fresh)
        return Pointer(view, tensor.dtype.c, False, tensor.bytes)

    def _scratch(self, step: int, node: Node, scratch: Scratch) -> Pointer:
        new: BufferId = self._new_id()
        shared = self.shared.setdefault((step, scratch.name), new) if scratch.name else new
        if shared == new:
            name = f"{scratch.name or 'scratch'} of {node.op.NAME}"
            self.buffers[new] = Buffer(name, scratch.bytes, step, step, scratch.align, Role.SCRATCH)
        return Pointer(Place(shared), scratch.ctype, True, scratch.bytes)

    def _const(self, step: int, const: Const) -> Pointer:
        named = dataclasses.replace(const, name=f"{const.name}_{self.prefix}{step:02}")
        for index, known in enumerate(self.consts):  # several kernels of a node may read it
            if known.name == named.name:
                return Pointer(ConstRef(index), const_ctype(known))
        self.consts.append(named)
        return Pointer(ConstRef(len(self.consts) - 1), const_ctype(named))

    def stream(self, head: RegionPlan) -> Stream:
        """How rows of the input come to the first region."""
        tensor, line = self.graph.tensors[head.source], self.lines[head.source]
        position: BufferId = self._new_id()
        end = len(self.graph.nodes)
        self.buffers[position] = Buffer("rows so far", 4, -1, end, 4, Role.POSITION)
        rows = tensor.shape[1]
        return Stream(
            self.places[head.source],
            Place(position),
            tensor.dtype.c,
            rows,
            tensor.elements // rows,
            line.row_bytes,
            1 - head.ready[head.source].add,
            len(head.turns),
        )

    def port(self, t: TensorId) -> Port:
        tensor = self.graph.tensors[t]
        per_tensor = tensor.quant is not None and not tensor.quant.per_channel
        return Port(
            tensor.name,
            tensor.shape,
            tensor.dtype.c,
            tensor.bytes,
            self.places[t],
            tensor.scale if per_tensor else None,
            tensor.zero_point if per_tensor else None,
        )
