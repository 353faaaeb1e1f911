"""The audit of firmware counts what the linker placed, and finds what must not be there."""

import os
from pathlib import Path

import pytest

from tools import elf, riscv_isa, size_audit

STEM = "tests/emulator/sample_net_mps2_an386_firmware"

MAP = """
Discarded input sections
 .text.unused   0x00000000       0x40 out/libnet.a(net.o)
Linker script and memory map
 .text.net_run  0x00000040       0x20 out/libnet.a(net.o)
 .text.a_function_with_a_long_name
                0x00000060       0x10 out/libnet.a(net.o)
 .text          0x00000070        0x8 /usr/lib/libgcc.a(_divsi3.o)
 .text.memcpy   0x00000078        0x4 /usr/lib/libc_nano.a(lib_a-memcpy.o)
 .rodata.w      0x00000100      0x200 out/libnet.a(net.o)
 .bss.x         0x20000000        0x4 out/libother.a(other.o)
"""


def firmware(suffix: str) -> Path:
    return Path(os.environ["RUNFILES_DIR"]) / "netsuke" / (STEM + suffix)


def with_symbol(name: str) -> elf.Elf:
    return elf.Elf((), (elf.Symbol(name, 0, 4, True),), {})


def test_the_sample_firmware_is_sound() -> None:
    file = elf.read(firmware(".elf"))
    share = size_audit.network(firmware(".map").read_text(encoding="utf-8"), "sample_net")
    assert size_audit.problems(file, share, "cortex-m4f") == []
    assert share.code > 0


def test_sizes_are_those_that_the_size_tool_prints() -> None:
    lines = (line.split() for line in firmware(".size.txt").read_text().splitlines())
    printed = {words[0]: int(words[1]) for words in lines if len(words) == 3 and words[1].isdigit()}
    sizes = size_audit.sizes(elf.read(firmware(".elf")))
    assert sizes.code == printed[".text"]
    assert sizes.constants == printed[".rodata"] + printed[".ARM.exidx"]
    assert (sizes.data, sizes.bss) == (printed[".data"], printed[".bss"])
    assert (sizes.arena, sizes.stack_reserved) == (printed[".arena"], printed[".stack"])


def test_the_network_has_what_the_map_places_and_not_what_it_drops() -> None:
    share = size_audit.network(MAP, "net")
    assert (share.code, share.constants, share.variables) == (0x30, 0x200, 0)
    assert share.library_code == 0xC
    assert share.library == ("libc_nano.a(lib_a-memcpy.o)", "libgcc.a(_divsi3.o)")


def test_a_network_that_is_not_linked_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing of absent"):
        size_audit.network(MAP, "absent")


@pytest.mark.parametrize(
    "name", ["malloc", "_malloc_r", "_sbrk", "printf", "snprintf", "_vfprintf_r"]
)
def test_a_heap_or_formatted_output_is_a_problem(name: str) -> None:
    assert size_audit.problems(with_symbol(name), None)


@pytest.mark.parametrize("name", ["memcpy", "freeze", "net_run", "console_puts"])
def test_other_symbols_are_none(name: str) -> None:
    assert size_audit.problems(with_symbol(name), None) == []


def test_another_part_of_the_c_library_is_a_problem() -> None:
    share = size_audit.network(MAP.replace("memcpy.o", "qsort.o"), "net")
    (problem,) = size_audit.problems(elf.Elf((), (), {}), share)
    assert "qsort" in problem


def test_variables_of_the_network_are_a_problem() -> None:
    share = size_audit.network(MAP, "other")
    (problem,) = size_audit.problems(elf.Elf((), (), {}), share)
    assert "4 bytes of variables" in problem


def test_instructions_of_a_larger_core_are_a_problem() -> None:
    attributes = elf.read(firmware(".elf")).attributes
    assert list(size_audit.isa_problems(attributes, "cortex-m4f")) == []
    assert len(list(size_audit.isa_problems(attributes, "cortex-m3"))) == 2


def word(code: int) -> bytes:
    return code.to_bytes(4, "little")


@pytest.mark.parametrize(
    ("code", "extension"),
    [
        (word(0x00B57553), "F"),  # fadd.s fa0, fa0, fa1
        (word(0x02B57553), "D"),  # fadd.d fa0, fa0, fa1
        (b"\x08\x61", "F"),  # c.flw fa0, 0(a0)
        (b"\x22\x25", "D"),  # c.fldsp fa0, 8(sp)
        (word(0x000572D7), "V"),  # vsetvli t0, a0, e8, m1
        (word(0x02050007), "V"),  # vle8.v v0, (a0)
        (word(0x20B52533), "B"),  # sh1add a0, a0, a1
    ],
)
def test_instructions_that_a_small_risc_v_lacks_are_a_problem(code: bytes, extension: str) -> None:
    before = word(0x02B50533) + b"\x05\x05"  # mul a0, a0, a1; c.addi a0, 1
    text = elf.Section(".text", 1, elf.SHF_ALLOC | elf.SHF_EXECINSTR, 0x100, 10, before + code)
    (problem,) = size_audit.problems(elf.Elf((text,), (), {}), None, "rv32imac")
    assert problem == f"extension {extension} at 0x106, which rv32imac does not have"


def test_instructions_of_a_small_risc_v_are_none() -> None:
    # mul; c.addi; amoadd.w a0, a1, (a2); sra a0, a0, 3; sub a0, a0, a1; csrr a0, mcause
    codes = (0x02B50533, 0x05050505, 0x00B6252F, 0x40355513, 0x40B50533, 0x34202573)
    text = b"".join(map(word, codes))
    assert list(riscv_isa.problems(text, 0, "rv32imac")) == []
    lacking = [problem.split(" at ")[0] for problem in riscv_isa.problems(text, 0, "rv32i")]
    assert lacking == ["extension M", "extension C", "extension A"]


def test_the_c_library_of_risc_v_is_known() -> None:
    link_map = MAP.replace("libc_nano.a(lib_a-memcpy.o)", "libc.a(memcpy-asm.S.o)")
    assert size_audit.problems(elf.Elf((), (), {}), size_audit.network(link_map, "net")) == []
    link_map = link_map.replace("memcpy-asm.S.o", "libc_stdlib_qsort.c.o")
    (problem,) = size_audit.problems(elf.Elf((), (), {}), size_audit.network(link_map, "net"))
    assert "qsort" in problem


def test_a_file_that_is_no_elf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\x7fELF\x02\x01")
    with pytest.raises(ValueError, match="not a 32-bit"):
        elf.read(tmp_path / "x")
