"""Files with random damage: each compiles, or is refused with a message; never a traceback, a hang,
half an output. The mutations are seeded, so that a failure can be repeated by its number."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.compiler.command import ROOT, compile_forked
from tests.ops.cases import Row
from tests.ops.networks import RANGES, network

MUTATIONS = 304
SHARDS = 8  # tests, so that a failure does not hide others
MOST_SECONDS = 10.0
# What offsets, lengths, indices and shapes become in the worst case.
WORDS = (0, 1, 2, 4, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


@cache
def seeds() -> tuple[bytes, ...]:
    """Legal models to damage: small ones are mostly structure, so that most damage goes there."""
    row = Row("to_be_damaged", network, RANGES | {"depth": (1, 2)})
    small = [row.case(number).model for number in range(4)]
    return (*small * 4, (ROOT / "models/digits/digits.tflite").read_bytes())


def mutated(number: int) -> bytes:
    rng = np.random.default_rng(number)
    models = seeds()
    data = bytearray(models[number % len(models)])
    for _ in range(int(rng.integers(1, 5))):
        at = int(rng.integers(len(data) - 4))
        # Structure stands at both ends of a file; the weights between can say anything.
        at = at if rng.random() < 0.5 else min(at, int(rng.integers(600)))
        match int(rng.integers(5)):
            case 0:
                data[at] ^= 1 << int(rng.integers(8))
            case 1:
                data[at] = int(rng.integers(256))
            case 2:
                struct.pack_into("<I", data, at & ~3, WORDS[int(rng.integers(len(WORDS)))])
            case 3:
                (word,) = struct.unpack_from("<I", data, at & ~3)
                change = int(rng.choice([-4, -1, 1, 4, 8]))
                struct.pack_into("<I", data, at & ~3, (word + change) & 0xFFFFFFFF)
            case 4:
                other = int(rng.integers(len(data) - 16))
                data[at & ~3 : (at & ~3) + 16] = data[other & ~3 : (other & ~3) + 16]
    if rng.random() < 0.1:
        del data[int(rng.integers(8, len(data))) :]
    return bytes(data)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_damage_is_survived(shard: int, tmp_path: Path) -> None:
    refused = 0
    for number in range(shard, MUTATIONS, SHARDS):
        model, output = tmp_path / "model.tflite", tmp_path / f"out{number}"
        model.write_bytes(mutated(number))
        result = compile_forked(model, output)
        about = f"mutation {number}: {result}"
        assert result.status in (0, 1), about
        assert "Traceback" not in result.err and "internal error" not in result.err, about
        assert result.seconds < MOST_SECONDS, about
        if result.status == 0:
            assert (output / "model.c").stat().st_size and not result.err, about
        else:
            refused += 1
            assert not output.exists(), about
            lines = result.err.splitlines()
            assert lines and all(line.startswith("netsuke: ") for line in lines), about
    print(f"{refused} of {MUTATIONS // SHARDS} mutations refused, the others compile")
    assert refused > MUTATIONS // SHARDS // 4
