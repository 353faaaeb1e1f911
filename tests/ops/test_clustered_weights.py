"""Weights of few values as indices of four bits (--int4=find): exact, and looked up in the loop.
Networks that TensorFlow Lite Micro's tool compressed by look-up tables."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import tflite

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Quant, Tensor
from compiler.options import Options
from compiler.target import HOST, Target, load
from compiler.tflite.structure import Verifier

from . import conformance, test_conv_2d, test_depthwise_conv_2d, test_fully_connected
from .cases import INT8, Row
from .clustered import CLUSTERED
from .generated import run_on_host, run_on_m4
from .tflite_builder import Lookup, Operator, Subgraph, build
from .tflite_builder import Options as BuilderOptions

FIND = dataclasses.replace(HOST, int4="find")
DEEP = CLUSTERED | {"depth": (40, 47, 63, 64, 129, 300), "units": (3, 4, 7, 12)}
WIDE = CLUSTERED | {"channels": (7, 8, 12, 24), "kernel_h": (1, 2, 3), "kernel_w": (2, 3)}
FOURS = CLUSTERED | {
    "channels": (4, 8, 12, 20),
    "multiplier": (1,),
    "kernel_h": (3, 5, 7),
    "kernel_w": (5, 7),
}
ROWS = (
    Row("fully_connected_clustered", test_fully_connected.make, test_fully_connected.RANGES | DEEP),
    Row("conv_2d_clustered", test_conv_2d.make, test_conv_2d.RANGES | WIDE),
    Row(
        "depthwise_conv_2d_clustered",
        test_depthwise_conv_2d.make,
        test_depthwise_conv_2d.RANGES | FOURS,
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize(
    ("run", "name", "every"), [(run_on_host, "host", 1), (run_on_m4, "mps2_an386", 4)]
)
def test_clustered(
    run: conformance.Runner, name: str, every: int, row: Row, tmp_path: Path
) -> None:
    target = dataclasses.replace(load(name), int4="find")
    conformance.check_c(row, run, f"{name}, indices", tmp_path, target, every=every)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_tables_are_found_and_kept_on_demand_only(row: Row) -> None:
    """Most cases can be packed; each that is takes less flash; by default none is. Layers of which
    every output is constant keep the file's weights here."""
    packed, kept = 0, frozenset({"settle_channels"})
    for number in range(20):
        model = row.case(number).model
        found = compile_model(model, Options("m", FIND, skipped=kept))
        plain = compile_model(model, Options("m", HOST, skipped=kept))
        assert not any("lut" in name for name in plain.files)
        if any("lut" in name for name in found.files):
            packed += 1
            assert found.report["weight_bytes"] < plain.report["weight_bytes"]
    assert packed >= 8, packed


def compressed(number: int, channels: bool, bits: int) -> tuple[bytes, bytes]:
    """A dense layer as it is, and with its weights compressed."""
    rng = np.random.default_rng(number)
    units, depth = 12, 129
    values = np.sort(rng.integers(9, 128, (units if channels else 1, 1 << bits)), axis=1)
    codes = rng.integers(0, 1 << bits, (units, depth))
    rows = values if channels else np.repeat(values, units, axis=0)
    data = np.stack([row[code] for row, code in zip(rows, codes, strict=True)]).astype(np.int8)
    scales = tuple(rng.uniform(0.001, 0.01, units).astype(np.float32).tolist())
    quant = Quant(scales if channels else scales[:1], (0,) * (units if channels else 1))
    x = Tensor("in", (1, depth), INT8, Quant((0.02,), (3,)))
    out = Tensor("out", (1, units), INT8, Quant((0.5,), (-4,)))
    weights = Tensor("weights", (units, depth), INT8, quant, data)
    operator = Operator(
        "FULLY_CONNECTED", (0, 1, -1), (2,), BuilderOptions("FullyConnectedOptions")
    )
    plain = Subgraph((x, weights, out), (operator,), (0,), (2,))
    lookup = Lookup(codes, values.astype(np.int8), bits)
    tensors = (x, dataclasses.replace(weights, data=None), out)
    small = dataclasses.replace(plain, tensors=tensors, lookups={1: lookup})
    return build(plain), build(small)


@pytest.mark.parametrize("channels", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5, 7])
def test_compressed_files_mean_the_same(channels: bool, bits: int) -> None:
    """The generated C is that of the file before compression, but for the form of the weights."""
    plain, small = compressed(bits, channels, bits)
    unpacked = dataclasses.replace(HOST, int4="unpacked")
    assert code(plain, unpacked) == code(small, unpacked)
    packed = code(small, HOST)
    assert (b"nn_fully_connected_lut_s8" in packed) == (bits <= 4)
    assert packed == code(plain, FIND)


def code(model: bytes, target: Target) -> bytes:
    """The generated C but for the lines that name the file it was made of."""
    lines = compile_model(model, Options("m", target)).files["m.c"].splitlines()
    return b"\n".join(line for line in lines if b"sha" not in line.lower())


def test_compressed_metadata_is_checked() -> None:
    """Indices beyond the values, damage and versions to come are refused by name."""
    _, small = compressed(0, False, 3)
    for found, damaged in (
        ("version 9", small.replace(*metadata_with(small, version=9))),
        ("indices of 0 bits", small.replace(*metadata_with(small, bits=0))),
        ("bytes for 1548 indices of 4 bits", small.replace(*metadata_with(small, bits=4))),
        ("damaged", small.replace(*metadata_with(small, root=1 << 20))),
    ):
        assert damaged != small
        with pytest.raises(CompileError, match=found):
            compile_model(damaged, Options("m", HOST))


def metadata_with(
    model: bytes, version: int | None = None, bits: int | None = None, root: int | None = None
) -> tuple[bytes, bytes]:
    """The metadata's bytes as they are, and with one number changed."""
    opened = tflite.Model.GetRootAs(model, 0)
    data = bytearray(opened.Buffers(opened.Metadata(0).Buffer()).DataAsNumpy().tobytes())
    before = bytes(data)
    reader = Verifier(before)
    fields = reader.fields("metadata", reader.follow(0))
    graphs, _ = reader.vector(fields[1], 4)
    tensors, _ = reader.vector(reader.fields("subgraph", reader.follow(graphs))[0], 4)
    entry = reader.fields("tensor", reader.follow(tensors))
    if version is not None:
        data[fields[0]] = version
    if bits is not None:
        data[entry[2]] = bits
    if root is not None:
        data[:4] = root.to_bytes(4, "little")
    return before, bytes(data)
