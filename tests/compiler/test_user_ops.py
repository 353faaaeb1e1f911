"""Operators of the user's own: found, compiled, and refused with the line that is wrong."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from compiler.main import main
from compiler.ops import REGISTRY
from compiler.user_ops import extended
from tests.compiler.small_models import model
from tests.examples.custom_operator import make_model

EXAMPLE = Path(make_model.__file__).parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example to change, and its network; the current folder."""
    for name in ("my_ops.py", "channel_shuffle_s8.h"):
        shutil.copyfile(EXAMPLE / name, tmp_path / name)
    (tmp_path / "shuffle.tflite").write_bytes(make_model.model())
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMPILE = ["compile", "shuffle.tflite", "-o", "out", "--ops=my_ops.py"]


def test_its_kernel_is_written_beside_the_others_and_compiles(folder: Path) -> None:
    assert main(COMPILE) == 0
    assert {"channel_shuffle_s8.h", "nn_quant.h"} <= {p.name for p in Path("out").iterdir()}
    source = Path("out/shuffle.c").read_text()
    assert "netsuke compile shuffle.tflite --ops=my_ops.py\n" in source
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-c"]
    subprocess.run(["cc", *flags, "-o", "x.o", "shuffle.c"], cwd="out", check=True)


def test_a_single_file_holds_its_kernel(folder: Path) -> None:
    assert main([*COMPILE, "--single-file"]) == 0
    assert "void channel_shuffle_s8(" in Path("out/shuffle.c").read_text()


def test_nothing_is_left_beside_the_users_file(folder: Path) -> None:
    assert main(COMPILE) == 0
    found = {p.name for p in folder.iterdir()}
    assert found == {"my_ops.py", "channel_shuffle_s8.h", "shuffle.tflite", "out"}


def test_the_kernel_may_stand_elsewhere(folder: Path) -> None:
    Path("kernels").mkdir()
    Path("channel_shuffle_s8.h").rename("kernels/channel_shuffle_s8.h")
    assert main(COMPILE) == 1
    assert main([*COMPILE, "--ops=kernels/channel_shuffle_s8.h"]) == 0


def test_inspect_and_explain_memory_know_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("inspect", "explain-memory"):
        assert main([command, "shuffle.tflite", "--ops", "my_ops.py"]) == 0
    assert "can be compiled" in capsys.readouterr().out
    assert main(["explain-memory", "shuffle.tflite"]) == 1


def test_netsukes_own_registry_stays_as_it_is(folder: Path) -> None:
    more = extended(["my_ops.py"])
    assert len(more.ops) == len(REGISTRY.ops) + 1
    assert "channel_shuffle" in more.by_name and "channel_shuffle" not in REGISTRY.by_name


def test_it_may_replace_a_room_that_is_missing_but_none_that_is_there(folder: Path) -> None:
    change('"CUSTOM:ChannelShuffle"', '"RFFT2D"')
    assert extended(["my_ops.py"]).by_tflite["RFFT2D"].NAME == "channel_shuffle"


def change(old: str, new: str, file: str = "my_ops.py") -> None:
    text = Path(file).read_text()
    assert old in text
    Path(file).write_text(text.replace(old, new))


def line(text: str) -> int:
    """Where the changed file has it."""
    return 1 + [text in found for found in Path("my_ops.py").read_text().splitlines()].index(True)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("return cls(", "return cls((", None, "no Python: '(' was never closed"),
        ("class ChannelShuffle(Op)", "class ChannelShuffle", None, "no operator in it; supported"),
        ("from netsuke.ir", "import nonesuch\nfrom netsuke.ir", "import nonesuch", "ModuleNotFou"),
        ("def shapes", "def forms", "class Ch", "no method shapes; supported: from_tflite, shapes"),
        ("@dataclass(frozen=True)\n", "", "class Ch", "not a frozen dataclass; supported: @datac"),
        ("@dataclass(frozen=True)", "@dataclass(frozen=False)", None, "TypeError: cannot inherit"),
        ('"channel_shuffle"\n', '"conv_2d"\n', "class Ch", "NAME conv_2d is that of another"),
        ('"channel_shuffle"\n', '"Channel Shuffle"\n', "class Ch", "NAME is 'Channel Shuffle'"),
        ('"CUSTOM:ChannelShuffle"', '"CONV_2D"', "class Ch", "CONV_2D has a room already"),
        ('"CUSTOM:ChannelShuffle"', '"CONV2D"', "class Ch", "CONV2D, which is no operator; suppor"),
        ('("CUSTOM:ChannelShuffle",)', '"CUSTOM:X"', "class Ch", "TFLITE is 'CUSTOM:X'; support"),
        ("INPUTS: ClassVar = (1, 1)", "INPUTS: ClassVar = 1", "class Ch", "INPUTS is 1; supported"),
        ("    SIGNATURES: ", "    SIGNATURE: ", "class Ch", "SIGNATURES are missing; supported"),
        ("RULES: ClassVar = (gr", "RULES: ClassVar = (len, gr", "class Ch", "wrong RULES; suppor"),
        ('["groups"]', '["group"]', '["group"]', "(from_tflite): KeyError: 'group'"),
        ("return cls(int(", "return (int(", None, "from_tflite answered 3; supported: a record"),
        ("x.elements //", "x.element //", "x.element //", "(lower): AttributeError: 'Tensor' obj"),
        (
            "return Kernel(",
            "print(",
            None,
            "operator 1 (CUSTOM:ChannelShuffle): lower answered",
        ),
        ("groups > 0", "groups < 0", None, "12 channels, 3 groups; supported: the number of chan"),
        ("(site.input(0).shape,)", "((7, 7),)", None, "where its inputs and attributes give [[7, "),
        ("shuffle_s8.h", "shuffle_u8.h", None, "kernel header channel_shuffle_u8.h: not found"),
        ('"channel_shuffle_s8.h"', '"shuffle.h"', None, "has the name of a generated file; way"),
    ],
    ids=lambda text: text,
)
def test_what_is_wrong_is_said_with_its_place(
    old: str,
    new: str,
    place: str | None,
    words: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(old, new)
    Path("shuffle.h").touch()
    assert main(COMPILE) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and words in said[0], said
    assert place is None or f"my_ops.py:{line(place)} (" in said[0]
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("missing.py", "missing.py: cannot be read: No such file or directory"),
        ("missing.h", "missing.h: no such file"),
        ("shuffle.tflite", "shuffle.tflite: neither rooms nor a kernel; supported: Python files"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    file: str, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*COMPILE, f"--ops={file}"]) == 1
    assert capsys.readouterr().err.startswith(f"netsuke: {words}")


def test_two_files_do_not_share_names(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copyfile("my_ops.py", "more_ops.py")
    assert main([*COMPILE, "--ops=more_ops.py"]) == 1
    said = capsys.readouterr().err
    assert "NAME channel_shuffle is that of another operator" in said
    assert "CUSTOM:ChannelShuffle has a room already" in said


def test_headers_of_one_name_that_differ_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("nn_quant.h").write_text("/* an old copy */\n")
    assert main(COMPILE) == 1
    assert "kernel header nn_quant.h: differs from that of the same" in capsys.readouterr().err


def test_models_without_it_compile_as_before(folder: Path) -> None:
    Path("plain.tflite").write_bytes(model())
    assert main(["compile", "plain.tflite", "-o", "a"]) == 0
    assert main(["compile", "plain.tflite", "-o", "b", "--ops=my_ops.py"]) == 0
    assert Path("a/plain.json").read_bytes() == Path("b/plain.json").read_bytes()
