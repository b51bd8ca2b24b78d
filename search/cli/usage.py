"""What click refuses on a command line, told so that it helps: most of all which side of the command an option is for.

Imported where something was refused, and by no answer.
"""

from collections.abc import Iterator, Sequence

import click

from search.errors import UsageError


def usage_error(error: click.UsageError, root: click.Group, args: Sequence[str]) -> UsageError:
    """The refusal of the command line `args` of the program `root` as one of our errors."""
    misplaced = _misplaced(error, root, args) if isinstance(error, click.NoSuchOption) else None
    if misplaced:
        return misplaced
    # Where an option lacks its value, click does not say of which command it is.
    path = error.ctx.command_path if error.ctx else _line(*_command_of(root, args)[0])
    return UsageError(error.format_message(), remedy=f"`{path} --help` shows what there is.")


def _misplaced(error: click.NoSuchOption, root: click.Group, args: Sequence[str]) -> UsageError | None:
    """The refusal of an option that is right on the other side of the command; None for any other."""
    option = error.option_name.partition("=")[0]
    if error.ctx is not None and error.ctx.parent is not None:
        form = _form_of(root, option)
        words = error.ctx.command_path.split()[1:]
        return _refusal(f"{option} stands before the command", _line(form, *words, "...")) if form else None
    behind = f"{option} stands behind the command"
    for place in range(len(args)):  # what follows on the option may be its value, or the command
        words, command = _command_of(root, args[place:])
        if words and (form := _form_of(command, option)):
            return _refusal(behind, _line(*words, "...", form))
    return _refusal(behind, _line("COMMAND", "...", option)) if option == "--json" else None


def _refusal(what: str, line: str) -> UsageError:
    return UsageError(f"{what}.", remedy=f"Write `{line}`.")


def _line(*words: str) -> str:
    return " ".join(("blogsearch", *words))


def _form_of(command: click.Command, option: str) -> str:
    """How an option of `command` is written, with the name of its value; empty where it has none of that name."""
    param = _option(command, option)
    if param is None:
        return ""
    return option if param.is_flag else f"{option} {param.metavar or 'VALUE'}"


def _option(command: click.Command, name: str) -> click.Option | None:
    options = (param for param in command.params if isinstance(param, click.Option))
    return next((option for option in options if name in option.opts), None)


def _command_of(root: click.Group, args: Sequence[str]) -> tuple[list[str], click.Command]:
    """The words of the command that `args` name, and the command; no words and `root` where they name none.

    click says it only of a part of its errors, and of none that the options before the command have.
    """
    words: list[str] = []
    command: click.Command = root
    for word in _operands(root, args):
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), word)
        if found is None:
            break
        words.append(word)
        command = found
    return words, command


def _operands(root: click.Group, args: Sequence[str]) -> Iterator[str]:
    """The words that are neither options nor values of those before the command."""
    rest = iter(args)
    for word in rest:
        if not word.startswith("-"):
            yield word
        elif (option := _option(root, word)) and not option.is_flag:
            next(rest, None)
