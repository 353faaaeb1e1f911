"""Kernels of any function of one int8 value."""

from __future__ import annotations

import numpy as np

from ..program import Const, Form, In, Kernel, Out
from .linear import Int64Array, linear_single

INT8_VALUES = np.arange(-128, 128, dtype=np.int64)


def lower_function(values: Int64Array, slope: float, index: int, elements: int) -> Kernel:
    """The kernel of out = values[in + 128] for the node's input `index`: a multiplication where one
    with this slope has all the values, else a table."""
    operands = (In(index), Out(0))
    form = linear_single(values, slope, INT8_VALUES)
    if form is None:
        table = Const("table", values.astype(np.int8), comment="of -128 to 127")
        return Kernel("nn_table_s8", "nn_table_s8.h", Form.FLAT, {}, (*operands, table), elements)
    params = {
        "factor": form.k[0], "start": form.start, "shift": form.shift,
        "low": int(values.min()), "high": int(values.max()),
    }  # fmt: skip
    return Kernel("nn_rescale_s8", "nn_rescale_s8.h", Form.FLAT, params, operands, elements)
