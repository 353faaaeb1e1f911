"""From the bytes of a .tflite to an `ir.Graph`.

`read` raises one CompileError with all that is wrong; `survey` gives the graph as far as it can be
read, for showing it. Damage is found by `structure`; here follow meaning: indices, tensors, the
order of operators, and each operator's attribute record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from ..errors import CompileError, Problem
from ..ir import Array, DType, Graph, Node, Site, Tensor, TensorId, Variable
from ..ops import REGISTRY, Registry
from ..ops.room import Op
from .lookup_tables import lookup_tables
from .operators import OperatorCode, attributes, operator_codes, unsupported
from .structure import MOST_ITEMS, open_model
from .tensors import EXPORT_AGAIN, TensorReader, integers

VERSION = 3  # of the schema: the only one that TensorFlow Lite's interpreter takes


@dataclass(frozen=True)
class Unknown(Op):
    """An operator that netsuke has no room for. Occurs in what `survey` gives only."""

    NAME: ClassVar[str] = "unknown"
    TFLITE: ClassVar[tuple[str, ...]] = ()

    operator: str = ""

    def check(self, site: Site) -> Iterator[Problem]:
        yield Problem(f"{site.node.origin} ({self.operator})", "unsupported operator")


def read(data: bytes, name: str, registry: Registry = REGISTRY) -> Graph:
    """The network in a .tflite file."""
    graph, problems = survey(data, name, registry)
    if problems:
        raise CompileError(problems)
    return graph


def survey(
    data: bytes, name: str, registry: Registry = REGISTRY
) -> tuple[Graph, tuple[Problem, ...]]:
    """The network with `Unknown` for operators that cannot be compiled, and all problems. Raises
    CompileError for a damaged file."""
    reader = _Reader(data, registry)
    graphs = reader.graphs(name)
    problems = (*unsupported(reader.unknown, registry), *reader.problems)
    return graphs[0].replace(subgraphs=tuple(graphs[1:])), problems


class _Reader:
    """Reads all subgraphs and collects problems."""

    def __init__(self, data: bytes, registry: Registry) -> None:
        self.registry = registry
        self.model = open_model(data)
        if self.model.Version() != VERSION:
            found = f"schema version {self.model.Version()}"
            raise CompileError(Problem("file", found, f"version {VERSION}", EXPORT_AGAIN))
        self.codes: list[OperatorCode] = operator_codes(self.model)
        self.tensors = TensorReader(self.model, data)
        self.lookups = lookup_tables(self.model)
        self.unknown: list[tuple[str, OperatorCode]] = []  # origin, which operator
        self.problems: list[Problem] = []
        self.items = 0

    def graphs(self, name: str) -> list[Graph]:
        count = self.model.SubgraphsLength()
        if count == 0:
            raise CompileError(Problem("file", "no network in it", "", EXPORT_AGAIN))
        subgraphs = [self.model.Subgraphs(i) for i in range(count)]
        return [
            _SubgraphReader(self, table, i).graph(f"{name}_subgraph_{i}" if i else name)
            for i, table in enumerate(subgraphs)
        ]

    def spend(self, items: int) -> None:
        """Tables may be shared inside a damaged file, so that it is larger than it looks."""
        self.items += items
        if self.items > MOST_ITEMS:
            found = f"damaged: more than {MOST_ITEMS} tensors, operators and operands"
            raise CompileError(Problem("file", found, "", "copy or export the file again"))


class _SubgraphReader:
    """Reads one subgraph. `where` is "" for the main one, else "subgraph 1 "."""

    def __init__(self, reader: _Reader, table: Any, number: int) -> None:  # noqa: ANN401
        self.reader = reader
        self.table = table
        self.number = number
        self.where = f"subgraph {number} " if number else ""
        self.size = table.TensorsLength()
        self.tensors: dict[TensorId, Tensor] = {}
        self.written: dict[TensorId, str] = {}  # by whom, in words
        self.variables: set[TensorId] = set()
        self.own_state: list[Variable] = []  # of operators that keep it themselves
        self.broken: set[TensorId] = set()  # of which a problem is known already
        self.torn = False  # an index leads nowhere, so who writes what is not known

    def graph(self, name: str) -> Graph:
        inputs = self._ends(self.table.InputsLength, self.table.InputsAsNumpy, "input")
        for t in inputs:
            self._write(t, f"{self.where}the inputs")
        nodes = tuple(
            node
            for i in range(self.table.OperatorsLength())
            if (node := self._node(i, f"{self.where}operator {i}")) is not None
        )
        outputs = self._ends(self.table.OutputsLength, self.table.OutputsAsNumpy, "output")
        self._require(outputs, f"{self.where}the outputs")
        if not self.table.OutputsLength() and not self.where:
            self.problem(f"{self.where}model", "no outputs")
        variables = tuple(Variable(t, self._first_value(t)) for t in sorted(self.variables))
        variables += tuple(self.own_state)
        return Graph(name, self.tensors, nodes, inputs, outputs, variables)

    def _first_value(self, index: TensorId) -> Array:
        """TensorFlow Lite's ResetVariableTensor: the zero point in int8 tensors, else zero."""
        tensor = self.tensors[index]
        zero = tensor.quant.zero_point[0] if tensor.quant and tensor.dtype is DType.INT8 else 0
        return np.full(tensor.shape, zero, tensor.dtype.numpy)

    def problem(self, where: str, found: str, way_out: str = EXPORT_AGAIN) -> None:
        self.reader.problems.append(Problem(where, found, "", way_out))

    def _ends(self, length: Any, as_numpy: Any, kind: str) -> tuple[TensorId, ...]:  # noqa: ANN401
        """Inputs or outputs of the subgraph; indices that do not exist are left out."""
        self.reader.spend(length())
        indices = integers(length, as_numpy)
        is_input = kind == "input"
        return tuple(
            t for t in indices if self._tensor(t, f"{self.where}{kind}s", is_input) is not None
        )

    def _tensor(self, index: int, where: str, is_input: bool = False) -> Tensor | None:
        """The tensor, read when it is first used; None (and a problem) where there is none."""
        if not 0 <= index < self.size:
            self.problem(where, f"tensor {index} is named, but there are {self.size} tensors")
            self.torn = True
            return None
        if index not in self.tensors:
            table = self.table.Tensors(index)
            self.reader.spend(1)
            try:
                lookup = self.reader.lookups.get((self.number, index))
                tensor = self.reader.tensors.read(table, index, self.where, is_input, lookup)
            except CompileError as e:
                self.reader.problems.extend(e.problems)
                tensor = Tensor(f"tensor_{index}", (), DType.UINT8)
                self.broken.add(index)
            self.tensors[index] = tensor
            if table.IsVariable() and not tensor.is_const and index not in self.written:
                self.variables.add(index)
        return self.tensors[index]

    def _write(self, index: TensorId, by: str) -> None:
        """A tensor may be written by one operator (or the caller) only, and not if constant."""
        label = f"tensor {index} '{self.tensors[index].name}'"
        if index in self.broken:
            pass  # one problem is enough
        elif index in self.written:
            self.problem(by, f"{label} is written a second time, first by {self.written[index]}")
        elif self.tensors[index].is_const:
            self.problem(by, f"{label} is written, but constant")
        self.written[index] = by
        self.variables.discard(index)  # marked as one, but nothing of it lives on

    def _require(self, indices: Iterable[TensorId | None], where: str) -> None:
        """What is read must be known by then."""
        for t in dict.fromkeys(indices):
            if t is None or t in self.written or t in self.variables or t in self.broken:
                continue
            if self.tensors[t].is_const or self.torn:
                continue
            self.problem(where, f"tensor {t} '{self.tensors[t].name}' is read before it is written")
            self.broken.add(t)

    def _node(self, index: int, origin: str) -> Node | None:
        operator = self.table.Operators(index)
        code_index = operator.OpcodeIndex()
        if code_index >= len(self.reader.codes):
            found = f"operator code {code_index}, but there are {len(self.reader.codes)} codes"
            self.problem(origin, found)
            self.torn = True
            return None
        code = self.reader.codes[code_index]
        where = f"{origin} ({code.name})"
        self.reader.spend(1 + operator.InputsLength() + operator.OutputsLength())
        read = integers(operator.InputsLength, operator.InputsAsNumpy)
        written = integers(operator.OutputsLength, operator.OutputsAsNumpy)
        tensors = [None if i == -1 else self._tensor(i, where) for i in read]
        outputs = [self._tensor(i, where) for i in written]
        inputs = tuple(None if i == -1 else i for i in read)
        if any(t is None and i is not None for t, i in zip(tensors, inputs, strict=True)):
            return None
        if None in outputs:
            return None
        self._require(inputs, where)
        for t in written:
            self._write(t, where)
        node = Node(Unknown(operator=code.name), inputs, tuple(written), origin)
        return self._with_op(node, code, operator)

    def _intermediates(self, operator: Any, where: str) -> tuple[Tensor, ...]:  # noqa: ANN401
        """Tensors that only carry quantisation; the graph does not hold them."""
        known = set(self.tensors)
        indices = integers(operator.IntermediatesLength, operator.IntermediatesAsNumpy)
        self.reader.spend(len(indices))
        found = [self._tensor(i, where) for i in indices]
        for i in set(indices) - known:
            self.tensors.pop(i, None)
        return tuple(t for t in found if t is not None)

    def _with_op(self, node: Node, code: OperatorCode, operator: Any) -> Node:  # noqa: ANN401
        """The node with its operator's attribute record; `Unknown` stays where there is none."""
        op = self.reader.registry.by_tflite.get(code.key)
        if op is None:
            self.reader.unknown.append((node.origin, code))
            return node
        if not self.broken.isdisjoint({*node.inputs, *node.outputs}):
            return node
        inputs = tuple(None if i is None else self.tensors[i] for i in node.inputs)
        site = Site(node, inputs, tuple(self.tensors[i] for i in node.outputs))
        try:
            where = f"{node.origin} ({code.name})"
            record = attributes(op, operator, site, self._intermediates(operator, where), where)
        except CompileError as e:
            self.reader.problems.extend(e.problems)
            return node
        self._give_shapes(record, site)
        node = self._with_state(node, record.own_state(site))
        variables = self.variables | {v.tensor for v in self.own_state}
        for i in op.UPDATES:
            t = node.inputs[i] if i < len(node.inputs) else None
            if t is None or not (t in variables or self.tensors[t].dtype is DType.RESOURCE):
                self.problem(f"{node.origin} ({code.name})", f"input {i} is no variable")
                return node
        return replace(node, op=record)

    def _give_shapes(self, record: Op, site: Site) -> None:
        """The operator's shapes for outputs that are stated as scalars, where it has such."""
        if not record.GIVES_SHAPES or any(t.shape for t in site.outputs):
            return
        for i, shape in zip(site.node.outputs, record.shapes(site), strict=True):
            if all(n > 0 for n in shape):
                self.tensors[i] = replace(self.tensors[i], shape=shape)

    def _with_state(self, node: Node, own: Iterable[tuple[Tensor, Array]]) -> Node:
        """The node with its operator's own variables behind its inputs. Their numbers follow those
        of the file's tensors."""
        for tensor, initial in own:
            index = self.size + len(self.own_state)
            self.tensors[index] = tensor
            self.own_state.append(Variable(index, initial))
            node = replace(node, inputs=(*node.inputs, index))
        return node
