"""What is generated for networks that keep a state."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from compiler.compile import compile_model
from compiler.options import Options
from compiler.passes import resolve_variables
from compiler.target import HOST
from compiler.text import parse_graph, print_graph
from compiler.tflite.reader import read
from tests.ops import oracle
from tests.ops.generated import SANITIZE, STRICT
from tests.ops.streams import ADD, KEEP_SUM, ONCE, OPEN, SUM, X, accumulator, first_value, model
from tests.ops.tflite_builder import Operator

TWO_STREAMS = """
#include <stdio.h>
#include "m.h"
int main(void) {
  static uint8_t arena[M_ARENA_BYTES];
  static m_state_t state[2];
  m_reset(&state[0]);
  m_reset(&state[1]);
  for (int i = 0; i < 12; i++) {
    int which = i % 3 == 0;
    if (i == 8) {
      m_reset(&state[0]);
    }
    for (int j = 0; j < 4; j++) {
      m_input_0(arena)[j] = (int8_t)(7 * i + 3 * j);
    }
    m_run(arena, &state[which]);
    for (int j = 0; j < 4; j++) {
      printf("%d ", m_output_0(arena)[j]);
    }
  }
  return 0;
}
"""


def test_instances_do_not_disturb_each_other(tmp_path: Path) -> None:
    data = accumulator()
    for name, text in compile_model(data, Options("m")).files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    (tmp_path / "main.c").write_text(TWO_STREAMS)
    command = ["gcc", "-I.", *STRICT.split(), *SANITIZE.split(), "main.c", "m.c", "-o", "program"]
    subprocess.run(command, cwd=tmp_path, check=True)
    printed = subprocess.run([tmp_path / "program"], check=True, capture_output=True).stdout
    found = np.array([int(n) for n in printed.split()]).reshape(12, 4)
    x = [np.array([7 * i + 3 * j for j in range(4)], np.int8) for i in range(12)]
    streams = [[i for i in range(8) if i % 3], [i for i in range(12) if i % 3 == 0], [8, 10, 11]]
    for stream in streams:
        wanted = oracle.run(data, [(x[i],) for i in stream])
        assert found[stream].tolist() == [y.tolist() for (y,) in wanted]


def test_the_report_counts_the_state() -> None:
    output = compile_model(accumulator(), Options("m"))
    assert output.report["state_bytes"] == 4
    assert [v["name"] for v in output.report["state"]] == ["last"]
    assert b"#define M_STATE_BYTES 4u" in output.files["m.h"]


def test_variables_are_printed_and_parsed() -> None:
    for first in ((5, 5, 5, 5), (1, 2, 3, 4)):
        graph = resolve_variables.run(read(accumulator(first_value(*first)), "m"), HOST)
        text = print_graph(graph)
        again = parse_graph(text)
        assert print_graph(again) == text
        assert again.variables[0].initial.tolist() == list(first)


def test_an_update_that_nobody_reads_is_removed() -> None:
    addition = Operator("ADD", (X, X), (SUM,), ADD)
    output = compile_model(model(ONCE, OPEN, addition, KEEP_SUM), Options("m"))
    assert [x["origin"] for x in output.report["layers"]] == ["operator 2"]
    assert b"m_state_t" not in output.files["m.h"]
