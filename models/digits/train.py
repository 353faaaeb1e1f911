"""Train the network for scikit-learn's handwritten digits; write its .tflite and test data.

    bazel run //models/digits:train [-- --check]

writes digits.tflite (int8), digits_float.tflite (the same weights before quantisation) and
held_out.txt (the 360 digits never trained on). With --check it writes nothing and fails unless the
files in the source tree have the very bytes that training gave.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from models import training
from models.digits import held_out

SEED = 20
HELD_OUT = 360  # of 1797, a fifth
EPOCHS = 60
BATCH = 32


@dataclass(frozen=True)
class Split:
    """Pixels 0..16, the network's inputs (8-bit grey / 256, shape (n, 8, 8, 1)), labels."""

    pixels: NDArray[np.uint8]
    inputs: training.Array
    labels: NDArray[np.int64]


def load() -> tuple[Split, Split]:
    """The training and the held-out split: a seeded shuffle, the last 360 held out."""
    digits = load_digits()
    order = np.random.default_rng(SEED).permutation(len(digits.target))
    pixels = digits.images[order].astype(np.uint8)
    labels = digits.target[order].astype(np.int64)
    inputs = (held_out.grey(pixels) / 256).astype(np.float32)[..., np.newaxis]
    cut = len(order) - HELD_OUT
    return (
        Split(pixels[:cut], inputs[:cut], labels[:cut]),
        Split(pixels[cut:], inputs[cut:], labels[cut:]),
    )


def build() -> keras.Model:
    """A convolution, two depthwise-separable blocks, two poolings, a dense layer: 3,530 weights.

    With batch normalisation folded in: 9*16 + 9*16 + 16*32 + 9*32 + 32*32 + 128*10 = 3392
    weights and 16 + 16 + 32 + 32 + 32 + 10 = 138 biases.
    """

    def normalised(x: keras.KerasTensor, layer: layers.Layer) -> keras.KerasTensor:
        name = layer.name
        x = layers.BatchNormalization(name=f"{name}_norm")(layer(x))
        return layers.ReLU(name=f"{name}_relu")(x)

    def depthwise(name: str) -> layers.Layer:
        return layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=name)

    image = keras.Input((8, 8, 1))
    x = normalised(image, layers.Conv2D(16, 3, padding="same", use_bias=False, name="conv"))
    x = normalised(x, depthwise("depthwise_1"))
    x = normalised(x, layers.Conv2D(32, 1, use_bias=False, name="pointwise_1"))
    x = layers.MaxPooling2D(2, name="max_pool")(x)
    x = normalised(x, depthwise("depthwise_2"))
    x = normalised(x, layers.Conv2D(32, 1, use_bias=False, name="pointwise_2"))
    x = layers.AveragePooling2D(2, name="average_pool")(x)
    x = layers.Dropout(0.2)(layers.Flatten(name="flatten")(x))
    x = layers.Dense(10, activation="softmax", name="dense")(x)
    return keras.Model(image, x, name="digits")


def shifted(inputs: training.Array, random: np.random.Generator) -> training.Array:
    """Each image moved by up to half a pixel in each axis (linear interpolation, zeros outside)."""
    result = inputs
    for axis in (1, 2):
        distance = random.uniform(-0.5, 0.5, (len(inputs), 1, 1, 1)).astype(np.float32)
        pad = [(0, 0)] * 4
        pad[axis] = (1, 1)
        padded = np.pad(result, pad)
        before = padded.take(range(0, 8), axis)
        after = padded.take(range(2, 10), axis)
        neighbour = np.where(distance > 0, before, after)
        result = (1 - abs(distance)) * result + abs(distance) * neighbour
    return result.astype(np.float32)


def train(network: keras.Model, data: Split) -> None:
    """Adam with a cosine-decaying rate, cross-entropy, each epoch on freshly shifted images."""
    random = np.random.default_rng(SEED)
    steps = EPOCHS * -(-len(data.labels) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, steps)
    network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    for _ in range(EPOCHS):
        inputs = shifted(data.inputs, random)
        network.fit(inputs, data.labels, batch_size=BATCH, epochs=1, verbose=0)


def main() -> None:
    """Train, convert, measure, and write or check the three files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check

    training.make_deterministic(SEED)
    known, unseen = load()
    network = build()
    train(network, known)
    float_model = training.convert_float(network)
    int8_model = training.convert_int8(network, known.inputs)
    for name, model in (("float32", float_model), ("int8", int8_model)):
        right = training.accuracy(model, unseen.inputs, unseen.labels)
        print(
            f"{name}: {right:.2%} of {HELD_OUT} held-out digits ({round(right * HELD_OUT)} right)"
        )

    here = training.folder(__file__)
    training.save_or_check(here / "digits.tflite", int8_model, check=check)
    training.save_or_check(here / "digits_float.tflite", float_model, check=check)
    text = held_out.format_text(unseen.pixels, unseen.labels)
    training.save_or_check(here / "held_out.txt", text.encode(), check=check)


if __name__ == "__main__":
    main()
