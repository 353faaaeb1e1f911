"""@netsuke_real_models: real networks beside this checkout, for tests that cannot ship them."""

def _real_models_impl(repository_ctx):
    root = repository_ctx.path(repository_ctx.attr._workspace).dirname
    folder = repository_ctx.os.environ.get("NETSUKE_MODELS") or str(root) + "/../shared/models"
    folder = repository_ctx.path(folder)
    models = {
        file.basename[:-len(".tflite")]: file
        for file in (folder.readdir() if folder.exists else [])
        if file.basename.endswith(".tflite")
    }
    for name, file in models.items():
        repository_ctx.symlink(file, name + ".tflite")
    repository_ctx.file("BUILD", 'exports_files(glob(["*.tflite"], allow_empty = True))\n')
    repository_ctx.file("defs.bzl", '"""Which networks there are."""\n\nMODELS = %s\n' % sorted(models))

real_models = repository_rule(
    implementation = _real_models_impl,
    attrs = {"_workspace": attr.label(default = "//:WORKSPACE")},
    doc = "Links to the networks of $NETSUKE_MODELS, or of ../shared/models, if there are any.",
    environ = ["NETSUKE_MODELS"],
    local = True,
)
