"""SUB: out = act(a - b), with broadcasting: ADD with the other sign of b.

Source: TFLite reference_ops::Sub with the preparation of kernels/sub.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from .add import Add
from .binary import Operation


@dataclass(frozen=True)
class Sub(Add):
    """a, b → output of the shape that both broadcast to."""

    NAME: ClassVar[str] = "sub"
    TFLITE: ClassVar = ("SUB",)
    OPERATION: ClassVar = Operation.SUB
    OPTIONS: ClassVar[type[Any]] = tflite.SubOptions
    SIGN: ClassVar[int] = -1
