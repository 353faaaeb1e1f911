"""Reads .tflite files (flatbuffers of TensorFlow Lite's schema) into an `ir.Graph`."""

from __future__ import annotations

from .reader import read

__all__ = ["read"]
