"""ARG_MIN: along any axis, indices of both sizes."""

from __future__ import annotations

import tflite

from compiler.ir import DType
from compiler.ops.arg import TYPES

from . import conformance
from .cases import Draw
from .movement import rows
from .reductions import along_axis
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    out = d.pick((DType.INT32, DType.INT64))
    options = Options("ArgMinOptions", {"OutputType": getattr(tflite.TensorType, out.name)})
    return along_axis(d, "ARG_MIN", (out,), options, keeps=False)


ROWS = rows("arg_min", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
