"""The planner's two exact searches against every choice of offsets, on problems small enough."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from random import Random

from compiler.memory.core import core
from compiler.memory.orient import Pair
from compiler.memory.orient import search as orient
from compiler.memory.plan import _Problem, plan
from compiler.memory.problem_csv import PlanProblem, conflicts, hard_problem
from compiler.memory.skyline import search as skyline
from compiler.program import Buffer, Overlap

Buffers = Mapping[int, Buffer]
MANY = 10**6  # nodes


def problem(seed: int, count: int, align: Sequence[int]) -> dict[int, Buffer]:
    """Buffers of a few bytes; ids leave gaps."""
    rng = Random(seed)
    steps = count - 1
    found = {}
    for i in range(count):
        first = rng.randrange(steps)
        last = min(first + rng.choice([0, 0, 1, 1, 2, steps]), steps)
        found[3 * i] = Buffer(f"b{i}", rng.randint(seed % 5 > 0, 4), first, last, rng.choice(align))
    return found


def leave(buffers: Buffers, seed: int) -> tuple[Overlap, ...]:
    """Outputs that may overlap inputs that die as they are written, by any distance."""
    rng = Random(seed)
    return tuple(
        Overlap(a, b, rng.randint(-4, 4))
        for (a, x), (b, y) in itertools.permutations(buffers.items(), 2)
        if x.first == y.last and x.last > y.last and rng.random() < 0.7
    )


def least(buffers: Buffers, overlaps: Sequence[Overlap] = ()) -> int:
    """The smallest arena, by trying every offset for every buffer."""
    order = sorted(buffers, key=lambda b: buffers[b].first - buffers[b].last)
    over = {(o.out, o.into): o.distance for o in overlaps}

    def apart(a: int, at: int, b: int, to: int) -> bool:
        x, y = buffers[a], buffers[b]
        if x.last < y.first or y.last < x.first or at + x.bytes <= to or to + y.bytes <= at:
            return True
        return at + over.get((a, b), MANY) <= to or to + over.get((b, a), MANY) <= at

    def exists(size: int, placed: dict[int, int]) -> bool:
        if len(placed) == len(order):
            return True
        b = order[len(placed)]
        for at in range(0, size - buffers[b].bytes + 1, buffers[b].align):
            free = all(apart(b, at, other, to) for other, to in placed.items())
            if free and exists(size, {**placed, b: at}):
                return True
        return False

    return next(size for size in itertools.count() if exists(size, {}))


def pairs(buffers: Buffers, overlaps: Sequence[Overlap] = ()) -> list[Pair]:
    over = {(o.out, o.into): o.distance for o in overlaps}
    return [
        Pair(a, b, min(x.bytes, over.get((a, b), MANY)), min(y.bytes, over.get((b, a), MANY)))
        for (a, x), (b, y) in itertools.combinations(buffers.items(), 2)
        if x.first <= y.last and y.first <= x.last
    ]


def live(buffers: Buffers) -> int:
    return max(sum(b.bytes for b in buffers.values() if b.first <= s <= b.last) for s in range(20))


def test_the_skyline_finds_the_least_and_proves_it() -> None:
    harder = 0
    for seed in range(60):
        align = [(1,), (2,), (4,)][seed % 3]
        buffers = problem(seed, 4 + seed % 6, align)
        size = least(buffers)
        found = skyline(buffers, size, MANY)
        assert found.offsets is not None, f"problem {seed}"
        assert not list(conflicts(PlanProblem(buffers, (), found.offsets))), f"problem {seed}"
        assert max(found.offsets[i] + b.bytes for i, b in buffers.items()) <= size
        assert size == 0 or skyline(buffers, size - 1, MANY).proved, f"problem {seed}"
        harder += size > live(buffers)
    assert harder > 5


def test_the_orientation_finds_the_least_and_proves_it() -> None:
    overlapping = 0
    for seed in range(90):
        align = [(1,), (1, 2), (1, 4)][seed % 3]
        buffers = problem(seed, 3 + seed % 5, align)
        overlaps = leave(buffers, seed)
        size = least(buffers, overlaps)
        found = orient(buffers, pairs(buffers, overlaps), size, MANY)
        assert found.offsets is not None, f"problem {seed}"
        solution = PlanProblem(buffers, overlaps, found.offsets)
        assert not list(conflicts(solution)), f"problem {seed}"
        assert max(found.offsets[i] + b.bytes for i, b in buffers.items()) <= size
        assert size == 0 or orient(buffers, pairs(buffers, overlaps), size - 1, MANY).proved
        whole = plan(buffers, overlaps)
        assert (whole.arena_bytes, whole.lower_bound) == (size, size), f"problem {seed}"
        overlapping += size < least(buffers)
    assert overlapping > 10


def test_plans_are_the_least_with_what_is_easy_taken_out() -> None:
    """Small buffers beside large ones, and some that live throughout."""
    easy = fixed = 0
    for seed in range(80):
        buffers = problem(300 + seed, 4 + seed % 4, [(1,), (2,), (1, 2), (4,)][seed % 4])
        overlaps = leave(buffers, seed) if seed % 2 else ()
        for i in range(0, seed % 3):
            buffers[100 + i] = Buffer(f"long {i}", 2 + seed % 4, 0, 20, 1 + seed % 2)
        size = least(buffers, overlaps)
        found = plan(buffers, overlaps)
        assert (found.arena_bytes, found.lower_bound) == (size, size), f"problem {seed}"
        assert not list(conflicts(PlanProblem(buffers, overlaps, found.offsets))), f"problem {seed}"
        rest = core(buffers, _Problem(buffers, overlaps).rivals, size)
        easy += len(rest.last) not in (0, len(buffers))
        fixed += len(rest.fixed) > 0 and len(rest.parts) > 0
    assert easy > 10 and fixed > 10


def test_hard_problems_of_two_hundred_are_solved() -> None:
    for seed in range(1, 7):
        buffers = hard_problem(200, seed).buffers
        found = skyline(buffers, 1024 * 200, 20_000)
        assert found.offsets is not None, f"problem {seed}"
        assert not list(conflicts(PlanProblem(buffers, (), found.offsets)))


def test_nodes_and_time_end_a_search() -> None:
    buffers = hard_problem(200, 10).buffers
    for found in (
        skyline(buffers, 1024 * 200, 150),
        orient(buffers, pairs(buffers), 1024 * 200, 20),
        skyline(buffers, 1024 * 200, MANY, goes_on=lambda: False),
        orient(buffers, pairs(buffers), 1024 * 200, MANY, goes_on=lambda: False),
    ):
        assert found.offsets is None and not found.proved
        assert found.nodes <= 600
