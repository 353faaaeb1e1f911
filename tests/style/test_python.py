"""Python is formatted, lint-clean and typed."""

import os

from tests.style import checkout

# compiler/ is a package of its own name; the rest is checked file by file by ruff.
TYPED = "compiler"


def test_ruff_finds_nothing() -> None:
    checkout.run_module("ruff", "check", "--no-cache", ".")


def test_python_is_formatted() -> None:
    checkout.run_module("ruff", "format", "--no-cache", "--check", "--diff", ".")


def test_types_hold() -> None:
    checkout.run_module("mypy", "--strict", f"--cache-dir={os.environ['TEST_TMPDIR']}/mypy", TYPED)
