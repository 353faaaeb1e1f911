"""SUB: quantised int8 and int16, plain integers, float32; every broadcast, activations."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.ir import DType
from compiler.ops import add

from . import conformance
from .cases import Draw, Row
from .elementwise import SUM_RANGES, full_range, sum_or_difference
from .generated import run_on_host
from .tflite_builder import Subgraph


def make(d: Draw) -> Subgraph:
    return sum_or_difference(d, "SUB", "SubOptions")


def row(dtype: DType, cases: int = 40) -> Row:
    ranges = SUM_RANGES | {"dtype": (dtype,)}
    return Row(f"sub_{dtype.value}", make, ranges, cases, values=full_range)


ROWS = (
    row(DType.INT8, 80),
    row(DType.UINT8),
    row(DType.INT16, 60),
    row(DType.INT32),
    row(DType.INT64),
    row(DType.FLOAT32),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def test_steps_of_tflite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel for scales without a linear form."""
    monkeypatch.setattr(add, "narrow_pair", lambda *_: None)
    monkeypatch.setattr(add, "linear_pair", lambda *_: None)
    conformance.check_c(ROWS[0], run_on_host, "the host, in TFLite's steps", tmp_path)


# MVE has an inner loop of its own for int16.
test_c_on_m55 = conformance.m55_test([r for r in ROWS if r.name in ("sub_int16", "sub_float32")])
