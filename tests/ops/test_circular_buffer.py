"""CIRCULAR_BUFFER against the last rows of the whole stream."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Array, Quant
from compiler.options import Options

from .cases import SCALES, Case
from .drawn import Cases
from .signals import c_tests, case, check, tensor
from .tflite_builder import build

RUNS = 9


def buffered(number: int, cycles: int = 1) -> Case:
    rng = np.random.default_rng(number)
    rows, w, c = (int(n) for n in rng.integers((2, 1, 1), (9, 4, 9)))
    if number % 5 == 0:  # cycles_max is left out
        rows = (5, 13, 25)[number % 3]
    runs = [[rng.integers(-128, 128, (1, 1, w, c)).astype(np.int8)] for _ in range(RUNS)]
    x, y = tensor("x", (1, 1, w, c), "int8"), tensor("y", (1, rows, w, c), "int8")
    quant = Quant((SCALES[number % len(SCALES)],), ((-128, -7, 127)[number % 3],))
    x, y = (dataclasses.replace(t, quant=quant) for t in (x, y))
    options = {} if number % 5 == 0 else {"cycles_max": cycles}
    return case(f"buffer_{number}", "CIRCULAR_BUFFER", options, [x], [y], runs)


def last_rows(c: Case) -> list[tuple[Array, ...]]:
    (out,) = (c.graphs[0].tensors[t] for t in c.graphs[0].outputs)
    zeros = np.full(out.shape, out.zero_point, np.int8)
    stream = np.concatenate([zeros, *(run[0] for run in c.runs)], axis=1)
    return [(stream[:, r + 1 : r + 1 + out.shape[1]],) for r in range(RUNS)]


@pytest.mark.parametrize("number", range(40))
def test_rows_are_the_last_of_the_stream(number: int) -> None:
    c = buffered(number)
    check(c, *last_rows(c))


CASES = Cases("circular_buffer", lambda: [buffered(i) for i in range(40)])
test_c = c_tests(CASES)


def test_its_output_may_be_a_variable() -> None:
    """As TensorFlow Lite Micro's own models mark it, for the interpreter keeps the rows there."""
    c = buffered(1)
    graph = dataclasses.replace(c.graphs[0], variables=c.graphs[0].outputs)
    marked = dataclasses.replace(c, graphs=(graph,))
    check(marked, *last_rows(c))
    assert compile_model(build(graph), Options("m")).files["m.c"]


def test_calls_that_end_at_the_operator_are_refused() -> None:
    with pytest.raises(CompileError) as error:
        compile_model(buffered(1, cycles=2).model, Options("m"))
    assert "CIRCULAR_BUFFER): in every 2 calls; supported: what follows it is run" in str(
        error.value
    )
