"""Recordings to feed to emulated sensors, and what the firmware has to print of them.

    recordings.py SENSOR MODEL RECORDING SPOILED EXPECTED

RECORDING is the file that Renode's model of the sensor takes, SPOILED the same with samples lost on
the way (one; of the picture 20 rows, of the sound 10 ms), EXPECTED the lines that the firmware
prints: LiteRT's outputs (BUILTIN_REF) for the very samples, converted as the sensor's data sheet
and the firmware say.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray

from models.digits import held_out
from models.gesture import simulate as gesture
from models.tones import front_end
from models.tones import simulate as tones
from models.vibration import simulate as vibration

Array = NDArray[Any]
SEED = 2024
MILLION = 1_000_000


@dataclass(frozen=True)
class Recording:
    """A file for the sensor, and the network's inputs that come of it."""

    file: bytes
    inputs: Sequence[Array]
    names: Sequence[str]


def resd(micro_g: NDArray[np.int32], hertz: int) -> bytes:
    """Accelerations (n, 3) in Renode's format of sensor data, as one block of constant frequency.

    Header: RESD, version 1. Block: kind 2, samples of type 2 (acceleration), channel 0, the bytes
    that follow; start and period in nanoseconds, bytes of metadata; x, y, z in millionths of g.
    """
    samples = micro_g.astype("<i4").tobytes()
    body = struct.pack("<QQQ", 0, 1_000_000_000 // hertz, 0) + samples
    return b"RESD\x01\0\0\0" + struct.pack("<BHHQ", 2, 2, 0, len(body)) + body


def between(samples: Array, a: int, b: int, percent: int) -> Array:
    """Something between samples a and b: networks are less sure of it, so every score counts."""
    mixed: Array = (samples[a] * (100 - percent) + samples[b] * percent) / 100
    return mixed


def without(samples: Array, first: int, count: int = 1) -> Array:
    """`count` samples are lost; the last ones come twice."""
    left = np.delete(samples, range(first, first + count), axis=0)
    return np.append(left, samples[-count:], axis=0)


def gestures(lost: bool, count: int) -> Array:
    """Windows one after the other, in g."""
    windows, _ = gesture.windows(SEED, 2 * len(gesture.GESTURES))
    pairs = ((0, 2, 40), (2, 3, 50), (3, 4, 70))[-count:]
    samples = np.concatenate([between(windows.astype(np.float64), *pair) for pair in pairs])
    return without(samples, 60) if lost else samples


def _gesture_windows(g: Array) -> list[Array]:
    return list(g.astype(np.float32).reshape(-1, 1, gesture.WINDOW, 1, 3))


def adxl345(lost: bool) -> Recording:
    """Digits of 1/256 g; Renode's model divides what it is fed by four."""
    digits = np.round(gestures(lost, 1) * 256).astype(np.int16)
    lines = "".join(f"{x} {y} {z}\n" for x, y, z in digits * 4)
    return Recording(
        lines.encode(), _gesture_windows(digits * np.float32(1 / 256)), gesture.GESTURES
    )


def lis2dw12(lost: bool) -> Recording:
    """±4 g in 14 bits: digits of 0.488 mg, cut off towards zero."""
    micro_g = np.round(gestures(lost, 2) * MILLION).astype(np.int32)
    digits = np.clip(np.trunc(micro_g / 488), -8192, 8191).astype(np.float32)
    return Recording(
        resd(micro_g, 50), _gesture_windows(digits * np.float32(0.000488)), gesture.GESTURES
    )


def lsm6dso(lost: bool) -> Recording:
    """±4 g in 16 bits, to the nearest digit. The first sample is that of rest (lsm6dso.resc)."""
    micro_g = np.round(gestures(lost, 2) * MILLION).astype(np.int32)
    recorded, micro_g = micro_g, np.concatenate([[[0, 0, MILLION]], micro_g[:-1]])
    digits = np.clip(np.round(micro_g / MILLION * 8192), -32768, 32767).astype(np.float32)
    return Recording(
        resd(recorded, 52), _gesture_windows(digits * np.float32(4 / 32768)), gesture.GESTURES
    )


def analog(lost: bool) -> Recording:
    """An analog accelerometer at a converter of 12 bits: ±4 g is its whole range."""
    random = np.random.default_rng(SEED)
    windows = np.stack([vibration.window(random, state) for state in vibration.STATES])
    pairs = ((0, 1, 60), (1, 2, 65), (1, 3, 40), (2, 3, 30))
    readings = np.concatenate([between(windows.astype(np.float64), *pair) for pair in pairs])
    flat = np.floor(readings * 16).astype(np.int32) + 2048
    flat = without(flat, 700) if lost else flat
    inputs = ((flat - 2048) >> 4).astype(np.int8).reshape(-1, 1, vibration.WINDOW, 1)
    converted = [
        *flat,
        flat[-1],
    ]  # the firmware starts the next conversion before it takes the last
    return Recording("".join(f"{v}\n" for v in converted).encode(), list(inputs), vibration.STATES)


def arducam(lost: bool) -> Recording:
    """160x120 pixels in YUV 4:2:2: a digit of blocks of 15x15 in the middle, with noise."""
    random = np.random.default_rng(SEED)
    digits = held_out.read(Path(held_out.__file__).with_name("held_out.txt"))
    grey = between(held_out.grey(digits.pixels).astype(np.int32), 2, 7, 40).astype(np.int32)
    frame = np.full((120, 160), 40)
    frame[:, 20:140] = np.kron(grey, np.ones((15, 15), np.int32))
    frame = np.clip(frame + random.integers(-20, 21, frame.shape), 0, 255)
    frame = without(frame, 20, 20) if lost else frame
    yuv = np.full((120, 160, 2), 128, np.uint8)
    yuv[..., 0] = frame
    means = frame[:, 20:140].reshape(8, 15, 8, 15).sum(axis=(1, 3)) // 225
    inputs = (means - 128).astype(np.int8).reshape(1, 1, 8, 8, 1)
    return Recording(yuv.tobytes(), list(inputs), [str(digit) for digit in range(10)])


def pdm(lost: bool) -> Recording:
    """A microphone of 16 bits. LiteRT lacks the signal library: features are the references'."""
    random = np.random.default_rng(SEED)
    clips = np.stack([tones.clip(random, sound) for sound in tones.SOUNDS]).astype(np.float64)
    pairs = ((0, 2, 60), (1, 2, 70), (2, 3, 40))
    flat = np.round(np.concatenate([between(clips, *pair) for pair in pairs])).astype(np.int16)
    flat = without(flat, 3000, 160) if lost else flat
    network = Path(front_end.__file__).with_name(front_end.NETWORK).read_bytes()
    rows = [front_end.features(network, clip) for clip in flat.reshape(-1, tones.CLIP)]
    inputs = [(row.astype(int) - 128).astype(np.int8)[np.newaxis, ..., np.newaxis] for row in rows]
    return Recording(flat.astype("<i2").tobytes(), inputs, tones.SOUNDS)


SENSORS: dict[str, Callable[[bool], Recording]] = {
    "adxl345": adxl345,
    "analog": analog,
    "arducam": arducam,
    "lis2dw12": lis2dw12,
    "lsm6dso": lsm6dso,
    "pdm": pdm,
}


def expected(model: bytes, recording: Recording) -> list[str]:
    """`scores … : name` for each input, the scores in 256ths."""
    interpreter: Any = Interpreter(
        model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1
    )
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    lines = []
    for value in recording.inputs:
        interpreter.set_tensor(source["index"], value)
        interpreter.invoke()
        output = interpreter.get_tensor(target["index"])[0]
        scores = output * 256 if output.dtype == np.float32 else output.astype(int) + 128
        name = recording.names[int(scores.argmax())]
        lines.append(f"scores {' '.join(str(int(s)) for s in scores)}: {name}")
    return lines


def main(arguments: Sequence[str]) -> int:
    """The command line."""
    sensor, model, recording, spoiled, lines = arguments
    whole, holed = SENSORS[sensor](False), SENSORS[sensor](True)
    right, wrong = (expected(Path(model).read_bytes(), r) for r in (whole, holed))
    if right == wrong:
        raise ValueError("the spoiled recording has the same scores")
    Path(recording).write_bytes(whole.file)
    Path(spoiled).write_bytes(holed.file)
    Path(lines).write_text("\n".join(right) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
