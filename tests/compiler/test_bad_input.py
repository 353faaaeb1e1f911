"""Bad input gives exit status 1, one clear message for each problem, and no output."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from compiler.ir import DType, Quant, Tensor
from tests.compiler.command import ROOT, Result, compile_forked, compile_in_process
from tests.ops.cases import const, single
from tests.ops.tflite_builder import Operator, Options, Subgraph, build

DIGITS = ROOT / "models/digits/digits.tflite"
Q = Quant((0.5,), (3,))
ONES = np.ones((2, 1, 1, 2))
INT8, INT16, FLOAT32 = DType.INT8, DType.INT16, DType.FLOAT32


def activations(name: str, *shape: int, dtype: DType = INT8, quant: Quant | None = Q) -> Tensor:
    return Tensor(name, shape, dtype, quant)


def conv(
    x: Tensor | None = None,
    out: Tensor | None = None,
    weights: Tensor | None = None,
    **fields: int,
) -> Subgraph:
    """A legal 1x1 convolution of two channels, unless parts of it are given."""
    tensors = [
        x or activations("x", 1, 4, 4, 2),
        weights or const("w", ONES, INT8, Quant((0.25,), (0,))),
        const("b", np.zeros(2), DType.INT32),
        out or activations("y", 1, 4, 4, 2),
    ]
    stated = {"StrideH": 1, "StrideW": 1} | fields
    return single("CONV_2D", tensors, Options("Conv2DOptions", stated))


def with_operator(graph: Subgraph, **changes: object) -> Subgraph:
    """The network with its first operator changed."""
    first = dataclasses.replace(graph.operators[0], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(graph, operators=(first, *graph.operators[1:]))


def unary(code: str, at: int, custom: str = "") -> Operator:
    return Operator(code, (at,), (at + 1,), custom=custom)


def unsupported() -> bytes:
    """Five operators, four of them of three unsupported kinds."""
    tensors = tuple(activations(f"t{i}", 1, 4) for i in range(6))
    codes = [
        ("UNIQUE", ""),
        ("RESHAPE", ""),
        ("UNIQUE", ""),
        ("RFFT2D", ""),
        ("", "MyOwn"),
    ]
    operators = tuple(unary(code, i, custom) for i, (code, custom) in enumerate(codes))
    return build(Subgraph(tensors, operators, (0,), (5,)))


def truncated_data() -> bytes:
    """Weights whose buffer is shorter than their shape takes."""
    short = const("w", np.ones((2, 1, 1, 1)), INT8, Quant((0.25,), (0,)))
    return build(conv(weights=dataclasses.replace(short, shape=(2, 1, 1, 2))))


def reads_before_written() -> bytes:
    tensors = tuple(activations(f"t{i}", 1, 4) for i in range(3))
    options = Options("ReshapeOptions", {"NewShape": [1, 4]})
    operators = (
        Operator("RESHAPE", (1,), (2,), options),
        Operator("RESHAPE", (0,), (1,), options),
    )
    return build(Subgraph(tensors, operators, (0,), (2,)))


# Name → the file's bytes, and what its message must say.
BAD: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "empty": (lambda: b"", ("empty",)),
    "text": (lambda: b"# my network\n" * 20, ("TFL3", "TensorFlow Lite")),
    "seven bytes": (lambda: b"\0\0\0\0TFL", ("TFL3",)),
    "wrong identifier": (lambda: build(conv(), identifier=b"TFL2"), ("TFL3",)),
    "wrong version": (lambda: build(conv(), version=2), ("version 2", "3")),
    "identifier alone": (lambda: b"\x10\0\0\0TFL3" + bytes(8), ("damaged",)),
    "no subgraph": (lambda: build(), ("no network",)),
    "no output": (lambda: build(dataclasses.replace(conv(), outputs=())), ("no outputs",)),
    "operator input out of range": (
        lambda: build(with_operator(conv(), inputs=(0, 1, 77))),
        ("operator 0 (CONV_2D)", "tensor 77", "4 tensors"),
    ),
    "operator input below -1": (
        lambda: build(with_operator(conv(), inputs=(0, 1, -2))),
        ("operator 0 (CONV_2D)", "tensor -2"),
    ),
    "operator output out of range": (
        lambda: build(with_operator(conv(), outputs=(9,))),
        ("operator 0 (CONV_2D)", "tensor 9", "4 tensors"),
    ),
    "network input out of range": (
        lambda: build(dataclasses.replace(conv(), inputs=(5,))),
        ("inputs", "tensor 5", "4 tensors"),
    ),
    "network output out of range": (
        lambda: build(dataclasses.replace(conv(), outputs=(-1,))),
        ("outputs", "tensor -1", "4 tensors"),
    ),
    "operator code out of range": (
        lambda: build(with_operator(conv(), code_index=3)),
        ("operator 0", "operator code 3", "1 codes"),
    ),
    "buffer out of range": (
        lambda: build(dataclasses.replace(conv(), buffers={1: 50})),
        ("tensor 1 'w'", "buffer 50"),
    ),
    "constant too short": (truncated_data, ("tensor 1 'w'", "2 bytes", "4")),
    "read before written": (reads_before_written, ("tensor 1 't1'", "before it is written")),
    "written twice": (
        lambda: build(with_operator(conv(), outputs=(0,))),
        ("tensor 0 'x'", "written"),
    ),
    "unsupported operators": (
        unsupported,
        (
            "operators 0, 2 (UNIQUE)",
            "operator 3 (RFFT2D)",
            "operator 4 (custom operator MyOwn)",
        ),
    ),
    "unknown operator code": (
        lambda: build(with_operator(conv(), code=9999)),
        ("operator 0", "9999", "unsupported operator"),
    ),
    "unsupported type": (
        lambda: build(conv(activations("x", 1, 4, 4, 2, dtype=DType.FLOAT64, quant=None))),
        ("operator 0 (CONV_2D)", "float64", "int8"),
    ),
    "types that do not go together": (
        lambda: build(conv(out=activations("y", 1, 4, 4, 2, dtype=FLOAT32, quant=None))),
        ("operator 0 (CONV_2D)", "(int8, int8, int32) → float32"),
    ),
    "dynamic shape": (
        lambda: build(dataclasses.replace(conv(), signatures={0: (1, -1, 4, 2)})),
        ("tensor 0 'x'", "-1"),
    ),
    "negative shape": (
        lambda: build(conv(activations("x", 1, -4, 4, 2))),
        ("tensor 0 'x'", "-4"),
    ),
    "input without quantisation": (
        lambda: build(conv(activations("x", 1, 4, 4, 2, quant=None))),
        ("operator 0 (CONV_2D)", "'x'", "scale"),
    ),
    "output without quantisation": (
        lambda: build(conv(out=activations("y", 1, 4, 4, 2, quant=None))),
        ("operator 0 (CONV_2D)", "'y'", "scale"),
    ),
    "weights without quantisation": (
        lambda: build(conv(weights=const("w", ONES, INT8))),
        ("operator 0 (CONV_2D)", "weights", "scale"),
    ),
    "scale of infinity": (
        lambda: build(conv(activations("x", 1, 4, 4, 2, quant=Quant((float("inf"),), (0,))))),
        ("tensor 0 'x'", "scale inf"),
    ),
    "negative scale": (
        lambda: build(conv(activations("x", 1, 4, 4, 2, quant=Quant((-0.5,), (0,))))),
        ("tensor 0 'x'", "scale -0.5"),
    ),
    "zero point outside of int8": (
        lambda: build(conv(activations("x", 1, 4, 4, 2, quant=Quant((0.5,), (200,))))),
        ("tensor 0 'x'", "zero point 200", "-128 to 127"),
    ),
    "as many scales as no axis has": (
        lambda: build(conv(weights=const("w", ONES, INT8, Quant((1.0,) * 3, (0,) * 3)))),
        ("tensor 1 'w'", "3 scales"),
    ),
    "output of another shape": (
        lambda: build(conv(out=activations("y", 1, 3, 4, 2))),
        ("operator 0 (CONV_2D)", "[1, 3, 4, 2]", "[1, 4, 4, 2]"),
    ),
    "stride of 0": (lambda: build(conv(StrideH=0)), ("operator 0 (CONV_2D)", "0")),
    "without options": (
        lambda: build(with_operator(conv(), options=None)),
        ("operator 0 (CONV_2D)", "Conv2DOptions"),
    ),
    "too few inputs": (
        lambda: build(with_operator(conv(), inputs=(0,))),
        ("operator 0 (CONV_2D)", "1 inputs", "2 to 3"),
    ),
    "absent input": (
        lambda: build(with_operator(conv(), inputs=(-1, 1, 2))),
        ("operator 0 (CONV_2D)",),
    ),
}  # fmt: skip


def assert_refused(result: Result, output: Path, *says: str) -> None:
    assert result.status == 1, result
    assert not output.exists(), sorted(output.iterdir())
    assert result.out == ""
    lines = result.err.splitlines()
    assert lines and all(line.startswith("netsuke: ") for line in lines), result.err
    assert "Traceback" not in result.err and "internal error" not in result.err, result.err
    missing = [word for word in says if word not in result.err]
    assert not missing, f"{result.err!r} does not say {missing}"


@pytest.mark.parametrize("name", BAD)
def test_refuses(name: str, tmp_path: Path) -> None:
    make, says = BAD[name]
    model = tmp_path / "bad.tflite"
    model.write_bytes(make())
    result = compile_forked(model, tmp_path / "out")
    assert_refused(result, tmp_path / "out", "bad.tflite", *says)
    # Three kinds of operators; x written twice and y never.
    problems = {"unsupported operators": 3, "written twice": 2}.get(name, 1)
    assert len(result.err.splitlines()) == problems, result.err


def test_the_legal_network_of_these_tests_compiles(tmp_path: Path) -> None:
    model = tmp_path / "good.tflite"
    model.write_bytes(build(conv()))
    result = compile_in_process(model, tmp_path / "out")
    assert result.status == 0 and (tmp_path / "out/good.c").exists(), result


@pytest.mark.parametrize("what", ["missing", "a folder", "empty", "damaged"])
def test_a_new_process_refuses_too(what: str, tmp_path: Path) -> None:
    model = tmp_path / "bad.tflite"
    if what == "a folder":
        model.mkdir()
    elif what != "missing":
        model.write_bytes(b"" if what == "empty" else DIGITS.read_bytes()[:3000])
    says = {"missing": "No such file", "a folder": "folder directory Is a directory"}
    result = compile_in_process(model, tmp_path / "out")
    assert_refused(result, tmp_path / "out", "bad.tflite")
    assert any(w in result.err for w in says.get(what, "empty damaged").split()), result.err


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    """Three problems of three kinds in one network: three messages, in one run."""
    bad = conv(activations("x", 1, 4, 4, 2, quant=Quant((-1.0,), (0,))))
    operators = (
        *bad.operators,
        Operator("UNIQUE", (3,), (4,)),
        Operator("RESHAPE", (4,), (88,)),
    )
    model = tmp_path / "bad.tflite"
    tensors = (*bad.tensors, activations("z", 1, 4, 4, 2))
    model.write_bytes(build(Subgraph(tensors, operators, bad.inputs, (4,))))
    result = compile_forked(model, tmp_path / "out")
    assert_refused(result, tmp_path / "out", "scale -1.0", "operator 1 (UNIQUE)", "tensor 88")
    assert len(result.err.splitlines()) == 3


@pytest.mark.parametrize("part", range(1, 20))
def test_truncated_files_are_refused(part: int, tmp_path: Path) -> None:
    data = DIGITS.read_bytes()
    model = tmp_path / "digits.tflite"
    model.write_bytes(data[: len(data) * part // 20])
    assert_refused(compile_forked(model, tmp_path / "out"), tmp_path / "out", "truncated")


def test_a_failure_leaves_existing_output_alone(tmp_path: Path) -> None:
    model, output = tmp_path / "digits.tflite", tmp_path / "out"
    model.write_bytes(DIGITS.read_bytes())
    assert compile_in_process(model, output).status == 0
    before = {p: p.read_bytes() for p in output.rglob("*") if p.is_file()}
    model.write_bytes(DIGITS.read_bytes()[:9000])
    assert compile_in_process(model, output).status == 1
    assert before == {p: p.read_bytes() for p in output.rglob("*") if p.is_file()}


def test_output_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, no folder")
    model = tmp_path / "good.tflite"
    model.write_bytes(build(conv()))
    result = compile_in_process(model, tmp_path / "out")
    assert result.status == 1 and "cannot be written" in result.err, result
    assert sorted(p.name for p in tmp_path.iterdir()) == ["good.tflite", "out"]


def test_a_folder_in_the_way_leaves_no_file_behind(tmp_path: Path) -> None:
    """The last of several files cannot be written: none of the others stays."""
    (tmp_path / "out/good.json").mkdir(parents=True)
    model = tmp_path / "good.tflite"
    model.write_bytes(build(conv()))
    result = compile_in_process(model, tmp_path / "out")
    assert result.status == 1 and "Traceback" not in result.err, result
    assert [p.name for p in (tmp_path / "out").rglob("*")] == ["good.json"]
