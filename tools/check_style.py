"""Checks the limits that keep a file in the head: lengths of files and functions, complete rooms.

Usage: python3 tools/check_style.py [DIRECTORY]
Prints a line for each breach; exit status 1 if there is one.
A new check is a function from the tree's root to problems, listed in CHECKS.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PYTHON_FILE_LINES = 400
HEADER_LINES = 300
FUNCTION_LINES = 60

# Not ours, or not written by hand.
_SKIPPED = {".git", "golden", "__pycache__", "build", "dist", "node_modules"}

# A line that opens a C function ends its parameter list: `static int f(int x) {`, or its last line.
_C_FUNCTION = re.compile(r"^[A-Za-z_].*\)\s*\{$|^\s{4,}\S.*\)\s*\{$")


def files(root: Path, *suffixes: str) -> Iterator[Path]:
    """The project's own files with one of the suffixes, in order."""
    for directory in sorted(root.iterdir()):
        if directory.name in _SKIPPED or directory.name.startswith(("bazel-", ".")):
            continue
        if directory.is_dir() and not directory.is_symlink():
            yield from files(directory, *suffixes)
        elif directory.suffix in suffixes and directory.is_file():
            yield directory


def _too_long(count: int, limit: int) -> str:
    return f"{count} lines, at most {limit}: split it"


def file_lengths(root: Path) -> Iterator[str]:
    """Python files have at most 400 lines, C headers 300."""
    for suffix, limit in ((".py", PYTHON_FILE_LINES), (".h", HEADER_LINES)):
        for path in files(root, suffix):
            count = len(path.read_text(encoding="utf-8").splitlines())
            if count > limit:
                yield f"{path.relative_to(root)}: {_too_long(count, limit)}"


def python_function_lengths(root: Path) -> Iterator[str]:
    """Functions in Python have at most 60 lines, the docstring among them."""
    for path in files(root, ".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                if count > FUNCTION_LINES:
                    where = f"{path.relative_to(root)}:{node.lineno}"
                    yield f"{where}: {node.name}: {_too_long(count, FUNCTION_LINES)}"


def c_function_lengths(root: Path) -> Iterator[str]:
    """Functions in C have at most 60 lines, from the opening brace to the one in column 0."""
    for path in files(root, ".c", ".h"):
        start = 0
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not start and _C_FUNCTION.match(line):
                start = number
            elif start and line.startswith("}"):
                count = number - start + 1
                if count > FUNCTION_LINES:
                    where = f"{path.relative_to(root)}:{start}"
                    yield f"{where}: a function: {_too_long(count, FUNCTION_LINES)}"
                start = 0


def complete_rooms(root: Path) -> Iterator[str]:
    """An operator has its room, its kernels and its tests; the registry is sorted."""
    registry = root / "compiler" / "ops" / "__init__.py"
    if not registry.exists():
        return
    rooms = re.findall(r"^from \.(\w+) import", registry.read_text(encoding="utf-8"), re.MULTILINE)
    rooms = [room for room in rooms if room != "room"]
    if rooms != sorted(rooms):
        yield f"{registry.relative_to(root)}: the rooms are not in alphabetical order"
    for room in rooms:
        test = root / "tests" / "ops" / f"test_{room}.py"
        if not test.exists():
            yield f"compiler/ops/{room}.py: {test.relative_to(root)} is missing"
        source = registry.parent / f"{room}.py"
        for header in sorted(set(re.findall(r"\bnn_\w+\.h\b", source.read_text(encoding="utf-8")))):
            if not (root / "runtime" / header).exists():
                yield f"compiler/ops/{room}.py: runtime/{header} is missing"


def complete_targets(root: Path) -> Iterator[str]:
    """Every target with a description is in the list of targets (the host apart: it needs none)."""
    index = root / "targets" / "index.bzl"
    listed = index.read_text(encoding="utf-8") if index.exists() else ""
    for description in sorted((root / "targets").glob("*/target.toml")):
        name = description.parent.name
        if name != "host" and f'"{name}":' not in listed:
            yield f"targets/index.bzl: {name} is missing"


CHECKS = (
    file_lengths,
    python_function_lengths,
    c_function_lengths,
    complete_rooms,
    complete_targets,
)


def problems(root: Path) -> list[str]:
    """What breaks a limit, in a form that editors can jump to."""
    return [problem for check in CHECKS for problem in check(root)]


def main() -> int:
    """Exit status 0 when the tree keeps every limit."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = problems(root)
    print("\n".join(found) if found else "within the limits")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
