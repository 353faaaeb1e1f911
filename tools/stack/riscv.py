"""What RISC-V instructions do to the stack pointer and where they go (RV32IMC)."""

from __future__ import annotations

import re

from tools.stack.disassembly import Constants, Line, Step

# libgcc's functions that store N registers in their caller's frame; while they run they may take
# what twelve need, whatever N is.
_SAVE = re.compile(r"^__riscv_save_(\d+)$")
SAVING_BYTES = 64
_CONDITIONAL = re.compile(r"^(beqz?|bnez?|bltu?|bgeu?|blez|bgez|bltz|bgtz|bgtu?|bleu?)$")


def read(line: Line, constants: Constants) -> Step:
    """One instruction."""
    at, base, words = line.address, line.mnemonic, line.operands.split(",")
    target = line.target()
    if _CONDITIONAL.match(base) and target:
        return Step(at, jumps=(target[0],))
    if base in ("j", "tail") and target:
        return Step(at, jumps=(target[0],), falls=False)
    if base == "jal" and words[0] == "t0" and target and (save := _SAVE.match(target[1])):
        return Step(at, grows=16 * (int(save[1]) // 4 + 1), calls=target[1])
    if target and target[1].startswith("__riscv_restore_"):
        return Step(at, falls=False)  # takes the registers back and returns
    if base in ("jal", "jalr", "call") and target:
        return Step(at, calls=target[1], falls=words[0] != "zero")
    if base == "ret" or (base == "jr" and line.operands == "ra"):
        return Step(at, falls=False)
    if base in ("ebreak", "unimp", "mret"):
        return Step(at, falls=base == "ebreak")
    if base == "jr":
        return Step(at, falls=False, table=True)
    if base == "jalr":
        return Step(at, unknown=f"a call through a pointer ({base} {line.operands})")
    if words[0] == "sp" and not re.match(r"(s[bhwd]|fs[wd]|csr)", base):
        return _moved(line, words, constants)
    _note(words, base, constants)
    return Step(at)


def saves(name: str) -> bool:
    """Whether a function is one of those that store registers for their caller."""
    return _SAVE.match(name) is not None


def _moved(line: Line, words: list[str], constants: Constants) -> Step:
    """add, addi of sp; anything else that writes it is unknown."""
    if line.mnemonic in ("add", "addi") and words[1] == "sp":
        value = constants.registers.get(words[2])
        if value is None and re.match(r"-?\d", words[2]):
            value = int(words[2].split()[0], 0)
        if value is not None:
            return Step(line.address, grows=-value)
    return Step(line.address, unknown=f"a frame of unknown size ({line.mnemonic} {line.operands})")


def _note(words: list[str], base: str, constants: Constants) -> None:
    """Registers that hold a constant (of 32 bits); any other write makes one unknown."""
    before = constants.registers.pop(words[0], None)
    if base in ("li", "lui"):
        value = int(words[1].split()[0], 0) << (12 if base == "lui" else 0)
    elif base in ("add", "addi") and before is not None and words[0] == words[1]:
        if not re.match(r"-?\d", words[2]):
            return
        value = before + int(words[2].split()[0], 0)
    else:
        return
    constants.registers[words[0]] = (value + (1 << 31)) % (1 << 32) - (1 << 31)
