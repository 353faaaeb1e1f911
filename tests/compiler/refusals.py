"""What the compiler says of one operator that it cannot compile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Quant, Tensor
from compiler.options import Options as CompileOptions
from tests.ops.tflite_builder import Operator, Options, Subgraph, build

INT8, INT32, FLOAT32 = DType.INT8, DType.INT32, DType.FLOAT32
HALF = Quant((0.5,), (3,))


def activations(*shape: int, quant: Quant | None = HALF, dtype: DType = INT8) -> Tensor:
    return Tensor("t", shape, dtype, None if dtype.is_float else quant)


def constant(data: Any, dtype: DType, quant: Quant | None = None) -> Tensor:  # noqa: ANN401
    array = np.asarray(data, dtype.numpy)
    return Tensor("c", array.shape, dtype, quant, array)


def problem(code: str, tensors: Sequence[Tensor], options: Options) -> str:
    """What the compiler says of one operator: inputs and, last, its output."""
    last = len(tensors) - 1
    operator = Operator(code, tuple(range(last)), (last,), options)
    inputs = tuple(i for i in range(last) if tensors[i].data is None)
    with pytest.raises(CompileError) as error:
        compile_model(build(Subgraph(tuple(tensors), (operator,), inputs, (last,))), COMPILE)
    return str(error.value)


COMPILE = CompileOptions("m")
