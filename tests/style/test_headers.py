"""Any kernel headers can be included together: no two define the same name."""

from __future__ import annotations

import re
from collections import Counter

from tests.style.checkout import root

DEFINITION = re.compile(r"^(?:NN_KERNEL|NN_SHARED) [\w ]+?\*?(nn_\w+)\(", re.MULTILINE)
MACRO = re.compile(r"^#define (NN_\w+)", re.MULTILINE)
# Bodies for one core or another; isa/api.h and its like include one of them.
ALTERNATIVES = ("armv6m", "armv7em", "portable", "mve", "vfp")


def names(pattern: re.Pattern[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for header in sorted((root() / "runtime").rglob("*.h")):
        if not header.stem.endswith(ALTERNATIVES):
            found.update(set(pattern.findall(header.read_text())))
    return found


def test_no_function_is_defined_in_two_headers() -> None:
    found = names(DEFINITION)
    assert len(found) > 50
    assert [name for name, count in found.items() if count > 1] == []


def test_no_macro_is_defined_in_two_headers() -> None:
    found = names(MACRO)
    guards = [name for name, count in found.items() if count > 1]
    assert guards == []
