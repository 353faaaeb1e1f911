"""mcu_binary: firmware for a target of targets/, built in whatever configuration the rest of the build has."""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")
load("@netsuke_host_tools//:defs.bzl", "MCU_GCC")
load("//targets:defs.bzl", "FIRMWARE", "McuTargetInfo")
load(":cc.bzl", "cc_library")
load(":runfiles.bzl", "SCRIPT_HEAD", "quote", "runfiles_path")

McuBinaryInfo = provider(
    doc = "A firmware and the target it was built for.",
    fields = {
        "elf": "File: the firmware",
        "map": "File: the linker's map",
        "size": "File: what GNU size says, by section",
        "target": "McuTargetInfo of the target",
    },
)

def _for_target_impl(_settings, attr):
    return {
        "//command_line_option:compilation_mode": attr.compilation_mode,
        "//command_line_option:platforms": attr.platform,
    }

_for_target = transition(
    implementation = _for_target_impl,
    inputs = [],
    outputs = [
        "//command_line_option:compilation_mode",
        "//command_line_option:platforms",
    ],
)

def _link_arguments(linking_context):
    """Archives (whole where asked), objects and flags in link order; and the files they name."""
    arguments = []
    inputs = []
    for linker_input in linking_context.linker_inputs.to_list():
        for library in linker_input.libraries:
            archive = library.static_library or library.pic_static_library
            whole = library.alwayslink
            inputs.append(archive)
            arguments += ["-Wl,--whole-archive"] if whole else []
            arguments.append(archive.path)
            arguments += ["-Wl,--no-whole-archive"] if whole else []
        arguments += linker_input.user_link_flags
        inputs += linker_input.additional_inputs
    return arguments, inputs

def _firmware_impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    variables = cc_common.create_link_variables(feature_configuration = features, cc_toolchain = toolchain)
    action = ACTION_NAMES.cpp_link_executable
    flags = cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = action,
        variables = variables,
    )
    cc_info = cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in ctx.attr.deps])
    libraries, inputs = _link_arguments(cc_info.linking_context)
    elf = ctx.actions.declare_file(ctx.label.name + ".elf")
    link_map = ctx.actions.declare_file(ctx.label.name + ".map")
    ctx.actions.run(
        executable = toolchain.compiler_executable,
        arguments = flags + ["-o", elf.path, "-Wl,-Map=" + link_map.path, "-Wl,--start-group"] + libraries +
                    ctx.attr.linkopts + ["-lc", "-lm", "-lgcc", "-Wl,--end-group"],
        env = cc_common.get_environment_variables(
            feature_configuration = features,
            action_name = action,
            variables = variables,
        ),
        inputs = depset(inputs, transitive = [toolchain.all_files]),
        outputs = [elf, link_map],
        mnemonic = "McuLink",
        progress_message = "Linking firmware %s" % ctx.label,
    )
    return [DefaultInfo(files = depset([elf, link_map])), OutputGroupInfo(elf = [elf], map = [link_map])]

# Links in the target's configuration; a cc_binary would give no map.
_firmware = rule(
    implementation = _firmware_impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "linkopts": attr.string_list(),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _copy(ctx, source, suffix):
    """A real file in the caller's configuration: a bare symlink to another configuration's dangles in a sandbox."""
    copy = ctx.actions.declare_file(ctx.label.name + suffix)
    ctx.actions.run_shell(
        command = 'cp "$1" "$2" && chmod u+w "$2"',
        arguments = [source.path, copy.path],
        inputs = [source],
        outputs = [copy],
        mnemonic = "McuCopy",
        progress_message = "Copying %s" % copy.short_path,
    )
    return copy

def _mcu_binary_impl(ctx):
    firmware = ctx.attr.firmware[0][OutputGroupInfo]
    elf = _copy(ctx, firmware.elf.to_list()[0], ".elf")
    link_map = _copy(ctx, firmware.map.to_list()[0], ".map")
    size = ctx.actions.declare_file(ctx.label.name + ".size.txt")
    target = ctx.attr.target[McuTargetInfo]
    ctx.actions.run_shell(
        command = '"$1" -A "$2" >"$3"',
        arguments = [MCU_GCC[target.architecture]["size"], elf.path, size.path],
        inputs = [elf],
        outputs = [size],
        mnemonic = "McuSize",
        progress_message = "Measuring %s" % elf.short_path,
    )
    return [
        DefaultInfo(files = depset([elf, link_map, size]), runfiles = ctx.runfiles(files = [elf])),
        OutputGroupInfo(elf = [elf], map = [link_map], size = [size]),
        McuBinaryInfo(elf = elf, map = link_map, size = size, target = target),
    ]

_mcu_binary = rule(
    implementation = _mcu_binary_impl,
    attrs = {
        "compilation_mode": attr.string(default = "opt", values = ["opt", "dbg"]),
        "firmware": attr.label(cfg = _for_target, mandatory = True),
        "platform": attr.string(mandatory = True),
        "target": attr.label(mandatory = True, providers = [McuTargetInfo]),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)

def _flash_impl(ctx):
    firmware = ctx.attr.binary[McuBinaryInfo]
    arguments = [quote(firmware.target.name), runfiles_path(ctx, firmware.elf), '"$@"']
    for tool, words in firmware.target.flash.items():
        arguments += ["--tool", quote(tool)] + [quote(word) for word in words]
    launcher = ctx.actions.declare_file(ctx.label.name + ".sh")
    command = "exec %s %s\n" % (runfiles_path(ctx, ctx.file._flash), " ".join(arguments))
    ctx.actions.write(launcher, SCRIPT_HEAD + command, is_executable = True)
    return [DefaultInfo(executable = launcher, runfiles = ctx.runfiles(files = [firmware.elf, ctx.file._flash]))]

_flash = rule(
    implementation = _flash_impl,
    attrs = {
        "binary": attr.label(mandatory = True, providers = [McuBinaryInfo]),
        "_flash": attr.label(allow_single_file = True, default = "@netsuke//tools/flash:flash.sh"),
    },
    executable = True,
)

def target_label(target):
    """The full label of a target given by the name of its folder in netsuke, or by a label of one's own.

    Args:
      target: "mps2_an386", "//boards/mine", "//boards:mine" or ":mine".

    Returns:
      a label with package and name, to which "_platform" and "_support" can be added.
    """
    if target.startswith(":"):
        return "//%s%s" % (native.package_name(), target)
    if "/" not in target:
        return "@netsuke//targets/{0}:{0}".format(target)
    return target if ":" in target else "%s:%s" % (target, target.rpartition("/")[2])

def mcu_binary(
        name,
        target,
        srcs = [],
        deps = [],
        copts = [],
        defines = [],
        linkopts = [],
        compilation_mode = "opt",
        tags = [],
        **kwargs):
    """Firmware: `<name>.elf`, `<name>.map` and `<name>.size.txt`, with the target's start-up code and linker script.

    `bazel run <name>.flash` writes it to the board, or says how to.

    Args:
      name: name of the target.
      target: a folder of targets/ such as "mps2_an386", or the label of an mcu_target of one's own.
      srcs: C sources with main().
      deps: libraries; they are built for the target, at -O2.
      copts: flags for compiling srcs (not the deps).
      defines: NAME or NAME=value for compiling srcs.
      linkopts: flags for the link.
      compilation_mode: "opt" (-O2) or "dbg" (-Og).
      tags: tags of the target.
      **kwargs: what every rule takes (visibility, testonly, …).
    """
    target = target_label(target)
    shared = {key: value for key, value in kwargs.items() if key in ["testonly"]}
    cc_library(
        name = name + "_objects",
        srcs = srcs,
        copts = copts,
        linkstatic = True,
        local_defines = defines,
        tags = ["manual"],
        target_compatible_with = FIRMWARE,
        visibility = ["//visibility:private"],
        deps = deps + [target + "_support"],
        alwayslink = True,
        **shared
    )
    _firmware(
        name = name + "_firmware",
        linkopts = linkopts,
        tags = ["manual"],
        target_compatible_with = FIRMWARE,
        visibility = ["//visibility:private"],
        deps = [":%s_objects" % name],
        **shared
    )
    _mcu_binary(
        name = name,
        compilation_mode = compilation_mode,
        firmware = ":%s_firmware" % name,
        platform = target + "_platform",
        tags = tags,
        target = target,
        **kwargs
    )

    _flash(
        name = name + ".flash",
        binary = ":" + name,
        tags = ["manual"],
        visibility = kwargs.get("visibility"),
        **shared
    )

    # For qemu_test, which is told of the firmware alone.
    native.alias(
        name = name + "_qemu",
        actual = target + "_qemu",
        tags = ["manual"],
        visibility = kwargs.get("visibility"),
    )
