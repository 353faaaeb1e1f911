"""Bazel run by a test, in an output base of the test's own."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.style.checkout import root

EXAMPLE = Path("tests", "example_workspace")
PLAIN = ["--symlink_prefix=/", "--color=no", "--curses=no"]


def environment() -> dict[str, str]:
    """The Python environments that exist serve again: their directory, and their Python."""
    path = [os.environ["ARM_GCC_DIRECTORY"], f"{sys.base_prefix}/bin", os.environ["PATH"]]
    return {
        "HOME": os.environ["TEST_TMPDIR"],
        "LC_ALL": "C.UTF-8",
        "NETSUKE_CACHE": str(Path(sys.prefix).parent),
        "NETSUKE_NO_INSTALL": "1",
        "PATH": ":".join(path),
    }


class Bazel:
    """./bazelw in a workspace, by default the example's, with one output base."""

    def __init__(self, output_base: Path, workspace: Path | None = None) -> None:
        self.output_base = output_base
        self.workspace = workspace or root() / EXAMPLE

    def run(self, *words: str) -> str:
        """Runs a command, which has to succeed; returns what it printed."""
        tree = root()
        argv = [f"{tree}/bazelw", f"--output_base={self.output_base}", "--max_idle_secs=60", *words]
        done = subprocess.run(
            argv,
            cwd=self.workspace,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        print(" ".join(argv), done.stdout, sep="\n")
        assert done.returncode == 0, f"bazel {' '.join(words)}: exit status {done.returncode}"
        return done.stdout

    def build(self, *words: str) -> str:
        """Builds without leaving links in the workspace."""
        return self.run("build", *PLAIN, *words)

    def test(self, *words: str) -> str:
        """Builds and runs tests; all have to pass or to be skipped."""
        return self.run("test", *PLAIN, *words)

    def outputs(self) -> Path:
        """The directory of the example's outputs."""
        return Path(self.run("info", "--symlink_prefix=/", "bazel-bin").splitlines()[-1])

    def shutdown(self) -> None:
        self.run("shutdown")


def digests(directory: Path) -> dict[str, str]:
    """SHA-256 of what the example builds: generated C, report, libraries, firmware."""
    suffixes = {".a", ".c", ".elf", ".h", ".json", ".map", ".txt"}
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.suffix in suffixes and ".runfiles" not in str(path)
    }


def actions(printed: str) -> dict[str, int]:
    """How the actions of a build were run: {"disk cache hit": 12, "internal": 3}."""
    line = re.findall(r"^INFO: \d+ process(?:es)?: (.*)\.$", printed, re.MULTILINE)[-1]
    return {how: int(count) for count, how in re.findall(r"(\d+) ([a-z -]+)", line)}
