"""C rules, loaded from here alone: a Bazel without native ones needs a change in this file only."""

cc_binary = native.cc_binary
cc_library = native.cc_library
cc_test = native.cc_test

# What generated code, kernels and firmware compile under without a warning, on gcc, clang and arm-none-eabi-gcc.
STRICT_COPTS = [
    "-std=c99",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wshadow",
    "-Werror",
]
