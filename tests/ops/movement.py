"""What the tests of operators that move elements share: tensors of every type, rows for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from compiler.ir import DType, Tensor

from .cases import Draw, Row
from .tflite_builder import Operator, Options, Subgraph

QUANTISED = (DType.INT8, DType.UINT8, DType.INT16)


def tensor(d: Draw, name: str, shape: Iterable[int], dtype: DType) -> Tensor:
    """A tensor of the type, quantised where that is usual."""
    if dtype in QUANTISED:
        return d.activations(name, shape, dtype)
    return Tensor(name, tuple(shape), dtype)


def rows(
    name: str,
    make: Callable[[Draw], Subgraph],
    types: Sequence[DType],
    ranges: Mapping[str, Sequence[Any]] | None = None,
    cases: int = 40,
    refusals: Mapping[str, str] | None = None,
) -> tuple[Row, ...]:
    """A row for each type."""
    return tuple(
        Row(
            f"{name}_{t.value}",
            make,
            {**(ranges or {}), "dtype": (t,)},
            cases,
            refusals=refusals or {},
        )
        for t in types
    )


def network(
    code: str,
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
    options: Options | None = None,
    version: int = 1,
) -> Subgraph:
    """A network of one operator with any number of outputs; its inputs are the network's, but for
    constants."""
    tensors = (*inputs, *outputs)
    given = tuple(i for i, t in enumerate(inputs) if t.data is None)
    written = tuple(range(len(inputs), len(tensors)))
    operator = Operator(code, tuple(range(len(inputs))), written, options, version)
    return Subgraph(tensors, (operator,), given, written)
