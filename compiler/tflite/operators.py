"""Operator codes and options of a .tflite, and what to say of operators that have no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tflite.utils import BUILTIN_OPCODE2NAME

from ..errors import CompileError, Problem
from ..ir import Site, Tensor
from ..ops import Registry
from ..ops.room import Op, TfliteOptions
from ..user_ops import CUSTOM, place
from .structure import OPTION_NAMES, OPTION_NAMES_2
from .tensors import EXPORT_AGAIN, text


@dataclass(frozen=True)
class OperatorCode:
    """Which operator. `key` is looked up in the registry, `name` is for messages."""

    key: str
    name: str


def operator_codes(model: Any) -> list[OperatorCode]:  # noqa: ANN401 (untyped bindings)
    """The model's operator codes. A code is the larger of the old 8-bit and the new field
    (TensorFlow Lite's GetBuiltinCode)."""
    codes = []
    for i in range(model.OperatorCodesLength()):
        table = model.OperatorCodes(i)
        number = max(table.DeprecatedBuiltinCode(), table.BuiltinCode())
        name = BUILTIN_OPCODE2NAME.get(number, f"operator code {number}")
        if name == "CUSTOM":
            custom = text(table.CustomCode()) or "nameless"
            codes.append(OperatorCode(CUSTOM + custom, f"custom operator {custom}"))
        else:
            codes.append(OperatorCode(name, name))
    return codes


class CheckedOptions(TfliteOptions):
    """Options that are read as what the file says they are, and remember what was missing."""

    def __init__(
        self,
        operator: Any,  # noqa: ANN401 (untyped bindings)
        intermediates: tuple[Tensor, ...],
    ) -> None:
        table, kind = operator.BuiltinOptions(), OPTION_NAMES.get(operator.BuiltinOptionsType())
        if table is None:  # newer operators have theirs in a union of their own
            table = operator.BuiltinOptions2()
            kind = OPTION_NAMES_2.get(operator.BuiltinOptions2Type())
        super().__init__(table, intermediates)
        self._kind = kind or "unknown options"
        self.missing = ""
        self.custom = (
            bytes(operator.CustomOptionsAsNumpy()) if operator.CustomOptionsLength() else b""
        )

    def read(self, reader: type[Any]) -> Any | None:  # noqa: ANN401
        options = super().read(reader) if self._kind == reader.__name__ else None
        if options is None:
            self.missing = reader.__name__
        return options


# What reading attributes raises where they contradict the inputs: a rank or an input that the
# operator does not know, a stride of 0, options that are absent. Anything else is a bug.
_CONTRADICTIONS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip


def _record(op: type[Op], options: TfliteOptions, site: Site) -> Op:
    record = op.from_tflite(options, site)
    if not isinstance(record, op):
        answered = f"from_tflite answered {record!r}"
        raise CompileError(Problem(f"class {op.__name__}", answered, "a record of the class"))
    return record


def attributes(
    op: type[Op],
    operator: Any,  # noqa: ANN401 (untyped bindings)
    site: Site,
    intermediates: tuple[Tensor, ...],
    where: str,
) -> Op:
    """The attribute record of an operator, whose inputs and outputs are in `site`."""
    for what, number, (least, most) in (
        ("inputs", len(site.inputs) + op.OWN_STATE, op.INPUTS),
        ("outputs", len(site.outputs), op.OUTPUTS),
    ):
        if not least <= number <= most:
            own = op.OWN_STATE if what == "inputs" else 0
            least, most, number = least - own, most - own, number - own
            supported = f"{least} to {most}" if least < most else str(least)
            raise CompileError(Problem(where, f"{number} {what}", supported, EXPORT_AGAIN))
    options = CheckedOptions(operator, intermediates)
    try:
        return _record(op, options, site)
    except CompileError as e:
        raise CompileError(replace(p, where=f"{where}, {p.where}") for p in e.problems) from e
    except _CONTRADICTIONS as e:
        at = place(e)
        if at:
            found = f"{at}: {type(e).__name__}: {e}"
        elif options.missing:
            found = f"without {options.missing}"
        else:
            shapes = ", ".join("none" if t is None else str(list(t.shape)) for t in site.inputs)
            found = f"attributes that contradict its inputs, which are {shapes}"
        raise CompileError(Problem(where, found, "", EXPORT_AGAIN)) from e


def unsupported(found: Sequence[tuple[str, OperatorCode]], registry: Registry) -> list[Problem]:
    """One problem for each unknown operator, with all the places (origins) where it stands."""
    places: dict[OperatorCode, list[str]] = {}
    for origin, code in found:
        places.setdefault(code, []).append(origin)
    supported = f"{len(registry.by_tflite)} operators (docs/SUPPORTED_OPS.md)"
    problems = []
    for code, origins in places.items():
        where = f"{_listed(origins)} ({code.name})"
        problems.append(Problem(where, "unsupported operator", supported, _way_out(code.key)))
        supported = ""  # once is enough
    return problems


def _listed(origins: Sequence[str]) -> str:
    """ "operators 3, 5, 7 and 12 more" """
    if len(origins) == 1:
        return origins[0]
    numbers = [o.removeprefix("operator ") for o in origins[:8]]
    more = f" and {len(origins) - 8} more" if len(origins) > 8 else ""
    return f"operators {', '.join(numbers)}{more}"


_PREPROCESS = "do this step in your own code and export the model from behind it"
_POSTPROCESS = "export the model up to this step and do the rest in your own code"
_UNROLL = "unroll the layer before converting (Keras: unroll=True)"
_COMPILED = "pass the .tflite as it was before the accelerator's compiler"
_STABLEHLO = "convert to TensorFlow Lite's own operators, not to StableHLO"
_INFERENCE = "export the model for inference, without random layers"
_OWN = "give its room and kernel with --ops (docs/custom_operators.md)"

# Of operators that have no room; those of a family share their way out.
_WAYS_OUT_OF: tuple[tuple[str, str], ...] = (
    ("DELEGATE CUSTOM:ethos-u CUSTOM:edgetpu-custom-op", _COMPILED),
    ("FAKE_QUANT", "convert with quantisation (converter.optimizations), which replaces it"),
    (
        "NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 UNIQUE WHERE",
        _POSTPROCESS,
    ),
    (
        "EMBEDDING_LOOKUP_SPARSE CONCAT_EMBEDDINGS HASHTABLE HASHTABLE_FIND HASHTABLE_IMPORT"
        " HASHTABLE_LOOKUP HASHTABLE_SIZE LSH_PROJECTION SKIP_GRAM BUCKETIZE RFFT2D REAL IMAG"
        " COMPLEX_ABS CUSTOM:AudioSpectrogram CUSTOM:Mfcc",
        _PREPROCESS,
    ),
    ("RANDOM_STANDARD_NORMAL RANDOM_UNIFORM MULTINOMIAL", _INFERENCE),
    ("CALL", "export the model as one graph, without functions"),
    (
        "RNN LSTM UNIDIRECTIONAL_SEQUENCE_RNN BIDIRECTIONAL_SEQUENCE_RNN"
        " BIDIRECTIONAL_SEQUENCE_LSTM",
        _UNROLL,
    ),
    ("CONV_3D CONV_3D_TRANSPOSE", "use two-dimensional convolutions, one a frame"),
    ("SPARSE_TO_DENSE", "use SCATTER_ND or ONE_HOT in its place"),
    ("DILATE", "use TRANSPOSE_CONV with a weight of 1 in its place"),
    ("REDUCE_WINDOW", "use pooling, or SUM over a RESHAPE, in its place"),
    ("BITCAST", "hand the bytes over as an input of the type that they stand for"),
    ("PLACEHOLDER_FOR_GREATER_OP_CODES", EXPORT_AGAIN),
)

WAYS_OUT = {key: way for keys, way in _WAYS_OUT_OF for key in keys.split()}


def _way_out(key: str) -> str:
    if key in WAYS_OUT:
        return WAYS_OUT[key]
    if key.startswith("STABLEHLO_"):
        return _STABLEHLO
    if key.startswith(CUSTOM + "Flex"):
        return "convert without SELECT_TF_OPS and replace the layer that needs it"
    if key.startswith(CUSTOM):
        return f"{_OWN}, or replace the layer by standard ones"
    return f"express the layer by supported operators, or {_OWN}"
