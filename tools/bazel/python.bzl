"""Python rules, loaded from here alone: py_library, py_binary, py_test.

A program is run as a module (`python -m package.module`), so that a package may use relative imports, and with the
interpreter of one environment: "build" (what compiling a network needs), "test" or "train". An environment is made
when the first target that uses it is analysed.
"""

load(":python_info.bzl", "PythonInterpreterInfo")

py_library = native.py_library

_ENVIRONMENTS = {
    "build": "@netsuke_py//:venv",
    "test": "@netsuke_py_test//:venv",
    "train": "@netsuke_py_train//:venv",
}

# Found from the launcher's own place, else (a tool in the data of a test) from the runfiles of the caller.
_LAUNCHER = """#!/usr/bin/env bash
set -euo pipefail
self="${{BASH_SOURCE[0]}}"
[[ "$self" == /* ]] || self="$PWD/$self"
if [[ -d "$self.runfiles" ]]; then
  runfiles="$self.runfiles"
elif [[ "$self" == *.runfiles/* ]]; then
  runfiles="${{self%%.runfiles/*}}.runfiles"
else
  runfiles="${{RUNFILES_DIR:-${{TEST_SRCDIR:?no runfiles beside $self}}}}"
fi
if [[ ! -x {python} ]]; then
  echo "netsuke: {python} was deleted; after 'bazel shutdown' it is made again" >&2
  exit 1
fi
export RUNFILES_DIR="$runfiles"
export PYTHONPATH="{pythonpath}"
cd "${{BUILD_WORKING_DIRECTORY:-$PWD}}"  # bazel run: paths are relative to where it was called
export PYTHONSAFEPATH=1 PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1
exec {python} {arguments} "$@"
"""

def _runfiles_path(workspace_name, short_path):
    return short_path[len("../"):] if short_path.startswith("../") else workspace_name + "/" + short_path

def _python_path(ctx, sources):
    """The roots of the repositories that the sources come from, and what py_library adds with `imports`."""
    roots = {_runfiles_path(ctx.workspace_name, source.short_path).split("/")[0]: None for source in sources.to_list()}
    for dep in ctx.attr.deps:
        roots.update({path: None for path in dep[PyInfo].imports.to_list()})
    return ":".join(["$runfiles/" + root for root in roots])

def _module(main):
    path = main.short_path
    if path.startswith("../"):
        path = path.split("/", 2)[2]
    return path[:-len(".py")].replace("/", ".")

def _launch(ctx, arguments):
    """Writes the launcher; returns the providers of an executable rule."""
    sources = depset(ctx.files.srcs, transitive = [dep[PyInfo].transitive_sources for dep in ctx.attr.deps])
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        launcher,
        _LAUNCHER.format(
            pythonpath = _python_path(ctx, sources),
            python = ctx.attr.interpreter[PythonInterpreterInfo].path,
            arguments = arguments,
        ),
        is_executable = True,
    )
    runfiles = ctx.runfiles(files = ctx.files.srcs + ctx.files.data, transitive_files = sources)
    for target in ctx.attr.deps + ctx.attr.data:
        runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, files = depset([launcher]), runfiles = runfiles)]

def _main_file(ctx):
    if ctx.file.main:
        return ctx.file.main
    stem = ctx.label.name + ".py"
    named = [source for source in ctx.files.srcs if source.basename == stem]
    if len(named) == 1:
        return named[0]
    if len(ctx.files.srcs) == 1:
        return ctx.files.srcs[0]
    return fail("%s: which of srcs is the main file? Set main." % ctx.label)

def _py_binary_impl(ctx):
    return _launch(ctx, "-m " + _module(_main_file(ctx)))

def _py_test_impl(ctx):
    environment = [testing.TestEnvironment(ctx.attr.env)]
    if ctx.attr.main:
        return _launch(ctx, "-m " + _module(ctx.file.main)) + environment
    tests = ['"$runfiles/%s"' % _runfiles_path(ctx.workspace_name, source.short_path) for source in ctx.files.srcs]
    return _launch(ctx, "-m tools.bazel.pytest_main " + " ".join(tests)) + environment

_ATTRS = {
    "data": attr.label_list(allow_files = True),
    "deps": attr.label_list(providers = [PyInfo]),
    "interpreter": attr.label(mandatory = True, providers = [PythonInterpreterInfo]),
    "main": attr.label(allow_single_file = [".py"]),
    "srcs": attr.label_list(allow_files = [".py"]),
}

_py_binary = rule(implementation = _py_binary_impl, attrs = _ATTRS, executable = True)
_py_test = rule(implementation = _py_test_impl, attrs = dict(_ATTRS, env = attr.string_dict()), test = True)

def _tags(environment, tags):
    """`//...` leaves training out: its environment is a download of more than a gigabyte."""
    return tags + (["manual"] if environment == "train" else [])

def py_binary(name, srcs, main = None, deps = [], data = [], environment = "build", tags = [], **kwargs):
    """A Python program.

    Args:
      name: name of the target.
      srcs: its own sources.
      main: the file to run; default `<name>.py`, or the only source.
      deps: py_library targets.
      data: files it reads and programs it runs; found below $RUNFILES_DIR.
      environment: "build", "test" or "train": the packages it may import.
      tags: tags of the target; with "train", "manual" is one of them.
      **kwargs: what every rule takes (visibility, …).
    """
    _py_binary(
        name = name,
        srcs = srcs,
        main = main,
        deps = deps,
        data = data,
        interpreter = _ENVIRONMENTS[environment],
        tags = _tags(environment, tags),
        **kwargs
    )

def py_test(name, srcs, main = None, deps = [], data = [], environment = "test", tags = [], **kwargs):
    """Tests in Python: by default every test function of srcs, run by pytest; a skipped one fails.

    Args:
      name: name of the target.
      srcs: files of tests.
      main: if given, this file is run as a program in place of pytest; it passes with exit status 0.
      deps: py_library targets.
      data: files it reads and programs it runs; found below $RUNFILES_DIR.
      environment: "build", "test" or "train": the packages it may import.
      tags: tags of the target; with "train", "manual" is one of them.
      **kwargs: what every test takes (size, timeout, shard_count, args, …), and env, a dictionary.
    """
    _py_test(
        name = name,
        srcs = srcs,
        main = main,
        deps = deps + ["@netsuke//tools/bazel:pytest_main"],
        data = data,
        interpreter = _ENVIRONMENTS[environment],
        tags = _tags(environment, tags),
        **kwargs
    )
