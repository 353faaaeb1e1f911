"""Shell scripts pass shellcheck."""

from pathlib import Path

from tests.style import checkout
from tools import check_style


def shell_scripts(root: Path) -> list[str]:
    """Files named .sh, and those that begin with a shell's line, such as bazelw."""
    named = [path for path in check_style.files(root, ".sh", "")]
    scripts = [path for path in [*named, root / ".ci" / "run"] if _is_shell(path)]
    return [str(path.relative_to(root)) for path in scripts]


def _is_shell(path: Path) -> bool:
    if not path.exists():
        return False
    with open(path, "rb") as file:
        first = file.readline()
    return first.startswith(b"#!") and (b"bash" in first or first.rstrip().endswith(b"/sh"))


def test_shellcheck_finds_nothing() -> None:
    scripts = shell_scripts(checkout.root())
    assert "bazelw" in scripts
    checkout.run(["shellcheck", *scripts])
