"""From a .tflite file to firmware that runs: the demo.

    ./bazelw run //models/digits:demo [-- --digit=N]

Bazel compiled digits.tflite to C and linked it into firmware for a Cortex-M4. This program runs the
firmware in QEMU on the held-out digits, asks TFLite's reference kernels (LiteRT, BUILTIN_REF) the
same, and shows what both say. Exit status 0 means that every score of every digit is equal.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray
from rich.console import Console

from models.digits import firmware_log, held_out, link_map, show
from tools.emulators import qemu

TITLE = "netsuke: handwritten digits on a Cortex-M4 (mps2_an386, emulated by QEMU)"
MACHINE = "mps2-an386"
RUNFILES = Path(os.environ["RUNFILES_DIR"], "netsuke")
FOLDER = RUNFILES / "models" / "digits"
COUNTER = RUNFILES / "tools" / "emulators" / "insn_count" / "libinsn_count.so"


def tflite_scores(model: Path, images: NDArray[np.int8]) -> NDArray[np.int8]:
    """What TFLite's reference kernels compute, shape (n, 10)."""
    resolver = OpResolverType.BUILTIN_REF
    interpreter = Interpreter(str(model), experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    scores = []
    for image in images:
        interpreter.set_tensor(source["index"], image.reshape(source["shape"]))
        interpreter.invoke()
        scores.append(interpreter.get_tensor(target["index"])[0].copy())
    return np.stack(scores)


def run_firmware(elf: Path) -> firmware_log.FirmwareLog:
    """Run the firmware to its end and read what it printed."""
    run = qemu.run_firmware(elf, MACHINE, ["-plugin", str(COUNTER)], seconds=120)
    if run.timed_out:
        raise firmware_log.FirmwareError("the firmware did not end within two minutes")
    if run.status != 0:
        last = run.lines[-1] if run.lines else "nothing"
        raise firmware_log.FirmwareError(f"exit status {run.status}; the last line was {last!r}")
    return firmware_log.parse(run.lines)


def main() -> int:
    """Exit status: 0 equal to TFLite, 1 not, 2 the demo could not run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--digit", type=int, default=0, help="the held-out digit to draw")
    chosen = parser.parse_args().digit

    digits = held_out.read(FOLDER / "held_out.txt")
    count = len(digits.labels)
    if not 0 <= chosen < count:
        parser.error(f"--digit must be 0 to {count - 1}")
    try:
        log = run_firmware(FOLDER / "firmware.elf")
    except (FileNotFoundError, firmware_log.FirmwareError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    expected = tflite_scores(FOLDER / "digits.tflite", held_out.quantised(digits.pixels))
    if log.scores.shape != expected.shape:
        print(f"demo: {len(log.scores)} digits came back, {count} went in", file=sys.stderr)
        return 2
    equal = int((log.scores == expected).all(axis=1).sum())
    flash = link_map.flash_of((FOLDER / "firmware.map").read_text(encoding="utf-8"), "digits")
    figures = show.Figures(
        arena=log.arena,
        stack=log.stack,
        code=flash.code,
        weights=flash.constants,
        instructions=log.instructions,
        macs=json.loads((FOLDER / "digits_c" / "digits.json").read_text())["macs"],
        equal=equal,
    )
    console = Console(highlight=False)
    show.show(console, TITLE, digits.pixels, digits.labels, log.scores, figures, chosen)
    return int(equal != count)


if __name__ == "__main__":
    sys.exit(main())
