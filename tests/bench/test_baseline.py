"""The project's own networks cost no more than what is stored."""

from tests.bench import baseline, boards


def test_nothing_grew() -> None:
    problems = baseline.compare(boards.ROOT / baseline.FILE)
    assert problems == [], f"if this is meant: {baseline.UPDATE}"
