"""Runs pytest as a Bazel test: shards, XML report, and a skipped test counts as failed."""

import os
import sys
from pathlib import Path

import pytest


class BazelPlugin:
    """Keeps this shard's tests and remembers the skipped ones."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Bazel starts TEST_TOTAL_SHARDS copies; the i-th takes the tests i, i + total, …"""
        total = int(os.environ.get("TEST_TOTAL_SHARDS", "1"))
        index = int(os.environ.get("TEST_SHARD_INDEX", "0"))
        items[:] = items[index::total]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that did not run proves nothing."""
        if report.skipped:
            self.skipped.append(report.nodeid)


def main() -> int:
    """Exit status: pytest's, or 1 when a test was skipped."""
    if "TEST_SHARD_STATUS_FILE" in os.environ:
        Path(os.environ["TEST_SHARD_STATUS_FILE"]).touch()
    options = ["-p", "no:cacheprovider", "-q", "--import-mode=importlib"]
    if "XML_OUTPUT_FILE" in os.environ:
        options.append(f"--junitxml={os.environ['XML_OUTPUT_FILE']}")
    if "TESTBRIDGE_TEST_ONLY" in os.environ:  # bazel test --test_filter
        options += ["-k", os.environ["TESTBRIDGE_TEST_ONLY"]]
    plugin = BazelPlugin()
    status = int(pytest.main(options + sys.argv[1:], plugins=[plugin]))
    for name in plugin.skipped:
        print(f"FAILED: {name} was skipped; a test must run")
    return status or int(bool(plugin.skipped))


if __name__ == "__main__":
    sys.exit(main())
