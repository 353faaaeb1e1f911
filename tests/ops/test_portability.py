"""The generated C means the same on other kinds of computers: with the highest byte first, with
pointers of 64 bits. What stands in flash must not depend on the order of bytes.

Some cases of each operator that multiplies, adds or moves data, and the project's own networks,
as programs of a PowerPC (32 bits) and of a z/Architecture (64 bits) in QEMU's user mode.
"""

from __future__ import annotations

import dataclasses
import importlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.ir import Array, Tensor
from compiler.options import Options
from compiler.target import HOST
from compiler.tflite.reader import read

from . import conformance, oracle
from .cases import Row
from .conformance import compare, draw
from .generated import ROOT, Computer, Network, run_on_computer

OPERATORS = "add average_pool_2d batch_matmul cast concatenation conv_2d depthwise_conv_2d "
OPERATORS += "fully_connected gather logistic max_pool_2d mean mul pad quantize resize_bilinear "
OPERATORS += "one_hot scatter_nd softmax svdf topk_v2 transpose transpose_conv "
OPERATORS += "unidirectional_sequence_lstm"
COMPUTERS = {
    "powerpc": Computer("powerpc-linux-gnu-", "qemu-ppc", ">"),
    "s390x": Computer("s390x-linux-gnu-", "qemu-s390x", ">"),
}
CASES = 2  # of each row


def of_row(row: Row) -> Iterator[Network]:
    for case, wanted in draw(dataclasses.replace(row, cases=CASES)):
        files = compile_model(case.model, Options(case.name, HOST)).files
        yield Network(case.name, files, case.runs, wanted)


def own(path: Path) -> Network:
    """One of the project's networks, on two random inputs."""
    model = path.read_bytes()
    graph = read(model, path.stem)
    rng = np.random.default_rng(5)

    def drawn(tensor: Tensor) -> Array:
        values = rng.integers(-128, 128, tensor.shape) / (64 if tensor.dtype.is_float else 1)
        array: Array = values.astype(tensor.dtype.numpy)
        return array

    runs = [tuple(drawn(graph.tensors[i]) for i in graph.inputs) for _ in range(2)]
    files = compile_model(model, Options(path.stem, HOST)).files
    unknown = any(node.op.NAME.startswith("signal_") for node in graph.nodes)  # to LiteRT
    wanted = list(conformance.interpret(graph, runs)) if unknown else oracle.run(model, runs)
    return Network(path.stem, files, runs, wanted)


def networks() -> list[Network]:
    modules = (importlib.import_module(f"tests.ops.test_{name}") for name in OPERATORS.split())
    rows = (row for module in modules for row in module.ROWS)
    models = sorted((ROOT / "models").glob("*/*.tflite"))
    return [*(n for row in rows for n in of_row(row)), *map(own, models)]


@pytest.fixture(scope="module")
def every() -> list[Network]:
    return networks()


@pytest.mark.parametrize("computer", COMPUTERS)
def test_c_gives_the_same_on(computer: str, every: list[Network], tmp_path: Path) -> None:
    by_runs = sorted(every, key=lambda n: len(n.runs))
    for runs, group in itertools.groupby(by_runs, key=lambda n: len(n.runs)):
        some = list(group)
        folder = tmp_path / str(runs)
        folder.mkdir()
        found = run_on_computer(COMPUTERS[computer], some, folder)
        for network, outputs in zip(some, found, strict=True):
            for r, (ours, right) in enumerate(zip(outputs, network.wanted, strict=True)):
                compare(f"{network.name} run {r}: C on {computer}", ours, right)
    print(f"{len(every)} networks give on {computer} what they give here")
