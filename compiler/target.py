"""What the compiler knows of a microcontroller, read from targets/<name>/target.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A piece of memory: bytes, and whether it can be written."""

    name: str
    bytes: int
    writable: bool


@dataclass(frozen=True)
class Target:
    """A microcontroller (or the host) as code generation sees it."""

    name: str
    isa: str = "portable"
    regions: tuple[Region, ...] = ()
    align: int = 4  # of tensors in the arena, in bytes


HOST = Target("host")
