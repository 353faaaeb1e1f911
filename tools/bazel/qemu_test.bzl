"""qemu_test: firmware that tests itself, run in QEMU."""

load(":mcu_binary.bzl", "McuBinaryInfo", "mcu_binary")
load(":runfiles.bzl", "quote", "runfiles_path", "runner")

# What start-up code prints on a fault, and what tests print.
FAILING_STRINGS = ["FAIL", "FAULT"]

def _qemu_test_impl(ctx):
    firmware = ctx.attr.binary[McuBinaryInfo]
    target = firmware.target
    if not target.qemu_machine:
        fail("target %s has no QEMU machine; it runs in Renode" % target.name)
    arguments = ["--elf", runfiles_path(ctx, firmware.elf), "--machine", quote(target.qemu_machine)]
    arguments += ["--seconds", str(ctx.attr.seconds)]
    arguments += ["--qemu-arg=" + quote(argument) for argument in target.qemu_args + ctx.attr.qemu_args]
    arguments += ["--expect=" + quote(text) for text in ctx.attr.expect]
    arguments += ["--fail=" + quote(text) for text in ctx.attr.failing_strings]
    arguments += ["--count"] if ctx.attr.count else []
    arguments += ["--stack-of=" + quote(function) for function in ctx.attr.stack_of]
    arguments += ["--must-fail=" + quote(ctx.attr.must_fail)] if ctx.attr.must_fail else []
    if ctx.attr.instruction_budget:
        arguments += ["--instruction-budget", str(ctx.attr.instruction_budget)]
    files = [firmware.elf]
    if ctx.attr.instructions or ctx.attr.instruction_budget:
        files.append(ctx.file._insn_count)
        arguments += ["--insn-count", runfiles_path(ctx, ctx.file._insn_count)]
    programs = [ctx.attr._main]
    if ctx.attr.compare_with:
        programs.append(ctx.attr.compare_with)
        arguments += ["--compare-with", runfiles_path(ctx, ctx.executable.compare_with)]
    return [runner(ctx, ctx.executable._main, arguments, files, programs)]

_qemu_test = rule(
    implementation = _qemu_test_impl,
    attrs = {
        "binary": attr.label(mandatory = True, providers = [McuBinaryInfo]),
        "compare_with": attr.label(cfg = "target", executable = True),
        "count": attr.bool(),
        "expect": attr.string_list(),
        "failing_strings": attr.string_list(),
        "emulator": attr.label(mandatory = True),
        "instruction_budget": attr.int(),
        "instructions": attr.bool(),
        "must_fail": attr.string(),
        "qemu_args": attr.string_list(),
        "seconds": attr.int(),
        "stack_of": attr.string_list(),
        "_insn_count": attr.label(
            allow_single_file = True,
            cfg = "target",
            default = "@netsuke//tools/emulators/insn_count:libinsn_count.so",
        ),
        "_main": attr.label(
            cfg = "target",
            default = "@netsuke//tools/emulators:qemu_test_main",
            executable = True,
        ),
    },
    test = True,
)

def _qemu_of(binary):
    """The label that cannot be used where there is no QEMU for an mcu_binary."""
    return (binary if ":" in binary else "%s:%s" % (binary, binary.rpartition("/")[2])) + "_qemu"

def qemu_test(
        name,
        binary = None,
        target = None,
        srcs = [],
        deps = [],
        copts = [],
        defines = [],
        expect = [],
        failing_strings = FAILING_STRINGS,
        compare_with = None,
        count = False,
        instructions = False,
        instruction_budget = 0,
        must_fail = "",
        stack_of = [],
        seconds = 60,
        qemu_args = [],
        **kwargs):
    """Runs firmware in QEMU; passes when it exits with 0, prints what is expected and nothing that fails.

    What it printed is kept as uart.txt in the undeclared outputs of the test.

    Args:
      name: name of the test.
      binary: an mcu_binary; or leave it out and give target, srcs and deps.
      target: a folder of targets/ with a QEMU machine.
      srcs: sources of the firmware.
      deps: libraries of the firmware.
      copts: flags for compiling srcs.
      defines: NAME or NAME=value for compiling srcs.
      expect: texts each of which some line must contain.
      failing_strings: a line with one of them ends the run, failed.
      compare_with: a program of the host whose standard output has to be the same, line for line; lines that
        begin with "# " hold measurements and are not compared.
      count: make virtual time one nanosecond an instruction, so that a timer of the board counts instructions.
      instructions: count exactly: a line "# instructions N" for each instructions_begin() to instructions_end().
      instruction_budget: most instructions that a region may take; counts them.
      must_fail: the run has to fail, with this text in the reasons: shows that a planted error is noticed.
      stack_of: functions between stack_paint() and stack_used(): what the firmware prints as "# stack N of M" must
        not be more than the static bound of their stack (tools/stack).
      seconds: how long the firmware may run.
      qemu_args: further arguments for QEMU.
      **kwargs: what every test takes (size, timeout, tags, …).
    """
    if not binary:
        binary = ":%s_firmware_under_test" % name
        mcu_binary(
            name = name + "_firmware_under_test",
            srcs = srcs,
            copts = copts,
            defines = defines,
            target = target,
            testonly = True,
            deps = deps,
        )
    _qemu_test(
        name = name,
        binary = binary,
        compare_with = compare_with,
        count = count,
        emulator = _qemu_of(binary),
        expect = expect,
        failing_strings = failing_strings,
        instruction_budget = instruction_budget,
        instructions = instructions,
        must_fail = must_fail,
        qemu_args = qemu_args,
        seconds = seconds,
        stack_of = stack_of,
        **kwargs
    )
