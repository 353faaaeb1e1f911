"""The planner on random problems, against a check and an exhaustive search of the tests' own."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pytest

from compiler.memory.plan import plan
from compiler.placement import Plan
from compiler.program import Buffer, Overlap

Problem = tuple[dict[int, Buffer], tuple[Overlap, ...]]


def random_problem(seed: int, most: int, aligned: bool = True, overlaps: bool = True) -> Problem:
    """Buffers as a chain of layers has them (short lives, a few long ones), some of any size."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, most + 1))
    buffers = {}
    for i in range(count):
        first = int(rng.integers(-1, count))
        last = first + int(rng.choice([0, 1, 1, 1, 2, count]))
        size = int(rng.choice([1, 3, 16, 100, 1000])) + int(rng.integers(0, 40))
        align = int(rng.choice([1, 4, 16])) if aligned else 1
        buffers[i * 3] = Buffer(f"b{i}", size, first, last, align)
    leave = []
    for (a, x), (b, y) in itertools.permutations(buffers.items(), 2):
        # Buffer a is written at the step in which b dies.
        if overlaps and x.first == y.last and x.last > y.last and rng.random() < 0.7:
            leave.append(Overlap(a, b, int(rng.integers(-20, 40))))
    return buffers, tuple(leave)


def share_a_step(x: Buffer, y: Buffer) -> bool:
    return max(x.first, y.first) <= min(x.last, y.last)


def conflicts(problem: Problem, found: Plan) -> list[str]:
    """What is wrong with a plan, by the definition of the problem."""
    buffers, overlaps = problem
    at = found.offsets
    wrong = [f"{b.name} at {at[i]}" for i, b in buffers.items() if at[i] < 0 or at[i] % b.align]
    wrong += [b.name for i, b in buffers.items() if at[i] + b.bytes > found.arena_bytes]
    leave = {(o.out, o.into): o.distance for o in overlaps}
    for (i, x), (j, y) in itertools.combinations(buffers.items(), 2):
        apart = at[i] + x.bytes <= at[j] or at[j] + y.bytes <= at[i]
        allowed = ((i, j) in leave and at[i] + leave[i, j] <= at[j]) or (
            (j, i) in leave and at[j] + leave[j, i] <= at[i]
        )
        if share_a_step(x, y) and not apart and not allowed:
            wrong.append(f"{x.name} and {y.name}")
    return wrong


def smallest_arena(buffers: Mapping[int, Buffer]) -> int:
    """Without alignment and overlaps: the best over all orders of placing each at the lowest free
    offset. Some order gives the optimum: sort an optimal plan by offset and push down."""
    best = sum(b.bytes for b in buffers.values())
    for order in itertools.permutations(buffers.values()):
        placed: list[tuple[int, Buffer]] = []
        for b in order:
            rivals = sorted((at, p.bytes) for at, p in placed if share_a_step(p, b))
            low = 0
            for at, size in rivals:
                if low + b.bytes <= at:
                    break
                low = max(low, at + size)
            placed.append((low, b))
        best = min(best, max(at + b.bytes for at, b in placed))
    return best


@pytest.mark.parametrize("shard", range(4))
def test_plans_are_legal(shard: int) -> None:
    for seed in range(shard, 200, 4):
        problem = random_problem(seed, most=25)
        found = plan(*problem, reorderings=60, nodes=60)
        assert not conflicts(problem, found), f"problem {seed}"
        assert set(found.offsets) == set(problem[0])
        ends = [found.offsets[i] + b.bytes for i, b in problem[0].items()]
        assert found.arena_bytes == max(ends), f"problem {seed}"
        assert found.lower_bound <= found.arena_bytes, f"problem {seed}"
        assert found.align == max(b.align for b in problem[0].values())


def test_small_plans_are_optimal() -> None:
    for seed in range(60):
        problem = random_problem(1000 + seed, most=6, aligned=False, overlaps=False)
        found = plan(*problem)
        best = smallest_arena(problem[0])
        assert found.arena_bytes == best, f"problem {seed}"
        assert found.lower_bound <= best, f"problem {seed}"


def test_leave_to_overlap_never_costs() -> None:
    for seed in range(100):
        buffers, overlaps = random_problem(2000 + seed, most=7, aligned=False)
        found, without = plan(buffers, overlaps), plan(buffers, ())
        assert found.lower_bound <= found.arena_bytes <= without.arena_bytes, f"problem {seed}"


def test_the_same_problem_gives_the_same_plan() -> None:
    for seed in range(10):
        problem = random_problem(3000 + seed, most=25)
        assert plan(*problem).offsets == plan(*problem).offsets


def test_no_buffers_take_no_arena() -> None:
    assert plan({}, ()).arena_bytes == 0


def test_the_check_of_these_tests_finds_planted_conflicts() -> None:
    found_all = 0
    for seed in range(50):
        problem = random_problem(seed, most=8, overlaps=False)
        good = plan(*problem)
        for (i, x), (j, y) in itertools.combinations(problem[0].items(), 2):
            if share_a_step(x, y):
                offsets = {**good.offsets, i: good.offsets[j]}
                assert conflicts(problem, Plan(offsets, 10**6, 16, 0)), f"problem {seed}"
                found_all += 1
    assert found_all > 100
