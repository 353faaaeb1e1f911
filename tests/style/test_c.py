"""C is formatted."""

from tests.style import checkout
from tools import check_style


def test_c_is_formatted() -> None:
    root = checkout.root()
    sources = [str(path.relative_to(root)) for path in check_style.files(root, ".c", ".h")]
    assert sources
    checkout.run(["clang-format", "--dry-run", "--Werror", *sources])
