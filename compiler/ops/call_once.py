"""CALL_ONCE: a subgraph that gives variables their first values. It is computed at compile time
when variables are resolved; no code is made for it.

Source: TFLite kernels/call_once.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..ir import Site
from .room import Op, Shape, Signature, TfliteOptions


@dataclass(frozen=True)
class CallOnce(Op):
    """nothing → nothing; `subgraph` counts from the main one, which is 0."""

    NAME: ClassVar[str] = "call_once"
    TFLITE: ClassVar = ("CALL_ONCE",)
    INPUTS: ClassVar = (0, 0)
    OUTPUTS: ClassVar = (0, 0)
    SIGNATURES: ClassVar = (Signature((), ()),)

    subgraph: int = 0

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> CallOnce:
        o: Any = options.read(tflite.CallOnceOptions)
        return cls(int(o.InitSubgraphIndex()))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ()
