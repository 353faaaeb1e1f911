"""SCATTER_ND: indices of one axis to all of them, many of them equal, constant and at run time."""

from __future__ import annotations

import numpy as np

from compiler.ir import Tensor
from compiler.ops.scatter_nd import TYPES

from . import conformance
from .cases import INT32, Draw, Row, const
from .elementwise import full_range
from .movement import network, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=4)
    named = d.pick(range(1, len(shape) + 1))
    of_indices = (*(int(n) for n in d.rng.integers(1, 5, d.pick((1, 1, 2)))), named)
    data = d.rng.integers(0, shape[:named], of_indices)
    indices = const("indices", data, INT32)
    if d.chance(0.5):
        indices = Tensor("indices", of_indices, INT32)
        d.bounds["indices"] = (0, min(shape[:named]) - 1)
    updates = tensor(d, "updates", (*of_indices[:-1], *shape[named:]), d["dtype"])
    operands = [indices, updates, const("shape", np.array(shape), INT32)]
    return network(
        "SCATTER_ND", operands, [d.like(updates, "out", shape)], Options("ScatterNdOptions")
    )


def values(d: Draw, tensor: Tensor, extreme: bool) -> np.ndarray:
    plain = tensor.name == "indices" or tensor.dtype.is_float
    return d.input(tensor, extreme) if plain else full_range(d, tensor, extreme)


ROWS = tuple(Row(f"scatter_nd_{t.value}", make, {"dtype": (t,)}, values=values) for t in TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
