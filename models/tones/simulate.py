"""Sounds that a machine's buzzer makes, simulated: what a microphone gives of them.

16,000 samples a second, 16 bits; a clip is half a second, 8,000 samples:

    quiet    nothing
    rising   a sweep from f to 2.5 f, f = 500..1200 Hz, its frequency growing linearly
    falling  the same backwards
    alarm    two tones in turn, f and 1.5 f, f = 700..1800 Hz, each for 50..80 ms

A sound has a second harmonic of 0.1..0.4 of its strength and is 6..30 dB above the noise, which is
white noise through a low pass of one pole (y += a (x - y), a = 0.2..1), the sound of a room. The
whole is at a level of 300..8000. The network is for tests: nothing here was recorded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 16000  # samples a second
CLIP = 8000  # samples
SOUNDS = ("quiet", "rising", "falling", "alarm")

Signal = NDArray[np.float64]


def _frequency(random: np.random.Generator, sound: str, time: Signal) -> Signal:
    """The fundamental at each moment, in Hz."""
    if sound == "alarm":
        lasts = random.uniform(0.05, 0.08)
        second = ((time + random.uniform(0, lasts)) // lasts).astype(int) % 2
        return random.uniform(700, 1800) * np.where(second == 1, 1.5, 1.0)
    share = time / time[-1] if sound == "rising" else 1 - time / time[-1]
    return random.uniform(500, 1200) * (1 + 1.5 * share)


def _noise(random: np.random.Generator) -> Signal:
    """White noise through the low pass, of standard deviation 1."""
    white, a = random.standard_normal(CLIP), random.uniform(0.2, 1)
    response = a * (1 - a) ** np.arange(64)  # the rest is below 1e-6 of it
    coloured = np.convolve(white, response)[:CLIP]
    return coloured / coloured.std()


def clip(random: np.random.Generator, sound: str) -> NDArray[np.int16]:
    """One clip of the sound."""
    time = np.arange(CLIP) / RATE
    total = _noise(random)
    if sound != "quiet":
        phase = 2 * np.pi * np.cumsum(_frequency(random, sound, time)) / RATE
        tone = np.sin(phase) + random.uniform(0.1, 0.4) * np.sin(2 * phase)
        total = total + 10 ** (random.uniform(6, 30) / 20) * tone
    scaled = total / total.std() * np.exp(random.uniform(np.log(300), np.log(8000)))
    return np.clip(np.round(scaled), -32768, 32767).astype(np.int16)


def clips(seed: int, count: int) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    """`count` clips, shape (count, 8000), and their sounds' numbers, in turn 0, 1, 2, 3, 0, …"""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % len(SOUNDS)
    return np.stack([clip(random, SOUNDS[label]) for label in labels]), labels
