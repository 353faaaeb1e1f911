"""The demo from end to end: network to C, C to firmware, firmware in QEMU, equal to TFLite."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

DEMO = Path(os.environ["RUNFILES_DIR"], "netsuke", "models", "digits", "demo")


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the demo as a user does who redirects its output."""
    return subprocess.run([DEMO, *arguments], capture_output=True, text=True, timeout=240)


def test_every_output_equals_tflite() -> None:
    done = demo("--digit=152")
    assert done.returncode == 0, done.stdout + done.stderr
    for part in (
        "digit 152 of 360: a 5, the network says 9",
        "99.72 %  359 of 360 digits",
        "360 of 360 outputs, all ten scores, to the last bit",
    ):
        assert part in done.stdout


def test_figures_are_measured() -> None:
    text = demo().stdout
    for name in ("arena", "stack", "instructions", "flash"):
        found = re.search(rf"^{name} +([\d,]+)", text, re.MULTILINE)
        assert found and int(found[1].replace(",", "")) > 0, text


def test_digit_that_does_not_exist_is_refused() -> None:
    done = demo("--digit=360")
    assert done.returncode == 2
    assert "--digit must be 0 to 359" in done.stderr
