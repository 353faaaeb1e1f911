"""The cores there are toolchains for, and the flags GCC takes for each."""

_THUMB = ["-mthumb"]

# Core -> flags for compiling and linking. A core is also a constraint_value of this package.
CORES = {
    "cortex-m0": _THUMB + ["-mcpu=cortex-m0", "-mfloat-abi=soft"],
    "cortex-m3": _THUMB + ["-mcpu=cortex-m3", "-mfloat-abi=soft"],
    "cortex-m33": _THUMB + ["-mcpu=cortex-m33", "-mfpu=fpv5-sp-d16", "-mfloat-abi=hard"],
    "cortex-m4": _THUMB + ["-mcpu=cortex-m4", "-mfloat-abi=soft"],
    "cortex-m4f": _THUMB + ["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"],
    "cortex-m55": _THUMB + ["-mcpu=cortex-m55", "-mfloat-abi=hard"],
    "cortex-m7": _THUMB + ["-mcpu=cortex-m7", "-mfpu=fpv5-d16", "-mfloat-abi=hard"],
}
