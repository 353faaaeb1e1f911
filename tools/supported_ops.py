"""Writes docs/SUPPORTED_OPS.md from the operators' rooms.

./bazelw run //tools:supported_ops
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from compiler.ir import DType
from compiler.ops import OPS
from compiler.ops.room import Op, Signature

_TFLM = Path(__file__).absolute().with_name("tflm_operators.txt")
_HEAD = """# Supported operators

Which operators netsuke has, by the type of the input that they work on (of the output where there
is none), and which TensorFlow Lite Micro's op resolver registers (TFLM, August 2026). *hybrid* is
float32 with int8 weights: the converter's dynamic-range networks. Below stand, of each operator,
all types that go together, and the rules that a model has to keep.

The page is written from the operators' own checks (`./bazelw run //tools:supported_ops`): what it
says is what the compiler's messages say. Every padding, stride, dilation, fused activation and
broadcast that TFLite allows is supported but for these rules. Every operator is asked about every
type and every rank beside LiteRT's reference kernels: what they take and netsuke does not (float16,
float64 and int4 computed at run time, integers of 8 and 16 bits without scales, and a few more)
stands with its reason in [test_types.py](../tests/ops/test_types.py). What LiteRT itself refuses,
and how many cases are compared with it, is on [a page of its own](CONFORMANCE.md). What is missing
you can give: [custom operators](custom_operators.md), [adding an operator](adding_an_operator.md).
"""
_HYBRID = "hybrid"
_YES = "✓"


def tflm_operators() -> tuple[str, ...]:
    """What TensorFlow Lite Micro registers."""
    lines = _TFLM.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def column(signature: Signature, data: int) -> str:
    """Under which type a signature counts."""
    inputs = [t for t in signature.inputs if t is not None]
    narrow = any(t in (DType.INT8, DType.INT4) for t in inputs)
    if len(inputs) > 1 and narrow and signature.outputs and signature.outputs[0].is_float:
        return _HYBRID
    types = (*inputs[data:], *signature.outputs)
    return types[0].value if types else ""


def _name(operator: str) -> str:
    """As a reader knows it: custom operators by their name alone."""
    return f"{operator.removeprefix('CUSTOM:')} (custom)" if ":" in operator else operator


def _table(ops: Sequence[type[Op]]) -> Iterator[str]:
    """Operator × type, and TensorFlow Lite Micro's column."""
    found = {name: {column(s, op.DATA) for s in op.SIGNATURES} for op in ops for name in op.TFLITE}
    used = {column for columns in found.values() for column in columns}
    columns = [c for c in (*(t.value for t in DType), _HYBRID) if c in used]
    tflm = tflm_operators()
    yield "\n| operator | netsuke | " + " | ".join(columns) + " | TFLM |"
    yield "|---" + "|:---:" * (len(columns) + 2) + "|"
    for name in sorted({*found, *tflm}, key=_name):
        cells = [_YES if c in found.get(name, ()) else "" for c in columns]
        has = _YES if name in found else "–"
        yield f"| {_name(name)} | {has} | {' | '.join(cells)} | {_YES if name in tflm else '–'} |"
    both, own = len(set(found) & set(tflm)), len(found)
    yield f"\nnetsuke has {own} operators, TensorFlow Lite Micro {len(tflm)}; {both} are in both."


def _section(op: type[Op]) -> Iterator[str]:
    yield f"\n## {', '.join(map(_name, op.TFLITE))}\n"
    for signature in op.SIGNATURES:
        if signature.inputs or signature.outputs:
            yield f"- {signature}".rstrip(" →")
    for rule in op.RULES:
        yield f"- {rule.text[:1].upper()}{rule.text[1:].rstrip('.')}."


def page() -> str:
    """The page."""
    ordered = sorted(OPS, key=lambda op: _name(op.TFLITE[0]))
    sections = (line for op in ordered for line in _section(op))
    return "\n".join([_HEAD.rstrip(), *_table(ordered), *sections, ""])


if __name__ == "__main__":
    root = Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."))
    (root / "docs" / "SUPPORTED_OPS.md").write_text(page(), encoding="utf-8")
    print("docs/SUPPORTED_OPS.md is written")
