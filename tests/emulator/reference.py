"""LiteRT's outputs (BUILTIN_REF) for the inputs of model_test.c and instances_test.c.

reference.py compare MODEL PROGRAM   runs the program, model_test.c built for the host, which prints
                                     a CRC-32 per output, and compares
reference.py instances MODEL PROGRAM the same of instances_test.c
reference.py expect MODEL RUNS       prints a header with the outputs that are floating point
"""

import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter, OpResolverType

Array = npt.NDArray[Any]
SEED = 12345
OUTPUT_LINE = re.compile(r"^(?:instance \d+ )?output (\d+) run (\d+) bytes=(\d+) crc=[0-9a-f]{8}$")
INSTANCES, SEEDS_OF_AN_INSTANCE = 2, 1000


class Generator:
    """x ← 1664525·x + 1013904223 mod 2^32."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def words(self, count: int) -> npt.NDArray[np.uint32]:
        """The next values of x."""
        values = np.empty(count, np.uint32)
        state = self.state
        for i in range(count):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            values[i] = state
        self.state = state
        return values

    def tensor(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
        """An input as model_test.c fills it."""
        x = self.words(int(np.prod(shape)))
        kind = np.dtype(dtype)
        if kind == np.bool_:
            values: Array = ((x >> 24) & 1).astype(np.bool_)
        elif kind.itemsize == 1:
            values = (x >> 24).astype(np.uint8).view(kind)
        elif kind.itemsize == 2:
            values = (x >> 16).astype(np.uint16).view(kind)
        elif kind == np.float32:
            values = (x >> 8).astype(np.float32) * np.float32(2**-23) - np.float32(1)
        elif kind == np.int32:
            values = ((x >> 24) & 7).astype(np.int32)
        else:
            raise ValueError(f"no rule for inputs of {kind}")
        return values.reshape(shape)


def litert_outputs(model: bytes, runs: int, seed: int = SEED) -> list[list[Array]]:
    """The outputs of each run, which a network with state goes through one after the other."""
    interpreter: Any = Interpreter(
        model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1
    )
    interpreter.allocate_tensors()
    outputs = []
    for run in range(runs):
        generator = Generator(seed + run)
        for detail in interpreter.get_input_details():
            tensor = generator.tensor(tuple(detail["shape"]), detail["dtype"])
            interpreter.set_tensor(detail["index"], tensor)
        interpreter.invoke()
        details = interpreter.get_output_details()
        outputs.append([np.array(interpreter.get_tensor(detail["index"])) for detail in details])
    return outputs


def litert_lines(model: bytes, runs: int, seed: int = SEED) -> list[str]:
    """The `output` lines that the program has to print."""
    lines = []
    for run, outputs in enumerate(litert_outputs(model, runs, seed)):
        for index, output in enumerate(outputs):
            data = output.tobytes()
            crc = zlib.crc32(data)
            lines.append(f"output {index} run {run} bytes={len(data)} crc={crc:08x}")
    return lines


def expected_header(model: bytes, runs: int) -> str:
    """C: an array of floats per floating-point output, all runs one after the other."""
    lines = ["/* reference.py expect: LiteRT's outputs. */", "#include <stddef.h>"]
    names = []
    for index, values in enumerate(zip(*litert_outputs(model, runs), strict=True)):
        if values[0].dtype != np.float32:
            names.append("NULL")
            continue
        names.append(f"expected_{index}")
        text = ", ".join(f"{float(value).hex()}f" for array in values for value in array.ravel())
        lines.append(f"static const float expected_{index}[] = {{{text}}};")
    lines.append(f"static const float *const expected_outputs[] = {{{', '.join(names)}}};")
    return "\n".join(lines) + "\n"


def program_lines(program: Path) -> list[str]:
    """The `output` lines of the program, which has to end with PASS."""
    done = subprocess.run([program.resolve()], stdout=subprocess.PIPE, text=True, check=True)
    lines = done.stdout.splitlines()
    if not lines or lines[-1] != "PASS":
        raise ValueError(f"{program} did not end with PASS")
    return [line for line in lines if OUTPUT_LINE.match(line)]


def instance_lines(model: bytes, runs: int) -> list[str]:
    """The `instance` lines, sorted: each instance in an interpreter of its own."""
    return sorted(
        f"instance {instance} {line}"
        for instance in range(INSTANCES)
        for line in litert_lines(model, runs, SEED + SEEDS_OF_AN_INSTANCE * instance)
    )


def compare(model: Path, program: Path, instances: bool = False) -> int:
    """Exit status 0 if all outputs are the same."""
    found = program_lines(program)
    runs = 1 + max((int(OUTPUT_LINE.sub(r"\2", line)) for line in found), default=-1)
    if instances:
        found, expected = sorted(found), instance_lines(model.read_bytes(), runs)
    else:
        expected = litert_lines(model.read_bytes(), runs)
    for ours, theirs in zip(found, expected, strict=False):
        if ours != theirs:
            print(f"differs: {ours}\n LiteRT: {theirs}")
    same = found == expected and runs > 0
    print(f"{runs} runs, {len(found)} outputs: {'equal to' if same else 'NOT equal to'} LiteRT's")
    return int(not same)


def main(arguments: list[str]) -> int:
    """The command line."""
    command, model, last = arguments
    if command in ("compare", "instances"):
        return compare(Path(model), Path(last), command == "instances")
    sys.stdout.write(expected_header(Path(model).read_bytes(), int(last)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
