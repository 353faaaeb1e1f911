"""What the tables of random cases owe every operator and type, and the page that says what they do.

At least 40 cases of each type that an operator has (CAST: of each pair); the ranks 1 to 6 that
LiteRT takes; of quantised types scales near 0 and near 1 and zero points at both ends; extreme
inputs; all fused activations.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

import compiler
from compiler.ops import OPS
from compiler.ops.room import Op
from tools.supported_ops import column

from . import conformance_page
from .conformance_page import CASES, ranks_taken
from .drawn import NEAR_ZERO, Facts, facts
from .probes_of_movement import PROBES, SHAPES

PAGE = Path(compiler.__file__).parent.parent / conformance_page.NAME
BYTES, SCALED = ("int8", "uint8"), ("int8", "uint8", "int16")
ACTIVATIONS = {0, 1, 2, 3}  # NONE, RELU, RELU_N1_TO_1, RELU6
# Operators that cannot have all of these, and why.
UNSCALED = {
    "CAST": "looks at numbers alone",
    "GREATER": "LiteRT compares int16 as it is",
    "GREATER_EQUAL": "LiteRT compares int16 as it is",
    "LESS_EQUAL": "LiteRT compares int16 as it is",
}
FEW_SCALES = {
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "the cell's scale ties the others",
    "CUSTOM:TFLite_Detection_PostProcess": "LiteRT rounds scores of other scales in two ways",
}
ONE_ACTIVATION = {
    ("SVDF", "int8"): "LiteRT takes RELU alone",
    ("UNIDIRECTIONAL_SEQUENCE_LSTM", ""): "LiteRT's integer kernel takes TANH alone",
}
# The ranks of their inputs say nothing.
RANK_OF_OTHERS = {
    "FILL": "its input is a value",
    "ONE_HOT": "its inputs are indices and values",
    "SCATTER_ND": "its updates have as many axes as the indices leave",
    "BROADCAST_ARGS": "its inputs are lists",
}


@cache
def drawn() -> Mapping[tuple[str, str], Facts]:
    return facts()


def types(op: type[Op]) -> set[str]:
    """The types of a room, as docs/SUPPORTED_OPS.md has them."""
    return {column(s, op.DATA) for s in op.SIGNATURES} or {""}


PAIRS = [(name, kind) for op in OPS for name in op.TFLITE for kind in sorted(types(op))]


def test_every_type_has_its_cases() -> None:
    few = {pair: drawn()[pair].cases if pair in drawn() else 0 for pair in PAIRS}
    assert {pair: n for pair, n in few.items() if n < CASES} == {}
    print(f"{len(PAIRS)} pairs of operator and type have {min(few.values())} cases or more")


def test_every_cast_has_its_cases() -> None:
    (cast,) = (op for op in OPS if "CAST" in op.TFLITE)
    for s in cast.SIGNATURES:
        (source,), (target,) = s.inputs, s.outputs
        assert source is not None
        if source is not target:  # of a type to itself it is the input
            found = drawn()["CAST", f"{source.value} → {target.value}"]
            assert found.cases >= CASES, (source, target)


@pytest.mark.parametrize("name", [n for n in PROBES if n not in SHAPES and " to " not in n])
def test_ranks(name: str) -> None:
    """All that LiteRT takes, of each type."""
    owed = ranks_taken(name) - {0}
    found = {kind: f.ranks for (n, kind), f in drawn().items() if n == name and "→" not in kind}
    if name not in RANK_OF_OTHERS:
        assert {kind: owed - ranks for kind, ranks in found.items() if owed - ranks} == {}


def test_scales_and_zero_points() -> None:
    lacking: dict[tuple[str, str], str] = {}
    for name, kind in PAIRS:
        found = drawn().get((name, kind))
        if found is None or kind not in SCALED or name in FEW_SCALES:
            continue
        if name.startswith("CUSTOM:Signal") or (name in UNSCALED and not found.scales):
            continue
        lacks = [] if found.scales and found.scales[0] < NEAR_ZERO else ["a scale near 0"]
        lacks += [] if found.near_one else ["a scale near 1"]
        if kind in BYTES and not {"least", "greatest"} <= found.zero_points:
            lacks.append(f"zero points other than {found.zero_points}")
        if lacks:
            lacking[name, kind] = ", ".join(lacks)
    assert lacking == {}


def test_activations_and_extremes() -> None:
    lacking = {
        (name, kind): ACTIVATIONS - f.activations
        for (name, kind), f in drawn().items()
        if f.activations and not f.activations >= ACTIVATIONS
    }
    excused = {key for key in lacking if key in ONE_ACTIVATION or (key[0], "") in ONE_ACTIVATION}
    assert set(lacking) - excused == set()
    assert [key for key, f in drawn().items() if not f.extreme] == []


def test_the_page_says_what_is_drawn_and_refused() -> None:
    wanted = conformance_page.page(drawn())
    assert PAGE.read_text(encoding="utf-8") == wanted, "./bazelw run //tests/ops:conformance_page"
