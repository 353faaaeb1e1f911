#!/usr/bin/env bash
# Writes firmware into the flash of a board, or says how to.
#
#   flash.sh TARGET ELF [--print] [--tool NAME ARGUMENT…]…
#
# Each tool is a command line; {elf} in an argument stands for the ELF. All of them are printed as they would be typed.
# The first whose tool is on PATH and finds a debug probe is run. Exit status: that of the tool; 0 with --print; 1 where
# nothing was flashed.
# shellcheck disable=SC2317 # functions are called by their names
set -euo pipefail

target="$1"
elf="$(readlink -f "$2")"
shift 2
only_print=0
if [[ "${1:-}" == --print ]]; then
  only_print=1
  shift
fi
if (($# == 0)); then
  echo "$target declares no way to flash it: mcu_target(flash = {\"openocd\": […]}), docs/adding_a_target.md" >&2
  exit 1
fi
placeholder='{elf}'
commands=("${@//"$placeholder"/"$elf"}")

# Calls "$1" with the words of each command.
for_each_command() {
  local word words=()
  for word in "${commands[@]:1}" --tool; do
    if [[ "$word" == --tool ]]; then
      "$1" "${words[@]}"
      words=()
    else
      words+=("$word")
    fi
  done
}

# Prints the words as a line for a shell: quoted where need be, and no more.
show() {
  local word line=""
  for word in "$@"; do
    if [[ "$word" =~ ^[A-Za-z0-9_./:=+,@%-]+$ ]]; then
      line+=" $word"
    else
      line+=" '${word//\'/\'\\\'\'}'"
    fi
  done
  echo " $line"
}

# Whether the tool of a command finds a probe; for west, whether this is a workspace: it knows the board's runner.
finds_probe() {
  case "$1" in
    # Its configuration, without the last option: what to do.
    openocd) "${@:1:$#-2}" -c init -c shutdown >/dev/null 2>&1 ;;
    pyocd) pyocd list 2>/dev/null | grep -Eq '^ *[0-9]+ ' ;;
    west) west topdir >/dev/null 2>&1 ;;
    *) true ;;
  esac
}

# Runs the command if it can be, and then does not return.
try() {
  if ! command -v "$1" >/dev/null; then
    echo "$1 is not on PATH"
  elif ! finds_probe "$@"; then
    echo "$1 finds no probe"
  else
    echo "Flashing with $1"
    exec "$@"
  fi
}

echo "To flash $target:"
for_each_command show
((only_print)) && exit 0
for_each_command try
echo "Nothing was flashed" >&2
exit 1
