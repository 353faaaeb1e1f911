"""The kernel is the room's reference: on the host under ASan and UBSan, and on a Cortex-M4."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.ops import Registry
from compiler.options import Options
from compiler.target import HOST, load
from compiler.tflite.reader import read
from compiler.user_ops import extended
from tests.examples.custom_operator.make_model import model
from tests.ops.conformance import M4, Runner, interpret
from tests.ops.generated import Network, run_on_host, run_on_m4

SHAPES = ((1, 4, 5, 12), (1, 1, 1, 6), (2, 3, 3, 24), (1, 7, 2, 30))
GROUPS = (1, 2, 3, 6)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return extended([str(Path(__file__).with_name("my_ops.py"))])


def network(number: int, shape: Sequence[int], groups: int, registry: Registry) -> Network:
    name, data = f"shuffle_{number}", model(groups, tuple(shape))
    rng = np.random.default_rng(number)
    runs = [(rng.integers(-128, 127, shape, np.int8, endpoint=True),) for _ in range(2)]
    target = load(M4) if number % 2 else HOST
    files = compile_model(data, Options(name, target, registry=registry)).files
    return Network(name, files, runs, list(interpret(read(data, name, registry), runs)))


@pytest.mark.parametrize("run", [run_on_host, run_on_m4])
def test_the_kernel_is_the_reference(run: Runner, registry: Registry, tmp_path: Path) -> None:
    drawn = [(s, g) for s in SHAPES for g in GROUPS]
    networks = [network(i, s, g, registry) for i, (s, g) in enumerate(drawn)]
    for made, outputs in zip(networks, run(networks, tmp_path), strict=True):
        for found, wanted in zip(outputs, made.wanted, strict=True):
            np.testing.assert_array_equal(found[0], wanted[0], made.name)


def test_the_meaning_is_that_of_the_formula(registry: Registry) -> None:
    x = np.arange(12, dtype=np.int8).reshape(1, 1, 1, 12)
    (found,) = interpret(read(model(3, (1, 1, 1, 12)), "m", registry), [(x,)])
    assert found[0].ravel().tolist() == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]
