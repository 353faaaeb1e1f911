"""tflite_model_set: networks that share one arena."""

load(":cc.bzl", "cc_library")

def _model_set_header_impl(ctx):
    arguments = ctx.actions.args()
    arguments.add("set")
    arguments.add_all(ctx.files.reports)
    arguments.add("-o", ctx.outputs.header.dirname)
    arguments.add("--name", ctx.attr.set_name)
    ctx.actions.run(
        executable = ctx.executable._netsuke,
        arguments = [arguments],
        env = {
            "LC_ALL": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PYTHONHASHSEED": "0",
        },
        inputs = ctx.files.reports,
        outputs = [ctx.outputs.header],
        mnemonic = "NetsukeSet",
        progress_message = "Joining networks in %s" % ctx.label,
    )

_model_set_header = rule(
    implementation = _model_set_header_impl,
    attrs = {
        "header": attr.output(mandatory = True),
        "reports": attr.label_list(allow_files = [".json"], mandatory = True),
        "set_name": attr.string(mandatory = True),
        "_netsuke": attr.label(cfg = "exec", default = "@netsuke//compiler:netsuke", executable = True),
    },
)

def tflite_model_set(name, networks, set_name = None, visibility = None, tags = [], testonly = False):
    """Networks of which never two run at the same time, and the arena that they share.

    A cc_library of the networks and of "<set_name>.h", which includes their headers and has <SET_NAME>_ARENA_BYTES and
    _ARENA_ALIGN. The state of a network stays its own.

    Args:
      name: name of the library.
      networks: labels of tflite_cc_library targets.
      set_name: prefix of the header's constants, and its stem; default: name.
      visibility: visibility of the library.
      tags: tags of the library.
      testonly: whether only tests may depend on it.
    """
    set_name = set_name or name
    header = "%s_set/%s.h" % (name, set_name)
    _model_set_header(
        name = name + "_generated",
        header = header,
        reports = [
            network + "_report" if ":" in network else "%s:%s_report" % (network, network.rpartition("/")[2])
            for network in networks
        ],
        set_name = set_name,
        tags = tags + ["manual"],
        testonly = testonly,
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        hdrs = [header],
        includes = [name + "_set"],
        linkstatic = True,
        tags = tags,
        testonly = testonly,
        visibility = visibility,
        deps = networks,
    )
