"""docs/TARGETS.md has every target and every network of the project, as they are compiled now."""

import dataclasses

from compiler.target import Region, load
from tests.bench import boards, targets
from tests.bench.firmware import Measurement

MEASURED = Measurement(
    "x", "microbit", 10, 10, 5, False, 8000, 100, 90, 100, 900, 100, 0.1, "exact"
)
PAGE = """
<!-- own networks -->
### digits

| targets | core | equals | instructions | a MAC | arena |
|---|---:|
| `a`, `b_2` | cortex-m0 | exact | 5 | 1.0 | 1,632 |
| `c` | rv32imac | does not compile | – | – | – |
<!-- end -->
"""


def test_the_page_is_what_the_compiler_makes_now() -> None:
    page = (boards.ROOT / targets.PAGE).read_text(encoding="utf-8")
    assert targets.stale(page) == [], f"{targets.UPDATE} [networks]"


def test_every_target_is_measured_once() -> None:
    names = [target.name for kind in targets.kinds() for target in kind.targets]
    assert sorted(names) == sorted(boards.indexed())
    assert all(boards.board(kind.targets[0].name).machine for kind in targets.kinds())


def test_rows_are_read_back() -> None:
    assert targets.arenas(PAGE) == {"digits": {"a": 1632, "b_2": 1632, "c": -1}}


def test_the_table_of_one_network_is_replaced() -> None:
    two = PAGE.replace(targets.END, "### tones\n\nold\n" + targets.END)
    assert targets.with_table(two, "digits", "### digits\n\nnew\n").count("new") == 1
    found = targets.with_table(two, "tones", "### tones\n\nnew\n")
    assert "old" not in found
    assert targets.arenas(found)["digits"] == {"a": 1632, "b_2": 1632, "c": -1}


def test_memory_that_is_too_small_is_named() -> None:
    small = (Region("F", "flash", 600), Region("R", "ram", 8200))
    target = dataclasses.replace(load("microbit"), memory=small)
    assert targets.lacking(MEASURED, load("microbit")) == ""
    assert targets.lacking(MEASURED, target) == "flash of `microbit` by 400"
    more = dataclasses.replace(MEASURED, arena=8050)
    assert targets.lacking(more, target).endswith("ram of `microbit` by 50")
