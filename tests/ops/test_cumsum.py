"""CUMSUM: along any axis, from both ends, with and without the element itself."""

from __future__ import annotations

from compiler.ops.cumsum import TYPES

from . import conformance
from .cases import Draw
from .movement import rows
from .reductions import along_axis
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    options = Options("CumsumOptions", {"Exclusive": d.chance(0.5), "Reverse": d.chance(0.5)})
    return along_axis(d, "CUMSUM", (None,), options, keeps=True)


ROWS = rows("cumsum", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
