"""Writes docs/CONFORMANCE.md: how many cases are compared with LiteRT, and what it refuses.

./bazelw run //tests/ops:conformance_page
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from compiler.compile import legal
from compiler.errors import CompileError
from compiler.ir import DType
from compiler.ops import OPS
from compiler.target import HOST
from compiler.tflite.reader import read

from .cases import FLOAT32, INT8, INT32
from .drawn import HYBRID, INT4, Facts, facts
from .litert import Question, answers
from .probes import BOOL, KINDS, Kind, values
from .probes_of_indices import OVERRUN
from .probes_of_movement import PROBES, SHAPES
from .refused_ranges import RANGES
from .tflite_builder import TYPE_CODES, Subgraph, build

NAME = Path("docs", "CONFORMANCE.md")
_HEAD = """# What is compared with LiteRT

LiteRT is the reference (version {version}, resolver BUILTIN_REF; for what it does not have,
TensorFlow Lite Micro's sources): netsuke's outputs equal its own, integers in every bit. This page
is written by `./bazelw run //tests/ops:conformance_page`, which draws the cases and asks LiteRT; a
test fails when it is stale.

## Random cases

How many single-operator networks are drawn, with a seed, of each operator and type (that of the
input that is worked on; *hybrid*: float32 with int8 weights, *int4*: weights of four bits). Each
runs with ordinary and with extreme inputs, those with a state many times in a row: LiteRT against
the operator's reference, and against the generated C on the host (under ASan and UBSan, half of the
cases as for the Cortex-M4) and, all or a third of them, on an emulated Cortex-M4. A test demands
{least} of each type that an operator has, ranks 1 to 6 as far as LiteRT takes them, scales near 0
and near 1, zero points at both ends of the type, and all fused activations; exceptions stand with
their reasons in [test_drawn.py](../tests/ops/test_drawn.py).
"""
_REFUSED = """
## What LiteRT refuses

Networks of one operator that LiteRT's reference kernels do not run, with LiteRT's message; numbers
after a file's name are lines of its sources. "Ends the process" is a crash, with its signal.

### Types

Asked: {types};
of those that can be quantised, with and without a scale. Where a message names the type or its
number, TYPE stands here.

| operator | types | LiteRT |
|---|---|---|"""
_RANKS = """
### Ranks

Asked: tensors of 0 to {most} axes, of the first type that the operator takes.

| operator | axes | LiteRT |
|---|---|---|"""
_RANGES = """
### Parameters

Of types that it takes otherwise; beside each range the test has a network that LiteRT runs.
*netsuke* says whether the compiler refuses it, too, or what it computes there is defined.

| operator | types | refused | LiteRT | netsuke |
|---|---|---|---|---|"""
CASES = 40
FULL = (1, 2, 2, 3, 2, 2)
MOST_AXES = len(FULL)
# What LiteRT does with scalars, sometimes unharmed.
OUTSIDE = {
    "TRANSPOSE": "it reads outside of the empty permutation",
    "LOG_SOFTMAX": "it reads outside of the empty shape",
}


def name_of(operator: str) -> str:
    """As a reader knows it."""
    custom = operator.removeprefix("CUSTOM:")
    return operator if custom == operator else f"{custom} (custom)"


def litert(graphs: Sequence[Subgraph]) -> list[str | None]:
    """What LiteRT says against each network, given ones."""
    inputs = (tuple(values(g.tensors[i]) for i in g.inputs) for g in graphs)
    return answers([Question((g,), i) for g, i in zip(graphs, inputs, strict=True)])


def netsuke(*graphs: Subgraph) -> str | None:
    """What the compiler says against a network, None if it has nothing to say."""
    try:
        legal(read(build(*graphs), "m"), HOST)
    except CompileError as error:
        return str(error)
    return None


def of_types(name: str) -> list[tuple[Kind, Subgraph, str | None]]:
    """An operator asked about every type, but those with which LiteRT spoils its memory."""
    kinds = [k for k in KINDS if k.dtype not in OVERRUN.get(name, ())]
    graphs = [PROBES[name](kind, SHAPES.get(name, (2, 3))) for kind in kinds]
    return list(zip(kinds, graphs, litert(graphs), strict=True))


def of_ranks(name: str, dtypes: Sequence[DType]) -> list[tuple[int, Subgraph, str | None]]:
    """An operator asked about every rank, of each type that does LiteRT no harm."""
    asked: list[tuple[int, Subgraph]] = []
    for rank in range(MOST_AXES + 1):
        for dtype in (d for d in dtypes if d not in OVERRUN.get(name, ())):
            try:
                graph = PROBES[name](Kind(dtype, dtype is INT8), FULL[:rank])
                build(graph)
            except IndexError:  # a probe that has no such rank
                continue
            asked.append((rank, graph))
    said = litert([graph for _, graph in asked])
    return [(*a, s) for a, s in zip(asked, said, strict=True)]


def ranks_taken(name: str) -> set[int]:
    """The ranks that LiteRT takes of any type."""
    return {rank for rank, _, said in of_ranks(name, (INT8, FLOAT32, INT32, BOOL)) if said is None}


def _without_type(message: str, kind: Kind) -> str:
    named = re.sub(rf"\b{kind.dtype.value.upper()}\b", "TYPE", message)
    number = TYPE_CODES[kind.dtype]
    named = re.sub(rf"((?:[Tt]ype:?|got) )'?{number}\b'?", r"\1TYPE", named)
    return re.sub(rf"\b{kind.dtype.value.upper()}(?=Node|$)", "TYPE", named)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").strip()


def _types() -> Iterator[str]:
    yield _REFUSED.format(types=", ".join(dict.fromkeys(k.dtype.value for k in KINDS)))
    for name in sorted(PROBES):
        refused: dict[str, list[str]] = defaultdict(list)
        for kind, _, said in of_types(name):
            if said is not None:
                refused[_without_type(said, kind)].append(str(kind))
        for message, kinds in refused.items():
            yield f"| {name} | {_joined(kinds)} | {_cell(message)} |"
        if name in OVERRUN:
            overrun = ", ".join(t.value for t in OVERRUN[name])
            yield f"| {name} | {overrun} | not asked: it writes behind the tensor |"


def _joined(kinds: Sequence[str]) -> str:
    """A type with and without scales is named once; one that can have both is named so."""
    both = {k for k in kinds if f"{k} quantised" in kinds}
    scaled = {str(k).removesuffix(" quantised") for k in KINDS if k.quantised}
    names = []
    for k in kinds:
        plain = k.removesuffix(" quantised")
        if plain in both:
            names.append(plain)
        elif plain in scaled:
            names.append(k if k != plain else f"{k} without scales")
        else:
            names.append(k)
    return ", ".join(dict.fromkeys(names))


def _ranks() -> Iterator[str]:
    yield _RANKS.format(most=MOST_AXES)
    for name in sorted(n for n in PROBES if n not in SHAPES):
        first = next((k for k, _, said in of_types(name) if said is None), None)
        if first is None:
            continue
        found: dict[str, list[int]] = defaultdict(list)
        for rank in range(name in OUTSIDE, MOST_AXES + 1):
            try:
                graph = PROBES[name](first, FULL[:rank])
                build(graph)
            except IndexError:
                continue
            (said,) = litert([graph])
            if said is not None:
                found[said].append(rank)
        for message, ranks in found.items():
            yield f"| {name} | {', '.join(map(str, ranks))} | {_cell(message)} |"
        if name in OUTSIDE:
            yield f"| {name} | 0 | not asked: {OUTSIDE[name]} |"


def refusals() -> list[tuple[str | None, str | None]]:
    """What LiteRT says inside and outside of each of RANGES."""
    said = answers([question for r in RANGES for question in (r.inside, r.outside)])
    return list(zip(said[::2], said[1::2], strict=True))


def _ranges() -> Iterator[str]:
    yield _RANGES
    for r, (said, _) in zip(RANGES, refusals(), strict=True):
        ours = "defined" if netsuke(*r.inside.graphs) is None else "refuses"
        yield f"| {r.operator} | {r.types} | {r.refused} | {_cell(said or 'runs')} | {ours} |"


def _counts(found: Mapping[tuple[str, str], Facts]) -> Iterator[str]:
    used = {column for _, column in found}
    columns = [c for c in (*(t.value for t in DType), HYBRID) if c in used and c != INT4]
    columns += [INT4]
    yield "\n| operator | " + " | ".join(["", *columns][1:]) + " |"
    yield "|---" + "|---:" * len(columns) + "|"
    names = sorted((name for op in OPS for name in op.TFLITE), key=name_of)
    for name in names:
        plain = found.get((name, ""))
        cells = [str(found[name, c].cases) if (name, c) in found else "" for c in columns]
        label = name_of(name) if plain is None else f"{name_of(name)}: {plain.cases}"
        yield f"| {label} | {' | '.join(cells)} |"
    pairs = [f.cases for (name, c), f in found.items() if name == "CAST" and "→" in c]
    single = {key: f for key, f in found.items() if "→" not in key[1]}
    total = sum(f.cases for f in single.values())
    yield (
        f"\n{len(single)} pairs of operator and type, {min(f.cases for f in single.values())} cases"
        f" or more each, {total} in all. CAST: {len(pairs)} pairs of types of {min(pairs)} cases or"
        " more each."
    )


def page(found: Mapping[tuple[str, str], Facts]) -> str:
    """The page; `found` is what is drawn."""
    head = _HEAD.format(version=metadata.version("ai-edge-litert"), least=CASES)
    return "\n".join([head.rstrip(), *_counts(found), *_types(), *_ranks(), *_ranges(), ""])


def main() -> None:
    root = Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."))
    (root / NAME).write_text(page(facts()), encoding="utf-8")
    print(f"{NAME} is written")


if __name__ == "__main__":
    main()
