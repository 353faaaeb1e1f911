"""A target made by tools/new_target.py is whole: its files agree, it builds, it runs in QEMU."""

import os
import shutil
from pathlib import Path

import pytest

from tests.bench import boards
from tests.emulator import linking, test_targets
from tools import new_target
from tools.emulators import qemu

HERE = Path(os.environ["RUNFILES_DIR"]) / "netsuke"
TEST = HERE / "tests" / "emulator"
DEFINES = (
    "MODEL=sample_net",
    "MODEL_UPPER=SAMPLE_NET",
    'MODEL_HEADER="sample_net.h"',
    'NN_TRACE_HEADER="trace.h"',
)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the program changes; the tests of targets look at it."""
    root = tmp_path / "netsuke"
    for folder in ("targets", "tests/emulator"):
        shutil.copytree(HERE / folder, root / folder, copy_function=shutil.copyfile)
    shutil.copyfile(HERE / "README.md", root / "README.md")
    monkeypatch.setenv("RUNFILES_DIR", str(tmp_path))
    monkeypatch.setattr(boards, "TARGETS", root / "targets")
    return root


def add(tree: Path, *words: str) -> int:
    return new_target.main([*words, f"--root={tree}"])


def check_files(name: str) -> None:
    """What test_targets.py asks of every target."""
    path = test_targets.folder() / name
    test_targets.test_the_description_is_complete(path)
    test_targets.test_the_linker_has_the_same_memory(path)
    test_targets.test_the_stack_stands_first_in_memory_that_begins_on_512_kb(path)
    test_targets.test_firmware_is_built_for_the_same_core(path)
    test_targets.test_the_board_does_not_run_faster_than_described(path)


def test_a_new_target_builds_and_runs(tree: Path, tmp_path: Path) -> None:
    words = ["my_board", "--like=mps2_an386", "--title=My board", "--core=cortex-m7"]
    words += ["--memory=RAM=0x20000000:64K", "--clock-hz=25000000", "--qemu-machine=mps2-an500"]
    assert add(tree, *words) == 0
    check_files("my_board")
    assert "my_board" in boards.measurable()
    board = boards.itself("my_board")
    assert (board.core, board.machine) == ("cortex-m7", "mps2-an500")
    elf = tmp_path / "firmware.elf"
    sources = [TEST / "model_test.c", TEST / "sample_net.c"]
    words = [f"-I{TEST}", *(f"-D{define}" for define in DEFINES)]
    assert linking.linked(board, sources, elf, words) == ""
    argv = qemu.command(elf, board.machine, board.machine_arguments, True)
    run = qemu.run(argv, 60, ["FAIL", "FAULT"])
    assert run.lines[-1] == "PASS"
    assert run.status == 0


def test_what_it_changes_is_one_folder_and_two_lines(tree: Path) -> None:
    index, readme = tree / "targets" / "index.bzl", tree / "README.md"
    before = [path.read_text(encoding="utf-8").splitlines() for path in (index, readme)]
    assert add(tree, "a_board", "--like=stm32h753", "--memory=FLASH=0x08000000:1M") == 0
    check_files("a_board")
    after = [path.read_text(encoding="utf-8").splitlines() for path in (index, readme)]
    assert [len(new) - len(old) for new, old in zip(after, before, strict=True)] == [1, 1]
    assert '    "a_board": "renode",' in after[0]
    board = (tree / "targets" / "a_board" / "machine.repl").read_text(encoding="utf-8")
    assert "@ sysbus 0x08000000\n    size: 0x100000\n" in board


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["microbit", "--like=bluepill"], "targets/microbit exists"),
        (["b", "--like=bluepil"], "--like bluepil: there is bluepill, "),
        (["B-1", "--like=bluepill"], "small letters"),
        (["b", "--like=bluepill", "--memory=CCM=0x0:1K"], "--memory CCM: there is FLASH, RAM"),
        (["b", "--like=bluepill", "--memory=RAM=64K"], "not NAME=ORIGIN:SIZE"),
        (["b", "--like=bluepill", "--core=cortex-m9"], "no target has it"),
    ],
)
def test_a_mistake_is_said_and_nothing_written(
    tree: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    before = sorted(tree.rglob("*"))
    assert add(tree, *words) == 1
    assert told in capsys.readouterr().err
    assert sorted(tree.rglob("*")) == before
