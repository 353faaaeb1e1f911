"""`netsuke plan`: hard problems, their solutions, and the check that trusts nobody."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from compiler.main import main
from compiler.memory.plan import plan, plan_within
from compiler.memory.problem_csv import (
    PlanProblem,
    conflicts,
    hard_problem,
    read_problem,
    write_problem,
)  # fmt: skip


def solved(problem: PlanProblem) -> PlanProblem:
    found = plan(problem.buffers, problem.overlaps, 20, 0)
    return read_problem(write_problem(problem, found.offsets))


@pytest.mark.parametrize("count", [2, 10, 60])
def test_a_hard_problem_fills_its_rectangle(count: int) -> None:
    for seed in range(5):
        problem = hard_problem(count, seed)
        assert len(problem.buffers) == count
        steps = range(2 * count)
        live = [
            sum(b.bytes for b in problem.buffers.values() if b.first <= s <= b.last) for s in steps
        ]
        assert set(live) == {1024 * count}
        assert plan(problem.buffers, (), 0, 0).lower_bound == 1024 * count


def test_small_hard_problems_are_solved() -> None:
    found = [plan(hard_problem(12, seed).buffers, ()) for seed in range(10)]
    assert sum(p.arena_bytes == p.lower_bound for p in found) >= 9


def test_the_check_finds_a_planted_error_in_every_buffer() -> None:
    planted = 0
    for seed in range(5):
        good = solved(hard_problem(30, seed))
        assert list(conflicts(good)) == []
        for a in good.buffers:
            for b in good.buffers:
                x, y = good.buffers[a], good.buffers[b]
                if a < b and x.first <= y.last and y.first <= x.last:
                    moved = {**good.offsets, a: good.offsets[b]}
                    wrong = list(conflicts(PlanProblem(good.buffers, (), moved)))
                    assert any(x.name in w and y.name in w for w in wrong)
                    planted += 1
    assert planted > 100


def test_leave_to_overlap_is_read_used_and_checked() -> None:
    text = "id,lower,upper,size,over\na,0,2,100,\nb,1,3,80,a:16\n"
    problem = read_problem(text)
    found = plan(problem.buffers, problem.overlaps)
    assert found.arena_bytes == 116
    good = read_problem(write_problem(problem, found.offsets))
    assert good.overlaps == problem.overlaps and list(conflicts(good)) == []
    near = {**good.offsets, 1: good.offsets[0] - 15}
    assert list(conflicts(PlanProblem(good.buffers, good.overlaps, near)))


def test_time_is_kept_and_never_makes_a_plan_worse() -> None:
    problem = hard_problem(200, 1)
    start = time.process_time()
    short = plan_within(problem.buffers, (), 0.2)
    assert time.process_time() - start < 2
    longer = plan_within(problem.buffers, (), 2)
    assert short.lower_bound <= longer.arena_bytes <= short.arena_bytes


def test_a_problem_goes_through_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, solution = str(tmp_path / "p.csv"), tmp_path / "s.csv"
    assert main(["plan", "--generate=15", "--seed=3", "-o", problem]) == 0
    assert main(["plan", problem, "-o", str(solution)]) == 0
    assert "15,360 bytes, optimal" in capsys.readouterr().err
    assert main(["plan", "--check", str(solution)]) == 0
    assert "15,360 bytes, and no conflict" in capsys.readouterr().out
    first, *rest = solution.read_text().splitlines()
    lines = [",".join([*line.split(",")[:-1], "0"]) for line in rest]
    solution.write_text("\n".join([first, *lines, ""]))
    assert main(["plan", "--check", str(solution)]) == 1
    assert "share bytes" in capsys.readouterr().out
    assert main(["plan", "--generate=9", problem]) == 2


def test_leave_over_a_buffer_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.csv").write_text("id,lower,upper,size,over\na,0,2,100,z:4\n")
    assert main(["plan", str(tmp_path / "p.csv")]) == 1
    assert "line 2: over 'z:4'" in capsys.readouterr().err


def test_every_wrong_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = "a,0,2,100\nb,3,2,5\nc,1,4,x\na,0,1,4\n"
    (tmp_path / "p.csv").write_text(f"id,lower,upper,size\n{wrong}")
    assert main(["plan", str(tmp_path / "p.csv")]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3 and "line 3: lower < upper" in said[0]
    assert "line 4: size 'x': not a whole number" in said[1]
    assert "line 5: id 'a' stands in line 2, too" in said[2]
