"""What the compiler knows of a microcontroller, read from targets/<name>/target.toml."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass

from .errors import CompileError, Problem
from .resources import folder


@dataclass(frozen=True)
class Region:
    """A piece of memory: its kind ("flash" or "ram"), its bytes, and which is faster than others of
    its kind (1: the fastest)."""

    name: str
    kind: str
    bytes: int
    speed: int = 1


@dataclass(frozen=True)
class Target:
    """A microcontroller (or the host) as code generation sees it.

    `align` is what every tensor in the arena is aligned to, in bytes. `reference` names whose
    rounding is reproduced where TensorFlow Lite ("tflite") and TensorFlow Lite Micro ("tflm")
    differ. `int4` tells how weights of four bits stand in flash: "packed", or "unpacked" as bytes;
    with "find" any int8 weights of no more than 16 values are packed too, as indices;
    `float16` whether weights that float16 holds exactly stay so ("keep") or become float32
    ("widen").
    """

    name: str
    core: str = "host"
    isa: str = "portable"
    align: int = 4
    clock_hz: int = 0
    memory: tuple[Region, ...] = ()
    reference: str = "tflite"
    int4: str = "packed"
    float16: str = "widen"

    def bytes_of(self, kind: str) -> int | None:
        """All bytes of a kind of memory; None where there is no limit."""
        sizes = [r.bytes for r in self.memory if r.kind == kind]
        return sum(sizes) if sizes else None


HOST = Target("host")


def names() -> list[str]:
    """All targets there are."""
    return sorted(p.parent.name for p in folder("targets").glob("*/target.toml"))


def load(name: str) -> Target:
    """The target of that name. Raises CompileError with the nearest names where there is none."""
    if name not in names():
        near = difflib.get_close_matches(name, names(), 1)
        way_out = f"did you mean {near[0]}?" if near else ""
        raise CompileError(Problem("--target", f"'{name}'", ", ".join(names()), way_out))
    fields = tomllib.loads((folder("targets") / name / "target.toml").read_text())
    memory = tuple(
        Region(r["name"], r["kind"], r["size"], r.get("speed", 1)) for r in fields["memory"]
    )
    return Target(
        fields["name"],
        fields["core"],
        fields["isa"],
        fields["alignment"],
        fields["clock_hz"],
        memory,
    )
