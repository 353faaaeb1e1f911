"""renode_test fails when a suite counts more instructions than its budget, or counts none."""

import os
import subprocess
from pathlib import Path

import pytest

SUITES = Path(os.environ["RUNFILES_DIR"], "netsuke", "tests", "emulator")


@pytest.mark.parametrize(
    ("suite", "reason"),
    [
        ("over_budget", "instructions, and the budget is 10"),
        ("not_counted", "the suite has recorded no count"),
    ],
)
def test_the_suite_passes_and_the_test_fails(suite: str, reason: str, tmp_path: Path) -> None:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment = {**inherited, "TEST_TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    environment["TEST_UNDECLARED_OUTPUTS_DIR"] = str(tmp_path / "results")
    (tmp_path / "results").mkdir()
    done = subprocess.run([SUITES / suite], env=environment, capture_output=True, text=True)
    print(done.stdout[-2000:], done.stderr[-2000:])
    assert "Tests finished successfully" in done.stdout
    assert reason in done.stdout
    assert done.returncode == 1
