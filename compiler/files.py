"""Writing all files of a compilation or none."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes `files` (name → contents, names may contain folders) into `folder`, which is made.

    Everything is first written beside its destination under a temporary name, then renamed, so
    that no reader ever sees half a file. Raises OSError, and then nothing is left behind.
    """
    made: list[Path] = []
    written: dict[Path, Path] = {}  # temporary → destination
    try:
        for name, contents in files.items():
            destination = folder / name
            _make_folder(destination.parent, made)
            if destination.is_dir():
                raise IsADirectoryError(21, "Is a directory", str(destination))
            temporary = destination.with_name(f".{destination.name}.{os.getpid()}.tmp")
            written[temporary] = destination
            with temporary.open("xb") as file:
                file.write(contents)
        for temporary, destination in written.items():
            temporary.replace(destination)
    except BaseException:
        for temporary in written:
            with contextlib.suppress(OSError):
                temporary.unlink()
        for path in reversed(made):
            with contextlib.suppress(OSError):  # not empty: somebody else uses it by now
                path.rmdir()
        raise


def _make_folder(path: Path, made: list[Path]) -> None:
    """Makes a folder and what is missing above; notes each in `made`, outermost first."""
    missing = []
    while not path.exists():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        made.append(folder)
