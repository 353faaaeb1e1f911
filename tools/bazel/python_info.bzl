"""Which Python interpreter a program runs with."""

PythonInterpreterInfo = provider(
    doc = "An interpreter of the machine, with the packages of one requirements file.",
    fields = {"path": "absolute path of the interpreter"},
)

def _python_interpreter_impl(ctx):
    return [PythonInterpreterInfo(path = ctx.attr.path)]

python_interpreter = rule(
    implementation = _python_interpreter_impl,
    attrs = {"path": attr.string(mandatory = True)},
)
