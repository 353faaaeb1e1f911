"""VAR_HANDLE: names a variable. It goes when variables are resolved; no code is made for it.

Source: TFLite kernels/var_handle.cc: handles with the same container and shared name are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..ir import DType, Site
from .room import Op, Shape, Signature, TfliteOptions


@dataclass(frozen=True)
class VarHandle(Op):
    """→ handle."""

    NAME: ClassVar[str] = "var_handle"
    TFLITE: ClassVar = ("VAR_HANDLE",)
    INPUTS: ClassVar = (0, 0)
    SIGNATURES: ClassVar = (Signature((), (DType.RESOURCE,)),)

    container: str = ""
    shared_name: str = ""

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> VarHandle:
        o: Any = options.read(tflite.VarHandleOptions)
        return cls(*((x or b"").decode(errors="replace") for x in (o.Container(), o.SharedName())))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.output.shape,)
