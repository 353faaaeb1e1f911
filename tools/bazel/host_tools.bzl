"""@netsuke_host_tools: which programs this machine has, as constants that rules load to skip what cannot run here."""

load("//tools/bazel/toolchains:cores.bzl", "ARCHITECTURES")

# Constant in @netsuke_host_tools//:defs.bzl -> program looked up on PATH.
_PROGRAMS = {
    "CLANG": "clang",
    "CLANG_FORMAT": "clang-format",
    "CMAKE": "cmake",
    "MAKE": "make",
    "QEMU_SYSTEM_ARM": "qemu-system-arm",
    "SHELLCHECK": "shellcheck",
}

# Cross compilers with a C library, and QEMU's user mode: for programs of other computers.
_OTHER_COMPUTERS = {
    "powerpc-linux-gnu-gcc": "qemu-ppc",
    "s390x-linux-gnu-gcc": "qemu-s390x",
}

def _has_computer(repository_ctx, gcc, emulator):
    """Whether programs of another computer can be built and run."""
    gcc = repository_ctx.which(gcc)
    if not gcc or not repository_ctx.which(emulator):
        return False
    return "/" in repository_ctx.execute([gcc, "-print-file-name=libc.a"]).stdout

# Beside the compiler, with the same prefix.
_BINUTILS = ["ar", "ld", "nm", "objcopy", "objdump", "size", "strip"]

def _include_directories(repository_ctx, gcc, flags):
    """The directories gcc searches for system headers: Bazel wants them declared."""
    listing = repository_ctx.execute([gcc] + flags + ["-E", "-v", "-xc", "/dev/null"]).stderr
    inside = listing.partition("#include <...> search starts here:")[2].partition("End of search list.")[0]
    paths = [repository_ctx.path(line.strip()) for line in inside.splitlines() if line.strip()]
    return {str(path): None for path in paths + [path.realpath for path in paths]}.keys()

def _mcu_gcc(repository_ctx, architecture):
    """Where the tools of an architecture are; all "" unless there is the compiler with its C library."""
    about = ARCHITECTURES[architecture]
    gcc = repository_ctx.which(about["prefix"] + "gcc")
    flags = about["compile_flags"]
    found = repository_ctx.execute([gcc] + flags + ["-E", "-xc", "-include", "string.h", "/dev/null"]) if gcc else None
    if not found or found.return_code:
        return dict({tool: "" for tool in ["gcc"] + _BINUTILS}, includes = [], version = "none")
    tools = {tool: str(repository_ctx.which(about["prefix"] + tool) or "") for tool in ["gcc"] + _BINUTILS}
    return dict(
        tools,
        includes = _include_directories(repository_ctx, gcc, flags),
        version = repository_ctx.execute([gcc, "-dumpfullversion"]).stdout.strip(),
    )

def _host_tools_impl(repository_ctx):
    lines = ['"""Programs found on PATH ("" where there is none)."""', ""]
    for constant, program in sorted(_PROGRAMS.items()):
        lines.append("%s = %s" % (constant, repr(str(repository_ctx.which(program) or ""))))
    compilers = {name: _mcu_gcc(repository_ctx, name) for name in sorted(ARCHITECTURES)}
    emulators = {name: str(repository_ctx.which(about["qemu"]) or "") for name, about in ARCHITECTURES.items()}
    lines.append("MCU_GCC = %s" % repr(compilers))
    lines.append("MCU_QEMU = %s" % repr(emulators))
    others = [_has_computer(repository_ctx, gcc, emulator) for gcc, emulator in _OTHER_COMPUTERS.items()]
    lines.append("OTHER_COMPUTERS = %s" % repr(all(others)))
    lines.append('ARM_GCC = MCU_GCC["arm"]["gcc"]')
    repository_ctx.file("defs.bzl", "\n".join(lines) + "\n")
    repository_ctx.file("BUILD", "")

host_tools = repository_rule(
    implementation = _host_tools_impl,
    doc = "Looks the programs up on PATH; looked up again with every start of the Bazel server.",
    environ = ["PATH"],
    local = True,
)
