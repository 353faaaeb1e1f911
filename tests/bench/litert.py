"""Compares outputs.bin with what LiteRT's reference kernels make of inputs.bin, in this folder.

Usage: python -m tests.bench.litert MODEL. Prints "exact", or the largest difference relative to
max(1, |value|) where that is rounding (float32, at most 1e-5), or "differs".
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

ROUNDING = 1e-5


def verdict(model: Path, inputs: bytes, outputs: bytes) -> str:
    """The runs are as many as the inputs hold; state is kept between them."""
    interpreter: Any = Interpreter(
        str(model), experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1
    )
    interpreter.allocate_tensors()
    at = found = 0
    exact, floating, worst = True, True, 0.0
    while at < len(inputs):
        for detail in interpreter.get_input_details():
            shape, dtype = tuple(detail["shape"]), np.dtype(detail["dtype"])
            count = int(np.prod(shape))
            data = np.frombuffer(inputs, dtype, count, at).reshape(shape)
            interpreter.set_tensor(detail["index"], data)
            at += data.nbytes
        interpreter.invoke()
        for detail in interpreter.get_output_details():
            theirs = np.ascontiguousarray(interpreter.get_tensor(detail["index"]))
            ours = np.frombuffer(outputs, theirs.dtype, theirs.size, found).reshape(theirs.shape)
            found += theirs.nbytes
            exact = exact and ours.tobytes() == theirs.tobytes()
            floating = floating and theirs.dtype.kind == "f"
            difference = np.abs(ours.astype(np.float64) - theirs.astype(np.float64))
            scaled = difference / np.maximum(1.0, np.abs(theirs.astype(np.float64)))
            worst = max(worst, float(scaled.max(initial=0.0)))
    if exact:
        return "exact"
    return f"{worst:.0e}" if floating and worst <= ROUNDING else "differs"


if __name__ == "__main__":
    print(
        verdict(
            Path(sys.argv[1]), Path("inputs.bin").read_bytes(), Path("outputs.bin").read_bytes()
        )
    )
