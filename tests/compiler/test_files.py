"""All files of a compilation are written, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.files import write_all


def entries(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_folders_are_made(tmp_path: Path) -> None:
    write_all(tmp_path / "a" / "b", {"x.c": b"1", "isa/y.h": b"2"})
    assert entries(tmp_path) == ["a", "a/b", "a/b/isa", "a/b/isa/y.h", "a/b/x.c"]
    assert (tmp_path / "a/b/isa/y.h").read_bytes() == b"2"


def test_existing_files_are_replaced(tmp_path: Path) -> None:
    write_all(tmp_path, {"x.c": b"long before"})
    write_all(tmp_path, {"x.c": b"new"})
    assert (tmp_path / "x.c").read_bytes() == b"new"
    assert entries(tmp_path) == ["x.c"]


def test_nothing_is_left_or_changed_where_one_file_fails(tmp_path: Path) -> None:
    (tmp_path / "x.c").write_bytes(b"old")
    (tmp_path / "z.c").mkdir()
    with pytest.raises(IsADirectoryError):
        write_all(tmp_path, {"x.c": b"new", "isa/y.h": b"new", "z.c": b"new"})
    assert (tmp_path / "x.c").read_bytes() == b"old"
    assert entries(tmp_path) == ["x.c", "z.c"]


def test_a_file_where_a_folder_should_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(OSError, match="out"):
        write_all(tmp_path / "out", {"x.c": b""})
    assert entries(tmp_path) == ["out"]


def test_files_are_readable_by_whom_the_umask_allows(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_all(tmp_path, {"x.c": b""})
    assert (tmp_path / "x.c").stat().st_mode == (tmp_path / "plain").stat().st_mode
