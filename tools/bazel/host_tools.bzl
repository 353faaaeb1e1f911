"""@netsuke_host_tools: which programs this machine has, as constants that rules load to skip what cannot run here."""

# Constant in @netsuke_host_tools//:defs.bzl -> program looked up on PATH.
_PROGRAMS = {
    "ARM_AR": "arm-none-eabi-ar",
    "ARM_GCC": "arm-none-eabi-gcc",
    "ARM_LD": "arm-none-eabi-ld",
    "ARM_NM": "arm-none-eabi-nm",
    "ARM_OBJCOPY": "arm-none-eabi-objcopy",
    "ARM_OBJDUMP": "arm-none-eabi-objdump",
    "ARM_SIZE": "arm-none-eabi-size",
    "ARM_STRIP": "arm-none-eabi-strip",
    "CLANG": "clang",
    "CLANG_FORMAT": "clang-format",
    "CMAKE": "cmake",
    "MAKE": "make",
    "QEMU_SYSTEM_ARM": "qemu-system-arm",
    "SHELLCHECK": "shellcheck",
}

def _include_directories(repository_ctx, gcc):
    """The directories gcc searches for system headers: Bazel wants them declared."""
    listing = repository_ctx.execute([gcc, "-E", "-v", "-xc", "/dev/null"]).stderr
    inside = listing.partition("#include <...> search starts here:")[2].partition("End of search list.")[0]
    paths = [repository_ctx.path(line.strip()) for line in inside.splitlines() if line.strip()]
    return {str(path): None for path in paths + [path.realpath for path in paths]}.keys()

def _host_tools_impl(repository_ctx):
    lines = ['"""Programs found on PATH ("" where there is none)."""', ""]
    for constant, program in sorted(_PROGRAMS.items()):
        lines.append("%s = %s" % (constant, repr(str(repository_ctx.which(program) or ""))))
    gcc = repository_ctx.which("arm-none-eabi-gcc")
    version = repository_ctx.execute([gcc, "-dumpfullversion"]).stdout.strip() if gcc else "none"
    lines.append("ARM_GCC_VERSION = %s" % repr(version))
    lines.append("ARM_GCC_INCLUDES = %s" % repr(_include_directories(repository_ctx, gcc) if gcc else []))
    repository_ctx.file("defs.bzl", "\n".join(lines) + "\n")
    repository_ctx.file("BUILD", "")

host_tools = repository_rule(
    implementation = _host_tools_impl,
    doc = "Looks the programs up on PATH; looked up again with every start of the Bazel server.",
    environ = ["PATH"],
    local = True,
)
