"""The limits of tools/check_style.py hold, and the tool finds what it is meant to find."""

from pathlib import Path

from tests.style import checkout
from tools import check_style


def test_the_tree_keeps_the_limits() -> None:
    assert check_style.problems(checkout.root()) == []


def test_long_files_are_found(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * 401, encoding="utf-8")
    (tmp_path / "long.h").write_text("int x;\n" * 301, encoding="utf-8")
    found = check_style.problems(tmp_path)
    assert [problem.split(":")[0] for problem in found] == ["long.py", "long.h"]


def test_long_functions_are_found(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text("def f():\n" + "    x = 1\n" * 60, encoding="utf-8")
    (tmp_path / "f.c").write_text("int f(void) {\n" + "  g();\n" * 59 + "}\n", encoding="utf-8")
    (tmp_path / "ok.c").write_text("int f(void) {\n" + "  g();\n" * 58 + "}\n", encoding="utf-8")
    found = check_style.problems(tmp_path)
    assert [problem.split(":")[0] for problem in found] == ["f.py", "f.c"]


def test_incomplete_rooms_are_found(tmp_path: Path) -> None:
    ops = tmp_path / "compiler" / "ops"
    ops.mkdir(parents=True)
    (ops / "__init__.py").write_text(
        "from .pad import Pad\nfrom .add import Add\n", encoding="utf-8"
    )
    (ops / "add.py").write_text('KERNEL = "nn_add_s8.h"\n', encoding="utf-8")
    (ops / "pad.py").write_text("", encoding="utf-8")
    found = check_style.problems(tmp_path)
    assert len(found) == 4  # the order, both tests, the kernel
    assert any("nn_add_s8.h is missing" in problem for problem in found)


def test_targets_that_no_list_has_are_found(tmp_path: Path) -> None:
    for name in ("board", "host", "other"):
        folder = tmp_path / "targets" / name
        folder.mkdir(parents=True)
        (folder / "target.toml").touch()
    (tmp_path / "targets" / "index.bzl").write_text('"board": "qemu",', encoding="utf-8")
    assert check_style.problems(tmp_path) == ["targets/index.bzl: other is missing"]
