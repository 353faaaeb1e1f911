"""Gestures made with a small device, simulated: what its 3-axis accelerometer reads.

50 samples a second, two seconds, in units of g. The device lies flat but for a tilt of up to 20
degrees. A gesture is a path s(t) of the hand in the device's axes; the sensor reads s''(t) / 9.81
plus gravity plus the hand's tremor (an 8..12 Hz oscillation), all turned by the tilt, plus white
noise, and clips at ±4 g:

    still    s = 0
    circle   s = r (cos w t, sin w t, 0), r = 8..20 cm, 1..2 turns a second, either way
    shake    s = r (cos w t, 0, 0), r = 3..8 cm, 3..5 times a second
    lift     s = h (0, 0, 10 u^3 - 15 u^4 + 6 u^5), u = 0..1 during 0.5..1 s, h = 20..50 cm; the
             path of least jerk (T. Flash, N. Hogan, Journal of Neuroscience 5, 1985)
    knock    s = 0; two blows along z, half sines of 2..4 g lasting 40 ms, 0.25..0.5 s apart
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 50  # samples a second
WINDOW = 100  # samples
GESTURES = ("still", "circle", "shake", "lift", "knock")
FULL_SCALE = 4.0  # g
_GRAVITY = 9.81  # m/s^2

Signal = NDArray[np.float64]


def _circle(random: np.random.Generator, time: Signal) -> Signal:
    turning = 2 * np.pi * random.uniform(1, 2) * random.choice((-1, 1))
    radius = random.uniform(0.08, 0.20)
    angle = turning * time + random.uniform(0, 2 * np.pi)
    return -radius * turning**2 * np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)


def _shake(random: np.random.Generator, time: Signal) -> Signal:
    turning = 2 * np.pi * random.uniform(3, 5)
    angle = turning * time + random.uniform(0, 2 * np.pi)
    reach = random.uniform(0.03, 0.08)
    return -reach * turning**2 * np.stack([np.cos(angle), 0 * angle, 0 * angle], axis=1)


def _lift(random: np.random.Generator, time: Signal) -> Signal:
    lasts = random.uniform(0.5, 1.0)
    height = random.uniform(0.2, 0.5)
    u = np.clip((time - random.uniform(0, 2 - lasts)) / lasts, 0, 1)
    upwards = height / lasts**2 * (60 * u - 180 * u**2 + 120 * u**3)
    return np.stack([0 * u, 0 * u, upwards], axis=1)


def _knock(random: np.random.Generator, time: Signal) -> Signal:
    apart = random.uniform(0.25, 0.5)
    first = random.uniform(0, 1.9 - apart)
    blows = np.zeros_like(time)
    for start in (first, first + apart):
        u = np.clip((time - start) / 0.04, 0, 1)
        blows += _GRAVITY * random.uniform(2, 4) * np.sin(np.pi * u)
    return np.stack([0 * blows, 0 * blows, -blows], axis=1)


def _still(random: np.random.Generator, time: Signal) -> Signal:
    return np.zeros((len(time), 3))


_PATHS = {"still": _still, "circle": _circle, "shake": _shake, "lift": _lift, "knock": _knock}


def _tilt(random: np.random.Generator) -> Signal:
    """A turn by up to 20 degrees about a horizontal axis (Rodrigues' formula)."""
    angle = np.radians(random.uniform(0, 20))
    heading = random.uniform(0, 2 * np.pi)
    x, y = np.cos(heading), np.sin(heading)
    cross = np.array([[0, 0, y], [0, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def window(random: np.random.Generator, gesture: str) -> NDArray[np.float32]:
    """One window of readings in g, shape (100, 3), rounded to the sensor's 1/512 g."""
    time = np.arange(WINDOW) / RATE
    motion = _PATHS[gesture](random, time) / _GRAVITY + np.array([0, 0, 1])
    tremor = 2 * np.pi * random.uniform(8, 12) * time[:, np.newaxis]
    shaking = random.uniform(0.01, 0.05, 3) * np.sin(tremor + random.uniform(0, 2 * np.pi, 3))
    noise = 0.02 * random.standard_normal((WINDOW, 3))
    readings = (motion + shaking) @ _tilt(random).T + noise
    return (np.clip(np.round(readings * 512), -2048, 2047) / 512).astype(np.float32)


def windows(seed: int, count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """`count` windows, shape (count, 100, 3), and their gestures' numbers: 0, 1, …, 4, 0, …"""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % len(GESTURES)
    return np.stack([window(random, GESTURES[label]) for label in labels]), labels
