"""Writes docs/supported_ops.md from the operators' rooms.

./bazelw run //tools:supported_ops
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from compiler.ops import OPS
from compiler.ops.room import Op

_HEAD = """# Supported operators

Of each operator the element types that go together, and the rules that a model has to keep.
It is written from the operators' own checks (`./bazelw run //tools:supported_ops`): what it says
is what the compiler's messages say. Every padding, stride, dilation, fused activation and
broadcast that TFLite allows is supported but for these rules.
"""


def _section(op: type[Op]) -> Iterator[str]:
    yield f"\n## {', '.join(op.TFLITE)}\n"
    for signature in op.SIGNATURES:
        yield f"- {signature}"
    for rule in op.RULES:
        yield f"- {rule.text[:1].upper()}{rule.text[1:].rstrip('.')}."


def page() -> str:
    """The page."""
    ordered = sorted(OPS, key=lambda op: op.TFLITE[0])
    return "\n".join([_HEAD.rstrip(), *(line for op in ordered for line in _section(op)), ""])


if __name__ == "__main__":
    root = Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."))
    (root / "docs" / "supported_ops.md").write_text(page(), encoding="utf-8")
    print("docs/supported_ops.md is written")
