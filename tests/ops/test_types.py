"""Who takes which type, and which rank: each room against LiteRT's reference kernels.

Every operator is asked about every type, with and without scales, and about every rank. Where the
two differ, the difference stands below with its reason; one that is not there fails, and so does
one that is there but is none any more. And each type that a room takes has at least 40 cases in the
tests of values.
"""

from __future__ import annotations

import faulthandler
import importlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from compiler.compile import legal
from compiler.errors import CompileError
from compiler.ops import OPS, REGISTRY
from compiler.ops.room import Op
from compiler.target import HOST
from compiler.tflite.reader import read

from . import oracle
from .cases import FLOAT32, INT8, Row
from .probes import BOOL, INT32, KINDS, Kind, values
from .probes_of_movement import PROBES, SHAPES
from .tflite_builder import Subgraph, build

# Types that only LiteRT computes with. netsuke reads constants of float16 and of int4 and turns
# them into others; networks for microcontrollers compute with neither, nor with float64.
LARGER_CHIPS = ("int4", "float16", "float64")
# Integers of 8 and 16 bits without scales, with which LiteRT computes as if the scale were 0.
NO_SCALE = re.compile(r"without (such quantisation|scales|a scale)")
NO_RANK = re.compile(r": types \(|unsupported operator")  # whatever the rank
# What else LiteRT takes and netsuke does not: (operator, kind) and why.
MISSING = {
    ("ATAN2", "float32"): "no operator of a network",
    ("MUL", "uint32"): "nothing makes what it would multiply",
    ("POW", "int32"): "MUL does it",
    ("POW", "int32 quantised"): "MUL does it",
    ("PRELU", "int16"): "slopes are int8: LiteRT reads int16 ones as such",
    ("PRELU", "int16 quantised"): "slopes are int8: LiteRT reads int16 ones as such",
    **{
        ("REDUCE_PROD", kind): "products of scales: no network has them"
        for kind in ("int8", "int8 quantised", "uint8", "int16", "int16 quantised", "bool")
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
FULL = (1, 2, 2, 3, 2, 2)
# They need an axis.
FROM_RANK_1 = (
    "SUM", "MEAN", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD", "REDUCE_ALL", "REDUCE_ANY",
    "TRANSPOSE",  # LiteRT reads outside of an empty permutation
)  # fmt: skip
CASES = 40
# Rooms whose tests of values are no rows, and how those count: see their test files.
OTHER_TESTS = {"SUM": "int8, int16: by uint8 and by MEAN", "DENSIFY": "float16 as float32"}


def litert(graphs: Sequence[Subgraph]) -> list[str | None]:
    """What LiteRT says against each network, None if it runs. Some end the process: each is run in
    a child, which goes on with the next ones."""
    found: list[str | None] = []
    while len(found) < len(graphs):
        answers = _in_child(graphs[len(found) :])
        found += [None if a == "runs" else a for a in answers]
        if len(found) < len(graphs):
            found.append("ends the process")
    return found


def _answers(graphs: Sequence[Subgraph]) -> Iterator[str]:
    for graph in graphs:
        try:
            oracle.run(build(graph), [[values(graph.tensors[i]) for i in graph.inputs]])
            yield "runs"
        except oracle.Refused as error:
            yield str(error)


def _in_child(graphs: Sequence[Subgraph]) -> list[str]:
    """The answers of a child process, as far as it gets."""
    end, start = os.pipe()
    child = os.fork()
    if child == 0:
        faulthandler.disable()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            for answer in _answers(graphs):
                os.write(start, answer.replace("\n", " ").encode()[:2000] + b"\n")
        finally:
            os._exit(0)
    os.close(start)
    with os.fdopen(end, encoding="utf-8", errors="replace") as stream:
        lines = stream.read().splitlines()
    os.waitpid(child, 0)
    return lines


def netsuke(graph: Subgraph) -> str | None:
    """What the compiler says against a network, None if it has nothing to say."""
    try:
        legal(read(build(graph), "m"), HOST)
    except CompileError as error:
        return str(error)
    return None


def excused(kind: Kind, name: str, message: str) -> bool:
    large = kind.dtype.value in LARGER_CHIPS or name.endswith(LARGER_CHIPS)
    return large or (not kind.quantised and NO_SCALE.search(message) is not None)


@pytest.mark.parametrize("name", PROBES)
def test_types_are_those_of_litert(name: str) -> None:
    graphs = [PROBES[name](kind, SHAPES.get(name, (2, 3))) for kind in KINDS]
    differences = {}
    for kind, graph, theirs in zip(KINDS, graphs, litert(graphs), strict=True):
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
    least = 1 if name in FROM_RANK_1 else 0
    asked: list[tuple[int, Subgraph]] = []
    for rank in range(least, len(FULL) + 1):
        for dtype in (INT8, FLOAT32, INT32, BOOL):
            try:
                graph = PROBES[name](Kind(dtype, dtype is INT8), FULL[:rank])
                build(graph)
            except IndexError:  # a probe that has no such rank
                continue
            asked.append((rank, graph))
    differences = {}
    answers = litert([graph for _, graph in asked])
    for (rank, graph), theirs in zip(asked, answers, strict=True):
        ours = netsuke(graph)
        types = ours is not None and (NO_RANK.search(ours) or NO_SCALE.search(ours))
        if (theirs is None) != (ours is None) and not types:
            differences[name, rank] = f"LiteRT: {theirs}, netsuke: {ours}"
    assert set(differences) == {key for key in RANKS if key[0] == name}, differences


def rows() -> Iterator[Row]:
    """All rows of all operators' tests."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path.name == Path(__file__).name:
            continue
        module = importlib.import_module(f"{__package__}.{path.stem}")
        found: dict[str, Row] = {}
        for value in vars(module).values():
            for row in value if isinstance(value, tuple | list) else (value,):
                if isinstance(row, Row):
                    found[row.name] = row
        yield from found.values()


def column(op: type[Op], inputs: Sequence[str], outputs: Sequence[str]) -> str:
    """The type under which it stands in docs/SUPPORTED_OPS.md."""
    types = [t for t in (*inputs[op.DATA :], *outputs) if t != "resource"]
    return types[0] if types else ""


def test_every_type_has_its_cases() -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows():
        drawn = min(row.cases, CASES)  # enough to know the types
        for number in range(drawn):
            for graph in row.case(number).graphs:
                for o in graph.operators:
                    op = REGISTRY.by_tflite.get(str(o.code))
                    if op is not None:
                        types = [
                            [graph.tensors[i].dtype.value for i in ids if i >= 0]
                            for ids in (o.inputs, o.outputs)
                        ]
                        key = str(o.code), column(op, *types)
                        counted[key] += row.cases // drawn
    few = {}
    for op in OPS:
        for name in op.TFLITE:
            if name in OTHER_TESTS or name.startswith("CUSTOM:"):
                continue
            for s in op.SIGNATURES:
                types = [[t.value for t in (*ts,) if t is not None] for ts in (s.inputs, s.outputs)]
                key = name, column(op, *types)
                if key[1] and counted[key] < CASES:
                    few[key] = counted[key]
    assert not few
    least = min(counted.values())
    print(f"{len(counted)} pairs of operator and type have {least} cases or more")
