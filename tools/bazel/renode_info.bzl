"""Where Renode is."""

RenodeInfo = provider(
    doc = "An installation of Renode.",
    fields = {
        "python_directory": "directory of the Python that has renode-test's packages, or empty: it brings its own",
        "renode": "absolute path of renode",
        "renode_test": "absolute path of renode-test",
    },
)

def _renode_installation_impl(ctx):
    return [RenodeInfo(
        python_directory = ctx.attr.python_directory,
        renode = ctx.attr.renode,
        renode_test = ctx.attr.renode_test,
    )]

renode_installation = rule(
    implementation = _renode_installation_impl,
    attrs = {
        "python_directory": attr.string(),
        "renode": attr.string(),
        "renode_test": attr.string(),
    },
)
