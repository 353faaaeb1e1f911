"""What is said of operators that cannot be compiled, for every builtin operator of the schema:
which it is, where it stands, and the nearest way out."""

from __future__ import annotations

import re

import pytest
from tflite.utils import BUILTIN_OPCODE2NAME

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Tensor
from compiler.ops import REGISTRY
from compiler.options import Options
from compiler.tflite.operators import WAYS_OUT
from tests.ops.tflite_builder import Operator, Subgraph, build

ANYWHERE = "CUSTOM"  # no operator by itself
BUILTINS = sorted(set(BUILTIN_OPCODE2NAME.values()) - {ANYWHERE})
MISSING = [name for name in BUILTINS if name not in REGISTRY.by_tflite]
# They have no types of their own, so their messages are of something else.
OF_GRAPHS = ("IF", "WHILE", "CALL_ONCE", "VAR_HANDLE")


def refusal(name: str, inputs: int, outputs: int, dtype: DType) -> str:
    """What is said of a network of a RELU and the operator behind it, on tensors of the type."""
    x = Tensor("x", (2, 3), DType.FLOAT32)
    operands = [Tensor(f"in{i}", (2, 3), dtype) for i in range(inputs)]
    results = [Tensor(f"out{i}", (2, 3), dtype) for i in range(outputs)]
    ids = range(2, 2 + inputs), range(2 + inputs, 2 + inputs + outputs)
    operators = (Operator("RELU", (0,), (1,)), Operator(name, tuple(ids[0]), tuple(ids[1])))
    tensors = (x, Tensor("y", (2, 3), DType.FLOAT32), *operands, *results)
    data = build(Subgraph(tensors, operators, (0, *ids[0]), (1, *ids[1])))
    with pytest.raises(CompileError) as error:
        compile_model(data, Options("m"))
    return str(error.value)


def test_there_are_builtins_of_both_kinds() -> None:
    assert len(BUILTINS) > 200
    assert len(MISSING) > 50
    assert set(OF_GRAPHS) < set(REGISTRY.by_tflite)


@pytest.mark.parametrize("name", MISSING)
def test_what_has_no_room_names_operator_place_and_way_out(name: str) -> None:
    said = refusal(name, 1, 1, DType.FLOAT32)
    assert said.startswith(f"operator 1 ({name}): unsupported operator; supported: "), said
    way = said.partition("; way out: ")[2]
    assert len(way) > 20
    assert "--ops" not in way, "a way out of its own: compiler/tflite/operators.py"


@pytest.mark.parametrize("name", [n for n in BUILTINS if n not in (*MISSING, *OF_GRAPHS)])
def test_what_has_a_room_does_so_too(name: str) -> None:
    room = REGISTRY.by_tflite[name]
    inputs = room.INPUTS[name == "PADV2"] - room.OWN_STATE  # PAD has one less
    said = refusal(name, inputs, room.OUTPUTS[0], DType.FLOAT64)
    assert re.match(rf"operator 1 \({name}\)", said), said
    assert "; way out: " in said


def test_the_ways_out_are_of_operators_without_a_room() -> None:
    known = {key for key in WAYS_OUT if not key.startswith("CUSTOM:")}
    assert known <= set(MISSING)
