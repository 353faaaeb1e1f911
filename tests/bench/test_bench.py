"""The benches count what they say they count."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tests.bench import baseline, boards, firmware, litert, memory, networks, speed, tables

DIGITS = boards.ROOT / "models" / "digits" / "digits.tflite"
STORED = {"digits": {"mps2_an386": {"instructions": 1000, "arena": 100, "code": 0}}}


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> firmware.Measurement:
    bench = firmware.Bench(tmp_path_factory.mktemp("bench"))
    return bench.measure(DIGITS, boards.board("mps2_an386"), layers=True, wait_states=0)


def test_layers_add_up_to_the_whole(digits: firmware.Measurement) -> None:
    assert sum(layer.instructions for layer in digits.layers) == digits.instructions
    assert all(layer.instructions > 0 for layer in digits.layers)
    assert digits.layers[-1].instructions < 100  # before the first layer


def test_cycles_are_estimated_for_each_layer(digits: firmware.Measurement) -> None:
    """Loads and jumps take more than a cycle (IT takes none), nothing more than two on average."""
    assert digits.instructions < digits.cycles < 2 * digits.instructions
    assert all(layer.cycles > 0.9 * layer.instructions for layer in digits.layers)
    assert abs(sum(layer.cycles for layer in digits.layers) - digits.cycles) <= len(digits.layers)


def test_costs_are_those_of_the_network_alone(digits: firmware.Measurement) -> None:
    macs = sum(layer.macs for layer in digits.layers)
    assert digits.macs == macs == 73_472  # models/digits/README.md
    assert digits.equals == "exact"
    assert 3_392 <= digits.weights < 5_000  # as many weights, one byte each, and biases
    assert 1_000 < digits.code < 20_000
    assert 0 < digits.stack <= digits.stack_bound < 1_024
    assert digits.first_instructions > 0


def test_a_target_without_enough_memory_is_measured_on_another_board() -> None:
    board = boards.board("microbit")
    assert board.machine == "mps2-an385"
    assert "-mcpu=cortex-m0" in board.compile_flags


def test_every_target_with_a_board_in_qemu_is_known() -> None:
    for target in boards.measurable():
        board = boards.board(target)
        assert board.machine
        assert all(path.is_file() for path in (*board.sources, board.linker_script))


def test_a_model_that_does_not_compile_says_why(tmp_path: Path) -> None:
    model = tmp_path / "broken.tflite"
    model.write_bytes(DIGITS.read_bytes()[:200])
    with pytest.raises(firmware.Failed, match="does not compile: "):
        firmware.Bench(tmp_path).measure(model, boards.board("mps2_an386"))


def test_a_wrong_output_is_noticed() -> None:
    inputs = np.zeros(64, np.int8).tobytes()
    assert litert.verdict(DIGITS, inputs, bytes(10)) == "differs"


def test_growth_is_noticed() -> None:
    def problems(instructions: int) -> list[str]:
        found = {"digits": {"mps2_an386": {"instructions": instructions, "arena": 100, "code": 0}}}
        return list(baseline.grown(STORED, found))

    assert problems(1020) == []
    assert problems(1021) == ["digits on mps2_an386: instructions grew from 1,000 to 1,021 (+2.1%)"]
    assert list(baseline.grown(STORED, {}))
    assert list(baseline.grown({}, STORED))


def test_progress_is_noticed() -> None:
    found = {"digits": {"mps2_an386": {"instructions": 900, "arena": 100, "code": 0}}}
    assert len(list(baseline.better(STORED, found))) == 1
    assert list(baseline.better(STORED, STORED)) == []


def test_peers_stand_beside_what_is_known_of_them() -> None:
    known = {"insns": [3, 1, 2], "arena": 10, "flash_code": 100}
    figures = {"kws": {"macs": 1, "tflm_m4_cmsis": known}}
    assert networks.peer(figures, "kws", "mps2_an386") == networks.Peer(2, 10, 100)
    assert networks.peer(figures, "kws", "microbit") == networks.NO_PEER
    assert networks.peer(figures, "other", "mps2_an386") == networks.NO_PEER


def test_the_geometric_mean_is_that_of_the_ratios() -> None:
    assert networks.geometric_mean([0.5, 2.0, 8.0]) == pytest.approx(2.0)


def test_without_peers_the_columns_show_it(digits: firmware.Measurement) -> None:
    cells = speed.row(digits, networks.NO_PEER)
    assert len(cells) == len(speed.HEADS)
    assert cells[-6:] == (tables.NOTHING,) * 6
    assert cells[:2] == ("digits", f"{digits.instructions:,}")


def test_depth_first_layers_cost_little(digits: firmware.Measurement, tmp_path: Path) -> None:
    bench, board = firmware.Bench(tmp_path), boards.board("mps2_an386")
    found = bench.beside_whole_layers(DIGITS, board, (), digits)
    assert digits.instructions != found.whole_layers  # there are some
    assert 0.97 * found.whole_layers < found.instructions < 1.03 * found.whole_layers
    made = dataclasses.replace(found, instructions=1014, whole_layers=1000)
    assert speed.row(made, networks.NO_PEER)[2] == "+1.4%"


def test_unknown_networks_and_targets_are_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no network nonsense; there are .*digits"):
        networks.chosen(["nonsense"])
    with pytest.raises(ValueError, match="no target nonsense"):
        speed.targets("nonsense")


def test_memory_is_planned_within_its_bounds() -> None:
    found = memory.measure(DIGITS, "mps2_an386")
    assert found.bound <= found.arena <= found.whole_layers
    assert len(memory.row(found, networks.NO_PEER)) == len(memory.HEADS)


def test_a_goal_that_is_missed_is_told() -> None:
    found = memory.Memory("kws_ref_model", 1, 5_000, 5_000, 0, 5_000, 0.0, 1_000)
    assert memory.reached(found, networks.NO_PEER) == "6,000"
    more = dataclasses.replace(found, state=1_001)
    assert memory.reached(more, networks.NO_PEER) == "6,000: 1 over"
    part = dataclasses.replace(found, network="ad01_int8")
    assert memory.reached(part, networks.Peer(None, 20_000, None)) == "7,000"
    assert memory.reached(part, networks.NO_PEER) == tables.NOTHING


def test_inputs_are_the_stream_that_is_stated() -> None:
    report = {"inputs": [{"shape": [2], "type": "int8_t"}]}
    data = np.frombuffer(firmware.inputs(report), np.uint8)
    state, expected = 12345, []
    for _ in range(2 * firmware.RUNS):
        state = (state * 1664525 + 1013904223) % 2**32
        expected.append(state >> 24)
    assert data.tolist() == expected


def test_means_are_over_networks_that_multiply(digits: firmware.Measurement) -> None:
    known = {"insns": [2 * digits.instructions]}
    figures = {"digits": {"tflm_m4_cmsis": known}, "copy": {"tflm_m4_cmsis": known}}
    copy = dataclasses.replace(digits, network="copy", macs=0, instructions=4)
    (line,) = speed.summary([digits, copy], figures, "mps2_an386")
    assert "geometric mean 0.500 over 1 networks" in line
