"""Reading what many option tables of the TFLite schema share."""

from __future__ import annotations

import tflite

from ..errors import CompileError, Problem
from .room import Activation

_ACTIVATIONS = {
    tflite.ActivationFunctionType.NONE: Activation.NONE,
    tflite.ActivationFunctionType.RELU: Activation.RELU,
    tflite.ActivationFunctionType.RELU_N1_TO_1: Activation.RELU_N1_TO_1,
    tflite.ActivationFunctionType.RELU6: Activation.RELU6,
}


def activation_of(code: int) -> Activation:
    """The fused activation of an ActivationFunctionType code."""
    if code not in _ACTIVATIONS:
        raise CompileError(
            Problem(
                "fused activation",
                f"code {code}",
                ", ".join(a.value for a in _ACTIVATIONS.values()),
                "export the model with the activation as an operator of its own",
            )
        )
    return _ACTIVATIONS[code]
