"""What firmware is made of: bytes by memory, the network's share, and what must not be in it.

    python3 -m tools.size_audit FIRMWARE.elf… [--network NAME…] [--target targets/NAME/target.toml]
        [--json]

Checked (exit status 1 if it does not hold): no heap and no formatted output is linked; from the C
library the network calls only memory functions and mathematics; the stack of the network and of the
whole program is bounded (tools/stack) and fits what is reserved; the instruction set is the core's
(an emulator may run more than its core has): that of each instruction, decoded, and on Arm that of
the file's build attributes, which tell of unaligned access too.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import arm_isa, elf, riscv_isa
from tools.stack import bound

# Any of these symbols means a heap, a file or formatted output.
FORBIDDEN = re.compile(
    r"^(_?(malloc|calloc|realloc|free|memalign)(_r)?|_?sbrk(_r)?|v?[sf]?n?printf|_v?f?i?printf_.*"
    r"|_?(open|close|read|write|lseek|fstat)_r|abort|exit|__assert_func)$"
)
# Members of the C library that generated C may pull in: memory functions, and errno, which the
# mathematical functions set: members of newlib, then of picolibc, whose libc.a has the mathematics.
PLAIN_LIBC = re.compile(
    r"^lib_a-(mem(cpy|set|move|cmp|cpy-stub)|errno|impure)\.o$"
    r"|^(mem(cpy|set|move)(-asm|-stub)?|libc_string_memcmp|libc_errno_errno|libm_\w+)\.[Sc]\.o$"
)

# Build attributes: tags and values.
TAG_CPU_ARCH, TAG_FP_ARCH, TAG_UNALIGNED, TAG_MVE_ARCH = 6, 10, 34, 48
V6_M, V6S_M, V7, V7E_M, V8_M_MAIN, V8_1_M_MAIN = 11, 12, 10, 13, 17, 21
CORES = {  # core -> (CPU architectures allowed, has an FPU, has MVE)
    "cortex-m0": ((V6_M, V6S_M), False, False),
    "cortex-m0plus": ((V6_M, V6S_M), False, False),
    "cortex-m3": ((V7,), False, False),
    "cortex-m4": ((V7E_M,), False, False),
    "cortex-m4f": ((V7E_M,), True, False),
    "cortex-m7": ((V7E_M,), True, False),
    "cortex-m33": ((V8_M_MAIN,), True, False),
    "cortex-m55": ((V8_1_M_MAIN,), True, True),
    "cortex-m85": ((V8_1_M_MAIN,), True, True),
}

_MAP_START = "Linker script and memory map"
# An input section in the map; the address stands on the next line if the name is long.
_MAP_SECTION = re.compile(r"^ (\.\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S.*)$")


@dataclass(frozen=True)
class Sizes:
    """Bytes of the whole firmware."""

    code: int  # executable sections
    constants: int  # read-only data: weights, tables, texts
    data: int  # initialised variables: in flash and in RAM
    bss: int  # zeroed variables
    arena: int
    stack_reserved: int

    @property
    def flash(self) -> int:
        """Bytes of flash."""
        return self.code + self.constants + self.data

    @property
    def ram(self) -> int:
        """Bytes of RAM, the reserved stack among them."""
        return self.data + self.bss + self.arena + self.stack_reserved


@dataclass(frozen=True)
class Network:
    """Bytes that a network brings, from the linker's map."""

    code: int  # of the generated C, its kernels inlined
    constants: int  # weights, biases, multipliers
    variables: int
    library_code: int  # from libc, libm, libgcc: what all of the firmware uses of them
    library: tuple[str, ...]  # their members


@dataclass(frozen=True)
class InputSection:
    """A piece of an object file that was linked."""

    name: str
    bytes: int
    file: str  # as in the map: path/to/lib.a(object.o)

    @property
    def archive(self) -> str:
        """The file's name without its folders."""
        return self.file.rpartition("(")[0].rpartition("/")[2] or self.file.rpartition("/")[2]

    @property
    def object(self) -> str:
        """The object file's name."""
        member = self.file.rpartition("(")[2].rstrip(")")
        return member.rpartition("/")[2]


def sizes(file: elf.Elf) -> Sizes:
    """Sizes by what the sections' flags say; .arena, .arena_dtcm … and .stack by name."""
    total = dict.fromkeys((field.name for field in dataclasses.fields(Sizes)), 0)
    for section in file.sections:
        if not section.flags & elf.SHF_ALLOC:
            continue
        if section.name.startswith((".arena", ".stack")):
            kind = "arena" if section.name.startswith(".arena") else "stack_reserved"
        elif section.flags & elf.SHF_EXECINSTR:
            kind = "code"
        elif not section.flags & elf.SHF_WRITE:
            kind = "constants"
        else:
            kind = "bss" if section.kind == elf.SHT_NOBITS or section.name == ".bss" else "data"
        total[kind] += section.size
    return Sizes(**total)


def input_sections(link_map: str) -> Iterator[InputSection]:
    """What the linker put in, in order; what it dropped stands before, and is not read."""
    lines = link_map.partition(_MAP_START)[2].splitlines()
    name = ""
    for line in lines:
        if line.startswith(" .") and len(line.split()) == 1:
            name = line
            continue
        found = _MAP_SECTION.match(f"{name} {line.strip()}" if name else line)
        name = ""
        if found and int(found[3], 16):
            yield InputSection(found[1], int(found[3], 16), found[4])


def network(link_map: str, name: str) -> Network:
    """The share of the generated C in NAME.o. Raises ValueError if nothing of it was linked."""
    code = constants = variables = library_code = 0
    members = set()
    seen = False
    for section in input_sections(link_map):
        if section.archive in ("libc.a", "libc_nano.a", "libm.a", "libm_nano.a", "libgcc.a"):
            members.add(f"{section.archive}({section.object})")
            library_code += section.bytes if section.name.startswith(".text") else 0
        if section.object not in (f"{name}.o", f"{name}.c.o", f"{name}.pic.o"):
            continue
        seen = True
        if section.name.startswith(".text"):
            code += section.bytes
        elif section.name.startswith(".rodata"):
            constants += section.bytes
        elif section.name.startswith((".data", ".bss")):
            variables += section.bytes
    if not seen:
        raise ValueError(f"the map has nothing of {name}.o")
    return Network(code, constants, variables, library_code, tuple(sorted(members)))


def isa_problems(attributes: dict[int, int | str], core: str) -> Iterator[str]:
    """Where the instructions are not the core's."""
    architectures, has_fpu, has_mve = CORES[core]
    if attributes.get(TAG_CPU_ARCH) not in architectures:
        yield f"CPU architecture {attributes.get(TAG_CPU_ARCH)} is not that of {core}"
    if attributes.get(TAG_FP_ARCH, 0) and not has_fpu:
        yield f"floating-point instructions, which {core} does not have"
    if attributes.get(TAG_MVE_ARCH, 0) and not has_mve:
        yield f"vector (MVE) instructions, which {core} does not have"
    if attributes.get(TAG_UNALIGNED, 0) and architectures == (V6_M, V6S_M):
        yield f"unaligned access, which {core} does not have"


def _foreign_instructions(file: elf.Elf, core: str) -> Iterator[str]:
    """Where the instructions are not the core's."""
    if not core.startswith("rv"):
        yield from isa_problems(file.attributes, core)
        yield from arm_isa.problems(file, core)
        return
    for section in file.sections:
        if section.flags & elf.SHF_EXECINSTR:
            yield from riscv_isa.problems(section.data, section.address, core)


def problems(file: elf.Elf, share: Network | None, core: str = "") -> list[str]:
    """What must not be; empty when all is well."""
    found = [
        f"{symbol.name} is linked: a heap, a file or formatted output"
        for symbol in file.symbols
        if FORBIDDEN.match(symbol.name)
    ]
    if share is not None:
        if share.variables:
            found.append(f"the network has {share.variables} bytes of variables of its own")
        for member in share.library:
            archive, _, name = member.rstrip(")").partition("(")
            if archive.startswith("libc") and not PLAIN_LIBC.match(name):
                found.append(f"{member} of the C library is linked")
    return found + (list(_foreign_instructions(file, core)) if core else [])


def stack_problems(found: Mapping[str, bound.Bound], reserved: int) -> Iterator[str]:
    """Where there is no bound of the stack that these functions use, or too little stack."""
    for name, most in found.items():
        if most.bytes is None:
            yield f"the stack of {name} has {bound.told(most)}"
        elif most.bytes > reserved:
            yield f"{name} may take {bound.told(most)} of stack; {reserved:,} are reserved"


def audit(path: Path, name: str | None, core: str) -> tuple[dict[str, Any], list[str]]:
    """Sizes of one firmware, by name, and its problems. With the network's name, its share too,
    from the linker's map beside the file."""
    file = elf.read(path)
    whole = sizes(file)
    rows: dict[str, Any] = {**dataclasses.asdict(whole), "flash": whole.flash, "ram": whole.ram}
    share = None
    if name:
        share = network(path.with_suffix(".map").read_text(encoding="utf-8"), name)
        rows |= {f"network_{key}": value for key, value in dataclasses.asdict(share).items()}
    every = bound.of_elf(path)
    asked = ["main", *([f"{name}_run"] if name else [])]
    stack = {function: every[function] for function in asked if function in every}
    rows |= {f"stack_of_{function}": most.bytes or 0 for function, most in stack.items()}
    found = problems(file, share, core)
    return rows, found + list(stack_problems(stack, whole.stack_reserved))


def main(arguments: Sequence[str]) -> int:
    """Prints the sizes and the problems."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("elf", type=Path, nargs="+")
    parser.add_argument(
        "--network",
        action="append",
        default=[],
        help="stem of the generated C in each file, in order; the linker's map is FIRMWARE.map",
    )
    parser.add_argument("--target", type=Path, help="target.toml: check its instruction set")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    description = options.target.read_text(encoding="utf-8") if options.target else 'core = ""'
    core = tomllib.loads(description)["core"]
    bad = False
    for path, name in itertools.zip_longest(options.elf, options.network[: len(options.elf)]):
        rows, found = audit(path, name, core)
        bad = bad or bool(found)
        if options.json:
            print(json.dumps(rows | {"problems": found}, indent=1))
            continue
        print(path.name)
        for key, value in rows.items():
            text = f"{value:>9,}" if isinstance(value, int) else " ".join(value)
            print(f"{key.replace('_', ' '):22} {text}")
        for problem in found:
            print(f"problem: {problem}")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
