"""tflite_cc_library: a trained network as a C library."""

load(":cc.bzl", "cc_library")

def _tflite_c_impl(ctx):
    arguments = ctx.actions.args()
    arguments.add("compile")
    arguments.add(ctx.file.model)
    arguments.add("-o", ctx.outputs.source.dirname)
    arguments.add("--name", ctx.attr.model_name)
    if ctx.attr.target:
        arguments.add("--target", ctx.attr.target)
    if ctx.file.front:
        arguments.add("--front", ctx.file.front)
    arguments.add_all(ctx.files.ops, before_each = "--ops")
    arguments.add_all(ctx.attr.flags)
    ctx.actions.run(
        executable = ctx.executable._netsuke,
        arguments = [arguments],
        # Nothing of the caller's environment, and the same order of every set and dictionary in every run.
        env = {
            "LC_ALL": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PYTHONHASHSEED": "0",
        },
        inputs = [ctx.file.model] + ctx.files.front + ctx.files.ops,
        outputs = [ctx.outputs.source, ctx.outputs.header, ctx.outputs.report],
        mnemonic = "Netsuke",
        progress_message = "Compiling network %s" % ctx.file.model.short_path,
    )

_tflite_c = rule(
    implementation = _tflite_c_impl,
    attrs = {
        "flags": attr.string_list(),
        "front": attr.label(allow_single_file = [".tflite"]),
        "header": attr.output(mandatory = True),
        "model": attr.label(allow_single_file = [".tflite"], mandatory = True),
        "model_name": attr.string(mandatory = True),
        "ops": attr.label_list(allow_files = [".h", ".py"]),
        "report": attr.output(mandatory = True),
        "source": attr.output(mandatory = True),
        "target": attr.string(),
        "_netsuke": attr.label(cfg = "exec", default = "@netsuke//compiler:netsuke", executable = True),
    },
)

def _user_kernels_impl(ctx):
    headers = [file for file in ctx.files.ops if file.extension == "h"]
    return [CcInfo(compilation_context = cc_common.create_compilation_context(
        headers = depset(headers),
        quote_includes = depset([header.dirname for header in headers]),
    ))]

# The kernels of the user's own operators, included by their file names.
_user_kernels = rule(
    implementation = _user_kernels_impl,
    attrs = {"ops": attr.label_list(allow_files = [".h", ".py"])},
    provides = [CcInfo],
)

def tflite_cc_library(
        name,
        model,
        model_name = None,
        target = "",
        ops = [],
        front = None,
        flags = [],
        copts = [],
        defines = [],
        deps = [],
        visibility = None,
        tags = [],
        testonly = False):
    """A network compiled to C: a cc_library whose header is included as "<model_name>.h".

    Besides `<name>` there is `<name>_report`, the compiler's report (JSON).

    Args:
      name: name of the library.
      model: the .tflite file.
      model_name: prefix of the generated functions, and stem of the generated files; default: name.
      target: the microcontroller to choose kernels and plan memory for (a folder of targets/); default: any.
      ops: operators of one's own, docs/custom_operators.md: Python files with their rooms, headers of their kernels.
      front: the .tflite that makes the features which the model's input holds, docs/streaming.md.
      flags: further flags for the compiler, such as "--reference=tflm".
      copts: flags for compiling the generated C.
      defines: NAME or NAME=value for compiling the generated C alone, such as NN_TRACE_HEADER.
      deps: libraries the generated C needs beyond the kernels, such as the one of NN_TRACE_HEADER.
      visibility: visibility of both targets.
      tags: tags of both targets.
      testonly: whether only tests may depend on it.
    """
    model_name = model_name or name
    directory = name + "_c"
    _tflite_c(
        name = name + "_generated",
        flags = flags,
        front = front,
        header = "%s/%s.h" % (directory, model_name),
        model = model,
        model_name = model_name,
        ops = ops,
        report = "%s/%s.json" % (directory, model_name),
        source = "%s/%s.c" % (directory, model_name),
        tags = tags + ["manual"],
        target = target,
        testonly = testonly,
        visibility = ["//visibility:private"],
    )
    if ops:
        _user_kernels(
            name = name + "_user_kernels",
            ops = ops,
            tags = tags + ["manual"],
            testonly = testonly,
            visibility = ["//visibility:private"],
        )
        deps = deps + [":%s_user_kernels" % name]
    cc_library(
        name = name,
        srcs = ["%s/%s.c" % (directory, model_name)],
        hdrs = ["%s/%s.h" % (directory, model_name)],
        copts = copts,
        includes = [directory],
        linkstatic = True,
        local_defines = defines,
        tags = tags,
        testonly = testonly,
        visibility = visibility,
        deps = ["@netsuke//runtime"] + deps,
    )
    native.filegroup(
        name = name + "_report",
        srcs = ["%s/%s.json" % (directory, model_name)],
        tags = tags,
        testonly = testonly,
        visibility = visibility,
    )
