"""Inputs and outputs as the integers behind QUANTIZE and before DEQUANTIZE."""

from __future__ import annotations

import pytest

from compiler.errors import CompileError
from compiler.ir import DType
from compiler.passes import retype_boundary
from compiler.text import parse_graph, print_graph
from tests.compiler.passes import lines

BEFORE = """graph "g" {
  input %0 "image": float32[1,4]
  %1 "q": int8[1,4] q(0.5, 3) = quantize(%0)
  %2 "r": int8[1,4] q(0.5, 4) = relu(%1)
  %3 "score": float32[1,4] = dequantize(%2)
  output %3
}"""
INPUT = """graph "g" {
  input %1 "image": int8[1,4] q(0.5, 3)
  %2 "r": int8[1,4] q(0.5, 4) = relu(%1)
  %3 "score": float32[1,4] = dequantize(%2)
  output %3
}"""
OUTPUT = """graph "g" {
  input %0 "image": float32[1,4]
  %1 "q": int8[1,4] q(0.5, 3) = quantize(%0)
  %2 "score": int8[1,4] q(0.5, 4) = relu(%1)
  %3 "score": float32[1,4] = dequantize(%2)
  output %2
}"""


def after(before: str, inputs: DType | None, outputs: DType | None) -> str:
    return lines(print_graph(retype_boundary.run(parse_graph(before), inputs, outputs)))


def test_the_input_is_what_quantize_made_of_it() -> None:
    assert after(BEFORE, DType.INT8, None) == lines(INPUT)


def test_the_output_is_what_dequantize_was_given() -> None:
    assert after(BEFORE, None, DType.INT8) == lines(OUTPUT)


def test_what_has_the_type_already_stays() -> None:
    assert after(INPUT, DType.INT8, None) == lines(INPUT)
    assert after(OUTPUT, None, DType.INT8) == lines(OUTPUT)


def test_several_quantize_of_the_same_kind_are_one() -> None:
    twice = BEFORE.replace("  %2 ", '  %4 "q2": int8[1,4] q(0.5, 3) = quantize(%0)\n  %2 ').replace(
        "relu(%1)", "add(%1, %4)"
    )
    wanted = INPUT.replace("relu(%1)", "add(%1, %1)")
    assert after(twice, DType.INT8, None) == lines(wanted)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("relu(%1)", "relu(%1)"), "read by QUANTIZE to int8"),
        (("output %3", "output %3, %0"), "read by QUANTIZE to int8"),
        (("quantize(%0)", 'quantize(%0)\n  %5 "f": float32[1,4] = relu(%0)'), "RELU"),
    ],
    ids=["another type", "the input is an output", "somebody else reads it"],
)
def test_a_float_input_that_is_needed_is_a_problem(change: tuple[str, str], says: str) -> None:
    to = DType.INT16 if change[0] == change[1] else DType.INT8
    with pytest.raises(CompileError, match=r"input 0 'image': float32, read by .*--input-type"):
        after(BEFORE.replace(*change), to, None)
    with pytest.raises(CompileError, match=says):
        after(BEFORE.replace(*change), to, None)


def test_a_float_output_that_is_computed_is_a_problem() -> None:
    text = BEFORE.replace("output %3", '%4 "e": float32[1,4] = exp(%3)\n  output %4')
    with pytest.raises(CompileError, match="output 0 'e': float32, made by EXP"):
        after(text, None, DType.INT8)
