"""Who takes which type, and which rank: each room against LiteRT's reference kernels.

Every operator is asked about every type, with and without scales, and about every rank. Where the
two differ, the difference stands below with its reason; one that is not there fails, and so does
one that is there but is none any more.
"""

from __future__ import annotations

import re

import pytest

from .cases import FLOAT32, INT8, INT32
from .conformance_page import netsuke, of_ranks, of_types, refusals
from .probes import BOOL, Kind
from .probes_of_movement import PROBES, SHAPES
from .refused_ranges import RANGES

# Types that only LiteRT computes with. netsuke reads constants of float16 and of int4 and turns
# them into others; networks for microcontrollers compute with neither, nor with float64.
LARGER_CHIPS = ("int4", "float16", "float64")
# Integers of 8 and 16 bits without scales, with which LiteRT computes as if the scale were 0.
NO_SCALE = re.compile(r"without (such quantisation|scales|a scale)")
NO_RANK = re.compile(r": types \(|unsupported operator")  # whatever the rank
# What else LiteRT takes and netsuke does not: (operator, kind) and why.
MISSING = {
    ("MUL", "uint32"): "nothing makes what it would multiply",
    ("PRELU", "int16"): "slopes are int8: LiteRT reads int16 ones as such",
    ("PRELU", "int16 quantised"): "slopes are int8: LiteRT reads int16 ones as such",
    **{
        ("REDUCE_PROD", kind): "products of scales: no network has them"
        for kind in ("int8", "int8 quantised", "uint8", "int16", "int16 quantised", "bool")
    },
    **{
        (code, kind): "LiteRT moves them as float32"
        for code in ("MATRIX_DIAG", "MATRIX_SET_DIAG")
        for kind in ("uint32", "uint64")
    },
    ("SUM", "bool"): "REDUCE_ANY does it",
}
# What netsuke takes and LiteRT does not.
MORE = {
    ("REDUCE_PROD", "int32 quantised"): "the scale changes nothing in netsuke",
}
# Ranks that LiteRT takes and netsuke does not, or the other way round.
RANKS = {
    ("LOG_SOFTMAX", 0): "one element is its own greatest: LiteRT gives 0",
    ("DYNAMIC_UPDATE_SLICE", 0): "a scalar has no slices",
    ("PAD", 0): "a scalar has no margins",
    ("PADV2", 0): "a scalar has no margins",
    ("MIRROR_PAD", 0): "a scalar has no margins",
}
# They need an axis.
FROM_RANK_1 = (
    "SUM", "MEAN", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD", "REDUCE_ALL", "REDUCE_ANY",
    "TRANSPOSE",  # LiteRT reads outside of an empty permutation
)  # fmt: skip


def excused(kind: Kind, name: str, message: str) -> bool:
    large = kind.dtype.value in LARGER_CHIPS or name.endswith(LARGER_CHIPS)
    return large or (not kind.quantised and NO_SCALE.search(message) is not None)


@pytest.mark.parametrize("name", PROBES)
def test_types_are_those_of_litert(name: str) -> None:
    differences = {}
    for kind, graph, theirs in of_types(name):
        ours = netsuke(graph)
        if ours is not None:
            assert re.match(r"operator \d+ \(\w+\): ", ours), ours
        if theirs is None and ours is not None and not excused(kind, name, ours):
            differences[name, str(kind)] = f"only LiteRT: {ours}"
        if theirs is not None and ours is None:
            differences[name, str(kind)] = f"only netsuke: {theirs}"
    stated = {key for key in (*MISSING, *MORE) if key[0] == name}
    assert set(differences) == stated, differences


@pytest.mark.parametrize("name", [n for n in PROBES if n not in SHAPES])
def test_ranks_are_those_of_litert(name: str) -> None:
    differences = {}
    for rank, graph, theirs in of_ranks(name, (INT8, FLOAT32, INT32, BOOL)):
        if rank == 0 and name in FROM_RANK_1:
            continue
        ours = netsuke(graph)
        types = ours is not None and (NO_RANK.search(ours) or NO_SCALE.search(ours))
        if (theirs is None) != (ours is None) and not types:
            differences[name, rank] = f"LiteRT: {theirs}, netsuke: {ours}"
    assert set(differences) == {key for key in RANKS if key[0] == name}, differences


def test_what_litert_refuses_is_next_to_what_it_takes() -> None:
    taken = [r for r, (inside, outside) in zip(RANGES, refusals(), strict=True) if not inside]
    assert not taken, "LiteRT runs what the table says it refuses"
    refused = [r for r, (inside, outside) in zip(RANGES, refusals(), strict=True) if outside]
    assert not refused, "LiteRT refuses what is outside of the range"


def test_netsuke_takes_what_is_next_to_what_litert_refuses() -> None:
    found = {r.operator: netsuke(*r.outside.graphs) for r in RANGES}
    assert {name: said for name, said in found.items() if said} == {}
