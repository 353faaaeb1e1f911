"""Each pass does exactly this: textual IR in, textual IR out."""

from __future__ import annotations

import pytest

from compiler.passes import (
    fold_constants,
    fuse_activations,
    fuse_pads,
    inline_composites,
    remove_dead_code,
    remove_identities,
    update_items,
)
from tests.compiler.passes import after, check, check_unchanged, lines


def test_constants_are_folded_through_several_nodes() -> None:
    check(
        fold_constants.run,
        """graph "g" {
          input %0 "x": int8[1,4] q(0.5, 0)
          const %1 "c": int8[2,2] q(0.5, 0) = [1, 2, 3, 4]
          const %2 "s": int32[2] = [1, 4]
          const %7 "d": int8[1,1] q(0.5, 0) = [10]
          %3 "r": int8[1,4] q(0.5, 0) = reshape(%1, %2) {new_shape=(1, 4)}
          %4 "a": int8[1,4] q(0.5, 0) = add(%3, %7)
          %5 "y": int8[1,4] q(0.5, 0) = add(%0, %4)
          output %5
        }""",
        """graph "g" {
          input %0 "x": int8[1,4] q(0.5, 0)
          const %1 "c": int8[2,2] q(0.5, 0) = [1, 2, 3, 4]
          const %2 "s": int32[2] = [1, 4]
          const %7 "d": int8[1,1] q(0.5, 0) = [10]
          const %3 "r": int8[1,4] q(0.5, 0) = [1, 2, 3, 4]
          const %4 "a": int8[1,4] q(0.5, 0) = [11, 12, 13, 14]
          %5 "y": int8[1,4] q(0.5, 0) = add(%0, %4)
          output %5
        }""",
    )


def test_what_depends_on_an_input_is_not_folded() -> None:
    check_unchanged(
        fold_constants.run,
        """graph "g" {
          input %0 "x": int8[1,4] q(0.5, 0)
          const %1 "c": int8[1,1] q(0.5, 0) = [10]
          %2 "y": int8[1,4] q(0.5, 0) = add(%1, %0)
          output %2
        }""",
    )


def test_identities_are_removed_and_reshapes_of_reshapes_joined() -> None:
    check(
        remove_identities.run,
        """graph "g" {
          input %0 "x": int8[1,4] q(0.5, 0)
          %1 "same": int8[1,4] q(0.5, 0) = reshape(%0) {new_shape=(1, 4)}
          %2 "r": int8[2,2] q(0.5, 0) = reshape(%1) {new_shape=(2, 2)}
          %3 "y": int8[4,1] q(0.5, 0) = reshape(%2) {new_shape=(4, 1)}
          output %3, %2
        }""",
        """graph "g" {
          input %0 "x": int8[1,4] q(0.5, 0)
          %2 "r": int8[2,2] q(0.5, 0) = reshape(%0) {new_shape=(2, 2)}
          %3 "y": int8[4,1] q(0.5, 0) = reshape(%0) {new_shape=(4, 1)}
          output %3, %2
        }""",
    )


def test_an_identity_that_computes_an_output_stays() -> None:
    check_unchanged(
        remove_identities.run,
        """graph "g" {
          input %0 "x": int8[1,4] q(0.5, 0)
          %1 "y": int8[1,4] q(0.5, 0) = reshape(%0) {new_shape=(1, 4)}
          output %1
        }""",
    )


def test_dead_code_is_removed_and_unused_inputs_stay() -> None:
    check(
        remove_dead_code.run,
        """graph "g" {
          input %0 "x": int8[1,4] q(0.5, 0)
          input %9 "unused": int8[1,4] q(0.5, 0)
          const %1 "for the dead": int8[1,1] q(0.5, 0) = [10]
          %2 "dead": int8[1,4] q(0.5, 0) = add(%0, %1)
          %3 "y": int8[2,2] q(0.5, 0) = reshape(%0) {new_shape=(2, 2)}
          %4 "dead too": int8[1,4] q(0.5, 0) = add(%2, %2)
          output %3
        }""",
        """graph "g" {
          input %0 "x": int8[1,4] q(0.5, 0)
          input %9 "unused": int8[1,4] q(0.5, 0)
          %3 "y": int8[2,2] q(0.5, 0) = reshape(%0) {new_shape=(2, 2)}
          output %3
        }""",
    )


PAD = """graph "g" {
  input %0 "x": int8[1,2,3,1] q(0.5, 7)
  const %1 "amounts": int32[4,2] = [0, 0, 1, 2, 3, 4, 0, 0]
  const %2 "w": int8[1,3,3,1] q(0.25, 0) = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  const %3 "b": int32[1] q(0.125, 0) = [0]
  %4 "p": int8[1,5,10,1] q(0.5, 7) = pad(%0, %1)
  %5 "y": int8[1,3,8,1] q(0.5, 0) = conv_2d(%4, %2, %3)
  output %5
}"""


def test_a_pad_is_fused_into_the_convolution() -> None:
    wanted = PAD.replace("conv_2d(%4, %2, %3)", "conv_2d(%0, %2, %3) {padding=(1, 2, 3, 4)}")
    check(fuse_pads.run, PAD, wanted)


def test_a_pad_is_added_to_the_padding_there_is() -> None:
    same = PAD.replace("int8[1,3,8,1]", "int8[1,5,10,1]")
    before = same.replace("conv_2d(%4, %2, %3)", "conv_2d(%4, %2, %3) {padding=(1, 1, 1, 1)}")
    after = same.replace("conv_2d(%4, %2, %3)", "conv_2d(%0, %2, %3) {padding=(2, 3, 4, 5)}")
    check(fuse_pads.run, before, after)


def test_a_pad_of_channels_or_batch_is_not_fused() -> None:
    check_unchanged(
        fuse_pads.run,
        PAD.replace("[0, 0, 1, 2, 3, 4, 0, 0]", "[0, 0, 0, 0, 0, 0, 1, 0]")
        .replace("int8[1,5,10,1]", "int8[1,2,3,2]")
        .replace("int8[1,3,3,1] q", "int8[1,1,1,2] q")
        .replace("= [1, 2, 3, 4, 5, 6, 7, 8, 9]", "= [1, 2]")
        .replace("int8[1,3,8,1]", "int8[1,2,3,1]"),
    )


def test_a_pad_of_another_quantisation_is_not_fused() -> None:
    check_unchanged(fuse_pads.run, PAD.replace("[1,5,10,1] q(0.5, 7)", "[1,5,10,1] q(0.5, 8)"))


def test_pooling_keeps_its_pad() -> None:
    """Padding does not count in the mean of a pool, the zeros of a PAD do."""
    check_unchanged(
        fuse_pads.run,
        """graph "g" {
          input %0 "x": int8[1,2,3,1] q(0.5, 7)
          const %1 "amounts": int32[4,2] = [0, 0, 1, 1, 1, 1, 0, 0]
          %2 "p": int8[1,4,5,1] q(0.5, 7) = pad(%0, %1)
          %3 "y": int8[1,3,4,1] q(0.5, 7) = average_pool_2d(%2) {window=(2, 2)}
          output %3
        }""",
    )


ACTIVATION = """graph "g" {
  input %0 "x": int8[1,4] q(0.5, 0)
  input %1 "z": int8[1,4] q(0.25, 3)
  %2 "sum": int8[1,4] q(0.5, 5) = add(%0, %1)
  %3 "y": int8[1,4] q(0.5, 5) = relu6(%2)
  output %3
}"""


def test_an_activation_is_fused_into_the_operator_before() -> None:
    check(
        fuse_activations.run,
        ACTIVATION,
        """graph "g" {
          input %0 "x": int8[1,4] q(0.5, 0)
          input %1 "z": int8[1,4] q(0.25, 3)
          %3 "y": int8[1,4] q(0.5, 5) = add(%0, %1) {activation='relu6'}
          output %3
        }""",
    )


def test_an_activation_that_changes_the_scale_is_not_fused() -> None:
    other = ACTIVATION.replace('"y": int8[1,4] q(0.5, 5)', '"y": int8[1,4] q(0.25, 5)')
    check_unchanged(fuse_activations.run, other)


def test_an_activation_is_not_fused_where_its_input_is_needed() -> None:
    check_unchanged(fuse_activations.run, ACTIVATION.replace("output %3", "output %3, %2"))


def test_a_second_activation_is_not_fused() -> None:
    check_unchanged(
        fuse_activations.run,
        ACTIVATION.replace("add(%0, %1)", "add(%0, %1) {activation='relu_n1_to_1'}"),
    )


# As a loop over time writes the output of its turn: what is sliced has no fixed shape.
ITEMS = """graph "g" {
  input %0 "i": int32[]
  input %1 "list": float32[4,1,2]
  input %2 "item": float32[1,1,2]
  const %3 "one": int32[] = [1]
  const %4 "vector": int32[1] = [1]
  const %5 "none": int32[3] = [0, 0, 0]
  const %6 "all": int32[3] = [-1, -1, -1]
  const %7 "first": int32[2] = [0, 0]
  const %8 "rest": int32[2] = [-1, -1]
  %9 "next": int32[] = add(%0, %3)
  %10 "at": int32[1] = reshape(%0, %4)
  %11 "size": int32[3] = concatenation(%10, %8) {axis=0}
  %12 "before": float32[1,1,1] = slice(%1, %5, %11)
  %13 "after at": int32[1] = reshape(%9, %4)
  %14 "begin": int32[3] = concatenation(%13, %7) {axis=0}
  %15 "after": float32[1,1,2] = slice(%1, %14, %6)
  %16 "new": float32[4,1,2] = concatenation(%12, %2, %15) {axis=0}
  output %16
}"""


def test_the_replacement_of_an_item_is_recognised() -> None:
    found = after(lambda g, t: remove_dead_code.run(update_items.run(g, t), t), ITEMS)
    assert lines(found).splitlines()[5:] == [
        'const %17 "zeros": int32[2] = [0, 0]',
        '%10 "at": int32[1] = reshape(%0, %4)',
        '%18 "at": int32[3] = concatenation(%10, %17) {axis=0}',
        '%16 "new": float32[4,1,2] = dynamic_update_slice(%1, %2, %18)',
        "output %16",
        "}",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("add(%0, %3)", "add(%3, %3)"),
        ("slice(%1, %5, %11)", "slice(%1, %7, %11)"),
        ("[-1, -1, -1]", "[1, -1, -1]"),
        ("[4,1,2] = concatenation(%12, %2, %15)", "[4,1,2] = concatenation(%12, %15, %2)"),
        ('"zero": int32[2] = [0, 0]', '"zero": int32[2] = [0, 1]'),
    ],
    ids=["another index", "not from the start", "not to the end", "another order", "a column"],
)
def test_what_is_not_a_replacement_stays(old: str, new: str) -> None:
    text = ITEMS.replace('"first": int32[2]', '"zero": int32[2]').replace(old, new)
    assert old not in text
    check_unchanged(update_items.run, text)


def test_composites_become_their_operators() -> None:
    found = after(
        inline_composites.run,
        """graph "g" {
          input %0 "x": float32[2]
          %1 "y": float32[2], %2 "same": float32[2] = composite(%0) {subgraph=1}
          %3 "z": float32[2], %4 "again": float32[2] = composite(%1) {subgraph=1}
          output %3, %2, %4
        }
        graph "half" {
          input %0 "in": float32[2]
          const %7 "half": float32[2] = [0.5, 0.5]
          %1 "inside": float32[2] = abs(%0)
          %2 "out": float32[2] = mul(%1, %7)
          output %2, %0
        }""",
    )
    assert lines(found.split('graph "half"')[0]) == lines(
        """graph "g" {
          input %0 "x": float32[2]
          const %5 "half": float32[2] = [0.5, 0.5]
          const %7 "half": float32[2] = [0.5, 0.5]
          %6 "inside": float32[2] = abs(%0)
          %1 "y": float32[2] = mul(%6, %5)
          %8 "inside": float32[2] = abs(%1)
          %3 "z": float32[2] = mul(%8, %7)
          output %3, %0, %1
        }"""
    )
