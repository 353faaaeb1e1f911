"""The applications laid out for Zephyr and FreeRTOS are built by their CMakeLists.txt, against the
stand-ins beside them, and run: they print LiteRT's scores for the recording."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.gesture import simulate as gesture
from tests.sensors import recordings

RUNFILES = Path(os.environ["RUNFILES_DIR"], "netsuke")
MODELS = RUNFILES / "models"
G = 9_806_650  # millionths of m/s²


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the examples, and `netsuke` on PATH."""
    for source in ("zephyr", "freertos"):
        shutil.copytree(RUNFILES / "tests" / "examples" / source, tmp_path / source)
    program = tmp_path / "bin" / "netsuke"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m compiler.main "$@"\n')
    program.chmod(0o755)
    return tmp_path


def run(root: Path, folder: Path, *command: str, status: int = 0) -> list[str]:
    """The lines that the command prints; it ends with the status."""
    environment = {**os.environ, "PATH": f"{root / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == status, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout.splitlines()


def built(root: Path, source: Path, *settings: str) -> Path:
    """Configures and builds the project with CMake."""
    build = root / "build"
    run(root, root, "cmake", "-S", str(source), "-B", str(build), *settings)
    run(root, root, "cmake", "--build", str(build))
    return build


def test_the_zephyr_application_prints_litert_s_scores(folder: Path) -> None:
    source = folder / "zephyr" / "app"
    shutil.copy(MODELS / "gesture" / "gesture.tflite", source)
    stand_in = folder / "zephyr" / "stand_in"
    build = built(folder, source, f"-DZephyr_DIR={stand_in}")

    # As sensor_value has it: millionths of m/s², cut off; and back, cut off again.
    micro = np.trunc(recordings.gestures(False, 2) * G).astype(np.int64)
    lines = (" ".join(str(v) for v in row) for row in micro.tolist())
    (build / "recording.txt").write_text("\n".join(lines) + "\n")
    micro_g = np.trunc(micro * 1_000_000 / G).astype(np.int32)
    samples = micro_g.astype(np.float32) * np.float32(1e-6)
    inputs = list(samples.reshape(-1, 1, gesture.WINDOW, 1, 3))
    recording = recordings.Recording(b"", inputs, gesture.GESTURES)
    model = (MODELS / "gesture" / "gesture.tflite").read_bytes()
    printed = run(folder, build, "./app", status=1)  # when the recording is over
    assert printed == recordings.expected(model, recording)


def test_the_freertos_application_prints_litert_s_scores(folder: Path) -> None:
    source = folder / "freertos"
    shutil.copy(MODELS / "vibration" / "vibration.tflite", source)
    kernel = f"-DFREERTOS_KERNEL_PATH={source / 'stand_in'}"
    build = built(folder, source, kernel)
    recording = recordings.analog(False)
    (build / "recording.txt").write_bytes(recording.file)
    model = (MODELS / "vibration" / "vibration.tflite").read_bytes()
    assert run(folder, build, "./vibration_monitor") == recordings.expected(model, recording)
