"""Commands with absl flags: parsing, help, and suggestions for what was mistyped.

Flags may stand before or after the other arguments, with - or _ between their words.
"""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from absl import flags

# What Python says where a flag's value is no number, and what we say.
_NO_NUMBER = {
    r"invalid literal for int\(\) with base 10: (.*)": r"\1 is not a whole number",
    r"could not convert string to float: (.*)": r"\1 is not a number",
}


class UsageError(Exception):
    """The command line is wrong; the message says how and what would be right."""


@dataclass(frozen=True)
class Command:
    """`define` declares its flags, `run` does the work on the values and the other arguments and
    answers the exit status."""

    name: str
    arguments: str  # "MODEL"
    summary: str
    define: Callable[[flags.FlagValues], None]
    run: Callable[[flags.FlagValues, Sequence[str]], int]


def nearest(word: str, known: Iterable[str]) -> str:
    """ " (did you mean …?)" if something known is near, else what is known."""
    known = sorted(known)
    word = word.lower()
    close = [k for k in known if len(word) > 2 and k.startswith(word)]
    close = close or difflib.get_close_matches(word, known, n=2, cutoff=0.6)
    if close:
        return f"; did you mean {' or '.join(close)}?"
    return f"; there is {', '.join(known)}"


def dispatch(program: str, about: str, commands: Mapping[str, Command], args: list[str]) -> int:
    """Runs the command that `args` name; the exit status."""
    if not args or args[0] in ("-h", "-help", "--help", "help"):
        topic = commands.get(args[1]) if len(args) > 1 else None
        print(_help(program, topic) if topic else _overview(program, about, commands))
        return 0
    if args[0].startswith("-"):
        raise UsageError(f"the command comes first: {', '.join(commands)}")
    if args[0] not in commands:
        raise UsageError(f"unknown command '{args[0]}'{nearest(args[0], commands)}")
    command = commands[args[0]]
    before_rest = args[1 : args.index("--")] if "--" in args else args[1:]
    if any(a in ("-h", "-help", "--help") for a in before_rest):
        print(_help(program, command))
        return 0
    values = _values(command)
    return command.run(values, _parse(values, args[1:]))


def _values(command: Command) -> flags.FlagValues:
    values = flags.FlagValues()  # type: ignore[no-untyped-call]
    values.set_gnu_getopt(True)
    command.define(values)
    return values


def _parse(values: flags.FlagValues, args: Sequence[str]) -> list[str]:
    """Sets the flags; answers the arguments that are none."""
    try:
        return values(["", *_with_underscores(args)])[1:]
    except flags.UnrecognizedFlagError as e:
        known = [_dashed(name) for name in _long_names(values)]
        raise UsageError(
            f"unknown flag {_dashed(e.flagname)}{nearest(_dashed(e.flagname), known)}"
        ) from e
    except flags.IllegalFlagValueError as e:
        name, equals, why = str(e).removeprefix("flag ").partition("=")
        for python, ours in _NO_NUMBER.items():
            why = re.sub(python, ours, why)
        raise UsageError(name.replace("_", "-") + equals + why) from e
    except (flags.Error, ValueError) as e:
        raise UsageError(str(e).replace("Missing value for flag", "no value after")) from e


def _with_underscores(args: Sequence[str]) -> list[str]:
    """--dump-ir=x → --dump_ir=x. Values stay, and so does all that follows `--`."""
    end = list(args).index("--") if "--" in args else len(args)
    out = []
    for arg in args[:end]:
        name, equals, value = arg.partition("=")
        out.append(name[:2] + name[2:].replace("-", "_") + equals + value
                   if arg.startswith("--") else arg)  # fmt: skip
    return out + list(args[end:])


def _long_names(values: flags.FlagValues) -> list[str]:
    return sorted(name for name in values if name == values[name].name)


def _dashed(name: str) -> str:
    return ("-" if len(name) == 1 else "--") + name.replace("_", "-")


def _overview(program: str, about: str, commands: Mapping[str, Command]) -> str:
    width = max(map(len, commands))
    lines = [about, "", f"usage: {program} COMMAND …", ""]
    lines += [f"  {c.name:{width}}  {c.summary}" for c in commands.values()]
    return "\n".join([*lines, "", f"{program} COMMAND --help tells more."])


def _help(program: str, command: Command) -> str:
    values = _values(command)
    lines = [f"usage: {program} {command.name} {command.arguments} [FLAGS]", "", command.summary]
    for name in _long_names(values):
        if name not in ("flagfile", "undefok"):
            lines += ["", *_flag_help(values[name])]
    return "\n".join(lines)


def _flag_help(flag: flags.Flag[Any]) -> list[str]:
    """Its help is "VALUE: what it does", with a word for the value unless it is a switch."""
    # absl puts the choices of an enumeration before its help: "<a|b>: …".
    value, _, text = str(flag.help).rpartition(": ")
    short = f"-{flag.short_name}, " if flag.short_name else ""
    default = "" if flag.boolean or flag.default is None else f" (default: {flag.default})"
    wrapped = textwrap.wrap(text, 80, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return [f"  {short}{_dashed(flag.name)} {value}{default}", *wrapped]
