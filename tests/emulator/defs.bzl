"""Networks tested as firmware, on every target asked for.

    load("//tests/emulator:defs.bzl", "model_emulator_tests")

    model_emulator_tests(
        name = "digits",
        model = "//models/digits:digits.tflite",
    )
"""

load("//targets:index.bzl", "TARGETS")
load("//tools/bazel:cc.bzl", "STRICT_COPTS", "cc_binary", "cc_library", "cc_test")
load("//tools/bazel:defs.bzl", "mcu_binary", "qemu_test", "renode_test", "tflite_cc_library")
load("//tools/bazel:python.bzl", "py_test")
load(":suites.bzl", "audit_test")

TRACE = ['NN_TRACE_HEADER=\\"trace.h\\"']

_SOURCE = "//tests/emulator:model_test.c"
_DEPS = [
    "//tests/emulator:random_data",
    "//tests/emulator:trace",
]

# What every file of a firmware test compiles with; float results must not depend on fused multiply-add.
COPTS = STRICT_COPTS + ["-ffp-contract=off"]

# Renode's Cortex-M85 lacks some of MVE (docs/adding_a_target.md): there the networks run on the rest of the core.
_WITHOUT_MVE = select({
    "//tools/bazel/toolchains:cortex-m85": ["-march=armv8.1-m.main+dsp+fp.dp"],
    "//conditions:default": [],
})

def _defines(model_name, runs, stateful = False, plant = None, expected = None, fast = None):
    return [
        "MODEL=" + model_name,
        "MODEL_UPPER=" + model_name.upper(),
        'MODEL_HEADER=\\"%s.h\\"' % model_name,
        "MODEL_TEST_RUNS=%d" % runs,
    ] + (["MODEL_STATEFUL"] if stateful else []) + (["PLANT=PLANT_" + plant] if plant else []) + (
        ['MODEL_EXPECTED_HEADER=\\"%s.h\\"' % expected] if expected else []
    ) + (["MODEL_FAST=" + fast, 'MODEL_FAST_SECTION=\\".arena_%s\\"' % fast.lower()] if fast else [])

def expected_outputs(name, model, runs):
    """A library of a header with LiteRT's floating-point outputs.

    Args:
      name: name of the library, and the header's stem.
      model: the .tflite file.
      runs: how many inputs.

    Returns:
      name.
    """
    native.genrule(
        name = name + "_header",
        testonly = True,
        srcs = [model],
        outs = ["%s/%s.h" % (name, name)],
        cmd = "$(execpath //tests/emulator:reference) expect $(execpath %s) %d >$@" % (model, runs),
        tools = ["//tests/emulator:reference"],
    )
    cc_library(
        name = name,
        testonly = True,
        hdrs = ["%s/%s.h" % (name, name)],
        includes = [name],
    )
    return name

def network_library(name, model, model_name, target, flags = []):
    """A network compiled to C once, whatever the configurations it is then built in.

    Args:
      name: name of the library.
      model: the .tflite file.
      model_name: prefix of the generated functions.
      target: a key of TARGETS.
      flags: of the compiler.
    """
    tflite_cc_library(
        name = name + "_compiled",
        testonly = True,
        flags = flags,
        model = model,
        model_name = model_name,
        tags = ["manual"],
        target = target,
    )
    generated = ["%s_compiled_c/%s.%s" % (name, model_name, suffix) for suffix in ["c", "h"]]
    native.genrule(
        name = name + "_files",
        testonly = True,
        outs = ["%s/%s.%s" % (name, model_name, suffix) for suffix in ["c", "h"]],
        cmd = "cp %s $(RULEDIR)/%s/" % (" ".join(["$(execpath %s)" % file for file in generated]), name),
        tools = generated,  # a tool is made in one configuration, the host's
    )
    cc_library(
        name = name,
        testonly = True,
        srcs = ["%s/%s.c" % (name, model_name)],
        hdrs = ["%s/%s.h" % (name, model_name)],
        copts = COPTS + _WITHOUT_MVE,
        includes = [name],
        linkstatic = True,
        local_defines = TRACE,
        deps = ["//runtime"] + _DEPS,
    )

def host_program(
        name,
        library,
        model_name,
        runs,
        stateful = False,
        expected = None,
        fast = None,
        rule = cc_binary,
        **kwargs):
    """The firmware test as a program of the host: what it prints is what a target has to print.

    Args:
      name: name of the program.
      library: the network, a cc_library with <model_name>.h.
      model_name: prefix of the network's functions.
      runs: how many inputs.
      stateful: whether the network has state.
      expected: a library of a header of the same name, with LiteRT's floating-point outputs.
      fast: the region that the network takes besides RAM, where it was compiled with --ram-regions.
      rule: cc_binary, or cc_test.
      **kwargs: of the rule.
    """
    rule(
        name = name,
        testonly = True,
        srcs = [_SOURCE],
        copts = COPTS,
        linkopts = ["-lm"],
        local_defines = _defines(model_name, runs, stateful, expected = expected, fast = fast),
        deps = [library, "//targets/host:host_support"] + _DEPS + ([":" + expected] if expected else []),
        **kwargs
    )

def stack_of(model_name):
    """Functions of a firmware test whose stack is measured and bounded.

    Args:
      model_name: prefix of the network's functions.

    Returns:
      their names.
    """
    return [model_name + "_run", "instructions_begin", "instructions_end", "stack_used"]

def emulator_test(
        name,
        target,
        binary,
        host,
        seconds = 120,
        expect = [],
        must_fail = "",
        stack_of = [],
        instruction_budget = 0,
        instructions = True,
        **kwargs):
    """Runs firmware in the emulator of its target and compares what it prints with a program of the host.

    Args:
      name: name of the test.
      target: a key of TARGETS.
      binary: the mcu_binary; its last line but the exit line is PASS.
      host: the program of the host.
      seconds: how long it may run: in QEMU by the clock, in Renode in virtual time (100 million instructions a second).
      expect: what lines have to contain besides (in QEMU).
      must_fail: the run has to fail, with this text in the reasons.
      stack_of: functions whose stack is measured, and bounded (in QEMU).
      instruction_budget: most instructions of an inference; 0: as many as it takes.
      instructions: whether the firmware marks what to count (in QEMU).
      **kwargs: what every test takes.
    """
    if TARGETS[target] == "qemu":
        qemu_test(
            name = name,
            binary = binary,
            compare_with = host,
            count = True,
            expect = ["PASS"] + expect,
            instruction_budget = instruction_budget,
            instructions = instructions and not must_fail,
            must_fail = must_fail,
            seconds = seconds,
            stack_of = [] if must_fail else stack_of,
            **kwargs
        )
    else:
        folder = "//targets/" + target
        renode_test(
            name = name,
            additional_arguments = ["--variable SECONDS:%d" % seconds] +
                                   (["--variable 'MUST_FAIL:%s'" % must_fail] if must_fail else []),
            instruction_budget = instruction_budget,
            robot_test = "//tests/emulator:must_fail.robot" if must_fail else "//tests/emulator:model.robot",
            variables_with_label = {
                "ELF": binary,
                "HOST": host,
                "RESC": folder + ":machine.resc",
            },
            deps = ["//tests/emulator:firmware.resource", folder],
            **kwargs
        )

def firmware(
        name,
        target,
        library,
        model_name,
        runs = 2,
        stateful = False,
        plant = None,
        expected = None,
        fast = None):
    """The firmware that tests one network.

    Args:
      name: name of the mcu_binary.
      target: a key of TARGETS.
      library: the network, a cc_library with <model_name>.h.
      model_name: prefix of the network's functions.
      runs: how many inputs.
      stateful: whether the network has state.
      plant: an error to plant, such as "FAULT": see model_test.c.
      expected: as in host_program.
      fast: as in host_program.
    """
    mcu_binary(
        name = name,
        testonly = True,
        srcs = [_SOURCE],
        copts = COPTS,
        defines = _defines(model_name, runs, stateful, plant, expected, fast),
        target = target,
        deps = [library] + _DEPS + ([":" + expected] if expected else []),
    )

def litert_test(
        name,
        library,
        model,
        model_name,
        runs = 20,
        stateful = False,
        floating_point = False,
        fast = None,
        **kwargs):
    """On the host, a network's outputs are LiteRT's (BUILTIN_REF): to the last bit, in floating point to 1e-5.

    Args:
      name: name of the test.
      library: the network, a cc_library with <model_name>.h.
      model: the .tflite file.
      model_name: prefix of the network's functions.
      runs: how many inputs.
      stateful: whether the network has state.
      floating_point: whether there are outputs in floating point.
      fast: as in host_program.
      **kwargs: what every test takes.
    """
    stem = name[:-len("_test")]
    if floating_point:
        expected = expected_outputs(stem + "_expected", model, runs)
        host_program(name, library, model_name, runs, stateful, expected, rule = cc_test, **kwargs)
        return
    host_program(stem + "_host", library, model_name, runs, stateful, fast = fast)
    py_test(
        name = name,
        srcs = ["//tests/emulator:reference.py"],
        args = [
            "compare",
            "$(rootpath %s)" % model,
            "$(rootpath :%s_host)" % stem,
        ],
        data = [
            model,
            ":%s_host" % stem,
        ],
        main = "//tests/emulator:reference.py",
        **kwargs
    )

def model_emulator_tests(
        name,
        model,
        model_name = None,
        targets = ["mps2_an386", "stm32f4_discovery"],
        runs = 2,
        litert_runs = 20,
        stateful = False,
        floating_point = False,
        flags = [],
        instruction_budgets = {},
        size = "medium",
        tags = []):
    """A network: on the host against LiteRT, and on each target against the host, layer by layer.

    `<name>_litert_test`: the outputs of litert_runs inputs are LiteRT's (BUILTIN_REF), to the last bit.
    `<name>_<target>_test`: every layer's CRC is the host's; stack, arena and instructions are printed.
    `<name>_<target>_audit_test`: sizes are printed; no heap, no variables, no instructions the core does not have.
    Both compile the C that is generated for the target, the first one for the first target. Where outputs are floating
    point, both are compared with LiteRT's to 1e-5 instead.

    Args:
      name: name of the test suite of them all.
      model: the .tflite file.
      model_name: prefix of the generated functions; default: name.
      targets: folders of targets/.
      runs: inputs on each target.
      litert_runs: inputs on the host.
      stateful: whether the network has state.
      floating_point: whether there are outputs in floating point.
      flags: further flags for the compiler.
      instruction_budgets: {target: most instructions of an inference}; where there is none, as many as it takes.
      size: of the tests.
      tags: of the tests.
    """
    model_name = model_name or name
    tests = []
    expected = expected_outputs(name + "_expected", model, runs) if floating_point else None
    for target in targets:
        stem = "%s_%s" % (name, target)
        library = ":%s_network" % stem
        tflite_cc_library(
            name = stem + "_network",
            testonly = True,
            copts = COPTS,
            defines = TRACE,
            flags = flags,
            model = model,
            model_name = model_name,
            target = target,
            deps = _DEPS,
        )
        host_program(stem + "_host", library, model_name, runs, stateful, expected)
        firmware(stem + "_test_firmware", target, library, model_name, runs, stateful, expected = expected)
        emulator_test(
            name = stem + "_test",
            size = size,
            binary = ":%s_test_firmware" % stem,
            host = ":%s_host" % stem,
            instruction_budget = instruction_budgets.get(target, 0),
            stack_of = stack_of(model_name),
            tags = tags,
            target = target,
        )
        audit_test(stem + "_audit_test", {model_name: ":%s_test_firmware" % stem}, target, size = size, tags = tags)
        tests += [":%s_test" % stem, ":%s_audit_test" % stem]
    litert_test(
        name = name + "_litert_test",
        size = size,
        floating_point = floating_point,
        library = ":%s_%s_network" % (name, targets[0]),
        model = model,
        model_name = model_name,
        runs = litert_runs,
        stateful = stateful,
        tags = tags,
    )
    native.test_suite(
        name = name,
        tags = tags,
        tests = tests + [":%s_litert_test" % name],
    )
