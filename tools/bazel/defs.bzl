"""The rules of netsuke; docs/bazel.md describes them.

    load("@netsuke//tools/bazel:defs.bzl", "mcu_binary", "qemu_test", "tflite_cc_library")
"""

load(":mcu_binary.bzl", _McuBinaryInfo = "McuBinaryInfo", _mcu_binary = "mcu_binary")
load(":qemu_test.bzl", _qemu_test = "qemu_test")
load(":renode_test.bzl", _renode_interactive = "renode_interactive", _renode_test = "renode_test")
load(":tflite_cc_library.bzl", _tflite_cc_library = "tflite_cc_library")
load(":tflite_model_set.bzl", _tflite_model_set = "tflite_model_set")

McuBinaryInfo = _McuBinaryInfo
mcu_binary = _mcu_binary
qemu_test = _qemu_test
renode_interactive = _renode_interactive
renode_test = _renode_test
tflite_cc_library = _tflite_cc_library
tflite_model_set = _tflite_model_set
