"""The generated C with the kernel headers inside: NAME.c and NAME.h are all there is to copy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_INCLUDE = re.compile(r'^#include "([^"]+)"')
_OPENS, _CLOSES = re.compile(r"^\s*#\s*if"), re.compile(r"^\s*#\s*endif")


def single_file(files: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """`files` without the kernel headers, whose text stands in NAME.c where it was included."""
    headers = {
        file: text.decode()
        for file, text in files.items()
        if file.endswith(".h") and file != f"{name}.h"
    }
    source = "".join(_Inliner(headers).expand(files[f"{name}.c"].decode()))
    kept = {file: text for file, text in files.items() if file not in headers}
    return {**kept, f"{name}.c": source.encode()}


class _Inliner:
    """Puts each header in once, unless it may stand in a branch that is not compiled: then its
    guard decides."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.headers = headers
        self.depth = 0  # of #if, without those that guard headers
        self.unconditional: set[str] = set()

    def expand(self, text: str) -> Iterator[str]:
        for line in text.splitlines(keepends=True):
            self.depth += bool(_OPENS.match(line)) - bool(_CLOSES.match(line))
            include = _INCLUDE.match(line)
            if include is None or include[1] not in self.headers:
                yield line
            elif include[1] not in self.unconditional:
                yield from self._header(include[1])

    def _header(self, name: str) -> Iterator[str]:
        if self.depth == 0:
            self.unconditional.add(name)
        self.depth -= 1  # its guard
        yield from self.expand(self.headers[name])
        self.depth += 1
