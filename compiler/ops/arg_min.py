"""ARG_MIN: the index of the first least element along an axis.

Source: TFLite reference_ops::ArgMinMax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .arg import SIGNATURES, Arg


@dataclass(frozen=True)
class ArgMin(Arg):
    """See Arg."""

    NAME: ClassVar[str] = "arg_min"
    TFLITE: ClassVar = ("ARG_MIN",)
    SIGNATURES: ClassVar = SIGNATURES

    LEAST: ClassVar[int] = 1
