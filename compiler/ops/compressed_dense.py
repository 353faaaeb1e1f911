"""Dense int8 layers whose weights take less flash: in four bits, or without fours of zeros."""

from __future__ import annotations

from ..ir import Site
from ..program import Const, Form, In, Kernel, Out
from ..target import Target
from .dense import DenseLayer, lower_int8
from .int4 import in_fours, nibbles, packed_rows
from .sparse import sparse_rows


def is_compressed(site: Site, target: Target) -> bool:
    """The weights (input 1, a constant) can stand so, and the user wants it."""
    return (
        nibbles(site, target, axis=0) is not None or sparse_rows(site.const(1), target) is not None
    )


def lower_compressed(site: Site, layer: DenseLayer, target: Target, rows: int) -> Kernel | None:
    """Decoded as they are multiplied; None where they are not, or outputs need several steps."""
    plain = lower_int8(layer, None, Target("any"), rows)
    if plain.function != "nn_fully_connected_s8":
        return None
    params = {k: v for k, v in plain.params.items() if k != "weights_zero"}
    biases, scales = plain.operands[3:]
    assert isinstance(biases, Const)
    four_bits = nibbles(site, target, axis=0)
    if four_bits is not None:
        function = f"nn_fully_connected_{four_bits.suffix}"
        params |= four_bits.params
        constants = (*four_bits.operands(packed_rows(four_bits.codes)), in_fours(biases))
    else:
        fours = None if plain.params["weights_zero"] else sparse_rows(site.const(1), target)
        if fours is None:
            return None
        function, constants = "nn_fully_connected_sparse_s8", (*fours, biases)
    operands = (In(0), Out(0), *constants, scales)
    return Kernel(function, f"{function}.h", Form.FLAT, params, operands, units=rows)
