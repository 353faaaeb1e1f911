"""Operators of the user's own: rooms in a Python file, whose kernels are C headers beside it.

The file imports what rooms need from `netsuke`, as a room of netsuke's own does from `..`
(docs/custom_operators.md). All that is wrong with it is said at once, with the line.
"""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import re
import sys
import traceback
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeGuard

from tflite.utils import BUILTIN_OPCODE2NAME

from .command_line import nearest
from .errors import OperatorsError, Problem
from .ops import REGISTRY, Registry
from .ops.room import Op, Rule, Signature

CUSTOM = "CUSTOM:"  # before the name of a custom operator in `Op.TFLITE`
_MODULE = "netsuke_user_ops_"  # begins the names of the users' modules
_METHODS = ("from_tflite", "shapes", "reference", "lower")


def extended(paths: Sequence[str], registry: Registry = REGISTRY) -> Registry:
    """The registry with the operators of the files: .py files of rooms, and .h files, beside which
    kernels are looked for, too. Raises OperatorsError."""
    for path in paths:
        folder = Path(path).parent
        ops: tuple[type[Op], ...] = ()
        if path.endswith(".py"):
            ops = _operators(path, registry)
        elif not path.endswith(".h"):
            supported = "Python files (.py) and C headers (.h)"
            raise OperatorsError(Problem(path, "neither rooms nor a kernel", supported))
        elif not Path(path).is_file():
            raise OperatorsError(Problem(path, "no such file"))
        registry = registry.extended(ops, folder)
    return registry


def place(error: BaseException) -> str:
    """Where in a user's file an exception came up: "my_ops.py:31 (lower)"; "" if in none."""
    found = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        if str(frame.f_globals.get("__name__")).startswith(_MODULE):
            found = f"{frame.f_code.co_filename}:{line} ({frame.f_code.co_name})"
    return found


def _operators(path: str, registry: Registry) -> tuple[type[Op], ...]:
    """The operators of a file. Their names are not in the registry yet."""
    try:
        source = Path(path).read_bytes()
    except (OSError, ValueError) as e:
        found = f"cannot be read: {getattr(e, 'strerror', None) or e}"
        raise OperatorsError(Problem(path, found)) from e
    module, lines = _run(path, source)
    ops = tuple(
        value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Op) and not name.startswith("_")
        if value.__module__ == module.__name__ and name == value.__name__
    )
    if not ops:
        supported = "classes derived from netsuke.ops.room.Op"
        raise OperatorsError(Problem(path, "no operator in it", supported))
    problems = []
    for op in ops:
        where = f"{path}:{lines.get(op.__name__, 1)} (class {op.__name__})"
        problems += [Problem(where, *what) for what in _flaws(op)]
        problems += [Problem(where, found) for found in _taken(op, ops, registry)]
    if problems:
        raise OperatorsError(problems)
    return ops


def _run(path: str, source: bytes) -> tuple[types.ModuleType, dict[str, int]]:
    """The file run as a module, and the lines of its classes."""
    # No cached bytecode: nothing is written beside the user's file.
    name = _MODULE + hashlib.sha256(str(Path(path).absolute()).encode()).hexdigest()[:16]
    module = types.ModuleType(name)
    module.__file__ = path
    sys.modules[name] = module  # dataclasses look there for what annotations mean
    _answer_to_netsuke()
    folder = str(Path(path).absolute().parent)
    sys.path.append(folder)  # the user's own modules, after all others
    try:
        tree = ast.parse(source, path)
        exec(compile(tree, path, "exec", dont_inherit=True), vars(module))
    except SyntaxError as e:
        raise OperatorsError(Problem(f"{e.filename}:{e.lineno}", f"no Python: {e.msg}")) from e
    except (Exception, SystemExit) as e:
        found = f"{type(e).__name__}: {e}"
        raise OperatorsError(Problem(place(e) or path, found)) from e
    finally:
        sys.path.remove(folder)
    return module, {n.name: n.lineno for n in ast.walk(tree) if isinstance(n, ast.ClassDef)}


def _answer_to_netsuke() -> None:
    """`import netsuke.…` finds this package by whatever name it runs (`compiler` in a checkout): a
    second copy would have an `Op` of its own."""
    own = __package__ or "netsuke"
    for name, module in list(sys.modules.items()):
        if name == own or name.startswith(own + "."):
            sys.modules["netsuke" + name.removeprefix(own)] = module


def _flaws(op: type[Op]) -> Iterator[tuple[str, str]]:
    """What a room lacks: what was found, what is supported."""
    parameters: Any = vars(op).get("__dataclass_params__")
    if parameters is None or not parameters.frozen:
        yield "not a frozen dataclass", "@dataclass(frozen=True) above the class"
    elif not all(f.type for f in dataclasses.fields(op)):
        yield "a field without a type", "fields with types"
    name, keys = getattr(op, "NAME", None), getattr(op, "TFLITE", None)
    if not isinstance(name, str) or not re.fullmatch("[a-z][a-z0-9_]*", name):
        yield f"NAME is {name!r}", 'a name for the textual IR, such as "channel_shuffle"'
    if not _is_tuple(keys, str):
        yield f"TFLITE is {keys!r}", 'a tuple such as ("CUSTOM:ChannelShuffle",)'
    else:
        yield from _unknown(keys)
    for what in ("INPUTS", "OUTPUTS"):
        count = getattr(op, what, None)
        if not _is_tuple(count, int) or len(count) != 2:
            yield f"{what} is {count!r}", "the least and the most number, such as (1, 1)"
    if not _is_tuple(getattr(op, "SIGNATURES", None), Signature):
        found = "SIGNATURES are missing" if not hasattr(op, "SIGNATURES") else "wrong SIGNATURES"
        yield found, "a tuple such as (Signature((DType.INT8,), (DType.INT8,)),)"
    if op.RULES and not _is_tuple(op.RULES, Rule):
        yield "wrong RULES", "a tuple of functions with @rule() above them"
    for method in _METHODS:
        inherited = getattr(Op, method)
        found_method = getattr(op, method)
        if getattr(found_method, "__func__", found_method) is getattr(
            inherited, "__func__", inherited
        ):
            yield f"no method {method}", ", ".join(_METHODS)


def _is_tuple(value: Any, of: type) -> TypeGuard[tuple[Any, ...]]:  # noqa: ANN401
    return isinstance(value, tuple) and bool(value) and all(isinstance(v, of) for v in value)


def _unknown(keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    known = set(BUILTIN_OPCODE2NAME.values()) - {"CUSTOM"}
    for key in keys:
        if not (key.startswith(CUSTOM) and key != CUSTOM) and key not in known:
            hint = nearest(key, known) if nearest(key, known).startswith("; did") else ""
            supported = f"{CUSTOM}Name or one of TensorFlow Lite's own{hint}"
            yield f"TFLITE names {key}, which is no operator", supported


def _taken(op: type[Op], ops: Sequence[type[Op]], registry: Registry) -> Iterator[str]:
    """Names that another operator has."""
    others = Registry((*registry.ops, *(o for o in ops if o is not op)))
    name, keys = getattr(op, "NAME", None), getattr(op, "TFLITE", ())
    names = {getattr(o, "NAME", None) for o in others.ops} - {None}
    if name in names:
        yield f"NAME {name} is that of another operator"
    for key in keys if isinstance(keys, tuple) else ():
        if any(key in getattr(o, "TFLITE", ()) for o in others.ops):
            yield f"{key} has a room already"
