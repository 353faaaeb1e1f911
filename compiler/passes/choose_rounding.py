"""Sets whose rounding the operators reproduce, where TensorFlow Lite (Micro) has several.

fully_connected(…)   →   with --reference=tflm: fully_connected(…, rounding=double)
"""

from __future__ import annotations

import dataclasses

from ..ir import Graph
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    nodes = (dataclasses.replace(n, op=n.op.following(target.reference)) for n in graph.nodes)
    return graph.replace(nodes=tuple(nodes)).map_subgraphs(lambda g: run(g, target))
