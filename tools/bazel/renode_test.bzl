"""renode_test and renode_interactive, with the attributes of Antmicro's rules_renode."""

load(":mcu_binary.bzl", "McuBinaryInfo")
load(":renode_info.bzl", "RenodeInfo")
load(":runfiles.bzl", "SCRIPT_HEAD", "quote", "runfiles_path")

# Renode deletes $TMPDIR/renode-* of dead processes and writes to $HOME: each run has both to itself.
_ENVIRONMENT = """
scratch="${{TEST_TMPDIR:-$(mktemp -d)}}"
export TMPDIR="$scratch/renode_tmp" HOME="$scratch/renode_home"
mkdir -p "$TMPDIR" "$HOME"
python_directory={python_directory}
[[ -z "$python_directory" ]] || export PATH="$python_directory:$PATH"
"""

def _variable_file(target):
    """The one file of a variable's label; of an mcu_binary it is the ELF."""
    if McuBinaryInfo in target:
        return target[McuBinaryInfo].elf
    files = target[DefaultInfo].files.to_list()
    if len(files) != 1:
        fail("%s must be a single file" % target.label)
    return files[0]

def _variables(ctx):
    """Name -> word of shell, for each variable with a label."""
    variables = {}
    for target, names in ctx.attr.variables_with_label.items():
        for name in names.split(","):
            variables[name] = runfiles_path(ctx, _variable_file(target))
    return variables

def _launcher(ctx, body, files):
    renode = ctx.attr._renode[RenodeInfo]
    launcher = ctx.actions.declare_file(ctx.label.name)
    head = SCRIPT_HEAD + _ENVIRONMENT.format(python_directory = quote(renode.python_directory))
    ctx.actions.write(launcher, head + body, is_executable = True)
    runfiles = ctx.runfiles(files = files + [_variable_file(target) for target in ctx.attr.variables_with_label])
    for target in ctx.attr.deps + ctx.attr.variables_with_label.keys():
        runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

def _search_paths(ctx):
    return '"' + ":".join(["$(dirname %s)" % runfiles_path(ctx, file) for file in ctx.files.deps]) + '"'

# The suite counts (renode_keywords.resource), the rule judges: a suite that forgets to count fails.
_BUDGET = """
if ((status == 0)); then
  if [[ ! -s "$counts" ]]; then
    echo "FAILED: instruction_budget is given, but the suite has recorded no count (keyword Record Instructions)"
    status=1
  else
    while read -r count; do
      if ((count > {budget})); then
        echo "FAILED: $count instructions, and the budget is {budget}"
        status=1
      fi
    done <"$counts"
  fi
fi
"""

def _renode_test_impl(ctx):
    words = [quote(ctx.attr._renode[RenodeInfo].renode_test)]
    words += ["--renode-config", '"$scratch/renode_config"', "-r", '"$results"']
    words += ["--variable", "NETSUKE_KEYWORDS:" + runfiles_path(ctx, ctx.file._keywords)]
    words += ["--variable", '"INSTRUCTION_COUNTS:$counts"']
    words += ["--variable", "_RENODE_SEARCH_PATHS:" + _search_paths(ctx)]
    lines = ['results="${TEST_UNDECLARED_OUTPUTS_DIR:-$scratch}"', 'counts="$results/instructions.txt"', 'rm -f "$counts"']
    for name, path in _variables(ctx).items():
        lines.append("export %s=%s" % (name, path))
        words += ["--variable", '"%s:$%s"' % (name, name)]
    words += ctx.attr.additional_arguments
    words.append(runfiles_path(ctx, ctx.file.robot_test))
    lines += ["status=0", " ".join(words) + ' "$@" || status=$?']
    if ctx.attr.instruction_budget:
        lines.append(_BUDGET.format(budget = ctx.attr.instruction_budget))
    lines += ctx.attr.after_script + ['exit "$status"', ""]
    return _launcher(ctx, "\n".join(lines), [ctx.file.robot_test, ctx.file._keywords] + ctx.files.deps)

_COMMON = {
    "deps": attr.label_list(allow_files = True),
    "variables_with_label": attr.label_keyed_string_dict(allow_files = True),
    "_renode": attr.label(
        default = "@netsuke_renode//:renode",
        providers = [RenodeInfo],
    ),
}

_renode_test = rule(
    implementation = _renode_test_impl,
    attrs = dict(
        _COMMON,
        additional_arguments = attr.string_list(),
        after_script = attr.string_list(),
        instruction_budget = attr.int(),
        robot_test = attr.label(allow_single_file = True, mandatory = True),
        _keywords = attr.label(
            allow_single_file = True,
            default = "@netsuke//tools/bazel:renode_keywords.resource",
        ),
    ),
    test = True,
)

def _renode_interactive_impl(ctx):
    words = [quote(ctx.attr._renode[RenodeInfo].renode)] + ctx.attr.arguments
    words += ['-e "path add @$(dirname %s)"' % runfiles_path(ctx, file).replace('"', "") for file in ctx.files.deps]
    words += ['-e "\\$%s=@%s"' % (name, path.replace('"', "")) for name, path in _variables(ctx).items()]
    words += ["-e " + quote("$%s=%s" % pair) for pair in ctx.attr.variables.items()]
    files = ctx.files.deps
    if ctx.file.resc:
        words.append('-e "i @%s"' % runfiles_path(ctx, ctx.file.resc).replace('"', ""))
        files = files + [ctx.file.resc]
    return _launcher(ctx, "exec " + " ".join(words) + ' "$@"\n', files)

_renode_interactive = rule(
    implementation = _renode_interactive_impl,
    attrs = dict(
        _COMMON,
        arguments = attr.string_list(),
        resc = attr.label(allow_single_file = True),
        variables = attr.string_dict(),
    ),
    executable = True,
)

def _names_by_label(variables_with_label):
    """{name: label} -> {label: "name,name"}, which Bazel 4 has an attribute for."""
    names = {}
    for name, label in variables_with_label.items():
        names[label] = names[label] + "," + name if label in names else name
    return names

# Where there is no Renode: skipped.
_COMPATIBLE_WITH = ["@netsuke_renode//:required"]

def renode_test(
        name,
        robot_test,
        deps = [],
        variables_with_label = {},
        additional_arguments = [],
        after_script = [],
        instruction_budget = 0,
        **kwargs):
    """Runs a Robot Framework suite with renode-test; its reports are in the test's undeclared outputs.

    Args:
      name: name of the test.
      robot_test: the suite (.robot).
      deps: files it uses, such as .repl and .resc; their directories are in ${_RENODE_SEARCH_PATHS}, split by ":".
      variables_with_label: {"ELF": ":firmware"}: the path of the file as ${ELF} and in the environment.
      additional_arguments: further words for renode-test.
      after_script: shell commands to run afterwards, whatever the result.
      instruction_budget: most instructions of each count that the suite records: keyword Record Instructions of
        ${NETSUKE_KEYWORDS}, docs/renode.md.
      **kwargs: what every test takes (size, timeout, tags, …).
    """
    _renode_test(
        name = name,
        additional_arguments = additional_arguments,
        after_script = after_script,
        instruction_budget = instruction_budget,
        robot_test = robot_test,
        target_compatible_with = _COMPATIBLE_WITH,
        variables_with_label = _names_by_label(variables_with_label),
        deps = deps,
        **kwargs
    )

def renode_interactive(
        name,
        resc = None,
        deps = [],
        arguments = [],
        variables = {},
        variables_with_label = {},
        **kwargs):
    """Starts Renode by hand: `bazel run`.

    Args:
      name: name of the target.
      resc: the script to begin with.
      deps: files it uses; their directories are on Renode's search path.
      arguments: words for renode.
      variables: {"name": "value"}, set before the script runs.
      variables_with_label: {"elf": ":firmware"}, set to the path of the file.
      **kwargs: what every rule takes (visibility, tags, …).
    """
    _renode_interactive(
        name = name,
        arguments = arguments,
        resc = resc,
        target_compatible_with = _COMPATIBLE_WITH,
        variables = variables,
        variables_with_label = _names_by_label(variables_with_label),
        deps = deps,
        **kwargs
    )
