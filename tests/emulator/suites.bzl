"""Tests of firmware that hold several networks or boards together: audits, and what a board runs in one start.

    load("//tests/emulator:suites.bzl", "audit_test", "board_suite")
"""

load("//tools/bazel:defs.bzl", "renode_test")
load("//tools/bazel:python.bzl", "py_test")

def audit_test(name, firmware, target, **kwargs):
    """No heap, no formatted output, no variables of a network, no instructions of a larger core; and it fits.

    Args:
      name: name of the test.
      firmware: name of a network -> the mcu_binary.
      target: a key of TARGETS.
      **kwargs: what every test takes.
    """
    description = "//targets/%s:target.toml" % target
    paths, networks, data = [], [], [description]
    for network, binary in firmware.items():
        parts = ":%s_%s_" % (name, network)
        for part in ["elf", "map"]:
            native.filegroup(
                name = parts[1:] + part,
                testonly = True,
                srcs = [binary],
                output_group = part,
            )
        paths.append("$(rootpath %self)" % parts)
        networks.append("--network=" + network)
        data += [parts + "elf", parts + "map"]
    py_test(
        name = name,
        srcs = ["//tools:size_audit.py"],
        args = paths + networks + ["--target=$(rootpath %s)" % description],
        data = data,
        main = "//tools:size_audit.py",
        deps = ["//tools:size_audit_library"],
        **kwargs
    )

def board_suite(name, target, firmware, host, planted, **kwargs):
    """All that a board runs in Renode, in one start of it: board.robot.

    Args:
      name: name of the test.
      target: a key of TARGETS.
      firmware: variable of board.robot, such as "DIGITS" -> the mcu_binary.
      host: the same variables -> the host_program.
      planted: kind of error, such as "CRC" -> the mcu_binary it is planted in. What "STACK" fails with on the board is
        $stack_overflow of its machine.resc.
      **kwargs: what every test takes.
    """
    folder = "//targets/" + target
    variables = {"RESC": folder + ":machine.resc"}
    variables.update(firmware)
    variables.update({"PLANTED_" + plant: binary for plant, binary in planted.items()})
    variables.update({variable + "_HOST": program for variable, program in host.items()})
    renode_test(
        name = name,
        robot_test = "//tests/emulator:board.robot",
        variables_with_label = variables,
        deps = ["//tests/emulator:firmware.resource", folder],
        **kwargs
    )
