"""The machine's GCC for microcontrollers as C toolchains, one for each core."""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load(
    "@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl",
    "env_entry",
    "env_set",
    "feature",
    "flag_group",
    "flag_set",
    "tool_path",
    "with_feature_set",
)
load("@netsuke_host_tools//:defs.bzl", "MCU_GCC")
load(":cores.bzl", "ARCHITECTURES", "CORES", "architecture")

_COMPILE = [
    ACTION_NAMES.assemble,
    ACTION_NAMES.preprocess_assemble,
    ACTION_NAMES.c_compile,
    ACTION_NAMES.cpp_compile,
]
_LINK = [ACTION_NAMES.cpp_link_executable]

# Every function and constant in a section of its own, so that the linker drops what is not used.
_COMPILE_FLAGS = [
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-common",
    "-fno-canonical-system-headers",
    "-no-canonical-prefixes",
    "-Wno-builtin-macro-redefined",
    "-D__DATE__=\"redacted\"",
    "-D__TIME__=\"redacted\"",
    "-D__TIMESTAMP__=\"redacted\"",
    "-Wall",
    "-g",
]

_LINK_FLAGS = ["-nostartfiles", "-Wl,--gc-sections"]

def _flags(actions, flags, with_features = []):
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags)],
        with_features = [with_feature_set(features = [name]) for name in with_features],
    )

def _config_impl(ctx):
    name = architecture(ctx.attr.core)
    about = ARCHITECTURES[name]
    gcc = MCU_GCC[name]
    compile_flags = CORES[ctx.attr.core] + about["compile_flags"]
    link_flags = CORES[ctx.attr.core] + about["link_flags"]
    default_flags = feature(
        name = "default_flags",
        enabled = True,
        # The compiler is no input of an action, so its version goes into the environment, and thereby into the cache key.
        env_sets = [env_set(
            actions = _COMPILE + _LINK,
            # PWD: debug information names the sandbox's directory the same in every run.
            env_entries = [
                env_entry("MCU_GCC_VERSION", gcc["version"]),
                env_entry("PWD", "/proc/self/cwd"),
            ],
        )],
        flag_sets = [
            _flags(_COMPILE, compile_flags + _COMPILE_FLAGS),
            _flags(_LINK, link_flags + _LINK_FLAGS),
            _flags(_COMPILE, ["-O2"], ["opt"]),
            _flags(_COMPILE, ["-O2"], ["fastbuild"]),
            _flags(_COMPILE, ["-Og"], ["dbg"]),
        ],
    )
    tools = {tool: gcc[tool] for tool in ["ar", "gcc", "ld", "nm", "objcopy", "objdump", "strip"]}
    tools.update({"cpp": gcc["gcc"], "gcov": "/bin/false"})

    # Named in the error message if a missing compiler is called all the same.
    missing = "/usr/bin/%sgcc" % about["prefix"]
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        toolchain_identifier = about["prefix"] + ctx.attr.core,
        host_system_name = "local",
        target_system_name = about["prefix"].rstrip("-"),
        target_cpu = ctx.attr.core,
        target_libc = about["libc"],
        compiler = "gcc",
        abi_version = "eabi",
        abi_libc_version = about["libc"],
        cxx_builtin_include_directories = gcc["includes"],
        features = [feature(name = name) for name in ["opt", "fastbuild", "dbg"]] + [default_flags],
        tool_paths = [tool_path(name = name, path = path or missing) for name, path in tools.items()],
    )

_mcu_gcc_config = rule(
    implementation = _config_impl,
    attrs = {"core": attr.string(mandatory = True, values = CORES.keys())},
    provides = [CcToolchainConfigInfo],
)

def mcu_gcc_toolchain(name, core):
    """A toolchain for one core: `<name>` is the toolchain to register.

    Args:
      name: name of the toolchain target.
      core: a key of CORES, and the constraint a platform selects the toolchain by.
    """
    _mcu_gcc_config(name = name + "_config", core = core)
    native.cc_toolchain(
        name = name + "_cc",
        all_files = ":no_files",
        ar_files = ":no_files",
        as_files = ":no_files",
        compiler_files = ":no_files",
        dwp_files = ":no_files",
        linker_files = ":no_files",
        objcopy_files = ":no_files",
        strip_files = ":no_files",
        supports_param_files = 1,
        toolchain_config = ":%s_config" % name,
        toolchain_identifier = ARCHITECTURES[architecture(core)]["prefix"] + core,
    )
    native.toolchain(
        name = name,
        target_compatible_with = ["@platforms//os:none", ":" + core],
        toolchain = ":%s_cc" % name,
        toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
    )
