"""The checked-out tree: style tests look at all of it, whatever package a file belongs to."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def root() -> Path:
    """The directory of WORKSPACE, found by following the link in the runfiles."""
    found = Path(os.environ["RUNFILES_DIR"], "netsuke", "WORKSPACE").resolve().parent
    assert (found / "compiler").is_dir(), f"{found} is not the checked-out tree"
    return found


def run(argv: Sequence[str]) -> None:
    """Runs a checker in the tree; it has to succeed."""
    done = subprocess.run(
        argv, cwd=root(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    print(done.stdout)
    assert done.returncode == 0, (
        f"{' '.join(argv[:4])} … found problems (exit status {done.returncode})"
    )


def run_module(*words: str) -> None:
    """Runs a Python program of the test environment."""
    run([sys.executable, "-m", *words])
