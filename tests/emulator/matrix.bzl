"""What every target runs in its emulator: networks, whole and hand-written, and errors planted on purpose.

    load(":matrix.bzl", "target_tests")

    [target_tests(target) for target in TARGETS]
"""

load("//targets:index.bzl", "TARGETS")
load("//tools/bazel:defs.bzl", "mcu_binary")
load(
    ":defs.bzl",
    "COPTS",
    "emulator_test",
    "expected_outputs",
    "firmware",
    "host_program",
    "litert_test",
    "network_library",
    "stack_of",
)
load(":suites.bzl", "audit_test", "board_suite")

# Name -> the .tflite file, and what there is to know of it.
NETWORKS = {
    "digits": struct(model = "//models/digits:digits.tflite", runs = 2, floating_point = False, stateful = False),
    "digits_float": struct(model = "//models/digits:digits_float.tflite", runs = 2, floating_point = True, stateful = False),
    "gesture": struct(model = "//models/gesture:gesture.tflite", runs = 2, floating_point = False, stateful = False),
    "stream": struct(model = "//tests/emulator:stream.tflite", runs = 8, floating_point = False, stateful = True),
    "vibration": struct(model = "//models/vibration:vibration.tflite", runs = 2, floating_point = False, stateful = False),
}

# Targets whose C is, but for its first lines, that of another target: a network is compiled once for all of them, and
# compared with LiteRT once. test_targets.py compares. A target that is not here is compiled for by itself.
SAME_KERNELS = {
    "bluepill": "mps2_an385",
    "hifive1": "mps2_an385",
    "mps2_an505": "mps2_an386",
    "nrf52840": "mps2_an386",
    "ra8m1": "mps3_an547",
    "riscv_virt32": "mps2_an385",
    "stm32f072b_disco": "microbit",
    "stm32f4_discovery": "mps2_an386",
    "stm32f746g_disco": "mps2_an500",
    "stm32h753": "mps2_an500",
    "stm32l073": "microbit",
    "stm32l552": "mps2_an386",
}

# Kind of error (model_test.c: plant) -> the reason the run has to fail for.
_PLANTED_IN_QEMU = {
    "CRC": "the output differs",
    "FAULT": "FAULT: ",
    "STACK": "stack=overflow",
}

# One target of an architecture is enough for what does not depend on the core.
_PLANTED_ONCE = {
    "GUARD": "FAIL: memory beside the arena",
    "HANG": "did not end in time",
    "UNMAPPED": "FAULT: ",
}

# board.robot has their reasons.
_PLANTED_IN_RENODE = ["CRC", "FAULT", "HANG", "STACK", "UNMAPPED"]

def networks():
    """The networks as C, one library for each kind of kernels, and as programs of the host, compared with LiteRT."""
    for name, network in NETWORKS.items():
        expected = expected_outputs(name + "_expected", network.model, network.runs) if network.floating_point else None
        for target in TARGETS:
            if target in SAME_KERNELS:
                continue
            stem = "%s_%s" % (name, target)
            library = ":%s_network" % stem
            network_library(stem + "_network", network.model, name, target)
            host_program(stem + "_host", library, name, network.runs, network.stateful, expected)
            litert_test(
                name = stem + "_litert_test",
                size = "medium",
                floating_point = network.floating_point,
                library = library,
                model = network.model,
                model_name = name,
                runs = 30 if network.stateful else 20,
                stateful = network.stateful,
            )

def _planted(target, plants):
    """The firmware with each error planted."""
    for plant in plants:
        firmware(
            name = "planted_%s_%s_firmware" % (plant.lower(), target),
            library = ":sample_net",
            model_name = "sample_net",
            plant = plant,
            target = target,
        )
    return {plant: ":planted_%s_%s_firmware" % (plant.lower(), target) for plant in plants}

def target_tests(target):
    """Declares a target's tests.

    `<firmware>_<target>_test` in QEMU, `board_<target>_test` in Renode: what it prints is what the host prints, layer
    by layer, with garbage in RAM, and it fails where an error is planted. `audit_<target>_test`: tools/size_audit.py.

    Args:
      target: a key of TARGETS.
    """
    firmware(
        name = "sample_net_%s_firmware" % target,
        library = ":sample_net",
        model_name = "sample_net",
        target = target,
    )
    mcu_binary(
        name = "count_%s_firmware" % target,
        testonly = True,
        srcs = ["count_test.c"],
        copts = COPTS,
        target = target,
    )
    binaries = {
        "sample_net": ":sample_net_%s_firmware" % target,
        "count": ":count_%s_firmware" % target,
    }
    hosts = {"sample_net": ":sample_net_host", "count": ":count_host"}
    for name, network in NETWORKS.items():
        stem = "%s_%s" % (name, SAME_KERNELS.get(target, target))
        hosts[name] = ":%s_host" % stem
        binaries[name] = ":%s_%s_firmware" % (name, target)
        firmware(
            binaries[name][1:],
            expected = name + "_expected" if network.floating_point else None,
            library = ":%s_network" % stem,
            model_name = name,
            runs = network.runs,
            stateful = network.stateful,
            target = target,
        )
    audit_test(
        name = "audit_%s_test" % target,
        size = "small",
        firmware = {name: binaries[name] for name in NETWORKS},
        target = target,
    )
    if TARGETS[target] == "renode":
        board_suite(
            name = "board_%s_test" % target,
            size = "medium",
            firmware = {name.upper(): binary for name, binary in binaries.items()},
            host = {name.upper(): program for name, program in hosts.items()},
            planted = _planted(target, _PLANTED_IN_RENODE),
            target = target,
        )
        return
    for name, binary in binaries.items():
        emulator_test(
            name = "%s_%s_test" % (name, target),
            size = "medium",
            binary = binary,
            expect = ["# instructions %d" % count for count in [0, 3, 501]] if name == "count" else [],
            host = hosts[name],
            stack_of = [] if name == "count" else stack_of(name),
            target = target,
        )
    reasons = dict(_PLANTED_IN_QEMU, **(_PLANTED_ONCE if target in ["mps2_an386", "riscv_virt32"] else {}))
    for plant, binary in _planted(target, reasons.keys()).items():
        emulator_test(
            name = "planted_%s_%s_test" % (plant.lower(), target),
            size = "medium",
            binary = binary,
            host = ":sample_net_host",
            must_fail = reasons[plant],
            seconds = 5 if plant == "HANG" else 60,
            target = target,
        )
