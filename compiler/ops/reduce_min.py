"""REDUCE_MIN: the least element over any axes.

Source: TFLite kernels/reduce.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .reduce_max import ReduceMax


@dataclass(frozen=True)
class ReduceMin(ReduceMax):
    """See Reduction."""

    NAME: ClassVar[str] = "reduce_min"
    TFLITE: ClassVar = ("REDUCE_MIN",)
    LEAST: ClassVar = True
