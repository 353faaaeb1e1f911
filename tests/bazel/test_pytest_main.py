"""The runner behind py_test: no test that did not run counts as passed."""

import os
import subprocess
import sys
from pathlib import Path


def run(tmp_path: Path, source: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Runs pytest_main on a file of tests."""
    tests = tmp_path / "test_it.py"
    tests.write_text(source, encoding="utf-8")
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ["PYTHONPATH"]}
    return subprocess.run(
        [sys.executable, "-m", "tools.bazel.pytest_main", str(tests)],
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_passing_test_passes(tmp_path: Path) -> None:
    assert run(tmp_path, "def test_a():\n    pass\n").returncode == 0


def test_a_failing_test_fails(tmp_path: Path) -> None:
    assert run(tmp_path, "def test_a():\n    assert False\n").returncode == 1


def test_a_skipped_test_fails(tmp_path: Path) -> None:
    done = run(tmp_path, 'import pytest\n\n\ndef test_a():\n    pytest.skip("no")\n')
    assert done.returncode == 1
    assert "test_a was skipped" in done.stdout


def test_no_test_at_all_fails(tmp_path: Path) -> None:
    assert run(tmp_path, "x = 1\n").returncode != 0


def test_shards_part_the_tests(tmp_path: Path) -> None:
    source = "".join(f"def test_{i}():\n    pass\n\n\n" for i in range(5))
    counts = []
    for index in range(2):
        done = run(tmp_path, source, TEST_TOTAL_SHARDS="2", TEST_SHARD_INDEX=str(index))
        counts.append(done.stdout.splitlines()[-1].split(" in ")[0])
    assert counts == ["3 passed", "2 passed"]
