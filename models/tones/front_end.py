"""Writes front_end.tflite: 20 ms of sound become the logarithms of the energy in 16 bands.

    bazel run //models/tones:front_end [-- --check]

The operators are TensorFlow Lite Micro's signal library:

    SignalWindow       320 samples times a Hann window in 1/4096
    SignalFftAutoScale as many bits to the left as there is room for, and how many
    SignalRfft         512 points (31.25 Hz apart)
    SignalEnergy       re² + im²
    SignalFilterBank   16 bands, triangles whose centres are 1/4 octave apart from 390 Hz
    SignalFilterBankSquareRoot, which takes the scaling back
    SignalFilterBankLog  16 ln x, at most 355

`features` computes them with the rooms' references, which the generated C equals in every bit.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from flatbuffers import flexbuffers
from numpy.typing import NDArray

from compiler.ir import Array, DType, Graph, Tensor
from compiler.tflite.reader import read
from tests.ops.tflite_builder import Operator, Options, Subgraph, build

FRAME = 320  # samples: 20 ms
FFT = 512
BANDS = 16
BIN = 16000 / FFT  # Hz
ONE = 4096  # of the window and of the bands' weights
LOG_SCALE = 16
NETWORK = "front_end.tflite"

INT16, INT32, UINT32, UINT64 = DType.INT16, DType.INT32, DType.UINT32, DType.UINT64


def _bank() -> tuple[list[Array], int, int]:
    """Weights, unweights, first bins, first weights, widths; the first and the last bin in use.

    Between centres c and c + 1 a bin at share s of the way belongs to band c with weight 1 - s and
    to band c + 1 with its unweight s.
    """
    centres = 390 * 2 ** (np.arange(-1, BANDS + 1) / 4) / BIN  # in bins; one more at either end
    edges = np.ceil(centres).astype(int)
    weights, widths, firsts = [], [], []
    for left, right, start, end in zip(centres, centres[1:], edges, edges[1:], strict=False):
        bins = np.arange(start, end)
        firsts.append(sum(widths))
        widths.append(len(bins))
        weights.append(np.round((right - bins) / (right - left) * ONE).astype(int))
    flat = np.concatenate(weights)
    tables = [flat, ONE - flat, edges[:-1], np.array(firsts), np.array(widths)]
    return [table.astype(np.int16) for table in tables], int(edges[0]), int(edges[-1])


def _custom(code: str, inputs: Iterable[int], outputs: Iterable[int], **options: int) -> Operator:
    packed = bytes(flexbuffers.Dumps(options))
    return Operator("CUSTOM", tuple(inputs), tuple(outputs), custom=code, custom_options=packed)


def model() -> bytes:
    """The .tflite file."""
    hann = np.round((0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(FRAME) + 0.5) / FRAME)) * ONE)
    bank, first, last = _bank()
    tensors: list[Tensor] = []

    def add(name: str, shape: tuple[int, ...], dtype: DType, data: Array | None = None) -> int:
        tensors.append(Tensor(name, shape, dtype, data=data))
        return len(tensors) - 1

    sound = add("sound", (1, FRAME), INT16)
    window = add("window", (FRAME,), INT16, hann.astype(np.int16))
    windowed, flat = add("windowed", (1, FRAME), INT16), add("flat", (FRAME,), INT16)
    shape = add("shape", (1,), INT32, np.array([FRAME], np.int32))
    scaled, shift = add("scaled", (FRAME,), INT16), add("shift", (), INT32)
    spectrum = add("spectrum", (FFT + 2,), INT16)
    energy = add("energy", (FFT // 2 + 1,), UINT32)
    names = ("weights", "unweights", "starts", "firsts", "widths")
    tables = [add(n, t.shape, INT16, t) for n, t in zip(names, bank, strict=True)]
    bands, roots = add("bands", (BANDS,), UINT64), add("roots", (BANDS,), UINT32)
    logs = add("logs", (BANDS,), INT16)
    log = {"output_scale": LOG_SCALE, "input_correction_bits": 0}
    operators = (
        _custom("SignalWindow", (sound, window), (windowed,), shift=12),
        Operator("RESHAPE", (windowed, shape), (flat,), Options("ReshapeOptions")),
        _custom("SignalFftAutoScale", (flat,), (scaled, shift)),
        _custom("SignalRfft", (scaled,), (spectrum,), fft_length=FFT),
        _custom("SignalEnergy", (spectrum,), (energy,), start_index=first, end_index=last),
        _custom("SignalFilterBank", (energy, *tables), (bands,), num_channels=BANDS),
        _custom("SignalFilterBankSquareRoot", (bands, shift), (roots,)),
        _custom("SignalFilterBankLog", (roots,), (logs,), **log),
    )
    return build(Subgraph(tuple(tensors), operators, (sound,), (logs,)))


def _run(graph: Graph, frame: Array) -> Array:
    values = {i: t.data for i, t in graph.tensors.items() if t.data is not None}
    values[graph.inputs[0]] = frame
    for node in graph.nodes:
        inputs = [None if i is None else values[i] for i in node.inputs]
        found = node.op.reference(graph.site(node), inputs)
        values.update(zip(node.outputs, found, strict=True))
    return values[graph.outputs[0]]


def features(network: bytes, clip: NDArray[np.int16]) -> NDArray[np.uint8]:
    """A row of 16 for each 20 ms of the clip, in 8 bits: what the classifier takes, plus 128."""
    graph = read(network, "front_end")
    rows = [_run(graph, frame[np.newaxis]) for frame in clip.reshape(-1, FRAME)]
    return np.clip(np.stack(rows), 0, 255).astype(np.uint8)


def main(arguments: list[str]) -> None:
    """Writes the file, or checks it."""
    workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY")
    folder = Path(workspace, "models", "tones") if workspace else Path(__file__).parent
    content = model()
    if "--check" in arguments and (folder / NETWORK).read_bytes() != content:
        sys.exit(f"{NETWORK}: other bytes than committed")
    (folder / NETWORK).write_bytes(content)
    print(f"{NETWORK}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main(sys.argv[1:])
