"""Image networks whose frame comes row by row: the arena that is promised, and the same outputs."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import Output, compile_model
from compiler.ir import DType
from compiler.options import Options
from compiler.target import HOST, load
from tests.ops.conformance import M4, Runner
from tests.ops.generated import Network, run_on_host, run_on_m4

MODELS = Path(os.environ["RUNFILES_DIR"], "netsuke_real_models")
# Bytes of arena that networks may take, with all that is kept between rows in it.
MOST = {"vww_96_int8": 16_000, "person_detect": 12_000}


@pytest.mark.parametrize("network", MOST)
@pytest.mark.parametrize("run", [run_on_host, run_on_m4])
def test_rows_give_what_the_frame_gives(network: str, run: Runner, tmp_path: Path) -> None:
    model = (MODELS / f"{network}.tflite").read_bytes()
    target = load(M4) if run is run_on_m4 else HOST
    outputs = {
        "frame": compile_model(model, Options("frame", target)),
        "rows": compile_model(model, Options("rows", target, stream_input=True)),
    }
    (port,), (out,) = outputs["frame"].program.inputs, outputs["frame"].program.outputs
    rng = np.random.default_rng(7)
    runs = [(rng.integers(-128, 128, port.shape).astype(np.int8),) for _ in range(2)]
    shaped = [(np.zeros(out.shape, np.int8),) for _ in runs]
    made = [Network(name, o.files, runs, shaped) for name, o in outputs.items()]
    frame, rows = run(made, tmp_path)
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(frame, rows, strict=True))
    assert not np.array_equal(frame[0][0], frame[1][0])
    arena = outputs["rows"].plan.arena_bytes
    print(
        f"{network}: arena {arena:,} by rows, {outputs['frame'].plan.arena_bytes:,} with the frame"
    )
    assert arena <= MOST[network]


@pytest.mark.parametrize(("to", "most"), [(None, 84_000), (DType.INT8, 40_000)])
def test_a_float_frame_is_a_quarter_as_integers(to: DType | None, most: int) -> None:
    model = (MODELS / "mcunet_vww.tflite").read_bytes()
    output: Output = compile_model(model, Options("net", load(M4), input_type=to))
    print(f"mcunet_vww, {to.value if to else 'float'} frame: arena {output.plan.arena_bytes:,}")
    assert output.plan.arena_bytes <= most
