"""Train the bearing network on simulated vibration and write vibration.tflite (int8).

    bazel run //models/vibration:train [-- --check]

With --check it writes nothing and fails unless the committed file has the bytes that training gave.
"""

from __future__ import annotations

import argparse

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from models import training
from models.vibration import simulate

SEED = 7
HELD_OUT_SEED = 8
TRAINING = 4000
HELD_OUT = 400
EPOCHS = 20
BATCH = 32


def build() -> keras.Model:
    """Four strided 1-D convolutions with ReLU6, the mean over time, a dense layer."""
    signal = keras.Input((simulate.WINDOW, 1))
    x = signal
    for index, (channels, width, stride) in enumerate(
        ((8, 16, 4), (16, 9, 2), (24, 5, 2), (32, 5, 2))
    ):
        name = f"conv_{index + 1}"
        conv = layers.Conv1D(channels, width, stride, padding="same", use_bias=False, name=name)
        x = layers.BatchNormalization(name=f"{name}_norm")(conv(x))
        x = layers.ReLU(6.0, name=f"{name}_relu6")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    x = layers.Dense(len(simulate.STATES), activation="softmax", name="dense")(x)
    return keras.Model(signal, x, name="vibration")


def scaled(windows: NDArray[np.int8]) -> training.Array:
    """Readings as the network sees them: int8 / 128, shape (n, 512, 1)."""
    return (windows[..., np.newaxis] / 128).astype(np.float32)


def main() -> None:
    """Train, convert, measure, and write or check the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check

    training.make_deterministic(SEED)
    windows, labels = simulate.windows(SEED, TRAINING)
    network = build()
    steps = EPOCHS * -(-TRAINING // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, steps)
    network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    network.fit(scaled(windows), labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)

    # The sensor's whole range, -128..127, is in the calibration: so the input's scale is 1/128 and
    # its zero point 0, and the network takes the readings as they are.
    extremes = np.resize(np.array([-128, 127], np.int8), (1, simulate.WINDOW))
    model = training.convert_int8(network, scaled(np.concatenate([extremes, windows[:400]])))
    unseen, truth = simulate.windows(HELD_OUT_SEED, HELD_OUT)
    float_right = training.accuracy(training.convert_float(network), scaled(unseen), truth)
    right = training.accuracy(model, scaled(unseen), truth)
    print(f"float32: {float_right:.2%}, int8: {right:.2%} of {HELD_OUT} held-out windows")
    training.save_or_check(training.folder(__file__) / "vibration.tflite", model, check=check)


if __name__ == "__main__":
    main()
