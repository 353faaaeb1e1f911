"""What docs/bazel.md shows is what the example workspace builds."""

import re

from tests.style import checkout

EXAMPLES = ("BUILD", "WORKSPACE", ".bazelrc", "boards/mine/BUILD")


def test_every_example_stands_in_the_example_workspace() -> None:
    root = checkout.root()
    page = (root / "docs" / "bazel.md").read_text(encoding="utf-8")
    folder = root / "tests" / "example_workspace"
    built = "\n".join((folder / name).read_text(encoding="utf-8") for name in EXAMPLES)
    blocks = re.findall(r"^```\w*\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    assert [block for block in blocks if block not in built] == []
