"""The cores there are toolchains for, their compilers, and the flags GCC takes for each."""

_THUMB = ["-mthumb"]

# Core -> flags for compiling and linking. A core is also a constraint_value of this package.
CORES = {
    "cortex-m0": _THUMB + ["-mcpu=cortex-m0", "-mfloat-abi=soft"],
    "cortex-m0plus": _THUMB + ["-mcpu=cortex-m0plus", "-mfloat-abi=soft"],
    "cortex-m3": _THUMB + ["-mcpu=cortex-m3", "-mfloat-abi=soft"],
    "cortex-m33": _THUMB + ["-mcpu=cortex-m33", "-mfpu=fpv5-sp-d16", "-mfloat-abi=hard"],
    "cortex-m4": _THUMB + ["-mcpu=cortex-m4", "-mfloat-abi=soft"],
    "cortex-m4f": _THUMB + ["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"],
    "cortex-m55": _THUMB + ["-mcpu=cortex-m55", "-mfloat-abi=hard"],
    "cortex-m7": _THUMB + ["-mcpu=cortex-m7", "-mfpu=fpv5-d16", "-mfloat-abi=hard"],
    # GCC 12 does not know the core by name, but its architecture.
    "cortex-m85": _THUMB + ["-march=armv8.1-m.main+mve.fp+fp.dp", "-mtune=cortex-m55", "-mfloat-abi=hard"],
    "rv32imac": ["-march=rv32imac", "-mabi=ilp32"],
}

# The architectures of cores: prefix of the tools, the C library's flags, and the emulator.
ARCHITECTURES = {
    "arm": {
        "compile_flags": [],
        "libc": "newlib",
        "link_flags": ["--specs=nano.specs"],
        "prefix": "arm-none-eabi-",
        "qemu": "qemu-system-arm",
    },
    "riscv": {
        "compile_flags": ["--specs=picolibc.specs"],
        "libc": "picolibc",
        "link_flags": ["--specs=picolibc.specs"],
        "prefix": "riscv64-unknown-elf-",
        "qemu": "qemu-system-riscv32",
    },
}

def architecture(core):
    """The key of ARCHITECTURES that a core belongs to.

    Args:
      core: a key of CORES.

    Returns:
      "arm" or "riscv".
    """
    return "riscv" if core.startswith("rv") else "arm"
