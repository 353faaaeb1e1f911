"""Holds the bytes in compiler/flash/table.py against compiled code (Cortex-M4, GCC -O2).

    python -m tools.kernel_prices [--all] MODEL.tflite …

Compiles the networks with every kernel inlined, then with a copy for calls alike, then with a copy
for any, and prints for each kernel and form the largest that was seen, in bytes, beside what the
table says. Without --all only what is wrong: an entry that is too small by more than a tenth, or
more than MOST times too large. Exit status 1 where one is. What a copy takes more instructions is
not measured here: tests/bench counts instructions, with --flags=--optimize=size and =speed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.compile import Output, compile_model
from compiler.emit.c_header import Origin
from compiler.emit.c_source import source
from compiler.emit.sharing import share
from compiler.flash.families import family_of, group_of
from compiler.flash.forms import CallId, Optimize
from compiler.flash.prices import Form
from compiler.flash.table import KERNELS
from compiler.options import Options
from compiler.target import load

TARGET = "mps2_an386"
_FLAGS = "-O2 -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard -mthumb"
# What may differ: code around the kernel is part of a layer's, and networks differ.
LEAST, SLACK, MOST = 0.9, 24, 4.0

# Bytes by kernel and field of Measured, the largest first seen.
Sizes = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Row:
    """A field of the table beside what was measured."""

    kernel: str
    field: str
    told: int
    measured: int

    @property
    def holds(self) -> bool:
        enough = self.told >= LEAST * self.measured - SLACK
        return enough and self.told <= MOST * self.measured + SLACK


def measure(models: Iterable[bytes]) -> Sizes:
    """The largest code of each kernel in each form, where networks have it."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for model in models:
        options = Options("m", load(TARGET), optimize=Optimize.SPEED)
        output = compile_model(model, options)
        for form in Form:
            for key, size in _sizes(output, form):
                found[key] = max(found[key], size)
    return found


def _sizes(output: Output, form: Form) -> Iterator[tuple[tuple[str, str], int]]:
    """What the kernels of a network take in one form."""
    program = output.program
    calls = {
        (program.prefix + layer.name, number): call
        for layer in program.layers
        for number, call in enumerate(layer.calls)
        if call.function in KERNELS
    }
    forms: dict[CallId, Form] = {}
    if form is not Form.INLINED:
        sharers = defaultdict(list)
        for at, call in calls.items():
            group = group_of(call) if form is Form.ALIKE else None
            sharers[family_of(call, program), group].append(at)
        forms = {at: form for ids in sharers.values() if len(ids) > 1 for at in ids}
    text = source(program, output.plan, Origin("", "", ""), forms)
    symbols = _symbols({**output.files, "m.c": text.encode()})
    if form is not Form.INLINED:
        for copy in share(program, forms).copies:
            if copy.differing and copy.name in symbols:
                yield (copy.call.function, form.name.lower()), symbols[copy.name]
        return
    for layer in program.layers:
        size = symbols.get(f"layer_{program.prefix}{layer.name}")
        if size and len(layer.calls) == 1 and layer.calls[0].function in KERNELS:
            rows = layer.by_rows or layer.calls[0].each_row
            yield (layer.calls[0].function, "by_rows" if rows else "inlined"), size


def _symbols(files: Mapping[str, bytes]) -> dict[str, int]:
    """Bytes of the functions of the compiled network."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        built = Path(folder, "m.o")
        gcc = [
            "arm-none-eabi-gcc",
            *_FLAGS.split(),
            f"-I{folder}",
            "-c",
            f"{folder}/m.c",
            "-o",
            str(built),
        ]
        subprocess.run(gcc, check=True)
        nm = ["arm-none-eabi-nm", "-S", str(built)]
        told = subprocess.run(nm, check=True, capture_output=True, text=True).stdout
    lines = [line.split() for line in told.splitlines()]
    return {x[3]: int(x[1], 16) for x in lines if len(x) == 4 and x[2] in "tT"}


def rows(sizes: Sizes) -> list[Row]:
    """What the table says of everything that was measured."""
    return [
        Row(kernel, field, getattr(KERNELS[kernel], field), size)
        for (kernel, field), size in sorted(sizes.items())
    ]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--all", action="store_true", help="show what holds, too")
    given = parser.parse_args(arguments)
    found = rows(measure(path.read_bytes() for path in given.models))
    for row in found:
        if given.all or not row.holds:
            said = f"{row.kernel:40} {row.field:8} {row.told:6} told {row.measured:6} measured"
            print(said + ("" if row.holds else "  WRONG"))
    return int(not all(row.holds for row in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
