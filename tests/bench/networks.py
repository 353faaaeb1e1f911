"""The networks that are measured, and what others need for the same ones."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.boards import ROOT

# TensorFlow Lite Micro with CMSIS-NN, in the file of peers' figures.
PEER_COLUMNS = {
    "microbit": "tflm_m0_cmsis",
    "mps2_an386": "tflm_m4_cmsis",
    "mps2_an500": "tflm_m7_cmsis",
    "mps3_an547": "tflm_m55_cmsis",
}


# Trained models of MLPerf Tiny, by file name.
MLPERF = ("ad01_int8", "kws_ref_model", "pretrainedResnet_quant", "vww_96_int8")


@dataclass(frozen=True)
class Peer:
    """What TensorFlow Lite Micro needs for a network on a target; None: not known."""

    instructions: int | None
    arena: int | None
    code: int | None


NO_PEER = Peer(None, None, None)


def _beside_the_checkout() -> Path:
    """The folder `shared` beside the checked-out tree, which some machines have."""
    root = Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", ROOT))
    return root.resolve().parent / "shared"


def own() -> list[Path]:
    """The project's own networks."""
    return sorted((ROOT / "models").glob("*/*.tflite"))


def others() -> list[Path]:
    """Networks that lie beside the checked-out tree."""
    return sorted((_beside_the_checkout() / "models").glob("*.tflite"))


def mlperf() -> list[Path]:
    """Those of them that MLPerf Tiny runs."""
    return [path for path in others() if path.stem in MLPERF]


def chosen(arguments: Sequence[str]) -> list[Path]:
    """Files as they were named, or by stem; without any: all there are."""
    known = {path.stem: path for path in [*others(), *own()]}
    if not arguments:
        return [*own(), *others()]
    paths = []
    for argument in arguments:
        path = Path(argument)
        if not path.is_file():
            if argument not in known:
                raise FileNotFoundError(f"no network {argument}; there are {', '.join(known)}")
            path = known[argument]
        paths.append(path)
    return paths


def peers(path: str | None) -> Mapping[str, Any]:
    """The peers' figures by network: from the file, or from beside the tree, or none."""
    file = Path(path) if path else _beside_the_checkout() / "tools" / "peers.json"
    if not file.is_file():
        if path:
            raise FileNotFoundError(f"no file {path}")
        return {}
    figures: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return figures


def peer(figures: Mapping[str, Any], network: str, target: str) -> Peer:
    """TensorFlow Lite Micro's figures for a network on a target."""
    row = figures.get(network, {}).get(PEER_COLUMNS.get(target, ""))
    if not row or not row.get("insns"):
        return NO_PEER
    return Peer(row["insns"][-1], row.get("arena"), row.get("flash_code"))


def ratio(ours: int, theirs: int | None) -> float | None:
    """How much of theirs ours is."""
    return ours / theirs if theirs else None


def geometric_mean(ratios: Iterable[float]) -> float:
    """exp(mean(log r))."""
    logs = [math.log(r) for r in ratios]
    return math.exp(sum(logs) / len(logs))
