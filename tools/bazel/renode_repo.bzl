"""@netsuke_renode: the Renode of this machine, or one downloaded; created when the first renode_test is analysed."""

load(":python_repo.bzl", "make_venv")

_VERSION = "1.17.0"
_URL = "https://github.com/renode/renode/releases/download/v{0}/renode-{0}.linux-portable.tar.gz".format(_VERSION)
_SHA256 = "4ba7c68b59e2447f188ef4b4b112fcccd2802582c460beedceb63b84e5605a5f"

_BUILD = """load("@netsuke//tools/bazel:renode_info.bzl", "renode_installation")

package(default_visibility = ["//visibility:public"])

renode_installation(
    name = "renode",
    python_directory = "{python_directory}",
    renode = "{renode}",
    renode_test = "{renode_test}",
)

# A test that needs Renode is compatible with this constraint: with none here, Bazel reports it as skipped.
alias(
    name = "required",
    actual = "{constraint}",
)
"""

def _installed(repository_ctx):
    root = repository_ctx.os.environ.get("RENODE_ROOT")
    if root:
        return [repository_ctx.path(root + "/" + program) for program in ["renode", "renode-test"]]
    return [repository_ctx.which(program) for program in ["renode", "renode-test"]]

def _downloaded(repository_ctx):
    if repository_ctx.os.environ.get("NETSUKE_RENODE_DOWNLOAD") == "0":
        return None
    repository_ctx.report_progress("Downloading " + repository_ctx.attr.url)
    archive = repository_ctx.download(
        repository_ctx.attr.url,
        "renode.tar.gz",
        sha256 = repository_ctx.attr.sha256,
        allow_fail = True,
    )
    if not archive.success:
        return None
    repository_ctx.extract("renode.tar.gz", "unpacked")
    repository_ctx.delete("renode.tar.gz")
    root = repository_ctx.path("unpacked").readdir()[0]
    return [root.get_child("renode"), root.get_child("renode-test")]

def _renode_repository_impl(repository_ctx):
    python_directory = ""
    programs = _installed(repository_ctx)
    if not all([program and program.exists for program in programs]):
        programs = _downloaded(repository_ctx)
        if programs:
            interpreter = make_venv(repository_ctx, repository_ctx.attr.requirements)
            python_directory = interpreter.rpartition("/")[0]
    if not programs:
        # buildifier: disable=print
        print("no Renode, so its tests are skipped: unpack %s and set RENODE_ROOT, or put renode-test on PATH" %
              repository_ctx.attr.url)
    repository_ctx.file("BUILD", _BUILD.format(
        constraint = "@platforms//os:linux" if programs else "@platforms//:incompatible",
        python_directory = python_directory,
        renode = str(programs[0]) if programs else "",
        renode_test = str(programs[1]) if programs else "",
    ))

renode_repository = repository_rule(
    implementation = _renode_repository_impl,
    attrs = {
        "requirements": attr.label(
            allow_single_file = True,
            default = "@netsuke//tools/bazel:requirements_renode.txt",
            doc = "What renode-test of a downloaded release imports.",
        ),
        "sha256": attr.string(default = _SHA256),
        "url": attr.string(default = _URL),
        "_make_venv": attr.label(
            allow_single_file = True,
            default = "@netsuke//tools/bazel:make_venv.py",
        ),
    },
    doc = """$RENODE_ROOT, else renode-test on PATH, else the pinned release (not with NETSUKE_RENODE_DOWNLOAD=0).""",
    environ = ["RENODE_ROOT", "NETSUKE_RENODE_DOWNLOAD", "PATH", "NETSUKE_CACHE", "XDG_CACHE_HOME", "HOME"],
)
