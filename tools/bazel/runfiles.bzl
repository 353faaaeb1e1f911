"""Launchers of the test rules: a shell script that calls a program with paths below the runfiles."""

# Where the launcher finds its files: $runfiles.
SCRIPT_HEAD = """#!/usr/bin/env bash
set -euo pipefail
runfiles="${RUNFILES_DIR:-${TEST_SRCDIR:-}}"
if [[ -z "$runfiles" ]]; then
  self="${BASH_SOURCE[0]}"
  [[ "$self" == /* ]] || self="$PWD/$self"
  runfiles="$self.runfiles"
fi
"""

def quote(text):
    """One word of a shell command."""
    return "'" + text.replace("'", "'\\''") + "'"

def runfiles_path(ctx, file):
    """A word of the launcher that is the file's path in the runfiles."""
    path = file.short_path
    path = path[len("../"):] if path.startswith("../") else ctx.workspace_name + "/" + path
    return '"$runfiles/%s"' % path

def runner(ctx, program, arguments, files, programs):
    """A DefaultInfo whose executable calls program with the arguments (words of shell).

    Args:
      ctx: the rule's context.
      program: File: the executable to call.
      arguments: words of shell, quoted where need be.
      files: files to have in the runfiles.
      programs: targets whose runfiles to have.

    Returns:
      the provider.
    """
    launcher = ctx.actions.declare_file(ctx.label.name)
    command = "exec %s %s" % (runfiles_path(ctx, program), " ".join(arguments))
    ctx.actions.write(launcher, SCRIPT_HEAD + command + ' "$@"\n', is_executable = True)
    runfiles = ctx.runfiles(files = files + [program])
    for target in programs:
        runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    return DefaultInfo(executable = launcher, runfiles = runfiles)
