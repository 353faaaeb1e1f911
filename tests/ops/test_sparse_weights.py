"""Dense layers of which most weights are zero: exact, smaller, only where fours are rare."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.ops.sparse import sparse_rows
from compiler.options import Options
from compiler.target import HOST, load

from . import conformance, test_fully_connected
from .cases import Draw, Row
from .tflite_builder import Subgraph


def make(d: Draw) -> Subgraph:
    """FULLY_CONNECTED with few fours of weights that are not zero, or of channels without any."""
    dense = test_fully_connected.make(d)
    x, weights, *others = dense.tensors
    assert weights.data is not None
    units, depth = weights.shape
    kept = d.rng.random((units, depth // 4)) < d["density"]
    kept[d.rng.random(units) < 0.2] = False
    data = weights.data * np.repeat(kept, 4, axis=1)
    return dataclasses.replace(
        dense, tensors=(x, dataclasses.replace(weights, data=data.astype(np.int8)), *others)
    )


RANGES = test_fully_connected.RANGES | {
    "depth": (4, 20, 64, 128, 1280, 4096),
    "units": (1, 3, 12),
    "density": (0.0, 0.002, 0.1, 0.3),
}
ROWS = (Row("fully_connected_sparse_int8", make, RANGES),)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS, m4_every=4)


def test_sparse_weights_take_less_flash() -> None:
    taken = 0
    for number in range(20):
        model = ROWS[0].case(number).model
        sparse = compile_model(model, Options("m", HOST))
        dense = compile_model(model, Options("m", load("mps3_an547")))
        assert "nn_fully_connected_sparse_s8.h" not in dense.files
        if "nn_fully_connected_sparse_s8.h" in sparse.files:
            taken += 1
            assert sparse.report["weight_bytes"] <= dense.report["weight_bytes"]
    assert taken >= 12, taken


@pytest.mark.parametrize("seed", range(4))
def test_fours_stand_where_the_steps_lead(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.integers(-128, 128, (5, 8192), dtype=np.int8)
    weights[rng.random(weights.shape) < 0.9995] = 0
    found = sparse_rows(weights, HOST)
    assert found is not None
    values, steps, counts = (c.data for c in found)
    again, place = np.zeros_like(weights), 0
    for row, count in zip(again.reshape(5, -1, 4), counts.tolist(), strict=True):
        at = 0
        for step, four in zip(
            steps[place : place + count].tolist(),
            values.reshape(-1, 4)[place : place + count],
            strict=True,
        ):
            at += step
            row[at] = four
        place += count
    assert (again == weights).all()


def test_dense_weights_stay_dense() -> None:
    weights = np.ones((4, 64), np.int8)
    assert sparse_rows(weights, HOST) is None
    weights[:, 16:] = 0
    assert sparse_rows(weights, HOST) is not None
