"""The simulated sensors obey the physics that their modules state."""

from __future__ import annotations

import numpy as np
import pytest

from models.gesture import simulate as gesture
from models.vibration import simulate as vibration

SHAFT = 27.0  # Hz


@pytest.mark.parametrize(
    ("passes", "shaft"),
    [(8 / 2 * (1 - 0.2376), 0.0), (8 / 2 * (1 + 0.2376), SHAFT)],  # balls a turn: outer, inner race
)
def test_bearing_defect_rings_as_often_as_balls_pass(passes: float, shaft: float) -> None:
    time = np.arange(2 * vibration.RATE) / vibration.RATE
    random = np.random.default_rng(1)
    ringing = vibration._ringing(random, passes * SHAFT, shaft, time)
    envelope = np.abs(np.fft.rfft(np.abs(ringing) - np.abs(ringing).mean()))
    hertz = np.fft.rfftfreq(len(time), 1 / vibration.RATE)
    passing = (hertz > 0.8 * passes * SHAFT) & (hertz < 1.2 * passes * SHAFT)
    strongest = hertz[passing][envelope[passing].argmax()]
    assert strongest == pytest.approx(passes * SHAFT, rel=0.01)  # the slip is 1 %
    low = (hertz > 10) & (hertz < 40)
    turning = hertz[low][envelope[low].argmax()]
    assert (abs(turning - SHAFT) < 0.5) == (shaft > 0)  # only the inner race turns with the shaft


def test_windows_are_the_sensors_bytes_in_turn() -> None:
    windows, labels = vibration.windows(1, 8)
    assert windows.shape == (8, 512) and windows.dtype == np.int8
    assert labels.tolist() == [0, 1, 2, 3] * 2
    assert (windows == vibration.windows(1, 8)[0]).all()
    assert (windows != vibration.windows(2, 8)[0]).any()


def test_lift_starts_and_ends_at_rest_at_its_height() -> None:
    time = np.arange(20000) / 10000
    upwards = gesture._lift(np.random.default_rng(3), time)[:, 2]
    speed = np.cumsum(upwards) / 10000
    height = np.cumsum(speed)[-1] / 10000
    assert abs(speed[-1]) < 1e-3
    assert 0.2 <= height <= 0.5


def test_circle_accelerates_by_radius_times_angular_speed_squared() -> None:
    time = np.arange(gesture.WINDOW) / gesture.RATE
    size = np.linalg.norm(gesture._circle(np.random.default_rng(4), time), axis=1)
    assert np.ptp(size) < 1e-9
    assert 0.08 * (2 * np.pi) ** 2 <= size[0] <= 0.20 * (4 * np.pi) ** 2


def test_device_at_rest_feels_one_g_however_tilted() -> None:
    random = np.random.default_rng(5)
    for _ in range(20):
        turn = gesture._tilt(random)
        assert np.allclose(turn @ turn.T, np.eye(3))
        assert np.linalg.det(turn) == pytest.approx(1)
        assert turn[2, 2] >= np.cos(np.radians(20)) - 1e-12
        mean = gesture.window(random, "still").mean(axis=0)
        assert np.linalg.norm(mean) == pytest.approx(1, abs=0.02)
