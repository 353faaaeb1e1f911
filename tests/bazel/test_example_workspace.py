"""A user's own workspace builds with the rules, and building it is hermetic."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazel.nested import Bazel, actions, digests, environment

TARGETS = "//..."
HITS = {"disk cache hit", "remote cache hit"}  # Bazel 4 calls the disk cache a remote one


@pytest.fixture(scope="module")
def first() -> Iterator[Bazel]:
    bazel = Bazel(Path(os.environ["TEST_TMPDIR"], "first"))
    yield bazel
    bazel.shutdown()


@pytest.fixture(scope="module")
def second() -> Iterator[Bazel]:
    bazel = Bazel(Path(os.environ["TEST_TMPDIR"], "second"))
    yield bazel
    bazel.shutdown()


@pytest.fixture(scope="module")
def disk_cache() -> str:
    return f"--disk_cache={os.environ['TEST_TMPDIR']}/disk_cache"


def test_the_example_builds_twice_the_same_from_clean(first: Bazel, disk_cache: str) -> None:
    first.build(disk_cache, TARGETS)
    before = digests(first.outputs())
    for name in (
        "digits_c/digits.c",
        "digits_c/digits.h",
        "digits_c/digits.json",
        "classify_m4.elf",
    ):
        assert name in before
    first.run("clean", "--symlink_prefix=/")
    ran = actions(first.build(TARGETS))
    assert not HITS & set(ran)
    assert digests(first.outputs()) == before


def test_a_second_output_base_finds_everything_in_the_disk_cache(
    first: Bazel, second: Bazel, disk_cache: str
) -> None:
    ran = actions(second.build(disk_cache, TARGETS))
    assert HITS & set(ran), ran
    assert set(ran) - HITS == {"internal"}, ran
    assert digests(second.outputs()) == digests(first.outputs())


def test_the_examples_own_tests_pass(first: Bazel) -> None:
    printed = first.test(TARGETS)
    for name in ("classify_m4_test", "classify_mine_test"):
        assert re.search(rf"^//:{name} +PASSED", printed, re.MULTILINE)
    renode = shutil.which("renode-test", path=environment()["PATH"])
    word = "PASSED" if renode else "(PASSED|SKIPPED)"  # without one it may have been downloaded
    for name in ("classify_f4_test", "level_f4_test"):
        assert re.search(rf"^//:{name} +{word}", printed, re.MULTILINE)


def test_what_the_machine_lacks_is_skipped_and_said(second: Bazel, tmp_path: Path) -> None:
    for program in ("bash", "env", "gcc", "python3.11"):
        found = shutil.which(program, path=environment()["PATH"])
        assert found
        (tmp_path / program).symlink_to(found)
    lacking = [f"--repo_env=PATH={tmp_path}", "--repo_env=RENODE_ROOT=/nonexistent"]
    lacking += ["--repo_env=NETSUKE_RENODE_DOWNLOAD=0", "--build_tests_only"]
    printed = second.test(*lacking, TARGETS)
    for name in ("classify_m4_test", "classify_f4_test"):
        assert re.search(rf"^//:{name} +SKIPPED", printed, re.MULTILINE)
    assert "PASSED" not in printed
    assert "no Renode, so its tests are skipped" in printed
