"""The demo's output in a terminal: one digit drawn, the predictions beside the truth, the figures.

Everything can be read without colour (NO_COLOR, a pipe, a dumb terminal): ink is drawn in shades,
and a wrong prediction is marked by a caret as well as by its colour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.columns import Columns
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

_SHADES = " ░▒▓█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_BAR = 24  # characters of a probability of one
_INK = 16  # the darkest pixel
_MOST_WRONG = 5  # wrong predictions named


@dataclass(frozen=True)
class Figures:
    """What the demo measured: bytes, and the instructions of every inference."""

    arena: int
    stack: int
    code: int
    weights: int
    instructions: NDArray[np.int64]
    macs: int
    equal: int  # digits whose scores are all TFLite's


def drawn(pixels: NDArray[np.uint8], *, colour: bool) -> Text:
    """The image, two characters a pixel: in shades of grey, or without colour in shaded blocks."""
    text = Text()
    for row in pixels.tolist():
        for ink in row:
            if colour:
                level = 24 + 231 * ink // _INK
                text.append("██", style=f"rgb({level},{level},{level})")
            else:
                text.append(_SHADES[-(-ink * (len(_SHADES) - 1) // _INK)] * 2)
        text.append("\n")
    text.right_crop(1)
    return text


def bar(probability: float) -> str:
    """A bar of up to _BAR characters, in steps of an eighth."""
    full, eighths = divmod(round(probability * _BAR * 8), 8)
    return "█" * full + _EIGHTHS[eighths].strip()


def _one_digit(image: Text, scores: NDArray[np.int8], truth: int) -> Columns:
    """The image in a frame, and beside it the probability of each of the ten digits."""
    probabilities = (scores.astype(np.float64) + 128) / 256
    predicted = int(scores.argmax())
    rows = Table.grid(padding=(0, 1))
    for digit, probability in enumerate(probabilities):
        style = "" if digit != predicted else "bold green" if predicted == truth else "bold red"
        percent = f"{probability:6.1%}".replace("%", " %") if probability else ""
        rows.add_row(str(digit), Text(bar(probability)), percent, style=style)
    return Columns([Panel.fit(image, padding=(0, 0)), rows], padding=(0, 2))


def _strip(predicted: NDArray[np.int64], labels: NDArray[np.int64], count: int) -> Text:
    """The first `count` predictions above the truth, with carets under those that are wrong."""
    wrong = predicted[:count] != labels[:count]
    text = Text("network  ", style="dim")
    for guess, missed in zip(predicted[:count], wrong, strict=True):
        text.append(f"{guess} ", style="bold red" if missed else "green")
    text.append("\ntruth    ", style="dim")
    text.append(" ".join(map(str, labels[:count])), style="")
    if wrong.any():
        marks = "".join("^ " if missed else "  " for missed in wrong).rstrip()
        text.append("\n         " + marks, style="bold red")
    return text


def _instructions(counts: NDArray[np.int64], macs: int) -> str:
    """Executed instructions of an inference: their mean, their range where they differ, per MAC."""
    mean, low, high = counts.mean(), counts.min(), counts.max()
    between = f" ({low:,} to {high:,})" if low != high else ""
    return f"{mean:,.0f} an inference{between}, {mean / macs:.2f} a MAC"


def _figures(figures: Figures, right: int, count: int) -> Table:
    """The figures, one a row."""
    equal = figures.equal == count
    rows = {
        "accuracy": f"{right / count:.2%}".replace("%", " %") + f"  {right} of {count} digits",
        "equals TFLite": Text(
            f"{figures.equal} of {count} outputs, all ten scores, to the last bit",
            style="bold green" if equal else "bold red",
        ),
        "arena": f"{figures.arena:,} bytes",
        "stack": f"{figures.stack:,} bytes",
        "flash": f"{figures.code + figures.weights:,} bytes: "
        f"code {figures.code:,}, weights {figures.weights:,}",
        "instructions": _instructions(figures.instructions, figures.macs),
    }
    table = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        table.add_row(Text(name, style="dim"), value)
    return table


def show(
    console: Console,
    title: str,
    pixels: NDArray[np.uint8],
    labels: NDArray[np.int64],
    scores: NDArray[np.int8],
    figures: Figures,
    chosen: int,
) -> None:
    """Print the whole result: digit `chosen` drawn, every wrong one named, the figures."""
    with console.capture() as captured:
        _print(console, title, pixels, labels, scores, figures, chosen)
    for line in captured.get().splitlines():
        console.file.write(line.rstrip() + "\n")  # tables fill their cells with spaces


def _print(
    console: Console,
    title: str,
    pixels: NDArray[np.uint8],
    labels: NDArray[np.int64],
    scores: NDArray[np.int8],
    figures: Figures,
    chosen: int,
) -> None:
    predicted = scores.argmax(axis=1)
    right = int((predicted == labels).sum())
    count = len(labels)
    console.print()
    console.print(Text(title, style="bold"))
    console.print()
    colour = console.color_system is not None and not console.no_color
    image = drawn(pixels[chosen], colour=colour)
    console.print(_one_digit(image, scores[chosen], int(labels[chosen])))
    console.print(
        f"digit {chosen} of {count}: a {labels[chosen]}, the network says {predicted[chosen]}",
        style="dim",
    )
    console.print()
    console.print(_strip(predicted, labels, min(count, (min(console.width, 80) - 10) // 2)))
    wrong = np.flatnonzero(predicted != labels)
    for index in wrong[:_MOST_WRONG]:
        console.print(
            f"wrong: digit {index} is {labels[index]}, the network says {predicted[index]}"
            f" (see it: --digit={index})",
            style="red",
        )
    if len(wrong) > _MOST_WRONG:
        console.print(f"and {len(wrong) - _MOST_WRONG} more wrong", style="red")
    console.print()
    console.print(_figures(figures, right, count))
    console.print()
