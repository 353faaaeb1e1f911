"""Train the gesture network on simulated movements and write gesture.tflite.

    bazel run //models/gesture:train [-- --check]

The network is int8 inside and takes and gives float32 (QUANTIZE, …, DEQUANTIZE). With --check it
writes nothing and fails unless the committed file has the bytes that training gave.
"""

from __future__ import annotations

import argparse

import keras
import numpy as np
from keras import layers

from models import training
from models.gesture import simulate

SEED = 11
HELD_OUT_SEED = 12
TRAINING = 3000
HELD_OUT = 500
EPOCHS = 15
BATCH = 32


def residual(x: keras.KerasTensor, dilation: int, name: str) -> keras.KerasTensor:
    """ReLU(x + pointwise(depthwise(x))); depthwise is dilated and doubles the channels."""
    channels = x.shape[-1]
    y = layers.DepthwiseConv2D(
        (5, 1),
        depth_multiplier=2,
        dilation_rate=(dilation, 1),
        padding="same",
        use_bias=False,
        name=f"{name}_depthwise",
    )(x)
    y = layers.ReLU(name=f"{name}_relu")(layers.BatchNormalization(name=f"{name}_norm_1")(y))
    y = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_pointwise")(y)
    y = layers.Add(name=f"{name}_add")([x, layers.BatchNormalization(name=f"{name}_norm_2")(y)])
    return layers.ReLU(name=f"{name}_add_relu")(y)


def build() -> keras.Model:
    """Padding, a strided convolution over time, two residual blocks, a mean, a dense layer."""
    signal = keras.Input((simulate.WINDOW, 1, 3))
    x = layers.ZeroPadding2D(((3, 3), (0, 0)), name="pad")(signal)
    x = layers.Conv2D(16, (7, 1), (2, 1), use_bias=False, name="conv")(x)
    x = layers.ReLU(name="conv_relu")(layers.BatchNormalization(name="conv_norm")(x))
    x = residual(x, 1, "block_1")
    x = residual(x, 3, "block_2")
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = layers.Dense(len(simulate.GESTURES), activation="softmax", name="dense")(x)
    return keras.Model(signal, x, name="gesture")


def main() -> None:
    """Train, convert, measure, and write or check the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check

    training.make_deterministic(SEED)
    windows, labels = simulate.windows(SEED, TRAINING)
    windows = windows[:, :, np.newaxis]
    network = build()
    steps = EPOCHS * -(-TRAINING // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, steps)
    network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    network.fit(windows, labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)

    model = training.convert_int8(network, windows[:400], float_io=True)
    unseen, truth = simulate.windows(HELD_OUT_SEED, HELD_OUT)
    unseen = unseen[:, :, np.newaxis]
    float_right = training.accuracy(training.convert_float(network), unseen, truth)
    right = training.accuracy(model, unseen, truth)
    print(f"float32: {float_right:.2%}, int8: {right:.2%} of {HELD_OUT} held-out windows")
    training.save_or_check(training.folder(__file__) / "gesture.tflite", model, check=check)


if __name__ == "__main__":
    main()
