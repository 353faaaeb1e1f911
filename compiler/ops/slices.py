"""Lean kernels of convolutions: taps in slices, for a group of output channels at a time.

The sums over the slices before stand in scratch. So a slice costs loads and stores of sums, and a
group gathers all taps again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from ..program import Alias, Const, Kernel, Lean, Scratch
from .paired import may_recut, recut

MOST_GROUPS, MOST_SLICES = 4, 16
# Of a layer's instructions, what a lean kernel may take more.
MOST_EXTRA = Fraction(1, 16)


@dataclass(frozen=True)
class _Scheme:
    """How a usual kernel's lean form is called, and what slices cost there, in instructions: for a
    pair of channels, for a tap that is gathered again, for a slice of a group."""

    function: str
    pixels: int  # of a tile
    weight_rows: int  # of a pair of channels
    tap_bytes: int  # in scratch
    ctype: str  # of that scratch
    by_rows: bool  # slices are whole rows of taps; else fours
    pair: int
    gather: Fraction
    call: int
    macs: Fraction  # of the usual kernel, an instruction
    recut: bool = False  # weights have cuts (paired.py)
    joint: bool = False  # sums stand behind the taps in one scratch


# Measured on a Cortex-M4, a Cortex-M55 and a Cortex-M0.
_SCHEMES: Mapping[str, _Scheme] = {
    "nn_conv_2d_tiles_s8": _Scheme(
        "nn_conv_2d_tiles_s8", pixels=3, weight_rows=1, tap_bytes=2, ctype="int16_t",
        by_rows=False, pair=14, gather=Fraction(3), call=70, macs=Fraction(5, 4), joint=True,
    ),
    "nn_conv_2d_windows_s8": _Scheme(
        "nn_conv_2d_window_slices_s8", pixels=3, weight_rows=2, tap_bytes=1, ctype="int8_t",
        by_rows=True, pair=9, gather=Fraction(1, 3), call=60, macs=Fraction(5),
    ),
    "nn_conv_2d_paired_s8": _Scheme(
        "nn_conv_2d_paired_slices_s8", pixels=4, weight_rows=2, tap_bytes=2, ctype="uint32_t",
        by_rows=False, pair=66, gather=Fraction(12), call=420, macs=Fraction(2, 5), recut=True,
    ),
}  # fmt: skip


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
    tiles = p["out_h"] * -(-p["out_w"] // how.pixels)
    if how.recut and not may_recut(usual.operands[4], taps):
        return ()
    found = [Lean(usual.scratch_bytes, 0, lambda: usual)]
    for groups in range(1, min(MOST_GROUPS, pairs) + 1):
        for slices in range(2, min(MOST_SLICES, taps // unit) + 1):
            slice_, group = unit * -(-taps // unit // slices), 2 * -(-pairs // groups)
            again = (slices - 1) * pairs * how.pair + (groups - 1) * taps * how.gather
            extra = round(tiles * (again + groups * slices * how.call) * how.macs)
            scratch = how.pixels * (how.tap_bytes * slice_ + 4 * group)
            if extra <= macs * most and scratch < usual.scratch_bytes:
                make = partial(_sliced, usual, how, slice_, group)
                found.append(Lean(scratch, extra, make))
    return tuple(found)


def _sliced(usual: Kernel, how: _Scheme, slice_: int, group: int) -> Kernel:
    """With `slice_` taps at a time, and the sums of `group` output channels."""
    *ports, _, weights = usual.operands[:4]
    rest = usual.operands[4:]
    assert isinstance(weights, Const)
    p = {k: int(v) for k, v in usual.params.items()}
    rows, count = how.weight_rows * group // 2, how.weight_rows * p["out_c"] // 2
    table = weights.data.reshape(count, -1)
    parts = [
        [table[g : g + rows, k : k + slice_] for k in range(0, table.shape[1], slice_)]
        for g in range(0, count, rows)
    ]
    if how.recut:
        rest = (*recut(rest[0], rest[1], table.reshape(p["out_c"], -1), parts), *rest[2:])
    data = np.concatenate([part.ravel() for slices in parts for part in slices])
    taps_bytes, sums = how.pixels * how.tap_bytes * slice_, how.pixels * 4 * group
    scratch = [Scratch(taps_bytes, ctype=how.ctype), Scratch(sums, ctype="int32_t")]
    if how.joint:
        scratch = [Scratch(taps_bytes + sums, ctype=how.ctype)]
    return dataclasses.replace(
        usual,
        function=how.function,
        header=f"{how.function}.h",
        params={
            **p,
            "slice": slice_ // (p["k_w"] * p["in_c"]) if how.by_rows else slice_,
            "group": group,
        },
        operands=(
            *ports,
            *scratch,
            dataclasses.replace(weights, data=data),
            *rest,
        ),
    )
