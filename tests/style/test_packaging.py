"""pip installs all of the compiler and the files that it reads."""

import tomllib
from pathlib import Path

from tests.style import checkout


def _setuptools() -> dict[str, dict[str, list[str]]]:
    with (checkout.root() / "pyproject.toml").open("rb") as file:
        settings: dict[str, dict[str, list[str]]] = tomllib.load(file)["tool"]["setuptools"]
    return settings


def test_every_package_of_the_compiler_is_listed() -> None:
    compiler = checkout.root() / "compiler"
    packages = {
        ".".join(["netsuke", *init.parent.relative_to(compiler).parts])
        for init in compiler.rglob("__init__.py")
    }
    listed = set(_setuptools()["packages"])
    assert listed - packages == {"netsuke.runtime", "netsuke.targets"}
    assert packages <= listed


def test_every_header_and_target_is_packaged() -> None:
    packaged: set[Path] = set()
    for package, patterns in _setuptools()["package-data"].items():
        folder = checkout.root() / package.removeprefix("netsuke.")
        packaged.update(file for pattern in patterns for file in folder.glob(pattern))
    headers = set((checkout.root() / "runtime").rglob("*.h"))
    targets = set((checkout.root() / "targets").rglob("target.toml"))
    assert headers and targets
    assert packaged == headers | targets
