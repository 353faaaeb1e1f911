"""TFLite_Detection_PostProcess against LiteRT: regular and fast suppression, float32 and uint8.

LiteRT leaves the outputs without a detection as they were; there we write 0. It leaves open which
of a box's classes of equal score comes first, so that the scores of a box are drawn distinct. Its
vectorised dequantisation rounds otherwise than its scalar one, which it uses for the rest: scores
have a scale with which neither rounds.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from flatbuffers import flexbuffers

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Array, DType, Quant, Tensor
from compiler.options import Options
from compiler.target import HOST, load
from compiler.tflite.reader import read

from . import conformance, oracle
from .cases import FLOAT32, Case, Draw, Row
from .generated import Network, run_on_host, run_on_m4
from .tflite_builder import Operator, Subgraph

UINT8 = DType.UINT8
CASES = 40
M4 = load(conformance.M4)


def uint8(name: str, shape: tuple[int, ...], scale: float, zero: int) -> Tensor:
    return Tensor(name, shape, UINT8, Quant((float(np.float32(scale)),), (zero,)))


def make(d: Draw) -> Subgraph:
    n, classes, background = d.pick((1, 2, 7, 30, 60)), d.pick((1, 2, 5, 9)), d.pick((0, 1))
    most, per_box = d.pick((1, 3, 10, 20)), d.pick((1, 1, 2, 3))
    regular, boxes_type, scores_type = d["regular"], d["boxes"], d["scores"]
    box_shape, score_shape = (1, n, d.pick((4, 4, 6))), (1, n, classes + background)
    points = np.concatenate([d.rng.uniform(0, 1, (n, 2)), d.rng.uniform(0.2, 0.7, (n, 2))], axis=1)
    if boxes_type is FLOAT32:
        boxes = Tensor("boxes", box_shape, FLOAT32)
        anchors = Tensor("anchors", (n, 4), FLOAT32, data=points.astype(np.float32))
    else:
        boxes = uint8("boxes", box_shape, 0.07, 131)
        quant = Quant((float(np.float32(1 / 255)),), (3,))
        data = np.clip(points * 255 + 3, 4, 255).astype(np.uint8)
        anchors = Tensor("anchors", (n, 4), UINT8, quant, data)
    scores = Tensor("scores", score_shape, FLOAT32)
    if scores_type is UINT8:
        scores = uint8("scores", score_shape, 1 / 256, 2)
    options = {
        "max_detections": most, "max_classes_per_detection": per_box, "num_classes": classes,
        "nms_score_threshold": d.pick((-1.0, 0.0, 0.3, 0.6, 2.0)),
        "nms_iou_threshold": d.pick((0.1, 0.3, 0.5, 0.9, 1.0)),
        "y_scale": 10.0, "x_scale": 10.0, "h_scale": 5.0, "w_scale": 4.0,
    }  # fmt: skip
    if regular or d.chance(0.5):
        options["use_regular_nms"] = regular
    if d.chance(0.7):
        options["detections_per_class"] = d.pick((1, 2, 5, 100))
    size = most * per_box
    shapes = ((1, size, 4), (1, size), (1, size), (1,))
    names = ("out_boxes", "classes", "out_scores", "count")
    if d.chance(0.4):  # as TensorFlow's own models leave them
        shapes = ((), (), (), ())
    outputs = [Tensor(name, shape, FLOAT32) for name, shape in zip(names, shapes, strict=True)]
    operator = Operator(
        "CUSTOM", (0, 1, 2), (3, 4, 5, 6), custom="TFLite_Detection_PostProcess",
        custom_options=bytes(flexbuffers.Dumps(options)),
    )  # fmt: skip
    return Subgraph((boxes, scores, anchors, *outputs), (operator,), (0, 1), (3, 4, 5, 6))


def values(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    """Scores distinct within a box, in the second run of few different values."""
    if tensor.name == "boxes":
        if tensor.dtype is UINT8:
            return d.rng.integers(0, 256, tensor.shape).astype(np.uint8)
        return d.rng.normal(0, 3, tensor.shape).astype(np.float32)
    steps = tensor.shape[2] + 1 if extreme else 256
    rows = [d.rng.permutation(steps)[: tensor.shape[2]] for _ in range(tensor.shape[1])]
    drawn = np.array(rows).reshape(tensor.shape) * (255 // (steps - 1))
    return drawn.astype(np.uint8) if tensor.dtype is UINT8 else (drawn / 256).astype(np.float32)


ROWS = tuple(
    Row(
        f"{'regular' if regular else 'fast'}_{boxes.suffix}_{scores.suffix}",
        make,
        {"regular": (regular,), "boxes": (boxes,), "scores": (scores,)},
        values=values,
    )
    for regular in (False, True)
    for boxes, scores in itertools.product((FLOAT32, UINT8), repeat=2)
)


def wanted(case: Case) -> list[tuple[Array, ...]]:
    """LiteRT's outputs, 0 where it writes none."""
    o = flexbuffers.Loads(case.graphs[0].operators[0].custom_options)
    per_box, given = o["max_classes_per_detection"], o["num_classes"]
    results = []
    for outputs in oracle.run(case.model, case.runs):
        written = np.zeros(outputs[1].shape[1], bool)
        if o.get("use_regular_nms", False):
            written[: o["max_detections"]] = True
        else:
            for i in range(int(outputs[3][0])):
                written[i * per_box : i * per_box + min(per_box, given)] = True
        for array in outputs[:3]:
            array[0, ~written] = 0
        results.append(outputs)
    return results


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_reference(row: Row) -> None:
    detections = suppressed = 0
    for number in range(CASES):
        case = row.case(number)
        right = wanted(case)
        graph = read(case.model, case.name)
        for found, outputs in zip(conformance.interpret(graph, case.runs), right, strict=True):
            conformance.compare(case.name, found, outputs)
            detections += int(outputs[3][0])
            suppressed += outputs[3][0] < min(outputs[1].shape[1], case.runs[0][0].shape[1])
    assert detections > CASES and suppressed > CASES // 4


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
@pytest.mark.parametrize(
    ("run", "targets", "every"),
    [(run_on_host, (HOST, M4), 1), (run_on_m4, (M4,), 4)],
    ids=("host", "m4"),
)
def test_c(
    row: Row, run: conformance.Runner, targets: Sequence[object], every: int, tmp_path: Path
) -> None:
    networks = []
    for case, target in zip(
        map(row.case, range(0, CASES, every)), itertools.cycle(targets), strict=False
    ):
        assert target is HOST or target is M4
        files = compile_model(case.model, Options(case.name, target)).files
        networks.append(Network(case.name, files, case.runs, wanted(case)))
    for network, outputs in zip(networks, run(networks, tmp_path), strict=True):
        for r, (found, right) in enumerate(zip(outputs, network.wanted, strict=True)):
            conformance.compare(f"{network.name} run {r}", found, right)


def test_options_out_of_range_are_refused() -> None:
    graph = ROWS[0].case(0).graphs[0]
    options = flexbuffers.Loads(graph.operators[0].custom_options) | {"nms_iou_threshold": 1.5}
    operator = Operator(
        "CUSTOM", (0, 1, 2), (3, 4, 5, 6), custom="TFLite_Detection_PostProcess",
        custom_options=bytes(flexbuffers.Dumps(options)),
    )  # fmt: skip
    wrong = Subgraph(graph.tensors, (operator,), graph.inputs, graph.outputs)
    with pytest.raises(CompileError, match=r"thresholds .* and 1\.5"):
        compile_model(Case("wrong", (wrong,), ()).model, Options("wrong"))
