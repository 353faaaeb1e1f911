"""mcu_target: what a folder of targets/ declares in its BUILD file.

    load("//targets:defs.bzl", "mcu_target")

    mcu_target(
        name = "mps2_an386",
        core = "cortex-m4f",
        linker_script = "memory.ld",
        qemu_machine = "mps2-an386",
    )
"""

load("@netsuke_host_tools//:defs.bzl", "MCU_GCC", "MCU_QEMU")
load("//tools/bazel:cc.bzl", "cc_library")
load("//tools/bazel/toolchains:cores.bzl", "CORES", "architecture")

# target_compatible_with for C that only makes sense on a microcontroller: skipped on the host.
FIRMWARE = ["@platforms//os:none"]

McuTargetInfo = provider(
    doc = "A microcontroller (or board) firmware is built for and run on.",
    fields = {
        "architecture": "key of ARCHITECTURES, such as arm",
        "core": "key of CORES, such as cortex-m4f",
        "flash": "{tool: arguments} that write firmware to the board; {elf} stands for it",
        "name": "name of its folder",
        "qemu_args": "further arguments for QEMU",
        "qemu_machine": "QEMU's name of the board, or an empty string",
        "renode_platform": "File: platform description (.repl) or None",
        "renode_script": "File: script that sets the machine up (.resc) or None",
    },
)

def _mcu_target_impl(ctx):
    files = [file for file in [ctx.file.renode_platform, ctx.file.renode_script] if file]
    return [
        McuTargetInfo(
            name = ctx.label.name,
            architecture = architecture(ctx.attr.core),
            core = ctx.attr.core,
            flash = ctx.attr.flash,
            qemu_args = ctx.attr.qemu_args,
            qemu_machine = ctx.attr.qemu_machine,
            renode_platform = ctx.file.renode_platform,
            renode_script = ctx.file.renode_script,
        ),
        DefaultInfo(files = depset(files), runfiles = ctx.runfiles(files = files)),
    ]

_mcu_target = rule(
    implementation = _mcu_target_impl,
    attrs = {
        "core": attr.string(mandatory = True, values = CORES.keys()),
        "flash": attr.string_list_dict(),
        "qemu_args": attr.string_list(),
        "qemu_machine": attr.string(),
        "renode_platform": attr.label(allow_single_file = [".repl"]),
        "renode_script": attr.label(allow_single_file = [".resc"]),
    },
)

def _emulator_impl(_ctx):
    return []

# Nothing to build: depending on it says that an emulator is needed.
_emulator = rule(implementation = _emulator_impl)

def _linker_script_impl(ctx):
    script = ctx.file.script
    directories = depset([file.dirname for file in [script] + ctx.files.included]).to_list()

    # The linker reads a script where -T stands: the folders it may INCLUDE from come first.
    flags = ["-Wl,-L," + directory for directory in directories] + ["-T", script.path]
    linker_input = cc_common.create_linker_input(
        owner = ctx.label,
        user_link_flags = depset(flags),
        additional_inputs = depset([script] + ctx.files.included),
    )
    return [CcInfo(linking_context = cc_common.create_linking_context(linker_inputs = depset([linker_input])))]

_linker_script = rule(
    implementation = _linker_script_impl,
    attrs = {
        "included": attr.label_list(allow_files = [".ld"]),
        "script": attr.label(allow_single_file = [".ld"], mandatory = True),
    },
    provides = [CcInfo],
)

def mcu_target(
        name,
        core,
        linker_script,
        linker_includes = [],
        srcs = [],
        hdrs = [],
        deps = [],
        copts = [],
        defines = [],
        linkopts = [],
        flash = {},
        qemu_machine = "",
        qemu_args = [],
        renode_platform = None,
        renode_script = None):
    """Declares a target: `<name>`, and `<name>_support`, which every firmware for it is linked with.

    `<name>_platform` is what Bazel builds the firmware for. `<name>` cannot be used where the compiler is missing,
    `<name>_qemu` not where QEMU is: what depends on them is skipped. `<name>_files` are the files of the folder.

    Args:
      name: the folder's name; mcu_binary(target = name) builds for it.
      core: a key of CORES in tools/bazel/toolchains/cores.bzl.
      linker_script: passed to the linker with -T.
      linker_includes: scripts it INCLUDEs; their folders are on the linker's search path, as is its own.
      srcs: start-up code, console, …: linked whole, so that the vector table stays.
      hdrs: headers for the firmware, such as console.h; found as "console.h".
      deps: cc_library targets shared with other targets.
      copts: flags for srcs.
      defines: NAME or NAME=value for srcs and for the firmware.
      linkopts: further flags for the link.
      flash: {tool: arguments} that write firmware to the board, {elf} standing for it; the first tool that is on
        PATH and finds a probe is taken (openocd, pyocd, west or any other).
      qemu_machine: QEMU's name of the board, where it has one.
      qemu_args: further arguments for QEMU.
      renode_platform: Renode's description of the board (.repl).
      renode_script: Renode script that sets the machine up (.resc).
    """
    native.platform(
        name = name + "_platform",
        constraint_values = [
            "@platforms//os:none",
            "@netsuke//tools/bazel/toolchains:" + core,
        ],
        visibility = ["//visibility:public"],
    )
    compatible = [] if MCU_GCC[architecture(core)]["gcc"] else ["@platforms//:incompatible"]
    has_qemu = qemu_machine and MCU_QEMU[architecture(core)]
    _mcu_target(
        name = name,
        core = core,
        flash = flash,
        qemu_args = qemu_args,
        qemu_machine = qemu_machine,
        renode_platform = renode_platform,
        renode_script = renode_script,
        target_compatible_with = compatible,
        visibility = ["//visibility:public"],
    )
    _emulator(
        name = name + "_qemu",
        target_compatible_with = [] if has_qemu else ["@platforms//:incompatible"],
        visibility = ["//visibility:public"],
    )
    native.filegroup(
        name = name + "_files",
        srcs = native.glob(["*"]),
        visibility = ["//visibility:public"],
    )
    _linker_script(
        name = name + "_linker_script",
        included = linker_includes,
        script = linker_script,
    )
    cc_library(
        name = name + "_support",
        srcs = srcs,
        hdrs = hdrs,
        copts = copts,
        defines = defines,
        includes = ["."],
        linkopts = linkopts,
        linkstatic = True,
        target_compatible_with = FIRMWARE + compatible,
        visibility = ["//visibility:public"],
        deps = deps + [":%s_linker_script" % name],
        alwayslink = True,
    )
