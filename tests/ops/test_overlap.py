"""Every kernel that gives leave to overlap, at exactly the distance that it states, and one element
nearer: there the independent checker objects, and where the distance is the least one, the outputs
are wrong."""

from __future__ import annotations

import importlib
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from compiler.compile import passes
from compiler.emit.c_header import Origin, header
from compiler.emit.c_source import kernel_headers, source
from compiler.errors import CompileError, InternalError
from compiler.ir import Graph
from compiler.lower.distances import pass_distance
from compiler.lower.lower import Schedule
from compiler.memory.check import check
from compiler.options import Options
from compiler.passes import fold_constants, resolve_variables, thread_variables, unpack_int4
from compiler.place import place
from compiler.placement import Plan
from compiler.program import ConstRef, Overlap, Program
from compiler.resources import runtime_headers
from compiler.rows import RowView
from compiler.target import HOST, Target, load
from compiler.tflite.reader import read

from . import generated
from .cases import Case, Row
from .conformance import M4, Mismatch, compare, interpret
from .generated import Network, run_on_host

HERE = Path(__file__).absolute().parent
M0 = "microbit"
OF_A_KERNEL = 4  # that are run
TRIES = 6  # cases of a row that are looked at
ORIGIN = Origin("", "", "")


@dataclass(frozen=True)
class Pair:
    """A call that may write over an input of it: the network, and the leave that it has."""

    kernel: str
    case: Case
    graph: Graph
    program: Program
    leave: Overlap

    @property
    def works_by_rows(self) -> bool:
        calls = [c for x in self.program.layers for c in x.calls if c.function == self.kernel]
        return any(isinstance(p.at, RowView) for c in calls for p in c.pointers)

    def plan(self, nearer: int) -> Plan:
        """Output and input at the stated distance, less `nearer` elements; all else apart."""
        out = self.program.buffers[self.leave.out]
        at_input = -(-max(self.leave.distance, 0) // 64) * 64 + 64
        at_out = (at_input - self.leave.distance) // out.align * out.align + nearer * out.align
        offsets = {self.leave.out: at_out, self.leave.into: at_input}
        end = max(at + self.program.buffers[b].bytes for b, at in offsets.items())
        for b, buffer in self.program.buffers.items():
            if b not in offsets:
                offsets[b] = -(-end // 64) * 64
                end = offsets[b] + buffer.bytes
        align = max(b.align for b in self.program.buffers.values())
        return Plan(offsets, end, align, 0)

    def network(self, name: str, nearer: int) -> Network:
        """Its C, and what the reference says of its first run."""
        program, plan = replace(self.program, name=name), self.plan(nearer)
        files = {
            f"{name}.c": source(program, plan, ORIGIN, {}).encode(),
            f"{name}.h": header(program, plan, ORIGIN).encode(),
            **{h: t.encode() for h, t in runtime_headers(kernel_headers(program)).items()},
        }
        runs = self.case.runs[:1]
        return Network(name, files, runs, list(interpret(self.graph, runs)))


def rows(tests: str) -> Iterator[Row]:
    """Of the operators with such a file of tests."""
    for file in sorted(HERE.glob(tests)):
        if file.stem != Path(__file__).stem and re.search(r"^ROWS = ", file.read_text(), re.M):
            yield from importlib.import_module(f"{__package__}.{file.stem}").ROWS


def pairs(row: Row, target: Target) -> Iterator[Pair]:
    """The calls of the row's first cases that have leave."""
    for number in range(TRIES):
        case = row.case(number)
        try:
            graph = legal = read(case.model, "net")
            for step in passes(Options("net", target)):
                graph = step.run(graph, target)
            program, _ = place(graph, Options("net", target, schedules=(Schedule.LAYERS,)))
        except CompileError:  # LiteRT refuses these too: test_reference passes them over
            continue
        for make_legal in (thread_variables, resolve_variables, unpack_int4, fold_constants):
            legal = make_legal.run(legal, HOST)
        if any(list(n.op.check(legal.site(n))) for n in legal.nodes):
            continue  # has a reference after further passes alone
        for leave in program.overlaps if not program.state else ():
            for layer in program.layers:
                for call in layer.calls:
                    places = [p.at for p in call.pointers if not isinstance(p.at, ConstRef)]
                    used = {p.place.buffer if isinstance(p, RowView) else p.buffer for p in places}
                    if {leave.out, leave.into} <= used:
                        yield Pair(call.function, case, legal, program, leave)


def refused(pair: Pair) -> bool:
    """Whether the checker objects to one element nearer, if the two still share bytes there."""
    plan, leave = pair.plan(1), pair.leave
    out, into = plan.offsets[leave.out], plan.offsets[leave.into]
    buffers = pair.program.buffers
    if out >= into + buffers[leave.into].bytes or into >= out + buffers[leave.out].bytes:
        return True
    try:
        check(pair.program, pair.plan(1))
    except InternalError:
        return True
    return False


@pytest.fixture(scope="module", params=["host", M4, M0])
def every(request: pytest.FixtureRequest) -> list[Pair]:
    """Some of each kernel, of the M0 those of pairs; buffers are aligned as their elements are."""
    target = replace(HOST if request.param == "host" else load(request.param), align=1)
    tests, named, kernels = {M0: ("conv_2d*", "paired", 2)}.get(request.param, ("*", "", 41))
    found: list[Pair] = []
    count: Counter[str] = Counter()
    for row in rows(f"test_{tests}.py"):
        for pair in pairs(row, target):
            if named in pair.kernel and count[pair.kernel] < OF_A_KERNEL:
                count[pair.kernel] += 1
                found.append(pair)
    print(f"{len(count)} kernels, {len(found)} calls")
    assert len(count) >= kernels
    return found


@pytest.mark.parametrize("block", range(1, 6))
@pytest.mark.parametrize("gathers", range(4))
def test_no_pass_writes_what_a_later_one_reads(block: int, gathers: int) -> None:
    for n, out_unit, in_unit in itertools.product(range(1, 14), (1, 3, 5, 8), (1, 3, 5, 8)):
        least = -n * in_unit
        for begin in range(0, n, block):
            end = min(begin + block, n)
            read = end if 0 < gathers <= end - begin else begin  # before the pass writes
            if read < n:
                least = max(least, end * out_unit - read * in_unit)
        found = pass_distance(n, block, out_unit, in_unit, gathers)
        assert found == least, (n, out_unit, in_unit)


def test_kernels_compute_the_same_at_the_distance_they_state(
    every: list[Pair], tmp_path: Path
) -> None:
    for pair in every:
        check(pair.program, pair.plan(0))
    networks = [pair.network(f"n{i}", 0) for i, pair in enumerate(every)]
    for pair, network, outputs in zip(
        every, networks, run_on_host(networks, tmp_path), strict=True
    ):
        compare(f"{pair.case.name}: {pair.kernel}", outputs[0], network.wanted[0])


def test_one_element_nearer_is_refused_and_does_harm(
    every: list[Pair], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody watches: a wrong input may lead a kernel anywhere.
    monkeypatch.setattr(generated, "HOST", ["gcc", "-O0", "-DNN_KERNEL=static inline"])
    monkeypatch.setattr(generated, "SANITIZE", "")
    loose = {pair.kernel for pair in every if not refused(pair)}
    print(f"the checker refuses all but those of {loose}")
    networks = [pair.network(f"n{i}", 1) for i, pair in enumerate(every)]
    harmed: Counter[str] = Counter()
    for pair, network, outputs in zip(
        every, networks, run_on_host(networks, tmp_path), strict=True
    ):
        try:
            compare("", outputs[0], network.wanted[0])
        except Mismatch:
            harmed[pair.kernel] += 1
    # Kernels that work row by row state the distance of whole rows, which is not always the least.
    by_rows = {pair.kernel for pair in every if pair.works_by_rows}
    others = {pair.kernel for pair in every} - by_rows
    print(f"{len(others & set(harmed))} of {len(others)} distances are the least")
    print(f"not seen to be: {sorted(others - set(harmed))}")
    print(f"{len(by_rows & set(harmed))} of {len(by_rows)} that work row by row")
    assert len(others & set(harmed)) > len(others) * 2 // 3
