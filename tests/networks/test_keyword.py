"""TensorFlow Lite Micro's audio preprocessor and micro_speech, joined: scores of samples are those
of the preprocessor's features, stacked, and of the network, each by itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np

from compiler.compile import compile_model
from compiler.interpret import compute, invocations
from compiler.ir import Array, Graph
from compiler.options import Options
from compiler.passes import fold_constants, resolve_variables
from compiler.target import HOST
from compiler.tflite.reader import read
from tests.ops import oracle

MODELS = Path(os.environ["RUNFILES_DIR"], "netsuke_real_models")
FRONT = MODELS / "audio_preprocessor_int8.tflite"
NETWORK = MODELS / "micro_speech_quantized.tflite"
WINDOW, HOP, FEATURES, SLICES = 480, 320, 40, 49
SILENCE = -128  # the network's real zero


def sound() -> Array:
    """A second of noise and of tones that come and go."""
    rng = np.random.default_rng(3)
    t = np.arange(60 * HOP) / 16000
    tones = sum(np.sin(2 * np.pi * f * t) * np.sin(7 * f * t) ** 2 for f in (310, 900, 2400))
    noise = rng.normal(size=t.size) * 300 * (t > 0.4)
    return np.clip(tones * 5000 * (t > 0.2) + noise, -32768, 32767).astype(np.int16)


def front() -> Graph:
    graph = read(FRONT.read_bytes(), "front")
    return fold_constants.run(resolve_variables.run(graph, HOST), HOST)


def windows(samples: Array) -> Array:
    before = np.concatenate([np.zeros(WINDOW - HOP, np.int16), samples])
    return np.array([before[i : i + WINDOW] for i in range(0, len(samples), HOP)])


def wanted(samples: Array) -> list[list[int]]:
    """Features by the rooms' references (LiteRT has no such operators), scores by LiteRT."""
    last, scores = np.full((SLICES, FEATURES), SILENCE, np.int8), []
    made = invocations(front(), [(w[None],) for w in windows(samples)])
    for (features,) in made:
        last = np.concatenate([last[1:], features.reshape(1, FEATURES)])
        ((found,),) = oracle.run(NETWORK.read_bytes(), [[last.reshape(1, -1)]])
        scores.append(found.ravel().tolist())
    return scores


def test_samples_to_scores_is_one_function(tmp_path: Path) -> None:
    options = Options("keyword", front=FRONT.read_bytes(), front_hop=HOP)
    for name, text in compile_model(NETWORK.read_bytes(), options).files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text)
    program, main = tmp_path / "keyword", Path(__file__).with_name("keyword.c")
    flags = ("-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", f"-I{tmp_path}")
    sources = (main, tmp_path / "keyword.c", "-lm")
    subprocess.run(("gcc", *flags, *sources, "-o", program), check=True)
    samples = sound()
    done = subprocess.run(program, input=samples.tobytes(), capture_output=True, check=True)
    found = [[int(s) for s in line.split()] for line in done.stdout.decode().splitlines()]
    assert found == wanted(samples)
    assert len({tuple(s) for s in found}) > 5


def test_features_of_silence_are_the_least() -> None:
    graph = front()
    state = {v.tensor: v.initial for v in graph.variables}
    values = compute(graph, [np.zeros((1, WINDOW), np.int16)], state, ())
    assert (values[graph.outputs[0]] == SILENCE).all()
