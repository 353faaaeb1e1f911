"""What a WORKSPACE calls to use the rules: load this file and call netsuke_repositories()."""

load(":host_tools.bzl", "host_tools")
load(":python_repo.bzl", "python_venv")
load(":renode_repo.bzl", "renode_repository")

def netsuke_repositories():
    """Declares the repositories that the rules need (each is created when first used) and the toolchains."""
    host_tools(name = "netsuke_host_tools")
    python_venv(
        name = "netsuke_py",
        requirements = "@netsuke//tools/bazel:requirements.txt",
    )
    python_venv(
        name = "netsuke_py_test",
        requirements = "@netsuke//tools/bazel:requirements_test.txt",
    )
    python_venv(
        name = "netsuke_py_train",
        requirements = "@netsuke//tools/bazel:requirements_train.txt",
    )
    if not native.existing_rule("netsuke_renode"):  # a workspace may have its own, of another release
        renode_repository(name = "netsuke_renode")
    native.register_toolchains("@netsuke//tools/bazel/toolchains:all")
