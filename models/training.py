"""What the training scripts of the model zoo share: determinism, conversion, accuracy, files.

A script builds a Keras network with a fixed batch of one, trains it, and calls `convert_int8`
(full-integer post-training quantisation) or `convert_float`. The result goes beside the script with
`save_or_check`. Only training needs TensorFlow; nothing else in the repository imports this module.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# oneDNN picks its blocking (and so the order of float additions) by the CPU it finds.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

Array = NDArray[np.float32]

warnings.filterwarnings("ignore", message=".*tf.lite.Interpreter is deprecated.*")


def make_deterministic(seed: int) -> None:
    """Fix every source of randomness: seeds, op order, thread counts. Call before any op runs."""
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)


def _converter(network: keras.Model) -> tf.lite.TFLiteConverter:
    """A converter for the network with its batch fixed to one, so that no shape is dynamic."""
    one = keras.Input(batch_shape=(1, *network.input_shape[1:]), name="input")
    fixed = keras.models.clone_model(network, input_tensors=one)
    fixed.set_weights(network.get_weights())
    return tf.lite.TFLiteConverter.from_keras_model(fixed)


def _convert(converter: tf.lite.TFLiteConverter) -> bytes:
    """The converter's result, without the list of captures that exporting prints."""
    with contextlib.redirect_stdout(io.StringIO()):
        return bytes(converter.convert())


def convert_float(network: keras.Model) -> bytes:
    """The network as a float32 .tflite."""
    return _convert(_converter(network))


def convert_int8(network: keras.Model, calibration: Array, *, float_io: bool = False) -> bytes:
    """The network as an int8 .tflite: int8 weights and activations, int32 biases.

    `calibration` is a batch of training inputs: activation ranges are those it produces. With
    `float_io` the interface stays float32 and the graph starts with QUANTIZE, ends with DEQUANTIZE.
    """

    def representative() -> Iterator[list[Array]]:
        for sample in calibration:
            yield [sample[np.newaxis].astype(np.float32)]

    converter = _converter(network)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    if not float_io:
        converter.inference_input_type = tf.int8
        converter.inference_output_type = tf.int8
    return _convert(converter)


def interpret(model: bytes) -> Callable[[Array], Array]:
    """A function that runs batches of floats through a .tflite with the reference kernels."""
    interpreter = tf.lite.Interpreter(
        model_content=model,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF,
    )
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]
    target = interpreter.get_output_details()[0]

    def run_one(sample: Array) -> Array:
        value = sample[np.newaxis]
        if source["dtype"] == np.int8:
            scale, zero_point = source["quantization"]
            value = np.clip(np.round(value / scale) + zero_point, -128, 127)
        interpreter.set_tensor(source["index"], value.astype(source["dtype"]))
        interpreter.invoke()
        output = interpreter.get_tensor(target["index"])[0].astype(np.float32)
        if target["dtype"] == np.int8:
            scale, zero_point = target["quantization"]
            output = (output - np.float32(zero_point)) * np.float32(scale)
        return output

    return lambda batch: np.stack([run_one(sample) for sample in batch])


def accuracy(model: bytes, inputs: Array, labels: NDArray[np.int64]) -> float:
    """Fraction of inputs whose largest output is the label's."""
    return float(np.mean(interpret(model)(inputs).argmax(axis=1) == labels))


def folder(script: str) -> Path:
    """Where the script's model lives: its folder in the source tree, also under `bazel run`."""
    workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY")
    parent = Path(script).resolve().parent
    return Path(workspace) / "models" / Path(script).parent.name if workspace else parent


def save_or_check(path: Path, content: bytes, *, check: bool) -> None:
    """Write the file; with `check`, compare it with the one there, exit 1 if they differ."""
    digest = hashlib.sha256(content).hexdigest()
    if check and path.read_bytes() != content:
        sys.exit(f"{path}: training gave other bytes ({len(content)} bytes, sha256 {digest})")
    if not check:
        path.write_bytes(content)
    print(f"{path.name}: {len(content)} bytes, sha256 {digest}{', as committed' if check else ''}")
