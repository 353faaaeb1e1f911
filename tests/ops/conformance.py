"""Runs rows of the table: our reference against LiteRT, our C against our reference.

`test_reference, test_c_on_host, test_c_on_m4 = tests(ROWS)` in an operator's test file is all it
takes; `test_c_on_m55 = m55_test(ROWS)` and `test_c_on_m0 = m0_test(ROWS)` where an operator has
inner loops of its own for MVE or for Armv6-M.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compiler.check import check
from compiler.compile import Output, compile_model
from compiler.interpret import invocations
from compiler.ir import Array, Graph
from compiler.ops import REGISTRY
from compiler.options import Options
from compiler.passes import (
    fold_constants,
    inline_composites,
    resolve_variables,
    retype_old_weights,
    thread_variables,
    unpack_int4,
    update_items,
)
from compiler.target import HOST, Target, load
from compiler.tflite.reader import read

from . import oracle, poison
from .cases import Case, Row
from .generated import Network, run_on_host, run_on_m0, run_on_m4, run_on_m55

M0, M4, M55 = "microbit", "mps2_an386", "mps3_an547"
Runner = Callable[[Sequence[Network], Path], Iterator[list[tuple[Array, ...]]]]


# The passes without which operators may be illegal.
MAKE_LEGAL = (
    inline_composites,
    thread_variables,
    resolve_variables,
    unpack_int4,
    retype_old_weights,
    fold_constants,
    update_items,
)


class Mismatch(AssertionError):
    """Two results that should be equal are not."""


def draw(row: Row) -> list[tuple[Case, list[tuple[Array, ...]]]]:
    """The row's cases with LiteRT's outputs for each run. Cases that it refuses for a reason the
    row states are passed over."""
    drawn: list[tuple[Case, list[tuple[Array, ...]]]] = []
    refused = 0
    for number in itertools.count():
        if len(drawn) == row.cases:
            break
        case = row.case(number)
        rooms_exist(case)
        if row.unknown:
            drawn.append((case, by_reference(case)))
            continue
        try:
            drawn.append((case, oracle.run(case.model, case.runs)))
        except oracle.Refused as error:
            if not any(part in str(error) for part in row.refusals):
                raise AssertionError(f"{case.name}: LiteRT refuses it: {error}") from error
            refused += 1
            assert refused <= 3 * row.cases, f"{row.name}: LiteRT refuses most cases"
    if refused:
        print(f"{row.name}: {refused} more cases refused by LiteRT: {'; '.join(row.refusals)}")
    return drawn


def rooms_exist(case: Case) -> None:
    """The compiler knows all operators."""
    codes = {
        f"CUSTOM:{o.custom}" if o.custom else str(o.code) for g in case.graphs for o in g.operators
    }
    missing = codes - set(REGISTRY.by_tflite)
    assert not missing, f"no room for {', '.join(sorted(missing))}"


def interpret(graph: Graph, runs: Sequence[Sequence[Array]]) -> Iterator[tuple[Array, ...]]:
    """The network by the rooms' references, run after run, its state being kept."""
    check(graph)
    return invocations(graph, runs)


def by_reference(case: Case) -> list[tuple[Array, ...]]:
    """The outputs of a case's runs by the rooms' references."""
    graph = read(case.model, case.name)
    for make_legal in MAKE_LEGAL:
        graph = make_legal.run(graph, HOST)
    return list(interpret(graph, case.runs))


def compare(what: str, found: Sequence[Array], wanted: Sequence[Array]) -> None:
    """Integers to the last bit, float32 to 1e-5 of the largest finite value of the tensor; what is
    infinite or no number has to be the same."""
    for i, (f, w) in enumerate(zip(found, wanted, strict=True)):
        if f.shape != w.shape or f.dtype != w.dtype:
            raise Mismatch(f"{what}: output {i} is {f.dtype}{f.shape}, not {w.dtype}{w.shape}")
        wrong = f != w
        if w.dtype.kind == "f":
            finite = np.isfinite(f) & np.isfinite(w)
            same = (f == w) | (np.isnan(f) & np.isnan(w))
            largest = float(np.abs(w[np.isfinite(w)]).max(initial=1.0))
            near = np.abs(np.where(finite, f, 0) - np.where(finite, w, 0)) <= 1e-5 * largest
            wrong = ~np.where(finite, near, same)
        if wrong.any():
            at = tuple(int(j) for j in np.argwhere(wrong)[0])
            count = f"{int(wrong.sum())} of {w.size} elements of output {i} differ"
            raise Mismatch(f"{what}: {count}, first at {at}: {f[at]}, not {w[at]}")


def check_reference(row: Row) -> None:
    """Our meaning is TFLite's."""
    drawn = draw(row)
    for case, wanted in drawn:
        for r, (found, right) in enumerate(zip(by_reference(case), wanted, strict=True)):
            compare(f"{case.name} run {r}: reference", found, right)
    print(f"{row.name}: reference equals LiteRT in {len(drawn)} cases of {row.runs} runs")


def check_c(
    row: Row,
    run: Runner,
    where: str,
    folder: Path,
    *targets: Target,
    every: int = 1,
    **options: Any,  # noqa: ANN401 (fields of every type)
) -> None:
    """Our C is TFLite, too. The cases, or each n-th, are compiled for the targets (or the host) in
    turn, with further `options` of the compiler."""
    networks = []
    drawn = draw(row)[::every]
    for (case, wanted), target in zip(drawn, itertools.cycle(targets or (HOST,)), strict=False):
        output = compile_model(case.model, Options(case.name, target, **options))
        networks.append(network_of(output, case.name, case.runs, wanted))
    for network, outputs in zip(networks, run(networks, folder), strict=True):
        for r, (found, right) in enumerate(zip(outputs, network.wanted, strict=True)):
            compare(f"{network.name} run {r}: C on {where}", found, right)
    right_one = "the reference" if row.unknown else "LiteRT"
    print(
        f"{row.name}: C on {where} equals {right_one} in {len(networks)} cases of {row.runs} runs"
    )


def network_of(
    output: Output, name: str, runs: Sequence[Sequence[Array]], wanted: Sequence[Sequence[Array]]
) -> Network:
    """A compiled network; on the host what is not alive in its arena is poisoned."""
    watched = "" if output.program.controls else poison.function(output, name)
    return Network(name, output.files, runs, wanted, watched)


def tests(rows: Sequence[Row], m4_every: int = 3) -> tuple[Callable[..., None], ...]:
    """The tests of an operator's rows, for pytest to collect. All cases run on the host, each
    m4_every-th on the emulated board: compiling takes time, and most kernels are the same C there.
    Operators with inner loops of their own for the board run all."""
    each_row = pytest.mark.parametrize("row", rows, ids=lambda r: r.name)
    known = [r for r in rows if not r.unknown]

    @pytest.mark.parametrize("row", known, ids=lambda r: r.name)
    def test_reference(row: Row) -> None:
        check_reference(row)

    # Half of the cases as for the Cortex-M4: only here is each access watched.
    @each_row
    def test_c_on_host(row: Row, tmp_path: Path) -> None:
        check_c(row, run_on_host, "the host (ASan, UBSan)", tmp_path, HOST, load(M4))

    @each_row
    def test_c_on_m4(row: Row, tmp_path: Path) -> None:
        check_c(row, run_on_m4, M4, tmp_path, load(M4), every=m4_every)

    return test_reference, test_c_on_host, test_c_on_m4


def m55_test(rows: Sequence[Row]) -> Callable[..., None]:
    """The test of an operator's rows in the portable form of what the Cortex-M55 gets, each access
    watched, and on the emulated board that has MVE: half of the cases each."""
    return _core_test(rows, M55, run_on_m55)


def m0_test(rows: Sequence[Row]) -> Callable[..., None]:
    """The same for the Cortex-M0."""
    return _core_test(rows, M0, run_on_m0)


def _core_test(rows: Sequence[Row], target: str, run_there: Runner) -> Callable[..., None]:
    @pytest.mark.parametrize("row", rows, ids=lambda r: r.name)
    def test_c_on_core(row: Row, tmp_path: Path) -> None:
        for where, run in ((f"the host, as for {target}", run_on_host), (target, run_there)):
            folder = tmp_path / str(run is run_there)
            folder.mkdir()
            check_c(row, run, where, folder, load(target), every=2)

    return test_c_on_core
