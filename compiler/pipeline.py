"""The list of passes that a network goes through, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .check import check as check_operators
from .ir import Graph
from .passes import (
    choose_rounding,
    fold_constants,
    fold_scales,
    fold_transposes,
    fuse_activations,
    fuse_pads,
    inline_composites,
    join_pointwise,
    join_reshapes,
    join_transposes,
    merge_constants,
    remove_channels,
    remove_dead_code,
    remove_identities,
    repeat_pixels,
    resolve_variables,
    retype_old_weights,
    separate_parts,
    settle_channels,
    share_subexpressions,
    slide_variables,
    split_sums,
    thread_variables,
    turn_columns,
    unpack_int4,
    update_items,
    use_ranges,
    write_constants,
)
from .target import Target


def _check(graph: Graph, target: Target) -> Graph:
    check_operators(graph)
    return graph


@dataclass(frozen=True)
class Pass:
    """One step Graph → Graph. A `rewrite` can be skipped: the network computes the same without."""

    name: str
    run: Callable[[Graph, Target], Graph]
    rewrite: bool = True


PASSES: tuple[Pass, ...] = (
    Pass("inline_composites", inline_composites.run, rewrite=False),
    Pass("thread_variables", thread_variables.run, rewrite=False),
    Pass("resolve_variables", resolve_variables.run, rewrite=False),
    Pass("unpack_int4", unpack_int4.run, rewrite=False),
    Pass("retype_old_weights", retype_old_weights.run, rewrite=False),
    Pass("choose_rounding", choose_rounding.run, rewrite=False),
    Pass("fold_constants", fold_constants.run, rewrite=False),
    Pass("update_items", update_items.run, rewrite=False),
    Pass("check_operators", _check, rewrite=False),
    Pass("split_sums", split_sums.run, rewrite=False),
    Pass("write_constants", write_constants.run, rewrite=False),
    Pass("join_reshapes", join_reshapes.run),
    Pass("join_transposes", join_transposes.run),
    Pass("remove_identities", remove_identities.run),
    Pass("repeat_pixels", repeat_pixels.run),
    Pass("turn_columns", turn_columns.run),
    Pass("fold_transposes", fold_transposes.run),
    Pass("fuse_pads", fuse_pads.run),
    Pass("fold_scales", fold_scales.run),
    Pass("fuse_activations", fuse_activations.run),
    Pass("join_pointwise", join_pointwise.run),
    Pass("use_ranges", use_ranges.run),
    Pass("separate_parts", separate_parts.run),
    Pass("share_subexpressions", share_subexpressions.run),
    Pass("slide_variables", slide_variables.run),
    Pass("settle_channels", settle_channels.run),
    Pass("merge_constants", merge_constants.run),
    Pass("remove_channels", remove_channels.run),
    Pass("remove_dead_code", remove_dead_code.run, rewrite=False),
)
REWRITES = tuple(p.name for p in PASSES if p.rewrite)
