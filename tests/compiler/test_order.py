"""The order of execution against every topological order of small random graphs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from unittest import mock

import pytest

from compiler import place as placing
from compiler.ir import Graph
from compiler.lower import order as ordering
from compiler.lower.choose import _whole_need
from compiler.lower.kernels import kernels
from compiler.lower.order import Order, is_free, orders, reordered
from compiler.lower.storage import assign
from compiler.memory.plan import SEARCH_NODES
from compiler.options import Options
from compiler.place import place
from compiler.placement import BufferId, Plan
from compiler.program import Buffer, Kernel, Overlap
from compiler.target import HOST
from compiler.text import parse_graph
from compiler.verify import verify


def random_graph(seed: int, count: int) -> Graph:
    """Dense layers and concatenations; what nobody reads is an output."""
    rng = Random(seed)
    sizes, lines, unread = [rng.randint(1, 12)], list[str](), {0}
    weights = 1000
    for _ in range(count):
        new = len(sizes)
        if rng.random() < 0.35 and len(sizes) > 1:
            a, b = rng.sample(range(len(sizes)), 2)
            size, read = sizes[a] + sizes[b], {a, b}
            made = f"concatenation(%{a}, %{b}) {{axis=1}}"
        else:
            a = rng.randrange(max(0, len(sizes) - 4), len(sizes))
            size, read = rng.randint(1, 40), {a}
            weights += 1
            lines.insert(0, f'const %{weights} "w": float32[{size},{sizes[a]}] = splat(1)')
            made = f"fully_connected(%{a}, %{weights}, _)"
        lines.append(f'%{new} "t{new}": float32[1,{size}] = {made}')
        sizes.append(size)
        unread = (unread - read) | {new}
    outputs = ", ".join(f"%{t}" for t in sorted(unread))
    text = "\n".join([f'input %0 "x": float32[1,{sizes[0]}]', *lines, f"output {outputs}"])
    return parse_graph(f'graph "net" {{\n{text}\n}}')


def all_orders(graph: Graph) -> Iterator[Order]:
    """By the definition: every tensor is made before it is read."""
    made = {t: i for i, n in enumerate(graph.nodes) for t in n.outputs}
    for order in itertools.permutations(range(len(graph.nodes))):
        at = {i: place for place, i in enumerate(order)}
        reads = ((i, t) for i in order for t in graph.nodes[i].inputs if t in made)
        if all(at[made[t]] < at[i] for i, t in reads if t is not None):
            yield order


def live(graph: Graph) -> int:
    """The most bytes at a step, as the search for regions reckons them."""
    _, lowered = kernels(graph, HOST, {}, "")
    storage = assign(graph, lowered, HOST.align)
    return max(
        _whole_need(step, storage) + (how.scratch_bytes if isinstance(how, Kernel) else 0)
        for step, how in enumerate(lowered)
    )


def test_no_order_needs_less() -> None:
    better = 0
    for seed in range(60):
        graph = random_graph(seed, 3 + seed % 4)
        found = orders(graph, HOST, {}, "")
        needs = {order: live(reordered(graph, order)) for order in all_orders(graph)}
        assert is_free(graph) == (len(needs) > 1), f"graph {seed}"
        own = needs[tuple(range(len(graph.nodes)))]
        assert found.live == (own, *(needs[o] for o in found.others)), f"graph {seed}"
        assert found.least == min(found.live) == min(needs.values()), f"graph {seed}"
        better += found.least < own
    assert better > 10


def test_a_search_that_is_cut_short_has_a_bound() -> None:
    gaps = 0
    for seed in range(60):
        graph = random_graph(seed, 6)
        with mock.patch.object(ordering, "MOST_SETS", 3), mock.patch.object(ordering, "BEAM", 1):
            found = orders(graph, HOST, {}, "")
        least = min(live(reordered(graph, order)) for order in all_orders(graph))
        assert found.least <= least <= min(found.live) <= found.live[0], f"graph {seed}"
        gaps += found.least < min(found.live)
    assert gaps > 0


def wide_graph(seed: int, branches: int, depth: int, cells: int = 1) -> Graph:
    """Cells of branches that stand there in breadth, as files of Inception and NAS networks do."""
    rng = Random(seed)
    weights, lines = list[str](), list[str]()
    at, size, new = 0, 16, 1
    for _ in range(cells):
        ends = [(at, size)] * branches
        for level in range(branches * depth):
            source, length = ends[level % branches]
            made = rng.randint(1, 60 if level < branches * (depth - 1) else 8)
            weights.append(f'const %{1000 + new} "w": float32[{made},{length}] = splat(1)')
            read = f"fully_connected(%{source}, %{1000 + new}, _)"
            lines.append(f'%{new} "t{new}": float32[1,{made}] = {read}')
            ends[level % branches] = new, made
            new += 1
        at, size = new, sum(length for _, length in ends)
        joined = ", ".join(f"%{t}" for t, _ in ends)
        lines.append(f'%{at} "t{at}": float32[1,{size}] = concatenation({joined}) {{axis=1}}')
        new += 1
    text = "\n".join(['input %0 "x": float32[1,16]', *weights, *lines, f"output %{at}"])
    return parse_graph(f'graph "net" {{\n{text}\n}}')


def least_peak(graph: Graph) -> int:
    """Over all sets of nodes that can have run, one node at a time."""
    _, lowered = kernels(graph, HOST, {}, "")
    bytes_of = ordering._Bytes(graph, lowered, assign(graph, lowered, HOST.align))
    level = {0: (bytes_of.at_first, bytes_of.at_first)}
    for _ in graph.nodes:
        after: dict[int, tuple[int, int]] = {}
        for done, (peak, live) in level.items():
            for i in bytes_of.ready(done):
                during, left = bytes_of.run(done, live, i)
                reached = max(peak, during), left
                after[done | 1 << i] = min(after.get(done | 1 << i, reached), reached)
        level = after
    ((least, _),) = level.values()
    return least


def test_wide_graphs_are_optimal() -> None:
    """More sets than could be looked at one by one: 9^4 of them and more."""
    graphs = [wide_graph(seed, 4, 8) for seed in range(2)]
    graphs += [wide_graph(seed, 3, 5, 2) for seed in range(20)]
    better = 0
    for number, graph in enumerate(graphs):
        found = orders(graph, HOST, {}, "")
        assert found.least == min(found.live) == least_peak(graph), f"graph {number}"
        better += found.least < found.live[0]
    assert better > 10
    for many in (wide_graph(2, 4, 20), wide_graph(3, 4, 8, 4), wide_graph(4, 6, 6)):
        found = orders(many, HOST, {}, "")
        assert found.least == min(found.live)


def test_larger_random_graphs_keep_their_bounds() -> None:
    optimal = 0
    for seed in range(12):
        graph = random_graph(200 + seed, 14 + seed % 4)
        found, least = orders(graph, HOST, {}, ""), least_peak(graph)
        assert found.least <= least <= min(found.live), f"graph {seed}"
        assert found.live[0] == live(graph)
        optimal += found.least == min(found.live)
    assert optimal > 10


def test_a_plan_is_never_worse_for_it() -> None:
    smaller = 0
    for seed in range(40):
        graph = random_graph(100 + seed, 9)
        program, searched = place(graph, Options("net"))
        _, kept = place(graph, Options("net", keep_order=True))
        assert searched.arena_bytes <= kept.arena_bytes, f"graph {seed}"
        assert (program.order is not None and program.order.searched) == (
            searched.arena_bytes < kept.arena_bytes
        )
        smaller += searched.arena_bytes < kept.arena_bytes
    assert smaller > 10


VARIABLES = """
graph "net" {
  input %0 "x": float32[1,4]
  const %1 "w": float32[64,4] = splat(1)
  variable %2 "state": float32[1,64] = splat(0)
  %3 "wide": float32[1,64] = fully_connected(%0, %1, _)
  %4 "old": float32[1,64] = read_variable(%2)
  %5 "sum": float32[1,64] = add(%3, %4)
  assign_variable(%2, %3)
  %6 "new": float32[1,64] = read_variable(%2)
  %7 "both": float32[1,64] = add(%5, %6)
  output %7
}
"""


def test_what_reads_and_sets_variables_stays_in_order() -> None:
    graph = parse_graph(VARIABLES)
    verify(graph, "the test's input")
    effects = [i for i, n in enumerate(graph.nodes) if 2 in n.inputs]
    assert len(effects) == 3
    needed = ordering._needed(graph)
    for earlier, later in itertools.combinations(range(len(graph.nodes)), 2):
        if earlier in effects or later in effects:
            assert needed[later] >> earlier & 1, f"{later} may run before {earlier}"


def test_large_graphs_are_searched_with_a_beam() -> None:
    graph = random_graph(7, 150)
    found = orders(graph, HOST, {}, "")
    assert found.least <= min(found.live)
    for order in found.others:
        verify(reordered(graph, order), "order")


def test_plans_share_the_nodes_of_their_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where other plans have used them up, only the plan that is taken is searched."""
    counted: list[int] = []
    plan = placing.plan_memory

    def counting(
        buffers: Mapping[BufferId, Buffer], overlaps: Sequence[Overlap], nodes: int = SEARCH_NODES
    ) -> Plan:
        found = plan(buffers, overlaps, nodes=nodes)
        counted.append(found.nodes)
        return found

    monkeypatch.setattr(placing, "plan_memory", counting)
    monkeypatch.setattr(placing, "NODES_OF_ALL", 0)
    monkeypatch.setattr(placing, "FEW_NODES", 0)
    place(random_graph(44, 20), Options("net"))  # no easy one
    *others, last = counted
    assert others
    assert not any(others)
    assert last > 0
