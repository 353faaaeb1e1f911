"""The static bound of the stack is what GCC says of single functions, holds for whole programs, and
is refused where there is none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from compiler.compile import compile_model
from compiler.files import write_all
from compiler.lower.lower import Schedule
from compiler.options import Options
from compiler.place import STACK_OF_REGIONS
from compiler.target import load
from tests.bench.boards import ROOT, toolchain
from tools import size_audit
from tools.emulators import qemu_test_main
from tools.stack import arm, bound

DIGITS = ROOT / "models" / "digits" / "digits.tflite"
CORES = {
    "cortex-m0": "microbit",
    "cortex-m3": "mps2_an385",
    "cortex-m4f": "mps2_an386",
    "cortex-m55": "mps3_an547",
}

PROGRAM = """
#include <stddef.h>
void use(volatile char *);
__attribute__((noinline)) void leaf(void) { volatile char room[256]; use(room); }
__attribute__((noinline)) void large(void) { volatile char room[20000]; use(room); }
__attribute__((noinline)) void calls(void) { volatile char room[40]; leaf(); use(room); leaf(); }
void tail(int x) { volatile char room[16]; use(room); if (x) calls(); }
__attribute__((noinline)) int cases(int x) {
  volatile char room[64];
  switch (x) {
  case 0: use(room); return 3;
  case 1: large(); return 5;
  case 2: leaf(); use(room); return 7;
  case 3: use(room); use(room); return 9;
  case 4: calls(); use(room + 1); return 2;
  case 5: use(room); calls(); return 1;
  default: return 0;
  }
}
void use(volatile char *p) { *p = 1; }
__attribute__((noinline)) int again(int x, volatile int *p) {
  return x ? again(x - *p, p) + *p : 0;
}
int above_again(void) { volatile int one = 1; return again(9, &one); }
__attribute__((noinline)) int even(int x, volatile int *p);
__attribute__((noinline)) int odd(int x, volatile int *p) { return x ? even(x - *p, p) + *p : 1; }
__attribute__((noinline)) int even(int x, volatile int *p) { return x ? odd(x - *p, p) + *p : 0; }
void sized(size_t n) { char room[n]; use(room); }
void allocated(size_t n) { use(__builtin_alloca(n)); }
int many(int a, ...) {
  volatile char room[16];
  __builtin_va_list list;
  __builtin_va_start(list, a);
  use(room);
  return __builtin_va_arg(list, int) + a;
}
void pointed(void (*f)(void)) { volatile char room[8]; use(room); f(); use(room); }
"""


def disassembled(source: Path, core: str, *flags: str) -> str:
    """objdump's listing of a linked source; main is left out."""
    elf = source.with_suffix(".elf")
    prefix, core_flags, _ = toolchain(core)
    command = [f"{prefix}gcc", *core_flags, "-O2", "-fstack-usage", *flags]
    command += [
        "-nostartfiles",
        "--specs=nano.specs",
        "-Wl,-e,0",
        str(source),
        "-lm",
        "-o",
        str(elf),
    ]
    subprocess.run(command, check=True, cwd=source.parent)
    return bound.disassemble(elf)


def told_by_gcc(folder: Path) -> dict[str, tuple[int, str]]:
    """Bytes and kind ("static", "dynamic") of each function in the .su files."""
    found = {}
    for file in folder.glob("*.su"):
        for line in file.read_text().splitlines():
            where, size, kind = line.split("\t")
            found[where.rpartition(":")[2]] = (int(size), kind)
    return found


@pytest.fixture(scope="module", params=CORES)
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp(request.param) / "planted.c"
    source.write_text(PROGRAM)
    source.with_suffix(".txt").write_text(disassembled(source, request.param))
    return source


def test_a_call_takes_what_is_below_it(planted: Path) -> None:
    found = bound.of_listing(planted.with_suffix(".txt").read_text())
    own = told_by_gcc(planted.parent)
    assert found["leaf"].bytes == own["leaf"][0] + own["use"][0] >= 256
    assert found["calls"].bytes == own["calls"][0] + own["leaf"][0] + own["use"][0]
    assert found["cases"].bytes == own["cases"][0] + own["large"][0] + own["use"][0] > 20000
    # The four registers that arguments came in are stored as well; GCC does not count them.
    assert found["many"].bytes == own["many"][0] + 16 + own["use"][0]
    tail = found["tail"].bytes  # calls() is entered when tail's own frame is gone
    assert tail is not None and found["calls"].bytes is not None
    assert found["calls"].bytes <= tail <= found["calls"].bytes + own["tail"][0]


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("again", "recursion: again → again"),
        ("above_again", "recursion: again → again"),
        ("odd", "recursion"),
        ("sized", "unknown size"),
        ("allocated", "unknown size"),
        ("pointed", "through a pointer"),
    ],
)
def test_what_has_no_bound_is_told(planted: Path, function: str, reason: str) -> None:
    found = bound.of_listing(planted.with_suffix(".txt").read_text())[function]
    assert found.bytes is None
    assert reason in found.reason


@pytest.mark.parametrize("core", CORES)
def test_frames_of_a_network_are_those_that_gcc_states(core: str, tmp_path: Path) -> None:
    output = compile_model(DIGITS.read_bytes(), Options("digits", load(CORES[core])))
    write_all(tmp_path, output.files)
    listing = disassembled(tmp_path / "digits.c", core, "-I.")
    stated = told_by_gcc(tmp_path)
    frames = {f.name: bound.frame(f) for f in bound.functions(listing, arm.read)}
    # Of functions in assembly (nn_…) GCC knows nothing, and states 0.
    compared = [name for name in stated if name in frames and not name.startswith("nn_")]
    assert "digits_run" in compared and len(compared) > 8
    for name in compared:
        assert (frames[name].bytes, "static") == stated[name], name
    whole = bound.bounds(frames)["digits_run"]
    assert whole.bytes is not None and whole.bytes > stated["digits_run"][0]


RISCV = """
x.elf:     file format elf32-littleriscv

000100aa <leaf>:
   100aa:	add	sp,sp,-64
   100ac:	ret

000100b0 <large>:
   100b0:	lui	t0,0xffffb
   100b4:	add	t0,t0,480 # ffffb1e0 <leaf+0x1>
   100b8:	add	sp,sp,t0
   100ba:	jal	100aa <leaf>
   100bc:	ret

000100bc <tail>:
   100bc:	add	sp,sp,-16
   100c4:	bnez	a0,100ca <tail+0xe>
   100c6:	add	sp,sp,16
   100c8:	ret
   100ca:	add	sp,sp,16
   100cc:	j	100b0 <large>

000100d0 <sized>:
   100d0:	sub	sp,sp,a0
   100d4:	ret
"""


def test_risc_v_is_understood_too() -> None:
    found = bound.of_listing(RISCV)
    assert found["large"].bytes == 20000 + 64
    assert found["tail"] == bound.Bound(20064, ("tail", "large", "leaf"))
    assert found["sized"].bytes is None


def test_more_stack_than_the_bound_fails_a_test() -> None:
    lines = ["# stack 184 of 16384"]

    def problems(most: int | None, *functions: str) -> list[str]:
        known = {"net_run": bound.Bound(most, ("net_run",), "recursion")}
        return qemu_test_main.stack_problems(lines, known, functions or ("net_run",))

    assert problems(184) == []
    assert problems(183) and problems(None) and problems(184, "net_run", "absent")
    assert qemu_test_main.stack_problems([], {"f": bound.Bound(9, ())}, ["f"])


def test_a_program_without_a_bound_or_with_too_little_stack_fails_the_audit() -> None:
    bounds = {"main": bound.Bound(200, ("main",)), "f": bound.Bound(None, ("f",), "recursion")}
    (too_deep,) = size_audit.stack_problems({"main": bounds["main"]}, 199)
    assert "199 are reserved" in too_deep
    assert list(size_audit.stack_problems({"main": bounds["main"]}, 200)) == []
    (unbounded,) = size_audit.stack_problems({"f": bounds["f"]}, 200)
    assert "recursion" in unbounded


@pytest.mark.parametrize("name", ["digits", "digits_float", "gesture"])
def test_depth_first_regions_never_cost_more_stack_than_they_save(
    name: str, tmp_path: Path
) -> None:
    model = ROOT / "models" / name.removesuffix("_float") / f"{name}.tflite"
    arena, stack = [], []
    for schedules in ((Schedule.LAYERS,), tuple(Schedule)):
        options = Options("net", load("mps2_an386"), schedules=schedules)
        output = compile_model(model.read_bytes(), options)
        folder = tmp_path / str(len(schedules))
        write_all(folder, output.files)
        found = bound.of_listing(disassembled(folder / "net.c", "cortex-m4f", "-I."))["net_run"]
        assert found.bytes is not None
        arena.append(output.plan.arena_bytes)
        stack.append(found.bytes)
    assert arena[1] < arena[0]
    assert stack[1] - stack[0] <= STACK_OF_REGIONS
    assert arena[1] + stack[1] < arena[0] + stack[0]
