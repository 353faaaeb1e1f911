"""What the reader makes of a .tflite, and how it says what is wrong."""

from __future__ import annotations

import dataclasses
import struct
from typing import Any

import numpy as np
import pytest

from compiler.errors import CompileError
from compiler.ir import DType, Graph, Quant, Tensor
from compiler.ops.conv_2d import Conv2D
from compiler.ops.reshape import Reshape
from compiler.tflite.reader import Unknown, read, survey
from tests.compiler.small_models import (
    BIAS,
    CONV,
    CONV_OPTIONS,
    RESHAPE,
    SHAPE,
    WEIGHTS,
    X,
    Y,
    Z,
    model,
    subgraph,
    tensors,
)  # fmt: skip
from tests.ops.tflite_builder import Operator, Options, Subgraph, _Model, build


def problems(data: bytes) -> list[str]:
    with pytest.raises(CompileError) as error:
        read(data, "m")
    return [str(p) for p in error.value.problems]


def problem(data: bytes) -> str:
    (only,) = problems(data)
    return only


def conv_with(**fields: int) -> Operator:
    options = Options("Conv2DOptions", {**CONV_OPTIONS.fields, **fields})
    return dataclasses.replace(CONV, options=options)


def test_nodes_are_read_in_order_with_their_attributes() -> None:
    graph = read(model(), "m")
    assert [n.op for n in graph.nodes] == [Conv2D(), Reshape((1, 27))]
    assert [(n.inputs, n.outputs) for n in graph.nodes] == [
        ((X, WEIGHTS, BIAS), (Y,)),
        ((Y, SHAPE), (Z,)),
    ]
    assert [n.origin for n in graph.nodes] == ["operator 0", "operator 1"]
    assert (graph.name, graph.inputs, graph.outputs) == ("m", (X,), (Z,))


def test_tensors_keep_shape_type_quantisation_and_data() -> None:
    graph = read(model(), "m")
    for index, wanted in enumerate(tensors()):
        found = graph.tensors[index]
        assert (found.name, found.shape, found.dtype) == (wanted.name, wanted.shape, wanted.dtype)
        assert found.quant == wanted.quant
        assert (found.data is None) == (wanted.data is None)
        if wanted.data is not None:
            assert found.data is not None
            assert found.data.dtype == wanted.data.dtype
            assert np.array_equal(found.data, wanted.data)


def test_scales_are_floats_that_hold_the_float32_of_the_file() -> None:
    scale = read(model({X: {"quant": Quant((0.1,), (0,))}}), "m").tensors[X].scale
    assert type(scale) is float
    assert scale == float(np.float32(0.1)) != 0.1


def test_an_absent_optional_input_is_none() -> None:
    conv = dataclasses.replace(CONV, inputs=(X, WEIGHTS, -1))
    assert read(model(operators=(conv, RESHAPE)), "m").nodes[0].inputs == (X, WEIGHTS, None)


def test_all_outputs_are_read_in_their_order() -> None:
    assert read(model(outputs=(Z, Y)), "m").outputs == (Z, Y)


def test_further_subgraphs_are_read_with_their_place_in_messages() -> None:
    graph = read(build(subgraph(), subgraph()), "m")
    assert [len(g.nodes) for g in graph.subgraphs] == [2]
    assert graph.subgraphs[0].nodes[1].origin == "subgraph 1 operator 1"
    wrong = build(subgraph(), subgraph(inputs=()))
    assert "subgraph 1 operator 0 (CONV_2D): tensor 0 'x' is read before" in problem(wrong)


@pytest.mark.parametrize("elements", [1, 2, 7, 8])
def test_int4_is_unpacked_low_half_first(elements: int) -> None:
    values = (np.arange(elements) % 16 - 8).astype(np.int8)
    constant = {"dtype": DType.INT4, "shape": (elements,), "data": values, "quant": None}
    graph, _ = survey(model({SHAPE: constant}), "m")
    data = graph.tensors[SHAPE].data
    assert data is not None and data.dtype == np.int8
    assert data.tolist() == values.tolist()


def test_booleans_other_than_0_and_1_are_true() -> None:
    constant = {"dtype": DType.BOOL, "shape": (3,), "data": np.array([0, 1, 2], np.uint8)}
    data = survey(model({SHAPE: constant}), "m")[0].tensors[SHAPE].data
    assert data is not None and data.dtype == np.bool_
    assert data.tolist() == [False, True, True]


class ExternalWeights(_Model):
    """Writes the weights behind the flatbuffer, as converters do for files beyond 2 GB."""

    MARK = 0x0123456789ABCDEF  # stands for their place until it is known

    def buffer(self, data: bytes) -> int:
        if len(data) != WEIGHT_BYTES:
            return super().buffer(data)
        return self.table("Buffer", {"Offset": self.MARK, "Size": len(data)})

    def file(self) -> bytes:
        data, mark = super().file(), struct.pack("<Q", self.MARK)
        assert data.count(mark) == 1
        weights = tensors()[WEIGHTS].data
        assert weights is not None
        return data.replace(mark, struct.pack("<Q", len(data))) + weights.tobytes()


WEIGHT_BYTES = 54


def test_data_behind_the_flatbuffer_is_read() -> None:
    graph = read(ExternalWeights((subgraph(),), 3, b"TFL3").file(), "m")
    found, wanted = graph.tensors[WEIGHTS].data, tensors()[WEIGHTS].data
    assert found is not None and wanted is not None
    assert np.array_equal(found, wanted)


def test_data_beyond_the_end_of_the_file_is_damage() -> None:
    data = ExternalWeights((subgraph(),), 3, b"TFL3").file()
    assert "tensor 1 'weights': data from byte" in problem(data[:-1])


@pytest.mark.parametrize(
    ("shape", "axis", "kept"),
    [
        ((3, 3, 3, 2), 0, 0),
        ((1, 3, 3, 2), 3, 3),
        ((1, 2), 1, 1),
        ((3,), 0, 0),
        ((3,), 3, 0),  # old converters wrote the axis of the weights for the bias
    ],
)
def test_the_axis_of_scales_is_kept_where_it_means_something(
    shape: tuple[int, ...], axis: int, kept: int
) -> None:
    scales = tuple(0.5 for _ in range(shape[axis] if axis < len(shape) else shape[0]))
    quant = Quant(scales, (0,) * len(scales), axis)
    data = np.zeros(shape, np.int32)
    constant = {"shape": shape, "dtype": DType.INT32, "data": data, "quant": quant}
    found = survey(model({SHAPE: constant}), "m")[0].tensors[SHAPE].quant
    assert found == dataclasses.replace(quant, axis=kept)


@pytest.mark.parametrize(
    "quant", [Quant((), ()), Quant((0.0,), (0,))], ids=["without scales", "with scale 0"]
)
def test_empty_quantisation_is_none(quant: Quant) -> None:
    assert read(model({SHAPE: {"quant": quant}}), "m").tensors[SHAPE].quant is None


def test_floats_are_never_quantised() -> None:
    graph, _ = survey(model({Z: {"dtype": DType.FLOAT32}}), "m")
    assert graph.tensors[Z].quant is None


@pytest.mark.parametrize(
    ("quant", "found"),
    [
        (Quant((float("nan"),), (0,)), "scale nan"),
        (Quant((float("inf"),), (0,)), "scale inf"),
        (Quant((-0.5,), (0,)), "scale -0.5"),
        (Quant((0.5,), (128,)), "zero point 128"),
        (Quant((0.5,), (-129,)), "zero point -129"),
        (Quant((0.5,), (1 << 40,)), "zero point 1099511627776"),
        (Quant((0.5, 0.5), (0,)), "2 scales and 1 zero points"),
        (Quant((0.5,), (0, 0)), "1 scales and 2 zero points"),
        (Quant((0.5, 0.5), (0, 0), axis=1), "2 scales along axis 1 of shape [1, 27]"),
        (Quant((0.5, 0.5), (0, 0), axis=7), "2 scales along axis 7 of shape [1, 27]"),
        (Quant((0.5, 0.5), (0, 0), axis=-1), "2 scales along axis -1 of shape [1, 27]"),
    ],
    ids=str,
)
def test_wrong_quantisation_is_named(quant: Quant, found: str) -> None:
    assert problem(model({Z: {"quant": quant}})).startswith(f"tensor 5 'z': {found}")


@pytest.mark.parametrize("signature", [(-1, 5, 5, 2), (1, 5, 5, 2)])
def test_a_batch_that_may_be_resized_is_what_the_shape_says(signature: tuple[int, ...]) -> None:
    graph = read(model(signatures={X: signature}), "m")
    assert graph.tensors[X].shape == (1, 5, 5, 2)


def test_an_input_of_dynamic_size_is_refused() -> None:
    found = problem(model(signatures={X: (-1, -1, 5, 2)}))
    assert found.startswith("tensor 0 'x': dynamic shape [-1, -1, 5, 2]")
    assert "way out: export the model with a fixed input shape" in found


def test_the_signature_of_what_is_computed_does_not_matter() -> None:
    assert read(model(signatures={Y: (-1, -1, -1, 3)}), "m").tensors[Y].shape == (1, 3, 3, 3)


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ((1, -1, 5, 2), "dynamic shape [1, -1, 5, 2]"),
        ((1, 0, 5, 2), "no elements in shape [1, 0, 5, 2]"),
        ((1000000, 1000000, 1, 1), "[1000000, 1000000, 1, 1] of int8 takes 1,000,000,000,000 b"),
        ((1, 67108865), "[1, 67108865] of int8 takes 67,108,865 bytes"),
        ((1,) * 9, "rank 9"),
    ],
    ids=str,
)
def test_shapes_that_nothing_can_be_made_of_are_named(shape: tuple[int, ...], found: str) -> None:
    assert problem(model({X: {"shape": shape}})).startswith(f"tensor 0 'x': {found}")


def test_a_constant_list_without_entries_is_kept() -> None:
    empty = {"shape": (0,), "data": np.empty(0, np.int32)}
    data = survey(model({SHAPE: empty}), "m")[0].tensors[SHAPE].data
    assert data is not None and data.shape == (0,) and data.dtype == np.int32


def test_data_of_the_wrong_length_is_named() -> None:
    found = problem(model({BIAS: {"data": np.zeros(4, np.int32)}}))
    assert found.startswith("tensor 2 'bias': 16 bytes of data where [3] of int32 takes 12")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_constants_that_are_no_numbers_are_refused(value: float) -> None:
    data = np.array([1, value, 2], np.float32)
    found = problems(model({BIAS: {"dtype": DType.FLOAT32, "data": data}}))
    assert found[0].startswith("tensor 2 'bias': infinite or NaN values")


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"inputs": (99,)}, "inputs: tensor 99 is named, but there are 6 tensors"),
        ({"inputs": (-1,)}, "inputs: tensor -1 is named"),
        ({"outputs": (6,)}, "outputs: tensor 6 is named"),
        ({"outputs": ()}, "model: no outputs"),
        ({"inputs": (X, X)}, "the inputs: tensor 0 'x' is written a second time"),
        ({"inputs": (X, WEIGHTS)}, "the inputs: tensor 1 'weights' is written, but constant"),
        ({"inputs": ()}, "operator 0 (CONV_2D): tensor 0 'x' is read before it is written"),
        ({"operators": (RESHAPE, CONV)}, "operator 0 (RESHAPE): tensor 3 'y' is read before"),
        ({"operators": (CONV,)}, "the outputs: tensor 5 'z' is read before it is written"),
        (
            {"operators": (CONV, CONV, RESHAPE)},
            "operator 1 (CONV_2D): tensor 3 'y' is written a second time, first by operator 0",
        ),
    ],
    ids=str,
)
def test_wrong_indices_and_orders_are_named(fields: dict[str, Any], found: str) -> None:
    assert found in problems(model(**fields))[0]


@pytest.mark.parametrize(
    ("operator", "found"),
    [
        (dataclasses.replace(CONV, inputs=(X, 77, BIAS)), "tensor 77 is named"),
        (dataclasses.replace(CONV, inputs=(X, -2, BIAS)), "tensor -2 is named"),
        (dataclasses.replace(CONV, inputs=(X,)), "1 inputs; supported: 2 to 3"),
        (dataclasses.replace(CONV, inputs=(-1, WEIGHTS)), "attributes that contradict its inputs"),
        (dataclasses.replace(CONV, outputs=()), "0 outputs; supported: 1"),
        (dataclasses.replace(CONV, outputs=(Y, Y)), "tensor 3 'y' is written a second time"),
        (dataclasses.replace(CONV, options=None), "without Conv2DOptions"),
        (
            dataclasses.replace(CONV, options=Options("Pool2DOptions", {"StrideH": 1})),
            "without Conv2DOptions",
        ),
        (conv_with(StrideH=0), "stride: [0, 1]"),
        (conv_with(DilationWFactor=-1), "dilation: [1, -1]"),
        (conv_with(FusedActivationFunction=5), "fused activation: code 5"),
    ],
    ids=str,
)
def test_wrong_operators_are_named(operator: Operator, found: str) -> None:
    first = problems(model(operators=(operator, RESHAPE)))[0]
    assert first.startswith("operator 0 (CONV_2D)")
    assert found in first


def test_all_unsupported_operators_are_listed_at_once() -> None:
    operators = (
        Operator("LSH_PROJECTION", (X,), (Y,)),
        Operator("LSH_PROJECTION", (X,), (Z,)),
        Operator("CUSTOM", (X,), (WEIGHTS,), custom="FlexErf"),
        Operator(4711, (X,), (BIAS,)),
    )
    free = {WEIGHTS: {"data": None}, BIAS: {"data": None}}
    found = problems(model(free, operators=operators))
    assert len(found) == 3
    assert found[0].startswith("operators 0, 1 (LSH_PROJECTION): unsupported operator; supported: ")
    assert "SUPPORTED_OPS.md); way out: do this step in your own code" in found[0]
    assert found[1].startswith("operator 2 (custom operator FlexErf): unsupported operator; way")
    assert "SELECT_TF_OPS" in found[1]
    assert found[2].startswith("operator 3 (operator code 4711): unsupported operator")
    assert "--ops" in found[2]


def test_a_custom_operator_is_not_taken_for_a_builtin_of_its_name() -> None:
    custom = dataclasses.replace(CONV, custom="CONV_2D")
    assert "custom operator CONV_2D" in problem(model(operators=(custom, RESHAPE)))


def test_problems_of_several_tensors_come_together() -> None:
    data = model({X: {"shape": (1, 0)}, Z: {"quant": Quant((-1.0,), (0,))}})
    assert [p[:12] for p in problems(data)] == ["tensor 0 'x'", "tensor 5 'z'"]


def test_unused_tensors_may_be_anything() -> None:
    unused = Tensor("unused", (1 << 20, 1 << 20), DType.FLOAT64)
    data = build(dataclasses.replace(subgraph(), tensors=(*tensors(), unused)))
    assert len(read(data, "m").tensors) == 6


def test_names_lose_what_cannot_be_printed() -> None:
    assert read(model({X: {"name": "a\nb\x1b[31m*é"}}), "m").tensors[X].name == "a?b?[31m*é"


def test_long_names_are_cut() -> None:
    name = read(model({X: {"name": "x" * 256}, Z: {"name": "z" * 255}}), "m").tensors
    assert (name[X].name, name[Z].name) == ("x" * 254 + "…", "z" * 255)


def test_survey_goes_on_where_read_gives_up() -> None:
    unknown = Operator("LSH_PROJECTION", (X,), (Y,))
    graph, found = survey(model(operators=(unknown, RESHAPE)), "m")
    assert [n.op for n in graph.nodes] == [Unknown(operator="LSH_PROJECTION"), Reshape((1, 27))]
    assert len(found) == 1


def test_a_scalar_has_no_shape() -> None:
    scalar = {"shape": (), "data": np.array(7, np.int32)}
    graph: Graph = survey(model({SHAPE: scalar}), "m")[0]
    assert graph.tensors[SHAPE].shape == ()
    assert graph.tensors[SHAPE].data == 7


def test_a_model_without_subgraphs_is_refused() -> None:
    assert problem(build()) == "file: no network in it; way out: export the model again"


def test_operators_may_share_one_code() -> None:
    pair = Subgraph(
        (*tensors(), dataclasses.replace(tensors()[Z], name="again")),
        (CONV, RESHAPE, dataclasses.replace(RESHAPE, outputs=(6,))),
        (X,),
        (Z, 6),
    )
    assert len(read(build(pair), "m").nodes) == 3
