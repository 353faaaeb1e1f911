"""Random networks that are given their input row by row: the same outputs, without the frame."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Quant, Tensor
from compiler.main import main
from compiler.options import Options
from compiler.target import HOST, load

from .cases import INT32, Draw, Row, const
from .conformance import M4, check_c
from .generated import run_on_host, run_on_m4
from .networks import RANGES, Chain, network
from .tflite_builder import Operator, Subgraph, build
from .tflite_builder import Options as OperatorOptions


def from_flat(d: Draw) -> Subgraph:
    """The image comes as a vector, as from a feature extractor."""
    shape = d.image()
    n = int(np.prod(shape))
    chain = Chain(d, Tensor("in", (1, n), DType.INT8, Quant((0.05,), (3,))))
    new = const("shape", np.array(shape), INT32)
    options = OperatorOptions("ReshapeOptions", {"NewShape": list(shape)})
    chain.append("RESHAPE", [new], d.like(chain.x, "image", shape), options)
    for _ in range(d["depth"]):
        getattr(chain, d["layers"])()
    chain.classifier()
    return Subgraph(tuple(chain.tensors), tuple(chain.operators), (0,), (chain.last,))


def residual(d: Draw) -> Subgraph:
    """The input is read twice; what is made between is needed within the first region alone."""
    made = network(d)
    return dataclasses.replace(made, outputs=made.outputs[:1])


def dense(d: Draw) -> Subgraph:
    """Nothing but a classifier: it adds up the rows."""
    chain = Chain(d, d.activations("in", d.image(), d["dtype"], (0.05,)))
    chain.classifier()
    return chain.subgraph()


ONE = RANGES | {"batch": (1,)}
MORE = {"layers": ("conv_2d", "depthwise_conv_2d", "max_pool_2d", "average_pool_2d", "pad", "relu")}
RESIDUAL = {"layers": ("conv_2d", "residual", "residual"), "depth": range(1, 4)}
ROWS = (
    Row("streamed_int8", network, ONE | MORE, cases=30),
    Row("streamed_residual_int8", residual, ONE | RESIDUAL, cases=20),
    Row("streamed_classifier_int8", network, ONE | MORE | {"tail": ("classifier",)}, cases=20),
    Row("streamed_float32", network, ONE | MORE | {"dtype": (DType.FLOAT32,)}, cases=15),
    Row("streamed_from_flat_int8", from_flat, ONE | MORE, cases=15),
    Row("streamed_dense_int8", dense, ONE, cases=10),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_rows_one_by_one_give_what_the_frame_gives(row: Row, tmp_path: Path) -> None:
    check_c(row, run_on_host, "the host", tmp_path, HOST, load(M4), stream_input=True)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_rows_one_by_one_on_the_board(row: Row, tmp_path: Path) -> None:
    check_c(row, run_on_m4, M4, tmp_path, load(M4), every=3, stream_input=True)


def test_the_frame_is_not_in_the_arena() -> None:
    """What is kept of the input are the rows between which a kernel stands."""
    tall = {"height": (40,), "width": (14,), "channels": (8,), "kernel": (3,), "depth": (2,)}
    case = Row("tall", network, ONE | tall).case(1)
    whole = compile_model(case.model, Options("x"))
    rows = compile_model(case.model, Options("x", stream_input=True))
    assert rows.program.stream is not None and rows.program.stream.rows == 40
    row_bytes = rows.program.stream.row_bytes
    kept = next(b for b in rows.program.buffers.values() if b.role.value == "input")
    assert kept.bytes <= 2 * row_bytes
    assert rows.report["stream"] == {"rows": 40, "row_bytes": row_bytes}
    saved = whole.plan.arena_bytes - rows.plan.arena_bytes
    print(f"arena {whole.plan.arena_bytes} with the frame, {rows.plan.arena_bytes} without")
    assert saved > 0


def test_a_network_that_needs_the_frame_is_refused() -> None:
    d = Draw(Row("two_images", network, ONE), 0)
    tensors = tuple(d.activations(n, (2, 5, 5, 1), DType.INT8, (0.5,)) for n in "xy")
    model = build(Subgraph(tensors, (Operator("RELU", (0,), (1,)),), (0,), (1,)))
    with pytest.raises(CompileError, match=r"operator 0 \(RELU\): needs the whole input"):
        compile_model(model, Options("x", stream_input=True))


@pytest.mark.parametrize(
    ("other", "says"),
    [("--whole-layers", "not with --stream-input"), ("--stream-window=2", "not both")],
)
def test_flags_that_exclude_it(
    other: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.tflite"
    file.write_bytes(ROWS[0].case(0).model)
    assert main(["compile", str(file), "-o", str(tmp_path / "o"), "--stream-input", other]) == 2
    assert says in capsys.readouterr().err
