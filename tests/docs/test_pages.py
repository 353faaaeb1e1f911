"""What the pages show and name is there: examples, links, labels, passes, targets, operators."""

import re
from pathlib import Path

import pytest
from tflite.utils import BUILTIN_OPCODE2NAME

from compiler import main
from compiler.pipeline import PASSES
from tests.examples.custom_operator import make_model
from tests.style import checkout
from tools import supported_ops

ROOT = checkout.root()
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "models/*.md", "models/*/*.md")
    for path in ROOT.glob(pattern)
)
EXAMPLE = re.compile(r"^<!-- in (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PRINTED = re.compile(
    r"^<!-- printed by netsuke (.+) -->\n```\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
LABEL = re.compile(r"bazelw (?:run|test|build) //([\w/]*):(\w+)")


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(text(page)) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_labels_exist(page: Path) -> None:
    for package, target in LABEL.findall(text(page)):
        folder = ROOT / package
        build = text(folder / "BUILD")
        # Named, or made of a file's name.
        found = f'"{target}"' in build or (folder / f"{target}.py").exists() or target == "all"
        assert found, f"//{package}:{target}"


def test_examples_are_parts_of_their_files() -> None:
    examples = [(name(page), *found) for page in PAGES for found in EXAMPLE.findall(text(page))]
    assert len(examples) >= 15
    for page, file, block in examples:
        whole = (ROOT / file).read_text(encoding="utf-8")
        assert block in whole, f"{page}: not in {file}:\n{block}"


def test_what_programs_print_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    shown = [found for page in PAGES for found in PRINTED.findall(text(page))]
    assert shown
    for arguments, block in shown:
        main.main(arguments.split())
        assert capsys.readouterr().out == block


def test_the_architecture_has_every_pass_in_order() -> None:
    page = text(ROOT / "docs" / "architecture.md")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [p.name for p in PASSES]


def test_the_readme_has_every_target() -> None:
    page = text(ROOT / "README.md")
    folders = sorted(path.parent.name for path in (ROOT / "targets").glob("*/target.toml"))
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == folders


def test_the_page_of_operators_is_the_rooms() -> None:
    page = text(ROOT / "docs" / "SUPPORTED_OPS.md")
    assert page == supported_ops.page(), "./bazelw run //tools:supported_ops"


def test_the_page_of_operators_says_what_tensorflow_lite_micro_has() -> None:
    names, builtins = supported_ops.tflm_operators(), set(BUILTIN_OPCODE2NAME.values())
    assert len(names) >= 118 and len(set(names)) == len(names)
    assert [n for n in names if n not in builtins and not n.startswith("CUSTOM:")] == []
    rows = re.findall(r"^\| (\S+).* ✓ \|$", supported_ops.page(), re.MULTILINE)
    assert sorted(rows) == sorted(n.removeprefix("CUSTOM:") for n in names)


PLANTED = (
    ("def shapes", "def forms", 3),
    ("x.elements ", "x.element ", 3),
    ("shuffle_s8.h", "shuffle_u8.h", 3),
    ("", "", 5),
)


def test_what_is_said_of_a_users_operator_is_shown_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = text(ROOT / "docs" / "custom_operators.md")
    shown = re.findall(r"^<!-- said of [^\n]* -->\n```\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    room = text(ROOT / "tests" / "examples" / "custom_operator" / "my_ops.py")
    monkeypatch.chdir(tmp_path)
    for old, new, groups in PLANTED:
        (tmp_path / "my_ops.py").write_text(room.replace(old, new) if old else room)
        (tmp_path / "shuffle.tflite").write_bytes(make_model.model(groups))
        assert main.main(["compile", "shuffle.tflite", "-o", "out", "--ops=my_ops.py"]) == 1
    assert shown == [capsys.readouterr().err]


def test_no_page_is_left_out() -> None:
    readme = text(ROOT / "README.md")
    assert [p.name for p in (ROOT / "docs").glob("*.md") if f"docs/{p.name}" not in readme] == []
