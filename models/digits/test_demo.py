"""The demo's parts: the firmware's log, the linker's map, what the terminal shows."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from models.digits import firmware_log, held_out, held_out_c, link_map, show

LOG = [
    "# instructions 1000",
    "digit 0 scores -128 127 says 1",
    "# instructions 1002",
    "digit 1 scores 5 -5 says 0",
    "arena 64",
    "stack 40",
    "done 2",
]

MAP = """Discarded input sections

 .text.never    0x00000000       0x10 bazel-out/libdigits.a(digits.o)

Linker script and memory map

 .text.layer_conv
                0x00000100       0x20 bazel-out/libdigits.a(digits.o)
 .text.digits_run
                0x00000120        0x8 bazel-out/libdigits.a(digits.o)
 .text.main     0x00000128       0x40 bazel-out/libfirmware_objects.a(firmware.o)
 .text          0x00000168       0x00 bazel-out/libdigits.a(digits.o)
 .rodata.w      0x00001000      0x3e8 bazel-out/libdigits.a(digits.o)
 .rodata.held_out_digits
                0x000013e8     0x5a00 bazel-out/libfirmware_objects.a(held_out_digits.o)
"""

IMAGE = np.arange(64, dtype=np.uint8).reshape(8, 8) % 17


def test_log_of_the_firmware_is_read() -> None:
    log = firmware_log.parse(LOG)
    assert log.scores.tolist() == [[-128, 127], [5, -5]]
    assert log.predicted.tolist() == [1, 0]
    assert log.instructions.tolist() == [1000, 1002]
    assert (log.arena, log.stack) == (64, 40)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (LOG[:-1], "stopped after 2 digits"),
        (LOG[2:], "digit 0 should come, the firmware printed 'digit 1"),
        (LOG[1:], "1 inferences were counted, 2 run"),
        (["FAULT: HardFault pc=00000000"], "printed 'FAULT"),
        ([*LOG[:4], "done 2"], "stopped"),
        ([LOG[0], "digit 0 scores 1 2 3 says 1", *LOG[2:]], "different numbers"),
        (["digit 0 scores 1 x says 1"], "printed 'digit 0"),
    ],
)
def test_log_that_is_cut_or_foreign_is_refused(lines: list[str], message: str) -> None:
    with pytest.raises(firmware_log.FirmwareError, match=message):
        firmware_log.parse(lines)


def test_flash_is_that_of_the_linked_sections_of_the_object() -> None:
    assert link_map.flash_of(MAP, "digits") == link_map.Flash(code=0x28, constants=0x3E8)
    with pytest.raises(ValueError, match=r"no code of other\.o"):
        link_map.flash_of(MAP, "other")


def test_header_has_every_digit_as_grey() -> None:
    digits = held_out.Digits(np.stack([IMAGE, IMAGE]), np.array([3, 4]))
    text = held_out_c.header(digits)
    assert "#define HELD_OUT_DIGITS 2u" in text
    assert text.count("{0, 16, 32, 48, 64, 80, 96, 112, 128, ") == 2
    assert "240, 255, 0, 16" in text


def shown(**options: bool) -> str:
    """What the demo prints for two digits, the second of them wrong."""
    out = io.StringIO()
    scores = np.full((2, 10), -128, np.int8)
    scores[0, 3] = scores[1, 9] = 127
    figures = show.Figures(
        arena=2304,
        stack=412,
        code=3100,
        weights=4900,
        instructions=np.array([149000, 151000]),
        macs=75000,
        equal=2,
    )
    console = Console(file=out, highlight=False, width=80, **options)
    show.show(console, "title", np.stack([IMAGE, IMAGE]), np.array([3, 4]), scores, figures, 0)
    return out.getvalue()


def test_without_a_terminal_the_output_is_plain_and_complete() -> None:
    text = shown()
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
    for part in (
        "network  3 9\n",
        "truth    3 4\n",
        "           ^\n",
        "digit 1 is 4, the network says 9",
        "50.00 %  1 of 2 digits",
        "2 of 2 outputs, all ten scores, to the last bit",
        "2,304 bytes",
        "412 bytes",
        "code 3,100, weights 4,900",
        "150,000 an inference (149,000 to 151,000), 2.00 a MAC",
        "░░",
        "██",
    ):
        assert part in text


def test_on_a_terminal_ink_is_grey_and_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[38;2;255;255;255m" in shown(force_terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(force_terminal=True)
    assert "38;2" not in text
    assert "░░" in text
