"""SignalDelay, SignalFramer, SignalStacker and SignalOverlapAdd against the whole stream, cut and
joined at once."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Array
from compiler.options import Options

from .cases import Case
from .drawn import Cases
from .signals import c_tests, case, check, reference, tensor

RUNS = 9


def samples(number: int, shape: tuple[int, ...], runs: int = RUNS) -> list[list[Array]]:
    rng = np.random.default_rng((number, *shape))
    return [[rng.integers(-32768, 32768, shape).astype(np.int16)] for _ in range(runs)]


def stream(arrays: list[Array], streams: int) -> Array:
    """The runs one behind the other."""
    return np.concatenate([a.reshape(streams, -1) for a in arrays], axis=1)


def delay(name: str, shape: tuple[int, ...], length: int, runs: list[list[Array]]) -> Case:
    x, y = tensor("x", shape, "int16"), tensor("y", shape, "int16")
    return case(name, "SignalDelay", {"delay_length": length}, [x], [y], runs)


def delays(number: int) -> Case:
    rng = np.random.default_rng(number)
    shape, length = tuple(int(n) for n in rng.integers(1, 9, 2)), int(rng.integers(1, 20))
    return delay(f"delay_{number}", shape, length, samples(number, shape))


def framer(
    name: str, outer: tuple[int, ...], frames: int, options: dict[str, int], runs: list[list[Array]]
) -> Case:
    x = tensor("x", (*outer, frames * options["frame_step"]), "int16")
    y = tensor("y", (*outer, frames, options["frame_size"]), "int16")
    outputs = [y, tensor("valid", (), "bool")]
    given = {**options, "prefill": bool(options["prefill"])}
    return case(name, "SignalFramer", given, [x], outputs, runs)


def framers(number: int) -> Case:
    rng = np.random.default_rng(number)
    streams, frames, size = (int(n) for n in rng.integers(1, (4, 4, 15)))
    step = int(rng.integers(1, size, endpoint=True))
    options = {"frame_size": size, "frame_step": step, "prefill": number % 2}
    runs = samples(number, (streams, frames * step))
    return framer(f"framer_{number}", (streams,), frames, options, runs)


def stacker(
    name: str, channels: int, contexts: tuple[int, int], step: int, runs: list[list[Array]]
) -> Case:
    options = {
        "num_channels": channels, "stacker_left_context": contexts[0],
        "stacker_right_context": contexts[1], "stacker_step": step,
    }  # fmt: skip
    y = tensor("y", (channels * (1 + sum(contexts)),), "int16")
    outputs = [y, tensor("valid", (), "bool")]
    x = tensor("x", (channels,), "int16")
    return case(name, "SignalStacker", options, [x], outputs, runs)


def stackers(number: int) -> Case:
    rng = np.random.default_rng(number)
    channels = int(rng.integers(1, 8))
    left, right = (int(n) for n in rng.integers(0, 4, 2))
    step = int(rng.integers(1, left + right + 1, endpoint=True))
    runs = samples(number, (channels,), 12)
    return stacker(f"stacker_{number}", channels, (left, right), step, runs)


def adder(
    name: str, shape: tuple[int, ...], step: int, dtype: str, runs: list[list[Array]]
) -> Case:
    *outer, frames, _ = shape
    x, y = tensor("x", shape, dtype), tensor("y", (*outer, frames * step), dtype)
    options = {"T": 7 if dtype == "int16" else 0, "frame_step": step}
    return case(name, "SignalOverlapAdd", options, [x], [y], runs)


def adders(number: int, dtype: str, most: int = 32768) -> Case:
    rng = np.random.default_rng(number)
    shape = tuple(int(n) for n in rng.integers(1, (3, 4, 15)))
    step = int(rng.integers(1, shape[2], endpoint=True))
    scale = 1 if dtype == "int16" else 8
    runs = [[(rng.integers(-most, most, shape) / scale).astype(dtype)] for _ in range(RUNS)]
    return adder(f"add_{dtype}_{number}", shape, step, dtype, runs)


@pytest.mark.parametrize("number", range(40))
def test_a_delay_moves_the_stream(number: int) -> None:
    c = delays(number)
    streams = c.graphs[0].tensors[0].shape[0]
    x = stream([r[0] for r in c.runs], streams)
    y = stream([r[0] for r in reference(c)], streams)
    rng = np.random.default_rng(number)
    rng.integers(1, 9, 2)
    length = int(rng.integers(1, 20))
    moved = np.pad(x, ((0, 0), (length, 0)))[:, : x.shape[1]]
    np.testing.assert_array_equal(y, moved)


@pytest.mark.parametrize("number", range(40))
def test_frames_are_windows_of_the_stream(number: int) -> None:
    c = framers(number)
    streams = c.graphs[0].tensors[0].shape[0]
    _, frames, size = c.graphs[0].tensors[1].shape
    step = c.graphs[0].tensors[0].shape[1] // frames
    x = stream([r[0] for r in c.runs], streams)
    before = size - step if number % 2 else 0
    x = np.pad(x, ((0, 0), (before, 0)))
    missing = 0 if number % 2 else -(-size // step) - 1  # frames until the first is full
    for run, (y, valid) in enumerate(reference(c)):
        assert bool(valid) == (run * frames >= missing)
        for f in range(frames):
            start = (run * frames + f - missing) * step
            window = x[:, start : start + size] if start >= 0 else np.zeros((streams, size))
            np.testing.assert_array_equal(y[:, f], window)


@pytest.mark.parametrize("number", range(40))
def test_stacks_are_windows_of_the_frames(number: int) -> None:
    c = stackers(number)
    rng = np.random.default_rng(number)
    channels = int(rng.integers(1, 8))
    left, right = (int(n) for n in rng.integers(0, 4, 2))
    step = int(rng.integers(1, left + right + 1, endpoint=True))
    x = [c.runs[0][0]] * left + [r[0] for r in c.runs]
    for run, (y, valid) in enumerate(reference(c)):
        start = run - right  # of the window whose last frame is this one
        ready = start >= 0 and start % step == 0
        assert bool(valid) == ready
        window = np.concatenate(x[start : start + left + 1 + right]) if ready else [0] * y.size
        np.testing.assert_array_equal(y, window)
        assert y.size == channels * (left + 1 + right)


@pytest.mark.parametrize("dtype", ["int16", "float32"])
@pytest.mark.parametrize("number", range(40))
def test_sums_are_those_of_the_whole_stream(number: int, dtype: str) -> None:
    c = adders(number, dtype, most=300)  # nothing is clamped
    streams, frames, size = c.graphs[0].tensors[0].shape
    step = c.graphs[0].tensors[1].shape[1] // frames
    total = np.zeros((streams, step * frames * RUNS + size))
    for i in range(frames * RUNS):
        total[:, i * step : i * step + size] += c.runs[i // frames][0][:, i % frames]
    y = stream([r[0] for r in reference(c)], streams)
    np.testing.assert_array_equal(y, total[:, : y.shape[1]])


def test_sums_are_clamped_at_every_addition() -> None:
    x = np.array([[0, 30000], [20000, -10000]], np.int16)
    check(adder("add", (2, 2), 1, "int16", [[x]]), [[0, 32767]])


DELAY_CASES = Cases("signal_frames_delay", lambda: [delays(i) for i in range(40)])
test_c_of_delay = c_tests(DELAY_CASES)
FRAMER_CASES = Cases("signal_frames_framer", lambda: [framers(i) for i in range(40)])
test_c_of_framer = c_tests(FRAMER_CASES)
STACKER_CASES = Cases("signal_frames_stacker", lambda: [stackers(i) for i in range(40)])
test_c_of_stacker = c_tests(STACKER_CASES)
INT16_SUMS_CASES = Cases(
    "signal_frames_int16_sums", lambda: [adders(i, "int16") for i in range(40)]
)
test_c_of_int16_sums = c_tests(INT16_SUMS_CASES)
FLOAT32_SUMS_CASES = Cases(
    "signal_frames_float32_sums", lambda: [adders(i, "float32") for i in range(40)]
)
test_c_of_float32_sums = c_tests(FLOAT32_SUMS_CASES)


def test_steps_beyond_the_frame_are_refused() -> None:
    options = {"frame_size": 3, "frame_step": 4, "prefill": 1}
    with pytest.raises(CompileError, match=r"CUSTOM:SignalFramer\): steps of 4 for frames of 3"):
        compile_model(framer("f", (), 1, options, []).model, Options("f"))
