"""The example of docs/streaming.md: every line it prints is what the whole window gives."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np

from compiler.compile import compile_model
from compiler.main import main
from compiler.options import Options
from tests.examples.sliding_window.make_model import model
from tests.ops import oracle

HERE = Path(__file__).absolute().parent


def samples() -> np.ndarray:
    """What the sensor of the example gives."""
    t = np.arange(144)[:, None]
    loud = t * (37 + np.arange(3)) % 200 - 100
    return np.where((t >= 40) & (t < 60), loud, t % 3).astype(np.int8)


def test_each_line_is_the_whole_window(tmp_path: Path) -> None:
    file = tmp_path / "listen.tflite"
    file.write_bytes(model())
    (command,) = re.findall(r"netsuke (compile .*) \*/", (HERE / "listen.c").read_text())
    words = [str(file) if w == "listen.tflite" else w for w in command.split()]
    words[words.index("generated")] = str(tmp_path / "generated")
    assert main(words) == 0
    generated = tmp_path / "generated"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", f"-I{generated}"]
    program = str(tmp_path / "listen")
    sources = [str(HERE / "listen.c"), str(generated / "listen.c")]
    subprocess.run(["cc", *flags, *sources, "-lm", "-o", program], check=True)
    said = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    lines = [[int(n) for n in re.findall(r"-?\d+", line)] for line in said.splitlines()]

    signal = np.concatenate([np.zeros((64, 3), np.int8), samples()])
    ends = range(4, 145, 4)
    seen = [(signal[end : end + 64].reshape(1, 64, 1, 3),) for end in ends]
    wanted = [out.ravel().tolist() for (out,) in oracle.run(model(), seen)]
    assert lines == [[end, *w] for end, w in zip(ends, wanted, strict=True)]
    assert len({tuple(w) for w in wanted}) > 10


def test_a_push_costs_its_own_work() -> None:
    whole = compile_model(model(), Options("listen"))
    part = compile_model(model(), Options("listen", stream_window=4))
    assert part.report["window"] == {"rows": 64, "new_rows": 4}
    # 30 rows of the first layer are 2, and 14 of the second are 1.
    assert whole.report["macs"] == 30 * 120 + 14 * 96
    assert part.report["macs"] == 2 * 120 + 1 * 96
