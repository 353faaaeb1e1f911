"""Files that the compiler reads at run time: kernel headers and target descriptions.

In the source tree they stand beside compiler/; an installed package carries them inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from .errors import OperatorsError, Problem

# Not resolved: under Bazel the files are links, and those beside this one are the declared inputs.
_HERE = Path(__file__).absolute().parent
_INCLUDE = re.compile(r'^\s*#include "([^"]+)"', re.MULTILINE)


def folder(name: str) -> Path:
    """The folder `runtime` or `targets`."""
    inside = _HERE / name
    return inside if inside.is_dir() else _HERE.parent / name


def runtime_headers(
    roots: Iterable[str], folders: Sequence[Path] = (), taken: Sequence[str] = ()
) -> dict[str, str]:
    """The texts of the given kernel headers and of all that they include, by name; looked for in
    runtime/ and `folders`. Names that are `taken` belong to other files."""
    found: dict[str, str] = {}
    waiting = sorted(set(roots))
    while waiting:
        name = waiting.pop()
        if name not in found:
            if name in taken:
                what = "has the name of a generated file"
                raise OperatorsError(Problem(f"kernel header {name}", what, "", "rename it"))
            found[name] = _header(name, (folder("runtime"), *folders))
            waiting += _INCLUDE.findall(found[name])
    return dict(sorted(found.items()))


def _header(name: str, folders: Sequence[Path]) -> str:
    """The text of a header that is in one of the folders."""
    where = f"kernel header {name}"
    paths = [f / name for f in folders if (f / name).is_file()]
    if not paths:
        beside = ", ".join(str(f) for f in folders[1:])
        supported = f"headers beside the operators ({beside}), given by --ops, or netsuke's own"
        raise OperatorsError(Problem(where, "not found", supported))
    try:
        texts = [p.read_text(encoding="utf-8") for p in paths]
    except (OSError, ValueError) as e:
        found = f"cannot be read: {getattr(e, 'strerror', None) or e}"
        raise OperatorsError(Problem(where, found)) from e
    if len(set(texts)) > 1:
        found = f"differs from that of the same name in {paths[-1].parent}"
        raise OperatorsError(Problem(where, found, "", "rename one, or remove an old copy"))
    return texts[0]
