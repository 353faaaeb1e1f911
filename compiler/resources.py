"""Files that the compiler reads at run time: kernel headers and target descriptions.

In the source tree they stand beside compiler/; an installed package carries them inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

# Not resolved: under Bazel the files are links, and those beside this one are the declared inputs.
_HERE = Path(__file__).absolute().parent
_INCLUDE = re.compile(r'^\s*#include "([^"]+)"', re.MULTILINE)


def folder(name: str) -> Path:
    """The folder `runtime` or `targets`."""
    inside = _HERE / name
    return inside if inside.is_dir() else _HERE.parent / name


def runtime_headers(roots: Iterable[str]) -> dict[str, str]:
    """The texts of the given kernel headers and of all that they include, by name."""
    found: dict[str, str] = {}
    waiting = sorted(set(roots))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = (folder("runtime") / name).read_text()
            waiting += _INCLUDE.findall(found[name])
    return dict(sorted(found.items()))
