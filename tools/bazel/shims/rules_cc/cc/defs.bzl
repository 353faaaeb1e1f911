"""Stands in for rules_cc with Debian's Bazel 4.2.3, whose own tools load these names from it."""

cc_binary = native.cc_binary
cc_import = native.cc_import
cc_library = native.cc_library
cc_proto_library = native.cc_proto_library
cc_test = native.cc_test
cc_toolchain = native.cc_toolchain
cc_toolchain_suite = native.cc_toolchain_suite
objc_import = native.objc_import
objc_library = native.objc_library

def compiler_flag(name, **_kwargs):
    """Bazel's own //tools/cpp:compiler serves; nothing here asks for a second one."""
    native.alias(name = name, actual = "@bazel_tools//tools/cpp:compiler")

def cc_flags_supplier(name, **_kwargs):
    """Bazel's own //tools/cpp:cc_flags serves; nothing here asks for a second one."""
    native.alias(name = name, actual = "@bazel_tools//tools/cpp:cc_flags")
