"""The judge of firmware runs: each way to fail is found."""

from tools.emulators import qemu
from tools.emulators.measured import Measured, measured
from tools.emulators.qemu_test_main import budget_problems, noticed, problems_of


def shell(script: str, seconds: float = 20) -> qemu.QemuRun:
    """A run of a shell in the emulator's place."""
    return qemu.run(["/bin/sh", "-c", script], seconds, failing=["FAIL", "FAULT"])


def test_a_good_run_has_no_problem() -> None:
    run = shell("echo one; echo two")
    assert run.lines == ("one", "two")
    assert problems_of(run, ["tw"], ["one", "two"]) == []


def test_a_missing_line_is_a_problem() -> None:
    assert problems_of(shell("echo one"), ["two"], None) == ["no line has 'two'"]


def test_a_difference_from_the_host_is_a_problem() -> None:
    (problem,) = problems_of(shell("echo one"), [], ["one", "two"])
    assert "-two" in problem


def test_measurements_are_not_compared() -> None:
    assert problems_of(shell("echo '# stack 12'; echo one"), [], ["one", "# stack 0"]) == []


def test_a_planted_error_has_to_be_the_reason() -> None:
    problems = problems_of(shell("echo one; exit 3"), [], None)
    assert noticed(problems, "exit status 3")
    assert not noticed(problems, "FAULT")
    assert not noticed([], "FAULT")


def test_an_exit_status_is_a_problem() -> None:
    assert problems_of(shell("echo one; exit 3"), [], None) == ["exit status 3"]


def test_a_failing_line_stops_the_run() -> None:
    run = shell("echo one; echo 'FAULT: BusFault'; sleep 60")
    assert not run.timed_out
    assert problems_of(run, [], None) == ["failing line: FAULT: BusFault"]


def test_a_run_that_does_not_end_is_stopped() -> None:
    run = shell("echo one; sleep 60", seconds=0.5)
    assert problems_of(run, [], None) == ["the firmware did not end in time"]


def test_silence_is_a_problem() -> None:
    assert problems_of(shell("true"), [], None) == ["the firmware printed nothing"]


def test_measurements_are_read() -> None:
    lines = ["# stack 24 of 512", "# stack 20 of 512", "# counter 90 +-2", "# profile f 70", "PASS"]
    assert measured(lines) == Measured(stack=24, arena=None, instructions=90, profile={"f": 70})
    exact = measured(["# instructions 88", "# counter 90 +-2", "# arena 64"])
    assert exact == Measured(stack=None, arena=64, instructions=88, profile={})


def test_a_region_over_its_budget_is_a_problem() -> None:
    lines = ["# instructions 90", "# instructions 1001", "# counter 2000 +-2"]
    assert budget_problems(lines, 1001) == []
    assert budget_problems(lines, 1000) == ["1,001 instructions, and the budget is 1,000"]
