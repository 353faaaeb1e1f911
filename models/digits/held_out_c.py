"""Write the held-out digits as a C header for the firmware: held_out_c IN.txt OUT.h.

The header has HELD_OUT_DIGITS, the number of digits, and `held_out_digits`, their 8x8 pixels as
8-bit grey (held_out.py). The firmware gets no labels: whoever reads its output knows them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from models.digits import held_out


def header(digits: held_out.Digits) -> str:
    """The header's text."""
    rows = held_out.grey(digits.pixels).reshape(len(digits.labels), -1)
    body = ",\n".join("    {" + ", ".join(map(str, row)) + "}" for row in rows)
    return (
        "/* Written by //models/digits:held_out_c from held_out.txt; origin: README.md. */\n"
        "#ifndef HELD_OUT_DIGITS_H\n"
        "#define HELD_OUT_DIGITS_H\n\n"
        "#include <stdint.h>\n\n"
        f"#define HELD_OUT_DIGITS {len(rows)}u\n\n"
        "/* 8-bit grey, 0 = paper, 255 = ink; row by row. */\n"
        f"static const uint8_t held_out_digits[HELD_OUT_DIGITS][{rows.shape[1]}] = {{\n"
        f"{body}}};\n\n"
        "#endif\n"
    )


def main() -> None:
    """Convert the file named first into the file named second."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, target = map(Path, sys.argv[1:])
    target.write_text(header(held_out.read(source)), encoding="utf-8")


if __name__ == "__main__":
    main()
