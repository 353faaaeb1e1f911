"""What the tables of random cases really draw: of each operator and type, how many cases, which
ranks, scales, zero points and fused activations. conformance_page.py writes it down, and
test_types.py holds it against what an operator owes.
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from compiler.ir import DType, Tensor
from compiler.ops import REGISTRY
from compiler.quant import integer_range

from .cases import Case, Row
from .tflite_builder import Operator, Subgraph

HERE = Path(__file__).parent
ROOMS = HERE.parent.parent / "compiler" / "ops"
HYBRID, INT4 = "hybrid", "int4"
NEAR_ZERO = 1e-3  # a scale below
NEAR_ONE = 0.9, 1.1  # scales between


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases that no table draws, of operators that LiteRT does not have or takes wrongly."""

    name: str
    make: Callable[[], Iterable[Case]]


@dataclass
class Facts:
    """Of one operator and type, over all its cases."""

    cases: int = 0
    ranks: set[int] = field(default_factory=set)
    scales: list[float] = field(default_factory=list)  # the least and the greatest
    near_one: bool = False
    zero_points: set[str] = field(default_factory=set)  # "least", "greatest", "between"
    activations: set[int] = field(default_factory=set)
    extreme: bool = False

    def see(self, tensor: Tensor) -> None:
        """A tensor of the type, an input or an output."""
        quant = tensor.quant
        if quant is None or not quant.scale or tensor.dtype is DType.INT32:
            return
        seen = (*self.scales, *quant.scale)
        self.scales = [min(seen), max(seen)]
        self.near_one |= any(NEAR_ONE[0] < s < NEAR_ONE[1] for s in quant.scale)
        low, high = integer_range(tensor.dtype)
        ends = {low: "least", high: "greatest"}
        self.zero_points |= {ends.get(z, "between") for z in quant.zero_point}


def modules() -> Iterator[object]:
    """The test files of operators."""
    for path in sorted(HERE.glob("test_*.py")):
        if (ROOMS / path.name.removeprefix("test_")).exists():
            yield importlib.import_module(f"{__package__}.{path.stem}")


def tables(module: object) -> Iterator[Row | Cases]:
    """The tables of cases of a test file, each once."""
    found: dict[str, Row | Cases] = {}
    for value in vars(module).values():
        for table in value if isinstance(value, tuple | list) else (value,):
            if isinstance(table, Row | Cases):
                found[table.name] = table
    yield from found.values()


def cases(table: Row | Cases) -> Iterator[Case]:
    if isinstance(table, Cases):
        yield from table.make()
    else:
        yield from (table.case(number) for number in range(table.cases))


def column(data: int, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> str:
    """The type under which it stands in docs/SUPPORTED_OPS.md; int4 where it has such weights."""
    types = [t.dtype for t in inputs if t is not None]
    if DType.INT4 in types:
        return INT4
    if len(types) > 1 and DType.INT8 in types and outputs and outputs[0].dtype.is_float:
        return HYBRID
    named = [t for t in (*inputs[data:], *outputs) if t is not None]
    handle = "resource" if named else ""
    return next((t.dtype.value for t in named if t.dtype is not DType.RESOURCE), handle)


Operands = tuple[Tensor | None, Sequence[Tensor], Operator]


def _keys(graph: Subgraph, operator: Operator) -> Iterator[tuple[tuple[str, str], Operands]]:
    """Under which names and types an operator counts; CAST once more for its pair of types."""
    name = f"CUSTOM:{operator.custom}" if operator.custom else str(operator.code)
    room = REGISTRY.by_tflite.get(name)
    if room is None:
        return
    inputs = [graph.tensors[i] if i >= 0 else None for i in operator.inputs]
    outputs = [graph.tensors[i] for i in operator.outputs]
    values = [t for t in inputs[room.DATA :] if t is None or t.dtype is not DType.RESOURCE]
    worked_on = values[0] if values else None
    kept: Operands = (worked_on, outputs, operator)
    yield (name, column(room.DATA, inputs, outputs) if room.SIGNATURES else ""), kept
    if name == "CAST" and worked_on is not None:
        yield (name, f"{worked_on.dtype.value} → {outputs[0].dtype.value}"), kept


def _add(
    facts: Facts, case: Case, x: Tensor | None, outputs: Sequence[Tensor], o: Operator
) -> None:
    facts.cases += 1
    facts.extreme |= len(case.runs) > 1
    if o.options is not None and "FusedActivationFunction" in o.options.fields:
        facts.activations.add(o.options.fields["FusedActivationFunction"])
    if x is not None:
        facts.ranks.add(len(x.shape))
        facts.see(x)
    for tensor in outputs:
        facts.see(tensor)


def facts() -> dict[tuple[str, str], Facts]:
    """Of every operator (as the registry names it) and type that occur."""
    found: dict[tuple[str, str], Facts] = defaultdict(Facts)
    for module in modules():
        for table in tables(module):
            for case in cases(table):
                seen = {
                    key: operands
                    for graph in case.graphs
                    for operator in graph.operators
                    for key, operands in _keys(graph, operator)
                }
                for key, operands in seen.items():
                    _add(found[key], case, *operands)
    return found
