"""Writes the generated files anew, after a change of them that is meant:

    bazel run //tests/golden:update        (or python -m tests.golden.update)

Look at the difference before committing it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.golden.specimens import ROOT, SPECIMENS


def main() -> None:
    """Replaces tests/golden/kept in the checked-out tree."""
    tree = Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", ROOT))
    kept = tree / "tests/golden/kept"
    shutil.rmtree(kept, ignore_errors=True)
    for specimen in SPECIMENS:
        for name, text in specimen.files().items():
            path = kept / specimen.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    print(f"{len(SPECIMENS)} networks written to {kept}")


if __name__ == "__main__":
    main()
