"""ARG_MAX: the index of the first greatest element along an axis.

Source: TFLite reference_ops::ArgMinMax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .arg import SIGNATURES, Arg


@dataclass(frozen=True)
class ArgMax(Arg):
    """See Arg."""

    NAME: ClassVar[str] = "arg_max"
    TFLITE: ClassVar = ("ARG_MAX",)
    SIGNATURES: ClassVar = SIGNATURES

    LEAST: ClassVar[int] = 0
