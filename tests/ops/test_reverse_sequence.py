"""REVERSE_SEQUENCE: any two axes, lengths of 0 to the whole, constant and at run time."""

from __future__ import annotations

from compiler.ir import Tensor
from compiler.ops.reverse_sequence import LENGTH_TYPES, TYPES

from . import conformance
from .cases import Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape((2, 3, 4, 5, 6), most=6)
    sequence, batch = (int(a) for a in d.rng.permutation(len(shape))[:2])
    x = tensor(d, "in", shape, d["dtype"])
    lengths = Tensor("lengths", (shape[batch],), d.pick(LENGTH_TYPES))
    d.bounds["lengths"] = (0, shape[sequence])
    if d.chance(0.5):
        lengths = const("lengths", d.input(lengths, extreme=False), lengths.dtype)
    options = Options("ReverseSequenceOptions", {"SeqDim": sequence, "BatchDim": batch})
    return network("REVERSE_SEQUENCE", [x, lengths], [d.like(x, "out", shape)], options)


ROWS = rows("reverse_sequence", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
