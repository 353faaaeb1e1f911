"""Generated C compiles without a warning: all own networks, gcc, clang, arm-none-eabi-gcc."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from compiler.compile import compile_model
from compiler.options import Options
from compiler.target import load
from tests.golden.specimens import ROOT, SPECIMENS
from tests.ops.generated import M4_CORE, M55_CORE, STRICT

MODELS = {p.stem: p for p in sorted((ROOT / "models").glob("*/*.tflite"))}
M0_CORE = "-mthumb -mcpu=cortex-m0"
# Name → command and the target whose code it gets. -Wdouble-promotion: no double by accident.
COMPILERS = {
    "gcc": ("gcc -O2", "host"),
    "gcc -O0": ("gcc -O0", "host"),
    "clang": ("clang -O2", "host"),
    "clang for Cortex-M4 code": ("clang -O2", "mps2_an386"),
    "arm-none-eabi-gcc, Cortex-M4": (f"arm-none-eabi-gcc {M4_CORE} -O2", "mps2_an386"),
    "clang for Cortex-M55 code": ("clang -O2", "mps3_an547"),
    "arm-none-eabi-gcc, Cortex-M55": (f"arm-none-eabi-gcc {M55_CORE} -O2", "mps3_an547"),
    "arm-none-eabi-gcc -Os, Cortex-M0": (f"arm-none-eabi-gcc {M0_CORE} -Os", "microbit"),
}


def check(files: dict[str, bytes], name: str, command: str, folder: Path) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
    flags = [*command.split(), *STRICT.split(), "-Wdouble-promotion", f"-I{folder}"]
    source, output = str(folder / f"{name}.c"), str(folder / "x.o")
    done = subprocess.run([*flags, "-c", source, "-o", output], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, f"{name}: {done.stderr[:3000]}"


@pytest.mark.parametrize("compiler", COMPILERS)
def test_own_networks_compile_without_a_warning(compiler: str, tmp_path: Path) -> None:
    assert len(MODELS) >= 4, MODELS
    command, target = COMPILERS[compiler]
    networks = {name: path.read_bytes() for name, path in MODELS.items()}
    networks |= {s.name: s.model() for s in SPECIMENS if s.name not in networks}
    for name, model in networks.items():
        files = compile_model(model, Options(name, load(target))).files
        check(files, name, command, tmp_path)
    print(f"{len(networks)} networks compile without a warning: {compiler}")


@pytest.mark.parametrize("command", ["g++", "clang++"])
def test_headers_serve_cpp(command: str, tmp_path: Path) -> None:
    files = compile_model(MODELS["digits"].read_bytes(), Options("digits")).files
    (tmp_path / "digits.h").write_bytes(files["digits.h"])
    use = '#include "digits.h"\nvoid run(void *arena) { digits_run(arena); }\n'
    (tmp_path / "use.cc").write_text(use)
    flags = ["-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
    subprocess.run([command, *flags, str(tmp_path / "use.cc")], check=True)
