"""Renode is RENODE_ROOT, else renode-test on PATH, else a download; else its tests are skipped."""

import functools
import hashlib
import http.server
import os
import re
import shutil
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel.nested import Bazel, environment
from tests.style.checkout import root

WORKSPACE = """workspace(name = "renode_user")

local_repository(name = "netsuke", path = "{tree}")

load("@netsuke//tools/bazel:renode_repo.bzl", "renode_repository")
load("@netsuke//tools/bazel:repositories.bzl", "netsuke_repositories")

renode_repository(
    name = "netsuke_renode",
    requirements = "//:nothing.txt",
    sha256 = "{sha256}",
    url = "{url}",
)

netsuke_repositories()
"""
BUILD = """load("@netsuke//tools/bazel:defs.bzl", "renode_test")

exports_files(["nothing.txt"])

renode_test(name = "suite_test", size = "small", robot_test = "suite.robot")
"""
PROGRAM = "#!/bin/sh\necho {name} of {where}\n"
SKIPPED = (
    "no Renode, so its tests are skipped: unpack {url} and set RENODE_ROOT, or put renode-test"
)


def install(folder: Path, where: str) -> Path:
    """An installation of Renode in all that the rules look for."""
    folder.mkdir(parents=True)
    for name in ("renode", "renode-test"):
        (folder / name).write_text(PROGRAM.format(name=name, where=where), encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("renode")


@pytest.fixture(scope="module")
def archive(scratch: Path) -> Path:
    """A release as it is published: one folder in a .tar.gz."""
    path = scratch / "served" / "renode-9.9.linux-portable.tar.gz"
    path.parent.mkdir()
    release = install(scratch / "renode_9.9_portable", "the release")
    with tarfile.open(path, "w:gz") as tar:
        tar.add(release, release.name)
    return path


@pytest.fixture(scope="module")
def url(archive: Path) -> Iterator[str]:
    """Where a server of this machine has it."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=archive.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{archive.name}"
        server.shutdown()


@pytest.fixture(scope="module")
def bazel(scratch: Path) -> Iterator[Bazel]:
    workspace = scratch / "workspace"
    workspace.mkdir()
    shutil.copy(root() / "tests" / "example_workspace" / ".bazelrc", workspace / ".bazelrc")
    (workspace / "BUILD").write_text(BUILD, encoding="utf-8")
    (workspace / "nothing.txt").touch()
    (workspace / "suite.robot").write_text("*** Test Cases ***\n", encoding="utf-8")
    bazel = Bazel(Path(os.environ["TEST_TMPDIR"], "renode_base"), workspace)
    yield bazel
    bazel.shutdown()


@pytest.fixture(scope="module")
def bare_path(scratch: Path) -> Path:
    """A PATH without Renode."""
    folder = scratch / "bare"
    folder.mkdir()
    for program in ("bash", "env", "gcc", "python3.11", "arm-none-eabi-gcc"):
        found = shutil.which(program, path=environment()["PATH"])
        assert found
        (folder / program).symlink_to(found)
    return folder


def bazel_test(bazel: Bazel, path: Path | str, url: str, sha256: str, *words: str) -> str:
    """What bazel test prints, with this PATH for repositories; the test's output is in it."""
    text = WORKSPACE.format(tree=root(), url=url, sha256=sha256)
    (bazel.workspace / "WORKSPACE").write_text(text, encoding="utf-8")
    return bazel.test(f"--repo_env=PATH={path}", *words, "--test_output=all", "//...")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_renode_root_comes_first(bazel: Bazel, scratch: Path, bare_path: Path, url: str) -> None:
    folder = install(scratch / "root", "RENODE_ROOT")
    other = install(scratch / "other", "another PATH")
    printed = bazel_test(
        bazel, f"{other}:{bare_path}", url, "0" * 64, f"--repo_env=RENODE_ROOT={folder}"
    )
    assert "renode-test of RENODE_ROOT" in printed


def test_then_comes_path(bazel: Bazel, scratch: Path, bare_path: Path, url: str) -> None:
    folder = install(scratch / "path", "PATH")
    assert "renode-test of PATH" in bazel_test(bazel, f"{folder}:{bare_path}", url, "0" * 64)


def test_then_it_is_downloaded(bazel: Bazel, bare_path: Path, url: str, archive: Path) -> None:
    assert "renode-test of the release" in bazel_test(bazel, bare_path, url, digest(archive))


@pytest.mark.parametrize("trouble", ["another file", "no such file", "downloading forbidden"])
def test_else_its_tests_are_skipped_with_a_line_on_how_to_get_it(
    bazel: Bazel, bare_path: Path, url: str, archive: Path, trouble: str
) -> None:
    words = ["--repo_env=NETSUKE_RENODE_DOWNLOAD=0"] if trouble == "downloading forbidden" else []
    url += ".absent" if trouble == "no such file" else ""
    # A file with a sum that Bazel has seen is not fetched again, wherever it is said to be.
    sha256 = digest(archive) if trouble == "downloading forbidden" else "0" * 64
    printed = bazel_test(bazel, bare_path, url, sha256, *words)
    assert SKIPPED.format(url=url) in printed
    assert re.search(r"^//:suite_test +SKIPPED", printed, re.MULTILINE)
    assert "PASSED" not in printed
