"""CALL_ONCE: first values of variables, computed by the compiler. See ASSIGN_VARIABLE too."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Tensor
from compiler.options import Options

from .cases import const
from .streams import (
    ADD,
    ADDITION,
    KEEP_SUM,
    LOAD,
    ONCE,
    OPEN,
    QUANT,
    accumulator,
    first_value,
    handle,
    model,
)
from .tflite_builder import Operator, Subgraph
from .tflite_builder import Options as TfliteOptions


@pytest.mark.parametrize(
    ("values", "reset"),
    [
        ((5, 5, 5, 5), "memset(state->v0_last, 5, sizeof state->v0_last);"),
        ((-1, -1, -1, -1), "memset(state->v0_last, 255, sizeof state->v0_last);"),
        ((1, 2, 3, -128), "memcpy(state->v0_last, v0_last, sizeof state->v0_last);"),
    ],
)
def test_reset_sets_the_first_value(values: tuple[int, ...], reset: str) -> None:
    files = compile_model(accumulator(first_value(*values)), Options("m")).files
    assert reset in files["m.c"].decode()


def test_first_values_are_computed() -> None:
    one = const("one", np.full(4, 5, np.int8), DType.INT8, QUANT)
    tensors = (Tensor("handle", (), DType.RESOURCE), one, Tensor("two", (4,), DType.INT8, QUANT))
    operators = (
        handle(0),
        Operator("ADD", (1, 1), (2,), ADD),
        Operator("ASSIGN_VARIABLE", (0, 2), ()),
    )
    files = compile_model(accumulator(Subgraph(tensors, operators, (), ())), Options("m")).files
    assert "memset(state->v0_last, 7, " in files["m.c"].decode()  # (5 - 3) + (5 - 3) + 3


def test_a_subgraph_that_is_not_there_is_refused() -> None:
    options = TfliteOptions("CallOnceOptions", {"InitSubgraphIndex": 2})
    once = dataclasses.replace(ONCE, options=options)
    with pytest.raises(CompileError) as error:
        compile_model(model(once, OPEN, LOAD, ADDITION, KEEP_SUM), Options("m"))
    assert str(error.value).startswith("operator 0 (CALL_ONCE): subgraph 2, which is not there")
