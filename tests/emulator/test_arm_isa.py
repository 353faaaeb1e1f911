"""Thumb instructions are decoded to what they take; encodings are GNU as's."""

import itertools

import pytest

from tools import arm_isa

INSTRUCTIONS = {  # feature -> encodings, the first half above
    "": [
        0xBF00,  # nop
        0xBF30,  # wfi
        0x4770,  # bx lr
        0xDE03,  # udf #3
        0xBD30,  # pop {r4, r5, pc}
        0xB672,  # cpsid i
        0xF7FFFFFE,  # bl
        0xF3808810,  # msr primask, r0
        0xF3EF8008,  # mrs r0, msp
        0xF3BF8F4F,  # dsb
        0xF3BF8F5F,  # dmb
        0xF3BF8F6F,  # isb
        0xF7F0A003,  # udf.w #3
    ],
    arm_isa.V7M: [
        0xB108,  # cbz r0, …
        0xBB08,  # cbnz r0, …
        0xBF08,  # it eq
        0xF3010007,  # ssat r0, #8, r1
        0xF38100C8,  # usat r0, #8, r1, lsl #3
        0xFAB1F081,  # clz r0, r1
        0xFA91F0A1,  # rbit r0, r1
        0xFA4FF881,  # sxtb.w r8, r1
        0xFA1FF881,  # uxth.w r8, r1
        0xFB013002,  # mla r0, r1, r2, r3
        0xFB013012,  # mls r0, r1, r2, r3
        0xFB01F802,  # mul r8, r1, r2
        0xFB820103,  # smull r0, r1, r2, r3
        0xFB91F0F2,  # sdiv r0, r1, r2
        0xFBB1F0F2,  # udiv r0, r1, r2
        0xEA410802,  # orr.w r8, r1, r2
        0xEA4F0801,  # mov.w r8, r1
        0xE8510F00,  # ldrex r0, [r1]
        0xE9D20100,  # ldrd r0, r1, [r2]
        0xE8DFF000,  # tbb [pc, r0]
        0xE8980006,  # ldm.w r8, {r1, r2}
        0xF24040D2,  # movw r0, #1234
        0xF3C10082,  # ubfx r0, r1, #2, #3
        0xF3AF8000,  # nop.w
        0xF890F000,  # pld [r0]
    ],
    arm_isa.DSP: [
        0xF3210007,  # ssat16 r0, #8, r1
        0xF3A10008,  # usat16 r0, #8, r1
        0xFA82F081,  # qadd r0, r1, r2
        0xFAA1F082,  # sel r0, r1, r2
        0xFA01F082,  # sxtah r0, r1, r2
        0xFA2FF081,  # sxtb16 r0, r1
        0xFA31F082,  # uxtab16 r0, r1, r2
        0xFA51F082,  # uxtab r0, r1, r2
        0xFB213002,  # smlad r0, r1, r2, r3
        0xFB11F002,  # smulbb r0, r1, r2
        0xFB513002,  # smmla r0, r1, r2, r3
        0xFB71F002,  # usad8 r0, r1, r2
        0xFBE20163,  # umaal r0, r1, r2, r3
        0xFBC20183,  # smlalbb r0, r1, r2, r3
        0xFBC201C3,  # smlald r0, r1, r2, r3
        0xEAC10002,  # pkhbt r0, r1, r2
        0xFA81F002,  # sadd8 r0, r1, r2
        0xFAD1F052,  # uqsub16 r0, r1, r2
    ],
    arm_isa.FP: [
        0xEE300A81,  # vadd.f32 s0, s1, s2
        0xED900A00,  # vldr s0, [r0]
        0xED2D8B04,  # vpush {d8-d9}
        0xEC510B10,  # vmov r0, r1, d0
        0xEE200B10,  # vmov.32 d0[1], r0
        0xEEF10A10,  # vmrs r0, fpscr
        0xEEA00A81,  # vfma.f32 s0, s1, s2
    ],
    arm_isa.FP5: [0xFE000A81, 0xFE800A81],  # vseleq.f32, vmaxnm.f32
    arm_isa.DOUBLE: [
        0xEE310B02,  # vadd.f64 d0, d1, d2
        0xFE010B02,  # vseleq.f64 d0, d1, d2
        0xEEB70AC0,  # vcvt.f64.f32 d0, s0
        0xEEA10B02,  # vfma.f64 d0, d1, d2
    ],
    arm_isa.HALF: [0xEE000910],  # vmov.f16 s0, r0
    arm_isa.V8M: [
        0x4784,  # blxns r0
        0xE8D10FAF,  # lda r0, [r1]
        0xE8C10FAF,  # stl r0, [r1]
        0xE841F000,  # tt r0, r1
        0xE97FE97F,  # sg
    ],
    arm_isa.V8_1M: [
        0xF040E001,  # dls lr, r0
        0xF000E001,  # dlstp.8 lr, r0
        0xF02FC803,  # le
        0xEA518002,  # csel r0, r1, r2, eq
        0xEA5001EF,  # asrl r0, r1, #3
        0xE89F0003,  # clrm {r0, r1}
    ],
    arm_isa.MVE: [
        0xED901E00,  # vldrb.8 q0, [r0]
        0xEEF00F22,  # vmladava.s8 r0, q0, q1
        0xEF200842,  # vadd.i32 q0, q0, q1
        0xEE210F41,  # vadd.i32 q0, q0, r1
        0xFF020D54,  # vmul.f32 q0, q1, q2
        0xEEE00B10,  # vdup.8 q0, r0
        0xEC110F00,  # vmov q0[2], q0[0], r0, r1
        0xFE210E63,  # vqrdmulh.s32 q0, q0, r3
        0xFC801E01,  # vst40.8 {q0, q1, q2, q3}, [r0]
        0xFE710F4D,  # vpst
    ],
}


def encoded(code: int) -> bytes:
    halves = [code >> 16, code & 0xFFFF] if code > 0xFFFF else [code]
    return b"".join(half.to_bytes(2, "little") for half in halves)


@pytest.mark.parametrize(
    ("feature", "code"), [(f, code) for f, codes in INSTRUCTIONS.items() for code in codes]
)
def test_an_instruction_takes_its_feature(feature: str, code: int) -> None:
    after = encoded(0xBF00) + encoded(code) + encoded(0x4770)
    assert list(arm_isa.features(after, 0x100)) == ([(0x102, feature)] if feature else [])


def test_cores_have_what_smaller_ones_have() -> None:
    chain = ("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m4f", "cortex-m33", "cortex-m55")
    for smaller, larger in itertools.pairwise(chain):
        assert arm_isa.FEATURES[smaller] < arm_isa.FEATURES[larger]
    assert arm_isa.FEATURES["cortex-m4f"] < arm_isa.FEATURES["cortex-m7"]
