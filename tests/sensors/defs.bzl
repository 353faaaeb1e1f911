"""sensor_test: firmware fed through an emulated sensor."""

load("//tools/bazel:defs.bzl", "renode_test")

def sensor_test(
        name,
        sensor,
        firmware,
        model,
        instruction_budget,
        target = "stm32f4_discovery",
        led = "",
        script = None,
        without = "does not answer"):
    """The firmware prints LiteRT's scores for what the sensor is fed.

    The same suite shows that a lost sample and a missing sensor are noticed.

    Args:
      name: of the test.
      sensor: key of SENSORS in recordings.py.
      firmware: an mcu_binary that prints `scores … : name` for each input.
      model: the .tflite file that gives the scores.
      instruction_budget: most instructions from reset to the last scores, not counting those of sleep.
      target: a folder of targets/.
      led: a LED that the firmware has lit at the end, as Renode names it.
      script: the Renode script that attaches the sensor; default: `<sensor>.resc`.
      without: how the test fails where there is no sensor.
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
    renode_test(
        name = name,
        size = "medium",
        additional_arguments = [
            "--variable \"WITHOUT:%s\"" % without,
            "--variable \"LED:%s\"" % led,
        ],
        instruction_budget = instruction_budget,
        robot_test = ":sensor.robot",
        variables_with_label = {
            "ELF": firmware,
            "EXPECTED": ":%s.expected.txt" % name,
            "RECORDING": ":%s.recording" % name,
            "RESC": "//targets/%s:machine.resc" % target,
            "SENSOR": ":" + (script or sensor + ".resc"),
            "SPOILED": ":%s.spoiled" % name,
        },
        deps = [
            ":no_sensor.resc",
            ":sensors.resource",
            "//targets/" + target,
        ],
    )
