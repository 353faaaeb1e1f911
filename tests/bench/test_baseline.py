"""The project's own networks cost no more than what is stored."""

from tests.bench import baseline, boards


def test_the_readme_has_the_stored_figures() -> None:
    readme = (boards.ROOT / "README.md").read_text(encoding="utf-8")
    _, stored = baseline.load(boards.ROOT / baseline.FILE)
    assert baseline.with_table(readme, stored) == readme, baseline.UPDATE


def test_nothing_grew() -> None:
    problems = baseline.compare(boards.ROOT / baseline.FILE)
    assert problems == [], f"if this is meant: {baseline.UPDATE}"
