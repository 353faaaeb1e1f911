"""ASSIGN_VARIABLE with the other operators of resource variables, and the state that is generated.

The networks keep the last input, or two of them, or a sum of all; reads stand before and after the
updates, and are used after them.
"""

from __future__ import annotations

import numpy as np

from compiler.ir import DType, Tensor
from compiler.ops.assign_variable import TYPES

from . import conformance
from .cases import Draw, Row, const
from .movement import QUANTISED
from .tflite_builder import Operator, Options, Subgraph

CHOSEN = (DType.BOOL, DType.UINT16, DType.UINT32, DType.UINT64)
RANGES = {
    "dtype": (DType.INT8,),
    "scale": (1.7e-5, 0.004, 0.5, 1.0, 3.0),
    "variables": (1, 2, 3),
    "steps": range(2, 9),
    "initialised": (True,),
}


def handle(variable: int) -> Options:
    return Options("VarHandleOptions", {"Container": "", "SharedName": f"state {variable}/x"})


class Network:
    """Operators over variables in an order that is drawn."""

    def __init__(self, d: Draw) -> None:
        self.d = d
        self.x = Tensor("in", d.shape(), d["dtype"])
        if d["dtype"] in QUANTISED:
            self.x = d.activations("in", self.x.shape, d["dtype"], (d["scale"],))
        self.tensors: list[Tensor] = [self.x]
        self.operators: list[Operator] = []

    def tensor(self, name: str, dtype: DType | None = None) -> int:
        shape = () if dtype else self.x.shape
        made = Tensor(name, shape, dtype or self.x.dtype, None if dtype else self.x.quant)
        self.tensors.append(made)
        return len(self.tensors) - 1

    def handles(self, count: int) -> list[int]:
        found = []
        for v in range(count):
            found.append(self.tensor(f"handle {v}", DType.RESOURCE))
            self.operators.append(Operator("VAR_HANDLE", (), (found[-1],), handle(v)))
        return found

    def main(self) -> Subgraph:
        """Reads, assignments and reshapes at random; every value read is added to the output."""
        d = self.d
        once = Options("CallOnceOptions", {"InitSubgraphIndex": 1})
        self.operators.append(Operator("CALL_ONCE", (), (), once))
        handles = self.handles(d["variables"])
        known = [0]
        for step in range(d["steps"]):
            variable = d.pick(handles)
            if d.chance(0.5) if step > 1 else (step + d.number) % 2:  # both in each case
                self.operators.append(Operator("ASSIGN_VARIABLE", (variable, d.pick(known)), ()))
                continue
            known.append(self.tensor(f"read {len(known)}"))
            self.operators.append(Operator("READ_VARIABLE", (variable,), (known[-1],)))
            if d.chance(0.3):
                known.append(self.add(known[-1], d.pick(known)))
        self.operators.append(Operator("ASSIGN_VARIABLE", (handles[0], d.pick(known)), ()))
        outputs = {d.pick(known), self.add(known[-1], d.pick(known))} - {0}
        return Subgraph(tuple(self.tensors), tuple(self.operators), (0,), tuple(sorted(outputs)))

    def add(self, a: int, b: int) -> int:
        """The sum, or a choice between the two for types that are not added."""
        if self.x.dtype in CHOSEN:
            which = self.d.values(self.x.shape, DType.BOOL, 0, 1)
            self.tensors.append(const("which", which, DType.BOOL))
            operands = (len(self.tensors) - 1, a, b)
            out = self.tensor("choice")
            self.operators.append(
                Operator("SELECT_V2", operands, (out,), Options("SelectV2Options"))
            )
            return out
        out = self.tensor("sum")
        options = Options("AddOptions", {"FusedActivationFunction": 0})
        self.operators.append(Operator("ADD", (a, b), (out,), options))
        return out

    def first_values(self) -> Subgraph:
        """The subgraph that CALL_ONCE names."""
        self.tensors, self.operators = [], []
        for v, t in enumerate(self.handles(self.d["variables_made"])):
            data = self.d.values(self.x.shape, self.x.dtype)
            if self.d.chance(0.5):
                data = np.full_like(data, data.flat[0])
            self.tensors.append(const(f"first {v}", data, self.x.dtype, self.x.quant))
            operands = (t, len(self.tensors) - 1)
            self.operators.append(Operator("ASSIGN_VARIABLE", operands, ()))
        return Subgraph(tuple(self.tensors), tuple(self.operators), (), (), name="NoOp")


def make(d: Draw) -> tuple[Subgraph, ...]:
    network = Network(d)
    return network.main(), network.first_values()


ROWS = (
    Row("assign_variable_int8", make, RANGES | {"variables_made": (3,)}, cases=60, runs=5),
    *(
        Row(
            f"assign_variable_{t.value}",
            make,
            RANGES | {"variables_made": (3,), "dtype": (t,)},
            runs=5,
        )
        for t in TYPES
        if t is not DType.INT8
    ),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
