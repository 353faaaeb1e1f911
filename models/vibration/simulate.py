"""Vibration of a machine's bearing housing, simulated: what an accelerometer reads in four states.

The machine turns at f = 24..30 Hz; the sensor takes 8,000 samples a second, ±4 g, 8 bits. A window
of 512 samples (64 ms) is the sum of

- the shaft: u cos(2 pi f t + p) + 0.3 u cos(4 pi f t + p2), u small when balanced, large when not;
- a defect on a race: an impact each time a ball passes it, at
      outer race: N/2 (1 - d/D) f = 3.05 f;      inner race: N/2 (1 + d/D) f = 4.95 f
  for N = 8 balls, d/D = 0.2376 (ball to pitch diameter, contact angle 0). Balls slip: each interval
  varies by 1 %. An impact of strength s rings the housing, s exp(-z w t) sin(w sqrt(1 - z^2) t),
  with w = 2 pi 2400..2800 Hz, z = 0.04..0.08. The inner race turns through the loaded zone, so its
  impacts wax and wane with the shaft: s (1 + cos(2 pi f t + q)) / 2;
- the gear mesh, 17 f, and white sensor and flow noise.

References: R. B. Randall, J. Antoni, "Rolling element bearing diagnostics: a tutorial", Mechanical
Systems and Signal Processing 25 (2011), for the kinematics, the slip and the modulation. The
amplitudes are chosen, not measured: the network is for tests, not for machines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 8000  # samples a second
WINDOW = 512  # samples
STATES = ("healthy", "unbalanced", "outer race", "inner race")
FULL_SCALE = 4.0  # g
_BALLS = 8
_BALL_TO_PITCH = 0.2376

Signal = NDArray[np.float64]


def _impacts(random: np.random.Generator, rate: float, time: Signal) -> Signal:
    """Times of a ball passing the defect, from well before the window, each interval ±1 % slip."""
    count = int((time[-1] + 0.05) * rate) + 2
    intervals = (1 + 0.01 * random.standard_normal(count)) / rate
    return np.cumsum(intervals) - 0.05 + random.uniform(0, 1 / rate)


def _ringing(random: np.random.Generator, rate: float, shaft: float, time: Signal) -> Signal:
    """The housing's response to the impacts; `shaft` > 0 modulates them at that frequency."""
    resonance = 2 * np.pi * random.uniform(2400, 2800)
    damping = random.uniform(0.04, 0.08)
    damped = resonance * np.sqrt(1 - damping**2)
    strength = random.uniform(0.6, 1.5)
    phase = random.uniform(0, 2 * np.pi)
    total = np.zeros_like(time)
    for start in _impacts(random, rate, time):
        since = np.maximum(time - start, 0)
        load = (1 + np.cos(2 * np.pi * shaft * start + phase)) / 2 if shaft else 1.0
        total += strength * load * np.exp(-damping * resonance * since) * np.sin(damped * since)
    return total


def window(random: np.random.Generator, state: str) -> NDArray[np.int8]:
    """One window of the sensor's 8-bit readings (128 = 4 g) in the given state."""
    time = np.arange(WINDOW) / RATE
    shaft = random.uniform(24, 30)
    turning = 2 * np.pi * shaft * time
    unbalance = random.uniform(0.8, 1.6) if state == "unbalanced" else random.uniform(0.1, 0.4)
    total = unbalance * np.cos(turning + random.uniform(0, 2 * np.pi))
    total += 0.3 * unbalance * np.cos(2 * turning + random.uniform(0, 2 * np.pi))
    total += random.uniform(0.05, 0.2) * np.cos(17 * turning + random.uniform(0, 2 * np.pi))
    if state == "outer race":
        total += _ringing(random, _BALLS / 2 * (1 - _BALL_TO_PITCH) * shaft, 0.0, time)
    if state == "inner race":
        total += _ringing(random, _BALLS / 2 * (1 + _BALL_TO_PITCH) * shaft, shaft, time)
    total += random.uniform(0.05, 0.15) * random.standard_normal(WINDOW)
    return np.clip(np.round(total * 128 / FULL_SCALE), -128, 127).astype(np.int8)


def windows(seed: int, count: int) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """`count` windows, shape (count, 512), and their states' numbers, in turn 0, 1, 2, 3, 0, …"""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % len(STATES)
    return np.stack([window(random, STATES[label]) for label in labels]), labels
