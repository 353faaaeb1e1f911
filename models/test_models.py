"""The committed networks are the ones their READMEs describe: bytes, SHA-256, accuracy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray

from models.digits import held_out
from models.gesture import simulate as gesture
from models.tones import front_end
from models.tones import simulate as tones
from models.vibration import simulate as vibration

MODELS = Path(__file__).absolute().parent
NETWORKS = (
    "digits/digits.tflite",
    "digits/digits_float.tflite",
    "vibration/vibration.tflite",
    "gesture/gesture.tflite",
    "tones/tones.tflite",
    "tones/front_end.tflite",
)

Data = tuple[NDArray[np.float32], NDArray[np.int64]]


def digits_data() -> Data:
    """The held-out digits as grey / 256."""
    digits = held_out.read(MODELS / "digits" / "held_out.txt")
    return (held_out.grey(digits.pixels) / 256).astype(np.float32), digits.labels


def vibration_data() -> Data:
    """The held-out windows as readings / 128."""
    windows, labels = vibration.windows(8, 400)
    return (windows / 128).astype(np.float32), labels


def gesture_data() -> Data:
    """The held-out windows in g."""
    return gesture.windows(12, 500)


def tones_data() -> Data:
    """The features of the held-out clips / 256."""
    clips, labels = tones.clips(22, 100)
    network = (MODELS / "tones" / "front_end.tflite").read_bytes()
    rows = [front_end.features(network, clip) for clip in clips]
    return (np.stack(rows) / 256).astype(np.float32), labels


def right_answers(path: Path, data: Data) -> int:
    """How often the network's largest output is the label's, by TFLite's reference kernels."""
    resolver = OpResolverType.BUILTIN_REF
    interpreter = Interpreter(str(path), experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    right = 0
    for sample, label in zip(*data, strict=True):
        value = sample.reshape(source["shape"])
        if source["dtype"] == np.int8:
            scale, zero_point = source["quantization"]
            value = np.clip(np.round(value / scale) + zero_point, -128, 127)
        interpreter.set_tensor(source["index"], value.astype(source["dtype"]))
        interpreter.invoke()
        right += int(interpreter.get_tensor(target["index"])[0].argmax() == label)
    return right


@pytest.mark.parametrize("network", NETWORKS)
def test_file_has_the_bytes_and_the_sha256_of_its_readme(network: str) -> None:
    content = (MODELS / network).read_bytes()
    folder, name = network.split("/")
    readme = (MODELS / folder / "README.md").read_text(encoding="utf-8")
    row = re.search(rf"`{name}`.*?([\d,]+) bytes \|\n\| SHA-256 \| `(\w+)`", readme)
    assert row, f"{folder}/README.md has no rows for {name}"
    assert len(content) == int(row[1].replace(",", ""))
    assert hashlib.sha256(content).hexdigest() == row[2]


@pytest.mark.parametrize(
    ("network", "data", "right"),
    [
        ("digits/digits.tflite", digits_data, 359),
        ("digits/digits_float.tflite", digits_data, 359),
        ("vibration/vibration.tflite", vibration_data, 399),
        ("gesture/gesture.tflite", gesture_data, 500),
        ("tones/tones.tflite", tones_data, 100),
    ],
)
def test_accuracy_is_the_one_stated(network: str, data: Callable[[], Data], right: int) -> None:
    inputs, labels = data()
    folder = network.split("/")[0]
    readme = (MODELS / folder / "README.md").read_text(encoding="utf-8")
    assert f"{right / len(labels):.2%}".replace("%", " %") in readme
    assert right_answers(MODELS / network, (inputs, labels)) == right


def test_held_out_digits_are_balanced_and_survive_a_round_trip() -> None:
    text = (MODELS / "digits" / "held_out.txt").read_text(encoding="utf-8")
    digits = held_out.parse_text(text)
    assert len(digits.labels) == 360
    assert np.bincount(digits.labels).min() >= 25
    assert held_out.format_text(digits.pixels, digits.labels) == text


@pytest.mark.parametrize("line", ["3 0123", "x " + "0" * 64, "3 " + "h" * 64, "3"])
def test_malformed_digit_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        held_out.parse_text("# comment\n" + line + "\n")


def test_the_front_end_is_the_one_that_its_program_writes() -> None:
    assert (MODELS / "tones" / "front_end.tflite").read_bytes() == front_end.model()
