"""The audit of firmware finds what is planted in it, each kind on its own, and nothing else."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench import boards
from tests.emulator import linking
from tools import size_audit

M0, M3 = "stm32f072b_disco", "bluepill"


@dataclass(frozen=True)
class Plant:
    """What main() does, what stands before it, and what the audit has to say."""

    target: str
    statement: str
    before: str
    told: str


PLANTED = {
    "dsp": Plant(M3, '__asm__ volatile(".inst.w 0xfb213002");', "", "DSP instruction at 0x8000"),
    "fpu": Plant(M3, '__asm__ volatile(".inst.w 0xee300a81");', "", "FPv4 instruction at 0x8000"),
    "mve": Plant(M3, '__asm__ volatile(".inst.w 0xef200842");', "", "vector (MVE) instruction at"),
    "thumb2": Plant(
        M0, '__asm__ volatile(".inst.w 0xfab1f081");', "", "Armv7-M instruction at 0x8000"
    ),
    "larger core": Plant(
        M0, '__asm__ volatile(".arch armv7-m");', "", "CPU architecture 10 is not that of cortex-m0"
    ),
    "unaligned": Plant(
        M0, "", '__asm__(".eabi_attribute 34, 1");', "unaligned access, which cortex-m0 does not"
    ),
    "heap": Plant(
        M3,
        "sink = malloc(8);",
        "#include <stdlib.h>\nstatic void *volatile sink;\n"
        "void *_sbrk(int n);\nvoid *_sbrk(int n) { return (void *)n; }",
        "malloc is linked: a heap",
    ),
    "formatted output": Plant(
        M3,
        'snprintf(text, 8, "%d", 1);',
        "#include <stdio.h>\nstatic char text[8];\n"
        "void *_sbrk(int n);\nvoid *_sbrk(int n) { return (void *)n; }",
        "snprintf is linked: a heap, a file or formatted output",
    ),
    "recursion": Plant(
        M3,
        "down(1);",
        "static volatile int more;\n__attribute__((noinline)) static void down(int n) {\n"
        "  volatile int here = n;\n  if (more) down(here + 1);\n  more = here;\n}",
        "the stack of main has no bound",
    ),
    "too much stack": Plant(
        M3,
        "volatile char large[4096]; large[0] = 1;",
        "",
        "of stack; 2,048 are reserved",
    ),
}


def audited(
    target: str, statement: str, before: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Exit status of the audit of such a firmware, and what it prints."""
    source, program = folder / "program.c", folder / "program.elf"
    source.write_text(f"{before}\nint main(void) {{ {statement} return 0; }}\n", encoding="utf-8")
    words = ["--specs=nosys.specs", "-Wl,--gc-sections", "-Wl,--no-warnings", "-w"]
    assert linking.linked(boards.itself(target), [source], program, words) == ""
    status = size_audit.main([str(program), f"--target={boards.TARGETS / target / 'target.toml'}"])
    return status, capsys.readouterr().out


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_violation_is_found(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plant = PLANTED[kind]
    status, printed = audited(plant.target, plant.statement, plant.before, tmp_path, capsys)
    assert status == 1
    assert plant.told in printed


@pytest.mark.parametrize("target", [M0, M3])
def test_nothing_is_found_where_nothing_is_planted(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, printed = audited(target, "", "", tmp_path, capsys)
    assert "problem" not in printed
    assert status == 0
