"""Tensors that stand in a larger one, or in the state, from the start."""

from __future__ import annotations

from compiler.compile import compile_model
from compiler.ir import DType
from compiler.options import Options

from . import conformance, joined
from .cases import Row
from .networks import RANGES

HEADS = RANGES | {
    "batch": (1,), "depth": range(1, 4), "tail": ("joined",), "width": range(2, 9),
    "layers": ("conv_2d", "head"),
}  # fmt: skip
DENSE = RANGES | {"batch": (1,), "depth": (1,), "tail": ("dense",)}
WINDOWS = {
    "dtype": (DType.INT8,), "fresh": (1, 1, 2, 3), "width": (4, 16, 40), "levels": (1, 2, 3),
    "kept": ((1, 2, 3), (4, 9, 2), (7, 3, 12)),
}  # fmt: skip
FLOAT = {"dtype": (DType.FLOAT32,)}

ROWS = (
    Row("joined_heads_int8", joined.heads, HEADS, cases=20),
    Row("joined_heads_float32", joined.heads, HEADS | FLOAT, cases=8),
    Row("dense_block_float32", joined.heads, DENSE | FLOAT, cases=8),
    Row("windows_in_the_state_int8", joined.windows, WINDOWS, cases=20, runs=6),
    Row("windows_in_the_state_float32", joined.windows, WINDOWS | FLOAT, cases=8, runs=6),
    Row("recurrent_int8", joined.recurrent, WINDOWS, cases=10, runs=6),
    Row("recurrent_float32", joined.recurrent, WINDOWS | FLOAT, cases=8, runs=6),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def layers(row: Row, number: int) -> list[str]:
    """The names of the layers that have code, without their numbers."""
    case = row.case(number)
    output = compile_model(case.model, Options(case.name))
    return [x.name.split("_", 1)[1] for x in output.program.layers]


def test_heads_are_written_where_they_are_joined() -> None:
    found = [layers(ROWS[1], number) for number in range(8)]
    assert any("concatenation" not in names for names in found)


def test_windows_stand_in_the_state() -> None:
    found = [layers(ROWS[4], number) for number in range(8)]
    print(f"{sum('slide_rows' in names for names in found)} of 8 slide")
    assert any("slide_rows" in names and "concatenation" not in names for names in found)


def test_a_new_state_is_computed_where_it_is_kept() -> None:
    for number in range(8):
        assert "assign_variable" not in layers(ROWS[-1], number)


def test_a_dense_block_is_written_beside_what_it_reads() -> None:
    row = next(r for r in ROWS if r.name == "dense_block_float32")
    assert any("concatenation" not in layers(row, number) for number in range(row.cases))
