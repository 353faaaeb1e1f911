"""What Thumb instructions do to the stack pointer and where they go (Armv6-M to Armv8.1-M)."""

from __future__ import annotations

import re

from tools.stack.disassembly import Constants, Line, Step

_CONDITION = "(?:eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)"
_BRANCH = re.compile(rf"^b({_CONDITION})?(?:\.[nw])?$")
_CALL = re.compile(rf"^bl({_CONDITION})?(?:\.w)?$")
_LOOP = re.compile(r"^(cbn?z|le|letp|wls|wlstp\.\d+)$")  # branch or go on
_INDIRECT = re.compile(rf"^(blx|bx|bxns|blxns)({_CONDITION})?$")
_PUSH = re.compile(r"^(push|stmdb|stmfd|vpush|vstmdb|fstmdbx)")
_POP = re.compile(r"^(pop|ldmia|ldmfd|ldm|vpop|vldmia|vldm|fldmiax)")
_CONDITIONAL = re.compile(rf"^(push|stmdb|pop|ldmia|ldm|ldr|str|add|sub|mov){_CONDITION}$")
# Instructions whose first operand is read: compare, store, and load or store many without "!".
_READS_SP = re.compile(r"^(cmp|cmn|tst|str|stm|ldm|vstm|vldm|vmsr|msr)")
_TABLE_CALL = re.compile(r"^__gnu_thumb1_case_")  # libgcc's, on cores without TBB
_WORD = 4


def read(line: Line, constants: Constants) -> Step:
    """One instruction. Literals loaded into registers are noted, for frames of many bytes."""
    base = line.mnemonic.split(".")[0]
    # Armv6-M's return from functions with arguments on the stack: pop {r3}; add sp, #16; bx r3.
    popped, constants.popped = constants.popped, constants.popped if base == "add" else ""
    if base == "bx" and line.operands == popped:
        return Step(line.address, falls=False)
    if base == "pop" and re.fullmatch(r"\{r\d\}", line.operands):
        constants.popped = line.operands[1:-1]
    if (step := _branch(line)) is not None:
        return step
    if _CONDITIONAL.match(base) and _moves(base, line.operands):
        return _conditional(line)
    if _PUSH.match(base) and (base.endswith("push") or "sp!" in line.operands):
        return Step(line.address, grows=_bytes_of(line.operands))
    if _POP.match(base) and ("pop" in base or "sp!" in line.operands):
        returns = re.search(r"\bpc\b", line.operands) is not None and base in (
            "pop",
            "ldmia",
            "ldm",
        )
        return Step(line.address, grows=-_bytes_of(line.operands), falls=not returns)
    if found := re.search(r"\[sp, #(-?\d+)\]!", line.operands):
        return Step(line.address, grows=-int(found[1]))
    if found := re.search(r"\[sp\], #(-?\d+)", line.operands):
        returns = line.operands.startswith("pc,")
        return Step(line.address, grows=-int(found[1]), falls=not returns)
    if re.match(r"sp\b", line.operands) and not _READS_SP.match(base):
        return _moved(line, base, constants)
    if "sp!" in line.operands or re.search(r"\[sp\],", line.operands):
        return Step(line.address, unknown=f"{line.mnemonic} {line.operands}")
    if re.match(r"pc\b", line.operands) and base in ("mov", "ldr", "add"):
        return Step(line.address, falls=False, table=True)
    _note(line, base, constants)
    return Step(line.address)


def _branch(line: Line) -> Step | None:
    at, target = line.address, line.target()
    if (found := _BRANCH.match(line.mnemonic)) or _LOOP.match(line.mnemonic):
        goes_on = found is None or found[1] is not None
        return Step(at, jumps=(target[0],), falls=goes_on) if target else None
    if _CALL.match(line.mnemonic):
        if target is None:
            return Step(at, unknown=f"{line.mnemonic} {line.operands}")
        if "+0x" in line.operands:  # into a function: libgcc's have subroutines inside
            return Step(at, jumps=(target[0],))
        table = _TABLE_CALL.match(target[1]) is not None
        return Step(at, calls=target[1], falls=not table, table=table)
    if found := _INDIRECT.match(line.mnemonic):
        if line.operands == "lr" and found[1].startswith("bx"):
            return Step(at, falls=found[2] is not None)
        return Step(at, unknown=f"a call through a pointer ({line.mnemonic} {line.operands})")
    if line.mnemonic in ("tbb", "tbh"):
        return Step(at, falls=False, table=True)
    if line.mnemonic.startswith("udf"):
        return Step(at, falls=False)
    return None


def _moves(base: str, operands: str) -> bool:
    """Whether an instruction writes the stack pointer."""
    written = re.match(r"sp\b", operands) and not base.startswith("str")
    return bool(written or "sp!" in operands or "[sp]," in operands or base[:3] in ("pop", "pus"))


def _conditional(line: Line) -> Step:
    """In an IT block: a return is passed over or taken; the stack moves in no other way."""
    if re.search(r"\bpc\b", line.operands):
        return Step(line.address)
    return Step(line.address, unknown=f"{line.mnemonic} {line.operands}")


def _bytes_of(operands: str) -> int:
    """The bytes of a register list: {r4-r7, lr}, {d8-d9}, {s16}."""
    listed = operands[operands.index("{") + 1 : operands.index("}")]
    total = 0
    for item in listed.split(","):
        first, _, last = item.strip().partition("-")
        number = 1
        if last:
            number = int(last[1:]) - int(first[1:]) + 1
        total += number * {"d": 2 * _WORD, "q": 4 * _WORD}.get(first[0], _WORD)
    return total


def _moved(line: Line, base: str, constants: Constants) -> Step:
    """add, sub of sp; anything else that writes it is unknown."""
    sign = {"sub": 1, "subs": 1, "subw": 1, "add": -1, "adds": -1, "addw": -1}.get(base)
    last = line.operands.split(",")[-1].strip()
    if sign is not None and last.startswith("#"):
        return Step(line.address, grows=sign * int(last[1:].split()[0]))
    if sign is not None and last in constants.registers:
        value = constants.registers[last]
        return Step(line.address, grows=sign * (value - (value >> 31 << 32)))
    return Step(line.address, unknown=f"a frame of unknown size ({line.mnemonic} {line.operands})")


def _note(line: Line, base: str, constants: Constants) -> None:
    """Registers that hold a constant; any other write makes one unknown."""
    register = line.operands.split(",")[0].strip()
    constants.registers.pop(register, None)
    words = line.operands.split(",")
    if base in ("movs", "mov", "movw") and len(words) == 2 and "#" in words[1]:
        constants.registers[register] = int(words[1].strip()[1:].split()[0])
    literal = re.search(r"\(([0-9a-f]+) <", line.operands)
    if base == "ldr" and "[pc," in line.operands and literal:
        word = constants.words.get(int(literal[1], 16))
        if word is not None:
            constants.registers[register] = word
