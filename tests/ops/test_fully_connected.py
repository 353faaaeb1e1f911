"""FULLY_CONNECTED: batches, inputs of rank 1 to 4, keep_num_dims, with and without bias, weights
with a zero point, sums of many products, and the rounding of TensorFlow Lite Micro."""

from __future__ import annotations

import dataclasses
from math import prod
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.ir import DType, Quant
from compiler.ops import dense
from compiler.ops.steps import left_shift, one_multiplication, round_half_away, steps
from compiler.options import Options as CompileOptions
from compiler.passes import choose_rounding
from compiler.target import HOST, load
from compiler.tflite.reader import read

from . import conformance
from .cases import (
    INT16_RANGES,
    INT32,
    MAC_RANGES,
    UINT8,
    Draw,
    Row,
    activation,
    const,
    single,
    weights_and_bias,
)
from .clustered import clustered
from .generated import Network, run_on_host, run_on_m4
from .narrow import INT4, bias_type_options, packed
from .old_weights import called_uint8
from .run_time import RUN_TIME, at_run_time
from .tflite_builder import Operator, Options, Subgraph

RANGES = MAC_RANGES | {
    "dtype": (DType.INT8,),
    "bias": (True, True, True, False),
    "depth": (1, 2, 3, 4, 5, 8, 15, 16, 17, 63, 64, 128),
    "units": (1, 2, 3, 4, 7, 10, 12, 32),
    "outer": ((1,), (1,), (2,), (3,), (5,), (1, 1), (2, 3), (1, 2, 2)),
    "keep_num_dims": (False, False, True),
    "weights_zero": (0,),
}  # fmt: skip
# Sums of 700 products need more than 24 bits where most weights are at the ends of their range.
DEEP = {"depth": (505, 508, 509, 700, 1283), "units": (3, 4, 6), "outer": ((1,), (2,))}
FLOAT = {"dtype": (DType.FLOAT32,)}
HYBRID = {"dtype": (DType.FLOAT32,), "hybrid": (True,), "asymmetric": (False, True)}
ZERO = {"per_channel": (False,), "weights_zero": (-128, -7, 1, 127)}


def make(d: Draw) -> Subgraph:
    dtype, depth, units, outer = d["dtype"], d["depth"], d["units"], d["outer"]
    keep = d["keep_num_dims"]
    x = d.activations("in", (*outer, depth), dtype)
    out_shape = (*outer, units) if keep else (prod(outer), units)
    constants, out = weights_and_bias(d, (units, depth), 0, x, out_shape)
    if "int4" in d.row.ranges:
        constants = packed(constants)
    if "one_table" in d.row.ranges:
        constants = clustered(d, constants, 0)
    if not dtype.is_float and d["weights_zero"]:
        weights = constants[0]
        assert weights.quant is not None
        quant = Quant(weights.quant.scale, (d["weights_zero"],))
        constants[0] = dataclasses.replace(weights, quant=quant)
    fields = {"FusedActivationFunction": activation(d["activation"]), "KeepNumDims": keep}
    fields |= bias_type_options([x, *constants, out])
    if "asymmetric" in d.row.ranges:
        fields["AsymmetricQuantizeInputs"] = d["asymmetric"]
    options = Options("FullyConnectedOptions", fields)
    absent = () if len(constants) == 2 or d.chance(0.5) else (2,)
    return single("FULLY_CONNECTED", [x, *constants, out], options, version=5, absent=absent)


def make_after_constant_channel(d: Draw) -> Subgraph:
    """A convolution of which channel 1 is constant, then weights with a zero point: their stored
    zeros read that channel."""
    x = d.activations("in", (1, 1, 1, 3), DType.INT8)
    filters, bias = d.values((4, 1, 1, 3), DType.INT8), d.values((4,), INT32)
    filters[1] = 0
    symmetric = Quant((0.01,), (0,))
    middle = d.activations("middle", (1, 1, 1, 4), DType.INT8, (x.scale,))
    weights = d.values((3, 4), DType.INT8)
    weights[:, 1] = 0
    tensors = (
        x,
        const("filters", filters, DType.INT8, symmetric),
        const("bias", bias, INT32, Quant((float(np.float32(x.scale) * np.float32(0.01)),), (0,))),
        middle,
        const("weights", weights, DType.INT8, Quant((0.02,), (d["weights_zero"],))),
        d.activations("out", (1, 3), DType.INT8, (middle.scale,)),
    )
    operators = (
        Operator(
            "CONV_2D", (0, 1, 2), (3,), Options("Conv2DOptions", {"StrideH": 1, "StrideW": 1})
        ),
        Operator("FULLY_CONNECTED", (3, 4, -1), (5,), Options("FullyConnectedOptions"), 5),
    )
    return Subgraph(tensors, operators, (0,), (5,))


ROWS = (
    Row("fully_connected_int8", make, RANGES, cases=80),
    Row("fully_connected_int8_deep", make, RANGES | DEEP),
    Row("fully_connected_int8_weights_zero", make, RANGES | ZERO),
    Row("fully_connected_int8_after_constant", make_after_constant_channel, ZERO),
    Row("fully_connected_ties_int8", make, RANGES | {"ties": (True,), "gain": (0.7, 1.0, 2.0)}),
    Row("fully_connected_float32", make, RANGES | {"dtype": (DType.FLOAT32,)}),
    Row("fully_connected_hybrid", make, RANGES | HYBRID, cases=60),
    Row("fully_connected_int16", make, RANGES | INT16_RANGES, cases=60),
    Row("fully_connected_int4", make, RANGES | INT4),
    Row("fully_connected_deep_int4", make, RANGES | DEEP | INT4),
    Row("fully_connected_hybrid_uint8", called_uint8(make), RANGES | HYBRID),
    Row("fully_connected_hybrid_int4", make, RANGES | HYBRID | INT4),
    Row("fully_connected_int16_int4", make, RANGES | INT16_RANGES | INT4),
    Row("fully_connected_uint8", make, RANGES | UINT8, cases=50),
    Row("fully_connected_run_time_int8", at_run_time(make), RANGES | RUN_TIME, cases=50),
    Row("fully_connected_run_time_zero_int8", at_run_time(make), RANGES | RUN_TIME | ZERO),
    Row("fully_connected_run_time_int16", at_run_time(make), RANGES | RUN_TIME | INT16_RANGES),
    Row("fully_connected_run_time_uint8", at_run_time(make), RANGES | RUN_TIME | UINT8),
    Row("fully_connected_run_time_float32", at_run_time(make), RANGES | RUN_TIME | FLOAT),
)
ROUNDED_OTHERWISE = ((ROWS[0], 70), (ROWS[1], 55), (ROWS[2], 8), (ROWS[2], 84))
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS, m4_every=1)


@pytest.mark.parametrize("run, name", [(run_on_host, "host"), (run_on_m4, "mps2_an386")])
def test_float16_weights_kept(run: conformance.Runner, name: str, tmp_path: Path) -> None:
    """--float16=keep: halves in flash, where they hold the weights exactly (as in these cases)."""
    row = next(r for r in ROWS if r.name == "fully_connected_float32")
    target = dataclasses.replace(load(name), float16="keep")
    files = compile_model(row.case(0).model, CompileOptions("m", target)).files
    assert "nn_fully_connected_f16.h" in files
    conformance.check_c(row, run, f"{name}, halves", tmp_path, target, every=2)


# MVE has inner loops of its own for these.
M55_TYPES = ("float32", "connected_int16")
M55_ROWS = [r for r in ROWS if "connected_int8" in r.name or r.name.endswith(M55_TYPES)]
test_c_on_m55 = conformance.m55_test(M55_ROWS)
test_c_on_m0 = conformance.m0_test(ROWS[:2])


@pytest.mark.parametrize("run, target", [(run_on_host, "host"), (run_on_m4, "mps2_an386")])
def test_two_roundings(run: conformance.Runner, target: str, tmp_path: Path) -> None:
    """--reference=tflm: the C equals our meaning of it, which is not TFLite's everywhere."""
    micro = dataclasses.replace(load(target), reference="tflm")
    networks, differ = [], 0
    run_time = [r for r in ROWS if "run_time_int" in r.name]
    picked = [(r, n) for r in (ROWS[0], *run_time) for n in range(40 if r is ROWS[0] else 8)]
    for row, number in [*picked, *ROUNDED_OTHERWISE]:
        case = row.case(number)
        graph = choose_rounding.run(read(case.model, case.name), micro)
        twice = list(conformance.interpret(graph, case.runs))
        once = list(conformance.interpret(read(case.model, case.name), case.runs))
        differ += any((a[0] != b[0]).any() for a, b in zip(once, twice, strict=True))
        files = compile_model(case.model, CompileOptions(case.name, micro)).files
        networks.append(Network(case.name, files, case.runs, twice))
    assert differ >= len(ROUNDED_OTHERWISE)
    for network, outputs in zip(networks, run(networks, tmp_path), strict=True):
        for found, wanted in zip(outputs, network.wanted, strict=True):
            conformance.compare(f"{network.name}: two roundings", found, wanted)


def test_search_among_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel for scales that no multiplication equals is exact, too."""
    monkeypatch.setattr(dense, "one_multiplication", lambda *_: None)
    for row in (ROWS[0], ROWS[2]):
        folder = tmp_path / row.name
        folder.mkdir()
        conformance.check_c(row, run_on_host, "the host, searching", folder)


def test_packed_weights_on_host(tmp_path: Path) -> None:
    """The portable bodies of the primitives that Armv7E-M has."""
    target = dataclasses.replace(HOST, isa="armv7em")
    conformance.check_c(ROWS[0], run_on_host, "the host, packed weights", tmp_path, target)


def test_one_multiplication_has_the_steps_of_the_product_in_double() -> None:
    rng, missing = np.random.default_rng(2), 0
    for number in range(1000):
        scale = float(np.float32(2.0 ** rng.uniform(-22, 4))) * float(
            np.float32(rng.random() + 0.5)
        )
        if number % 4 == 0:  # ties
            scale = 2.0 ** int(rng.integers(-16, 3)) * float(rng.choice([1.0, 0.75, 0.625, 3.0]))
        zero, bound = int(rng.integers(-128, 128)), int(2 ** rng.uniform(6, 25))
        low, high, left = -128 - zero, 127 - zero, left_shift(scale)
        ladder = steps(scale, low, high, bound)
        form = one_multiplication(ladder, scale, left)
        if form is None:  # possible where accumulators have some 24 bits
            missing += 1
            continue
        multiplier, right = form
        near = np.concatenate([ladder.first - 1, ladder.first, ladder.first + 1])
        acc = np.clip(np.concatenate([near, rng.integers(-bound, bound, 500)]), -bound, bound)
        wanted = np.clip(round_half_away(acc * scale), low, high)
        start = (2 * zero + 1) << (31 + right)
        found = (((acc << left) * multiplier + start) >> (32 + right)) - zero
        assert (np.clip(found, low, high) == wanted).all(), (scale, zero, bound)
    assert missing < 5


def test_sums_beyond_the_steps_have_no_multiplication() -> None:
    ladder = steps(1e-9, -128, 127, 2**31 - 2)
    assert one_multiplication(ladder, 1e-9, 40) is None
