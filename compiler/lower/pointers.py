"""C types of what kernels are given."""

from __future__ import annotations

import dataclasses

from ..program import Const, Pointer
from ..rows import RowView


def of_bytes(pointer: Pointer) -> Pointer:
    """The same rows as bytes."""
    if not isinstance(pointer.at, RowView):
        return pointer
    view = dataclasses.replace(pointer.at, stride=pointer.bytes // pointer.at.height)
    return dataclasses.replace(pointer, at=view, ctype="uint8_t")


def const_ctype(const: Const) -> str:
    """The C type of a constant's elements."""
    if const.ctype:
        return const.ctype
    kind = {"float32": "float", "float64": "double"}.get(str(const.data.dtype))
    return kind or f"{const.data.dtype}_t"
