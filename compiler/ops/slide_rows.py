"""SLIDE_ROWS (made by passes alone): rows that are kept move up, new ones follow them.

variable[:, :-n], variable[:, -n:] = variable[:, n:], x    for the n rows of x
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, Site
from ..program import Form, In, InOut, Kernel
from ..target import Target
from .assign_variable import TYPES
from .room import Op, Shape, Signature, rule


@rule()
def rows_fit(op: SlideRows, site: Site) -> str | None:
    """x [1, n, …] has rows like the variable's [1, k, …], n < k."""
    x, kept = site.input(0).shape, site.input(1).shape
    alike = len(x) == len(kept) and x[:1] == kept[:1] == (1,) and x[2:] == kept[2:]
    return None if alike and x[1] < kept[1] else f"shapes {list(x)}, {list(kept)}"


@dataclass(frozen=True)
class SlideRows(Op):
    """x, variable → nothing."""

    NAME: ClassVar[str] = "slide_rows"
    TFLITE: ClassVar = ()
    INPUTS: ClassVar = (2, 2)
    OUTPUTS: ClassVar = (0, 0)
    UPDATES: ClassVar = (1,)
    SIGNATURES: ClassVar = tuple(Signature((t, t), ()) for t in TYPES)
    RULES: ClassVar = (rows_fit,)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ()

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, kept = inputs
        assert x is not None and kept is not None
        return (np.concatenate([kept[:, x.shape[1] :], x], axis=1),)

    def lower(self, site: Site, target: Target) -> Kernel:
        fresh = site.input(0).bytes
        params = {"fresh": fresh, "kept": site.input(1).bytes - fresh}
        operands = (In(0), InOut(1))
        return Kernel("nn_slide_rows", "nn_slide_rows.h", Form.WHOLE, params, operands)
