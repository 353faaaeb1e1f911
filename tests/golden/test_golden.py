"""Did the generated files change, and did we mean it? They are compared and compiled."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

import pytest

from tests.golden.specimens import ROOT, SPECIMENS, Specimen
from tests.ops.generated import STRICT

KEPT = Path(__file__).absolute().parent / "kept"
UPDATE = "bazel run //tests/golden:update"


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda s: s.name)
def test_generated_files_are_those_kept(specimen: Specimen) -> None:
    for name, text in specimen.files().items():
        path = KEPT / specimen.name / name
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        lines = difflib.unified_diff(
            kept.splitlines(), text.splitlines(), f"kept {name}", "generated now", lineterm=""
        )
        difference = "\n".join(list(lines)[:60])
        assert text == kept, f"if this is meant: {UPDATE}\n{difference}"


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda s: s.name)
def test_kept_files_compile(specimen: Specimen, tmp_path: Path) -> None:
    folder = KEPT / specimen.name
    include = [f"-I{folder}", f"-I{ROOT / 'runtime'}"]
    source = folder / f"{specimen.name}.c"
    output = str(tmp_path / "x.o")
    command = ["gcc", *STRICT.split(), "-O1", *include, "-c", str(source), "-o", output]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_nothing_is_kept_for_networks_that_are_gone() -> None:
    assert {p.name for p in KEPT.iterdir()} == {s.name for s in SPECIMENS}
