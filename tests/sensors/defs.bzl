"""sensor_test: firmware fed through an emulated sensor."""

load("//tools/bazel:defs.bzl", "renode_test")

_LOST = "the scores are not LiteRT's"

def _suite(name, firmware, target, script, recording, expected, must_fail = "", instruction_budget = 0):
    renode_test(
        name = name,
        size = "medium",
        additional_arguments = ["--variable \"MUST_FAIL:%s\"" % must_fail] if must_fail else [],
        instruction_budget = instruction_budget,
        robot_test = ":must_fail.robot" if must_fail else ":sensor.robot",
        variables_with_label = {
            "ELF": firmware,
            "EXPECTED": expected,
            "RECORDING": recording,
            "RESC": "//targets/%s:machine.resc" % target,
            "SENSOR": script,
        },
        deps = [
            ":sensors.resource",
            "//targets/" + target,
        ],
    )

def sensor_test(name, sensor, firmware, model, instruction_budget, target = "stm32f4_discovery"):
    """The firmware prints LiteRT's scores for what the sensor is fed, and others when a sample gets lost.

    `<name>_test`: the scores are those that LiteRT gives for the very samples.
    `<name>_lost_sample_test`: with one sample lost the test above fails, for that reason.

    Args:
      name: of the tests.
      sensor: key of SENSORS in recordings.py, and the Renode script that attaches it.
      firmware: an mcu_binary that prints `scores … : name` for each input.
      model: the .tflite file in it.
      instruction_budget: most instructions from reset to the last scores, not counting those of sleep.
      target: a folder of targets/.
    """
    files = [name + suffix for suffix in [".recording", ".spoiled", ".expected.txt"]]
    native.genrule(
        name = name + "_files",
        testonly = True,
        srcs = [model],
        outs = files,
        cmd = "$(execpath :recordings) %s $(execpath %s) %s" % (
            sensor,
            model,
            " ".join(["$(execpath %s)" % file for file in files]),
        ),
        tools = [":recordings"],
    )
    recording, spoiled, expected = [":" + file for file in files]
    script = ":%s.resc" % sensor
    _suite(
        name + "_test",
        firmware,
        target,
        script,
        recording,
        expected,
        instruction_budget = instruction_budget,
    )
    _suite(name + "_lost_sample_test", firmware, target, script, spoiled, expected, _LOST)

def no_sensor_test(name, firmware, expected, target = "stm32f4_discovery"):
    """Where no sensor answers, the firmware says so, and its test fails at once.

    Args:
      name: of the test.
      firmware: an mcu_binary.
      expected: lines that a sensor_test expects; they do not come.
      target: a folder of targets/.
    """
    _suite(name, firmware, target, ":no_sensor.resc", expected, expected, "does not answer")
