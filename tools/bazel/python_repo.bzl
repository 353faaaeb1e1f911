"""A repository that holds a Python environment made from a locked requirements file (//:venv is its interpreter)."""

_MINIMUM = "import sys; sys.exit(sys.version_info < (3, 11))"
_CANDIDATES = ["python3.11", "python3", "python3.12", "python3.13"]

def _find_python(repository_ctx):
    """The first Python on PATH that is new enough and can make an environment."""
    for candidate in _CANDIDATES:
        python = repository_ctx.which(candidate)
        if python and repository_ctx.execute([python, "-c", _MINIMUM + "; import ensurepip, venv"]).return_code == 0:
            return python
    return fail("netsuke needs Python >= 3.11 with its venv module on PATH; on Debian 12: apt-get install python3-venv")

def _cache_directory(repository_ctx):
    environ = repository_ctx.os.environ
    if environ.get("NETSUKE_CACHE"):
        return environ["NETSUKE_CACHE"]
    if environ.get("XDG_CACHE_HOME"):
        return environ["XDG_CACHE_HOME"] + "/netsuke"
    if environ.get("HOME"):
        return environ["HOME"] + "/.cache/netsuke"
    return str(repository_ctx.path("cache"))

def make_venv(repository_ctx, requirements):
    """Makes the environment unless it is there; returns the path of its interpreter.

    Args:
      repository_ctx: of a rule with the attribute _make_venv.
      requirements: label of the locked requirements file.

    Returns:
      the absolute path, as a string.
    """
    python = _find_python(repository_ctx)
    script = repository_ctx.path(repository_ctx.attr._make_venv)
    arguments = [repository_ctx.path(requirements), _cache_directory(repository_ctx)]
    find = [python, script, "find"] + arguments
    make = [python, script, "make"] + arguments
    if not repository_ctx.execute(find).stdout.strip():
        made = repository_ctx.execute(make, quiet = False, timeout = 3600)
        if made.return_code != 0:
            fail("could not make the Python environment; the command was\n    %s\n%s" % (
                " ".join([str(word) for word in make]),
                made.stderr,
            ))
    return repository_ctx.execute(find).stdout.strip()

def _python_venv_impl(repository_ctx):
    interpreter = make_venv(repository_ctx, repository_ctx.attr.requirements)
    repository_ctx.file("BUILD", """load("@netsuke//tools/bazel:python_info.bzl", "python_interpreter")

python_interpreter(
    name = "venv",
    path = %s,
    visibility = ["//visibility:public"],
)
""" % repr(interpreter).replace("'", '"'))

python_venv = repository_rule(
    implementation = _python_venv_impl,
    attrs = {
        "requirements": attr.label(
            allow_single_file = True,
            doc = "Locked requirements file: every version and hash pinned.",
            mandatory = True,
        ),
        "_make_venv": attr.label(
            allow_single_file = True,
            default = "@netsuke//tools/bazel:make_venv.py",
        ),
    },
    doc = """Makes the environment with pip, outside of the output base, so that it is made once for all workspaces of a
user and its path, which is part of the key of every action that runs Python, is the same in all of them. Looked for
again with every start of the Bazel server, in case it was deleted.""",
    environ = ["NETSUKE_CACHE", "XDG_CACHE_HOME", "HOME"],
    local = True,
)
