"""RANK of tensors of up to 6 axes."""

from __future__ import annotations

from compiler.ir import Tensor
from compiler.ops.strided import EVERY

from . import conformance
from .cases import INT32, Draw
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    x = tensor(d, "in", d.shape(range(7), 3), d["dtype"])
    return network("RANK", [x], [Tensor("out", (), INT32)], Options("RankOptions"))


ROWS = rows("rank", make, EVERY)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
