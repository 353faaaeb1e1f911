"""Damaged flatbuffers give a message, whatever is damaged."""

from __future__ import annotations

import random
import struct
import time

import pytest
import tflite

from compiler.errors import CompileError
from compiler.tflite.reader import survey
from compiler.tflite.structure import open_model
from tests.compiler.small_models import model, subgraph
from tests.ops.tflite_builder import _Model, build

EXTREMES = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x40000000)


def accepted(data: bytes) -> bool:
    """False for a CompileError; any other exception fails the test."""
    try:
        survey(data, "m")
    except CompileError:
        return False
    return True


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "file: empty"),
        (b"TFL3", "file: without the mark TFL3"),
        (b"\x1c\0\0\0TFL2" + bytes(100), "file: without the mark TFL3"),
        (b"PK\x03\x04" + bytes(100), "file: without the mark TFL3 at byte 4: a ZIP archive"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "file: without the mark TFL3 at byte 4: a Keras model"),
        (b"<!DOCTYPE html>" + bytes(100), "file: without the mark TFL3 at byte 4: a web page"),
        (b"\0\0\0\0TFL3" + bytes(100), "file: damaged or truncated: the offset at byte 0 leads"),
        (b"\xff\xff\xff\xffTFL3", "file: damaged or truncated: the offset at byte 0 leads"),
        (b"\x08\0\0\0TFL3" + bytes(4), "file: damaged or truncated: "),
    ],
    ids=str,
)
def test_what_is_no_model_is_refused(data: bytes, found: str) -> None:
    with pytest.raises(CompileError) as error:
        open_model(data)
    assert str(error.value).startswith(found)


def test_a_file_cut_anywhere_is_refused() -> None:
    data = build(subgraph())
    padding = len(data) - len(data.rstrip(b"\0")) - 1  # behind the last name and its zero
    assert [n for n in range(len(data)) if accepted(data[:n])] == [
        *range(len(data) - padding, len(data))
    ]


@pytest.mark.parametrize("value", EXTREMES, ids=hex)
def test_an_extreme_value_anywhere_gives_an_answer(value: int) -> None:
    data = model()
    answers = set()
    for at in range(0, len(data), 4):
        answers.add(accepted(data[:at] + struct.pack("<I", value) + data[at + 4 :]))
    assert answers == {True, False}


@pytest.mark.parametrize("seed", range(8))
def test_random_damage_gives_an_answer(seed: int) -> None:
    draw, data = random.Random(seed), build(subgraph(), subgraph())
    answers = set()
    for _ in range(250):
        damaged = bytearray(data)
        for _ in range(draw.choice((1, 1, 2, 5))):
            damaged[draw.randrange(len(data))] = draw.randrange(256)
        answers.add(accepted(bytes(damaged)))
    assert answers == {True, False}


class _Repeated(_Model):
    """A model whose vector of subgraphs names the same table over and over."""

    times = 50_000

    def offsets(self, items: object) -> int:
        assert isinstance(items, list)
        repeated = items * self.times if len(items) == len(self.subgraphs) == 1 else items
        return super().offsets(repeated)


def test_a_file_that_unfolds_to_a_giant_is_refused_in_time() -> None:
    data = _Repeated((subgraph(),), 3, b"TFL3").file()
    start = time.perf_counter()
    with pytest.raises(CompileError, match="damaged: more than 100000 tensors, operators"):
        survey(data, "m")
    assert time.perf_counter() - start < 120


def test_sound_files_pass_with_every_accessor_inside() -> None:
    opened = open_model(model())
    assert isinstance(opened, tflite.Model)
    assert opened.SubgraphsLength() == 1
