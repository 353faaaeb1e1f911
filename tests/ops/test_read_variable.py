"""READ_VARIABLE: where a copy is made. Its meaning is tested with ASSIGN_VARIABLE."""

from __future__ import annotations

import pytest

from compiler.compile import compile_model
from compiler.errors import InternalError
from compiler.lower import kernels
from compiler.options import Options

from .streams import ADDITION, KEEP_INPUT, LOAD, ONCE, OPEN, accumulator, model

USED_LATE = model(ONCE, OPEN, LOAD, KEEP_INPUT, ADDITION)


def layers(data: bytes) -> list[str]:
    return [
        str(x["name"]).split("_", 1)[1] for x in compile_model(data, Options("m")).report["layers"]
    ]


def test_a_value_used_before_the_update_is_not_copied() -> None:
    assert layers(accumulator()) == ["add", "assign_variable"]


def test_a_value_used_after_the_update_is_copied() -> None:
    assert layers(USED_LATE) == ["read_variable", "assign_variable", "add"]


def test_the_checker_sees_a_value_used_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "copy_reads", lambda graph, lowered: lowered)
    with pytest.raises(InternalError, match=r"add reads bytes of 'v0_last' that are not there"):
        compile_model(USED_LATE, Options("m"))
