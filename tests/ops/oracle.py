"""What TFLite computes: the LiteRT interpreter with its reference kernels (BUILTIN_REF).

CEIL, ELU, ROUND and SEGMENT_SUM are missing from that set and come from the ordinary one, without
delegates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from compiler.ir import Array

MISSING = ("CEIL", "ELU", "ROUND", "SEGMENT_SUM")


class Refused(Exception):
    """LiteRT does not run the model; the message is its own."""


def _interpreter(model: bytes) -> Any:  # noqa: ANN401 (untyped library)
    def using(kernels: OpResolverType) -> Any:  # noqa: ANN401
        return Interpreter(
            model_content=model, experimental_op_resolver_type=kernels, num_threads=1
        )

    try:
        return using(OpResolverType.BUILTIN_REF)
    except ValueError as error:
        if not any(f"builtin opcode '{name}'" in str(error) for name in MISSING):
            raise
        return using(OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)


def run(model: bytes, runs: Sequence[Sequence[Array]]) -> list[tuple[Array, ...]]:
    """The outputs for each set of inputs, both ordered as in the .tflite."""
    try:
        interpreter = _interpreter(model)
        interpreter.allocate_tensors()
        inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
        results = []
        for arrays in runs:
            for detail, array in zip(inputs, arrays, strict=True):
                interpreter.set_tensor(detail["index"], array)
            interpreter.invoke()
            results.append(tuple(np.array(interpreter.get_tensor(d["index"])) for d in outputs))
    except (RuntimeError, ValueError) as error:
        raise Refused(" ".join(str(error).split())) from error
    return results
