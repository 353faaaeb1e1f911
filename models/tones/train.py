"""Train the classifier of tones on simulated sounds and write tones.tflite (int8).

    bazel run //models/tones:train [-- --check]

With --check it writes nothing and fails unless the committed file has the bytes that training gave.
"""

from __future__ import annotations

import argparse

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from models import training
from models.tones import front_end, simulate

SEED = 21
HELD_OUT_SEED = 22
TRAINING = 1200
HELD_OUT = 100
EPOCHS = 30
BATCH = 32
FRAMES = simulate.CLIP // front_end.FRAME


def build() -> keras.Model:
    """Two convolutions over time and bands, a depthwise one, the mean over time, a dense layer."""
    rows = keras.Input((FRAMES, front_end.BANDS, 1))
    x = rows
    x = layers.Conv2D(8, (5, 4), (2, 2), padding="same", use_bias=False, name="conv_1")(x)
    x = layers.ReLU(name="relu_1")(layers.BatchNormalization(name="norm_1")(x))
    x = layers.DepthwiseConv2D((5, 3), padding="same", use_bias=False, name="depthwise")(x)
    x = layers.ReLU(name="relu_2")(layers.BatchNormalization(name="norm_2")(x))
    x = layers.Conv2D(16, 1, use_bias=False, name="conv_2")(x)
    x = layers.ReLU(name="relu_3")(layers.BatchNormalization(name="norm_3")(x))
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = layers.Dense(len(simulate.SOUNDS), activation="softmax", name="dense")(x)
    return keras.Model(rows, x, name="tones")


def data(network: bytes, seed: int, count: int) -> tuple[training.Array, NDArray[np.int64]]:
    """Features / 256 of the clips, shape (n, 25, 16, 1), and their labels."""
    clips, labels = simulate.clips(seed, count)
    rows = np.stack([front_end.features(network, clip) for clip in clips])
    return (rows[..., np.newaxis] / 256).astype(np.float32), labels


def main() -> None:
    """Train, convert, measure, and write or check the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check

    training.make_deterministic(SEED)
    front = front_end.model()
    rows, labels = data(front, SEED, TRAINING)
    network = build()
    steps = EPOCHS * -(-TRAINING // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, steps)
    network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    network.fit(rows, labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)

    # The whole range, 0..255, is in the calibration: so the input's scale is 1/256, and its zero
    # point -128.
    extremes = np.resize(np.array([0, 255 / 256], np.float32), (1, *rows.shape[1:]))
    model = training.convert_int8(network, np.concatenate([extremes, rows[:300]]))
    unseen, truth = data(front, HELD_OUT_SEED, HELD_OUT)
    float_right = training.accuracy(training.convert_float(network), unseen, truth)
    right = training.accuracy(model, unseen, truth)
    print(f"float32: {float_right:.2%}, int8: {right:.2%} of {HELD_OUT} held-out clips")
    training.save_or_check(training.folder(__file__) / "tones.tflite", model, check=check)


if __name__ == "__main__":
    main()
