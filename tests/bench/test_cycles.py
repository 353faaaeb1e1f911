"""Estimated cycles are those of the tables."""

import pytest

from tests.bench.cycles import CORES, Block, blocks, kind, registers, straight, whole
from tools.stack.disassembly import instructions

LISTING = """
00000100 <dot>:
     100:\tldr.w\tr3, [r0], #4
     104:\tldr.w\tr4, [r1], #4
     108:\tsmlad\tr2, r3, r4, r2
     10c:\tldmia\tr1!, {r4, r5, r6}
     10e:\tsmull\tr4, r5, r6, r7
     112:\tsubs\tr6, #1
     114:\tbne.n\t100 <dot>
"""


# Loads: 2 and, right behind, 1 (Cortex-M3, M4), or 2 and 2; LDM 1 + 3; SMULL 4 on the M3.
@pytest.mark.parametrize(
    ("core", "cycles"),
    [
        ("cortex-m4f", 3 + 1 + 4 + 1 + 2),
        ("cortex-m3", 3 + 1 + 4 + 4 + 2),
        ("cortex-m0", 2 + 2 + 1 + 4 + 1 + 1 + 1),
    ],
)
def test_straight_code_costs_what_its_instructions_do(core: str, cycles: float) -> None:
    assert straight(CORES[core], list(instructions(LISTING))) == cycles


def test_two_instructions_at_once_where_the_core_has_two_pipelines() -> None:
    code = list(instructions(LISTING))
    assert straight(CORES["cortex-m7"], code) < straight(CORES["cortex-m4f"], code)


@pytest.mark.parametrize(
    ("mnemonic", "operands", "wanted"),
    [
        ("vldrb.s8", "q0, [r1], #16", "vector_memory"),
        ("vst40.8", "{q0, q1, q2, q3}, [r12]", "vector_memory"),
        ("vmladava.s8", "r0, q2, q0", "vector"),
        ("vfma.f32", "s0, s1, s2", "float_fused"),
        ("vmla.f32", "s0, s1, s2", "float_fused"),
        ("vadd.f32", "s0, s1, s2", "other"),
        ("vsqrt.f32", "s0, s1", "float_divide"),
        ("vldmia", "r0!, {s0-s3}", "push"),
        ("letp", "lr, 100 <dot>", "loop_end"),
        ("ldrsb.w", "r3, [r0, r4]", "load"),
        ("pop", "{r4, pc}", "pop"),
        ("itt", "ne", "nothing"),
        ("blt.n", "100 <dot>", "jump"),
        ("bic.w", "r0, r0, #3", "other"),
        ("c.lwsp", "ra,12(sp)", "load"),
    ],
)
def test_instructions_have_a_kind(mnemonic: str, operands: str, wanted: str) -> None:
    (line,) = instructions(f"     100:\t{mnemonic}\t{operands}")
    assert kind(line) == wanted


def test_registers_are_counted() -> None:
    assert [registers(r) for r in ("{r3, lr}", "r0!, {r4-r6, pc}", "{d8-d15}")] == [2, 4, 8]


def test_what_the_plugin_tells_is_read() -> None:
    told = "# instructions 12\n# block 100 116 7 6 layer_00_dot\n# block 200 202 1 1 -\n"
    assert blocks(told) == [Block(256, 278, 7, 6, "layer_00_dot"), Block(512, 514, 1, 1, "-")]


@pytest.mark.parametrize(
    ("end", "after", "wanted"), [(0x800, 0x802, False), (0x800, 0x800, True), (0x900, 0x902, True)]
)
def test_half_of_an_instruction_at_the_end_of_a_page_is_not_executed(
    end: int, after: int, wanted: bool
) -> None:
    (last,) = instructions(f"     {end - 2:x}:\tldr.w\tr3, [r0]")
    assert whole(Block(0x700, end, 1, 1, "-"), last, after) == wanted
