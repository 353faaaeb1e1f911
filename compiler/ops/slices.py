"""Lean kernels of convolutions: taps in slices, for a group of output channels at a time.

The sums over the slices before stand in scratch. So a slice costs loads and stores of sums, and a
group gathers all taps again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..program import Alias, Const, Kernel, Lean, Scratch

MOST_GROUPS, MOST_SLICES = 4, 16
PIXELS = 3  # of a tile
# Of a layer's instructions, what a lean kernel may take more.
MOST_EXTRA = Fraction(1, 16)


@dataclass(frozen=True)
class _Scheme:
    """How a usual kernel's lean form is called, and what slices cost there, in instructions: for a
    pair of channels, for a tap that is gathered again, for a slice of a group."""

    function: str
    weight_rows: int  # of a pair of channels
    tap_bytes: int  # in scratch
    ctype: str  # of that scratch
    by_rows: bool  # slices are whole rows of taps; else fours
    pair: int
    gather: Fraction
    call: int
    macs: Fraction  # of the usual kernel, an instruction


# Measured on a Cortex-M4 and a Cortex-M55.
_SCHEMES: Mapping[str, _Scheme] = {
    "nn_conv_2d_tiles_s8": _Scheme(
        "nn_conv_2d_slices_s8", 1, 2, "int16_t", False, 14, Fraction(3), 70, Fraction(5, 4)
    ),
    "nn_conv_2d_windows_s8": _Scheme(
        "nn_conv_2d_window_slices_s8", 2, 1, "int8_t", True, 9, Fraction(1, 3), 60, Fraction(5)
    ),
}


def lean_convolutions(
    usual: Kernel | Alias, macs: int, most: Fraction = MOST_EXTRA
) -> tuple[Lean, ...]:
    """The usual kernel, and those that take less scratch and at most so much more."""
    if not isinstance(usual, Kernel) or usual.function not in _SCHEMES:
        return ()
    how = _SCHEMES[usual.function]
    p = {k: int(v) for k, v in usual.params.items()}
    if p["out_c"] % 2:
        return ()
    run = p["k_w"] * p["in_c"]
    unit, taps, pairs = run if how.by_rows else 4, p["k_h"] * run, p["out_c"] // 2
    tiles = p["out_h"] * -(-p["out_w"] // PIXELS)
    found = [Lean(usual, 0)]
    for groups in range(1, min(MOST_GROUPS, pairs) + 1):
        for slices in range(2, min(MOST_SLICES, taps // unit) + 1):
            kernel = _sliced(usual, how, -(-taps // unit // slices), unit, 2 * -(-pairs // groups))
            again = (slices - 1) * pairs * how.pair + (groups - 1) * taps * how.gather
            extra = round(tiles * (again + groups * slices * how.call) * how.macs)
            if extra <= macs * most and kernel.scratch_bytes < usual.scratch_bytes:
                found.append(Lean(kernel, extra))
    return tuple(found)


def _sliced(usual: Kernel, how: _Scheme, units: int, unit: int, group: int) -> Kernel:
    """With `units` of taps at a time, and the sums of `group` output channels."""
    *ports, _, weights, channels = usual.operands[:5]
    assert isinstance(weights, Const)
    slice_, rows = units * unit, how.weight_rows * group // 2
    count = how.weight_rows * int(usual.params["out_c"]) // 2
    table = weights.data.reshape(count, -1)
    parts = [
        table[g : g + rows, k : k + slice_].ravel()
        for g in range(0, count, rows)
        for k in range(0, table.shape[1], slice_)
    ]
    x = Scratch(PIXELS * how.tap_bytes * slice_, ctype=how.ctype)
    sums = Scratch(PIXELS * 4 * group, ctype="int32_t")
    packed = dataclasses.replace(weights, data=np.concatenate(parts))
    return dataclasses.replace(
        usual,
        function=how.function,
        header=f"{how.function}.h",
        params={**usual.params, "slice": units if how.by_rows else slice_, "group": group},
        operands=(*ports, x, sums, packed, channels, *usual.operands[5:]),
    )
