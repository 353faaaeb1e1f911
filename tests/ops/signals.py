"""Networks of one operator of TensorFlow Lite Micro's signal library, which LiteRT does not have.

The references are held against values derived another way (exact integers, real arithmetic, NumPy's
float FFT); the C is held against the references.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from flatbuffers import flexbuffers

from compiler.compile import compile_model
from compiler.ir import Array, DType, Tensor
from compiler.options import Options
from compiler.target import HOST, load
from compiler.tflite.reader import read

from . import conformance
from .cases import Case
from .drawn import Cases
from .generated import Network, run_on_host, run_on_m4
from .tflite_builder import Operator, Subgraph

M4 = load(conformance.M4)
BOTH = (run_on_host, (HOST, M4)), (run_on_m4, (M4,))


def tensor(name: str, shape: Sequence[int], dtype: DType | str) -> Tensor:
    return Tensor(name, tuple(shape), DType(dtype))


def constant(name: str, values: Sequence[int] | Array, dtype: DType | str) -> Tensor:
    data = np.array(values, DType(dtype).numpy)
    return Tensor(name, data.shape, DType(dtype), data=data)


def case(
    name: str,
    code: str,
    options: Mapping[str, int | bool],
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
    runs: Sequence[Sequence[Array]],
) -> Case:
    """A network of the operator alone. Inputs with data are constants, the others the network's."""
    packed = bytes(flexbuffers.Dumps(dict(options)))
    indices = tuple(range(len(inputs)))
    results = tuple(range(len(inputs), len(inputs) + len(outputs)))
    operator = Operator("CUSTOM", indices, results, custom=code, custom_options=packed)
    given = tuple(i for i in indices if not inputs[i].is_const)
    graph = Subgraph((*inputs, *outputs), (operator,), given, results)
    return Case(name, (graph,), tuple(tuple(r) for r in runs))


def reference(c: Case) -> list[tuple[Array, ...]]:
    """The outputs of every run by the room's reference, the state being kept."""
    return list(conformance.interpret(read(c.model, c.name), c.runs))


def check(c: Case, *wanted: Sequence[Sequence[int] | Array]) -> None:
    """The reference gives `wanted`, a tuple of outputs for each run."""
    for run, (found, right) in enumerate(zip(reference(c), wanted, strict=True)):
        arrays = [np.array(w, f.dtype).reshape(f.shape) for w, f in zip(right, found, strict=True)]
        conformance.compare(f"{c.name} run {run}", found, arrays)


def c_tests(cases: Cases) -> Callable[..., None]:
    """The test of the C on the host and on the M4, for pytest to collect."""

    @pytest.mark.parametrize(("run", "targets"), BOTH, ids=("host", "m4"))
    def test_c(run: conformance.Runner, targets: Sequence[object], tmp_path: Path) -> None:
        networks = []
        for c, target in zip(cases.make(), itertools.cycle(targets), strict=False):
            assert target is HOST or target is M4
            files = compile_model(c.model, Options(c.name, target)).files
            networks.append(Network(c.name, files, c.runs, reference(c)))
        for network, outputs in zip(networks, run(networks, tmp_path), strict=True):
            for r, (found, right) in enumerate(zip(outputs, network.wanted, strict=True)):
                conformance.compare(f"{network.name} run {r}", found, right)
        print(f"C equals the reference in {len(networks)} cases")

    return test_c


def magnitudes(rng: np.random.Generator, shape: int | Sequence[int], bits: int) -> Array:
    """Unsigned values of every length from 0 to `bits` bits."""
    lengths = rng.integers(0, bits, shape, endpoint=True)
    top = rng.integers(0, 1 << 63, shape, dtype=np.uint64) | np.uint64(1 << 63)
    shifts = np.minimum(64 - lengths, 63).astype(np.uint64)
    return np.where(lengths == 0, np.uint64(0), top >> shifts)
