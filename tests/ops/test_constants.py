"""Constants in a file that is bound, or in a section of their own, give the same outputs."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import Output, compile_model
from compiler.emit.c_constants import Flash
from compiler.files import write_all
from compiler.options import Options
from compiler.target import HOST, load

from . import generated
from .cases import Case
from .conformance import M4, compare, draw
from .test_networks import ROWS

# Binds, after four times in which it must not, and runs: all with what comes from the stream.
TABLE = """
#include <string.h>
#include "driver.h"
#include "net.h"
static uint8_t constants[NET_CONSTANTS_BYTES + 1] __attribute__((aligned(NET_CONSTANTS_ALIGN)));
static void run_net(void *arena) {
  static uint8_t told[5];
  driver_read(constants, NET_CONSTANTS_BYTES);
  told[0] = (uint8_t)net_bind(constants, NET_CONSTANTS_BYTES - 1u);
  told[1] = (uint8_t)net_bind(constants + 1, NET_CONSTANTS_BYTES);
  constants[NET_CONSTANTS_BYTES / 2u] ^= 4u;
  told[2] = (uint8_t)net_bind(constants, NET_CONSTANTS_BYTES);
  constants[NET_CONSTANTS_BYTES / 2u] ^= 4u;
  told[3] = (uint8_t)net_bind(constants, NET_CONSTANTS_BYTES);
  driver_write(told, 4u);
  driver_read(net_input_0(arena), NET_INPUT_0_BYTES);
  net_run(arena);
  driver_write(net_output_0(arena), NET_OUTPUT_0_BYTES);
}
const driver_case_t driver_cases[] = {{run_net, NET_ARENA_BYTES}};
const uint32_t driver_count = 1u;
const uint32_t driver_runs = 1u;
"""
BOUND, WRONG_SIZE, NOT_ALIGNED, WRONG_CHECKSUM = range(4)


def cases() -> list[tuple[Case, list[tuple[np.ndarray, ...]]]]:
    """Networks with one output and weights that are worth a file."""
    drawn = [(c, w) for row in (ROWS[1], ROWS[7]) for c, w in draw(row) if len(w[0]) == 1]
    return [(c, w) for c, w in drawn if compiled(c, Flash(external=True)).files["net.bin"]][:4]


def compiled(case: Case, flash: Flash, target: str = "host") -> Output:
    chosen = HOST if target == "host" else load(target)
    return compile_model(case.model, Options("net", chosen, flash=flash))


@pytest.mark.parametrize("target", ["host", M4])
def test_a_bound_file_is_checked_and_read(target: str, tmp_path: Path) -> None:
    found = cases()
    assert len(found) == 4
    for case, wanted in found:
        folder = tmp_path / case.name
        output = compiled(case, Flash(external=True), target)
        write_all(folder, {**output.files, "table.c": TABLE.encode()})
        sources = [folder / "net.c", folder / "table.c", generated.DRIVER / "driver.c"]
        run = generated.program_on_host if target == "host" else generated.program_on_m4
        data = output.files["net.bin"] + case.runs[0][0].tobytes()
        told = run(sources, [folder], data, folder)
        assert list(told[:4]) == [WRONG_SIZE, NOT_ALIGNED, WRONG_CHECKSUM, BOUND]
        (right,) = wanted[0]
        compare(case.name, [np.frombuffer(told[4:], right.dtype).reshape(right.shape)], [right])


def test_the_file_has_the_weights_and_the_code_has_not() -> None:
    for case, _ in cases():
        code, apart = compiled(case, Flash()), compiled(case, Flash(external=True))
        large = [c for c in code.program.consts if c.data.nbytes >= 64 and not c.ctype]
        assert large and "net.bin" not in code.files
        for const in large:
            assert const.data.tobytes() in apart.files["net.bin"]
            assert f" {const.name}[".encode() in code.files["net.c"]
            assert f" {const.name}[".encode() not in apart.files["net.c"]


@pytest.mark.parametrize("target", ["host", M4])
def test_constants_stand_in_the_section_that_was_asked_for(target: str, tmp_path: Path) -> None:
    case, _ = cases()[0]
    output = compiled(case, Flash(section=".extflash"), target)
    write_all(tmp_path, output.files)
    prefix, core = ("", []) if target == "host" else ("arm-none-eabi-", generated.M4_CORE.split())
    level = "-O0" if target == "host" else "-O1"  # assembly needs its constants folded
    command = [f"{prefix}gcc", *core, "-std=c99", level, "-I.", "-c", "net.c", "-o", "net.o"]
    subprocess.run(command, cwd=tmp_path, check=True)
    command = [f"{prefix}objdump", "-h", "net.o"]
    listing = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    (size,) = re.findall(r"\.extflash +([0-9a-f]+)", listing.stdout)
    # The C compiler may fold what is small.
    used = sum(c.data.nbytes for c in output.program.consts if c.data.nbytes >= 64)
    assert int(size, 16) >= used > 0


def test_networks_run_with_constants_in_a_section(tmp_path: Path) -> None:
    (case, wanted), *_ = cases()
    output = compiled(dataclasses.replace(case), Flash(section=".extflash"), M4)
    network = generated.Network("net", output.files, case.runs, wanted)
    for runs in generated.run_on_m4([network], tmp_path):
        for found, right in zip(runs, wanted, strict=True):
            compare(case.name, found, right)
