"""TFLite_Detection_PostProcess: boxes decoded around their anchors, overlapping ones left out.

    centre = box.yx / scale * anchor.hw + anchor.yx,  half = exp(box.hw / scale) * anchor.hw / 2

Non-maximum suppression takes the box of the best score (the first of equal ones) and drops all
whose intersection over union with it is above a threshold, again and again. `use_regular_nms` does
so class by class and merges; otherwise all classes at once, by each box's best score.
Source: TFLite kernels/detection_postprocess.cc. That leaves outputs without a detection as they
were (here 0), the order of a box's classes of equal score open (here the first comes first), and
stops where an anchor's size is negative (here its box overlaps none).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site, Tensor
from ..program import Form, In, Kernel, Operand, Out, Scratch
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule

UINT8, FLOAT32 = DType.UINT8, DType.FLOAT32
PER_CLASS = 100  # detections, where the file does not say
MOST = 1 << 16  # detections


@rule("export the model again")
def inputs_fit(op: DetectionPostprocess, site: Site) -> str | None:
    """Boxes [1, n, 4 or more], scores [1, n, classes, perhaps with a background], anchors
    [n, 4], those of uint8 with a scale."""
    boxes, scores, anchors = (site.input(i) for i in range(3))
    n = anchors.shape[0] if anchors.shape else 0
    fits = n > 0 and anchors.shape == (n, 4) and boxes.shape[:2] == scores.shape[:2] == (1, n)
    fits = fits and len(boxes.shape) == len(scores.shape) == 3 and boxes.shape[2] >= 4
    if not fits or scores.shape[2] - op.num_classes not in (0, 1):
        shapes = [list(t.shape) for t in (boxes, scores, anchors)]
        return f"shapes {shapes} for {op.num_classes} classes"
    for t in (boxes, scores, anchors):
        if t.dtype is UINT8 and (t.quant is None or t.quant.per_channel):
            return f"'{t.name}' without one scale"
    return None


@rule("export the model again")
def options_in_range(op: DetectionPostprocess, site: Site) -> str | None:
    """At least one class, detection and class per detection, scales other than 0, an overlap
    above 0 and up to 1, a score threshold."""
    least = min(op.num_classes, op.max_detections, op.max_classes_per_detection)
    if least < 1 or op.max_detections * op.max_classes_per_detection > MOST:
        found = op.num_classes, op.max_detections, op.max_classes_per_detection
        return "{} classes, {} detections of {} classes".format(*found)
    if op.use_regular_nms and op.detections_per_class < 1:
        return f"{op.detections_per_class} detections per class"
    if not np.isfinite(op.scales).all() or 0.0 in op.scales:
        return f"scales {op.scales}"
    if not 0 < op.nms_iou_threshold <= 1 or not np.isfinite(op.nms_score_threshold):
        return f"thresholds {op.nms_score_threshold} and {op.nms_iou_threshold}"
    return None


@dataclass(frozen=True)
class DetectionPostprocess(Op):
    """box encodings, class scores, anchors → boxes (least y, x, greatest y, x), classes, scores,
    how many detections there are."""

    NAME: ClassVar[str] = "detection_postprocess"
    TFLITE: ClassVar = ("CUSTOM:TFLite_Detection_PostProcess",)
    INPUTS: ClassVar = (3, 3)
    OUTPUTS: ClassVar = (4, 4)
    GIVES_SHAPES: ClassVar = True
    SIGNATURES: ClassVar = tuple(
        Signature((box, score, box), (FLOAT32,)) for box in (FLOAT32, UINT8)
        for score in (FLOAT32, UINT8)
    )  # fmt: skip
    RULES: ClassVar = (options_in_range, inputs_fit)

    max_detections: int
    max_classes_per_detection: int
    detections_per_class: int
    use_regular_nms: bool
    nms_score_threshold: float
    nms_iou_threshold: float
    num_classes: int
    scales: tuple[float, ...]  # of y, x, h, w

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> DetectionPostprocess:
        o = options.custom_map()
        return cls(
            int(o.get("max_detections", 0)),
            int(o.get("max_classes_per_detection", 0)),
            int(o.get("detections_per_class", PER_CLASS)),
            bool(o.get("use_regular_nms", False)),
            float(np.float32(o.get("nms_score_threshold", 0))),
            float(np.float32(o.get("nms_iou_threshold", 0))),
            int(o.get("num_classes", 0)),
            tuple(float(np.float32(o.get(f"{axis}_scale", 0))) for axis in "yxhw"),
        )

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        n = self.max_detections * self.max_classes_per_detection
        return (1, n, 4), (1, n), (1, n), (1,)

    @property
    def _most_per_class(self) -> int:
        return min(self.detections_per_class, self.max_detections) if self.use_regular_nms else 0

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        boxes, scores, anchors = (
            _real(site.input(i), x) for i, x in enumerate(inputs) if x is not None
        )
        corners = self._decoded(boxes[0].astype(np.float64), anchors.astype(np.float64))
        scores = scores[0, :, scores.shape[2] - self.num_classes :]
        found: list[list[tuple[float, int, int]]] = []  # detections of (score, class, box)
        if self.use_regular_nms:
            for c in range(self.num_classes):
                chosen = self._suppressed(corners, scores[:, c], self._most_per_class)
                found += [[(float(scores[b, c]), c, b)] for b in chosen]
            found.sort(key=lambda d: -d[0][0])
        else:
            for b in self._suppressed(corners, scores.max(axis=1), self.max_detections):
                order = np.argsort(-scores[b], kind="stable")[: self.max_classes_per_detection]
                found.append([(float(scores[b, c]), int(c), b) for c in order])
        found = found[: self.max_detections]
        outputs = [np.zeros(shape, np.float32) for shape in self.shapes(site)]
        per_box = 1 if self.use_regular_nms else self.max_classes_per_detection
        for i, detection in enumerate(found):
            for j, (score, c, b) in enumerate(detection):
                at = i * per_box + j
                outputs[0][0, at], outputs[1][0, at], outputs[2][0, at] = corners[b], c, score
        outputs[3][0] = len(found)
        return tuple(outputs)

    def _decoded(self, boxes: Array, anchors: Array) -> Array:
        scales = np.array(self.scales, np.float64)
        sizes = anchors[:, 2:]
        centre = (boxes[:, :2] / scales[:2] * sizes + anchors[:, :2]).astype(np.float32)
        half = (0.5 * np.exp(boxes[:, 2:4] / scales[2:]) * sizes).astype(np.float32)
        return np.concatenate([centre - half, centre + half], axis=1)

    def _suppressed(self, corners: Array, scores: Array, most: int) -> list[int]:
        """The boxes that are left, the best first."""
        order = np.argsort(-scores, kind="stable")
        left = [int(b) for b in order if scores[b] >= np.float32(self.nms_score_threshold)]
        chosen: list[int] = []
        while left and len(chosen) < most:
            best, left = left[0], left[1:]
            chosen.append(best)
            limit = np.float32(self.nms_iou_threshold)
            left = [b for b in left if not _overlap(corners[best], corners[b]) > limit]
        return chosen

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernel: nn_detection_postprocess.h"""
        boxes, scores, anchors = (site.input(i) for i in range(3))
        n = boxes.shape[1]
        params: dict[str, int | float] = {
            "boxes": n, "coordinates": boxes.shape[2], "classes": self.num_classes,
            "background": scores.shape[2] - self.num_classes,
            "most": self.max_detections, "classes_per_box": self.max_classes_per_detection,
            "most_per_class": self._most_per_class,
            "score": self.nms_score_threshold, "overlap": self.nms_iou_threshold,
        }  # fmt: skip
        names = ("y_scale", "x_scale", "h_scale", "w_scale")
        params |= dict(zip(names, self.scales, strict=True))
        params |= {"box_u8": int(boxes.dtype is UINT8), "score_u8": int(scores.dtype is UINT8)}
        for name, t in (("box", boxes), ("anchor", anchors), ("score", scores)):
            quantised = t.dtype is UINT8
            params[f"{name}_scale"] = t.scale if quantised else 1.0
            params[f"{name}_zero"] = t.zero_point if quantised else 0
        operands: tuple[Operand, ...] = (
            *(In(i) for i in range(3)), *(Out(i) for i in range(4)),
            Scratch(20 * n, ctype="float"), Scratch(n, 1),
        )  # fmt: skip
        function = "nn_detection_postprocess"
        return Kernel(function, f"{function}.h", Form.WHOLE, params, operands)


def _real(tensor: Tensor, data: Array) -> Array:
    """float32 values, dequantised as TFLite does."""
    if tensor.dtype is FLOAT32:
        return data
    wide = data.astype(np.float32) - np.float32(tensor.zero_point)
    real: Array = wide * np.float32(tensor.scale)
    return real


def _overlap(a: Array, b: Array) -> np.float32:
    """Intersection over union, in float32."""
    area_a = (a[2] - a[0]) * (a[3] - a[1])
    area_b = (b[2] - b[0]) * (b[3] - b[1])
    if area_a <= 0 or area_b <= 0:
        return np.float32(0)
    zero = np.float32(0)
    height = max(min(a[2], b[2]) - max(a[0], b[0]), zero)
    width = max(min(a[3], b[3]) - max(a[1], b[1]), zero)
    common = height * width
    return np.float32(common / (area_a + area_b - common))
