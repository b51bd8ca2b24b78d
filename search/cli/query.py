"""`blogsearch query`: ask, and show the answer to people or programs."""

import sys
from typing import Any

import click

from search import render, service
from search.cli.options import Common, json_option
from search.cli.output import count, is_terminal, safe, say, sentence, write, write_json
from search.cli.progress import progress
from search.config import Settings
from search.errors import IndexDamagedError, IndexFormatError, IndexMissingError
from search.models import Answer, PrefixMatch, SearchRequest, Sort, TagsMatch
from search.query.explain import outline
from search.query.params import request_from
from search.query.parse import parse
from search.query.rewrite import as_asked
from search.query.synonyms import Synonyms

FOUND, NOTHING_FOUND = 0, 1


@click.command(context_settings={"ignore_unknown_options": True})  # `-word` leaves posts out: it is no option
@click.argument("text", nargs=-1)
@click.option("--tag", metavar="T", multiple=True, help="Only posts with this tag; may be repeated.")
@click.option(
    "--tags-match",
    type=click.Choice([match.value for match in TagsMatch]),
    help="Posts with any of the tags, or with all.  [default: any]",
)
@click.option("--year", metavar="Y", multiple=True, help="Only posts of this year; may be repeated.")
@click.option("--since", metavar="DATE", help="Only posts of this day or later: 2023, 2023-06 or 2023-06-30.")
@click.option("--until", metavar="DATE", help="Only posts of this day or earlier.")
@click.option("--lang", metavar="CODE", help="Only posts in this language: en, de, ...")
@click.option(
    "--prefix",
    type=click.Choice([match.value for match in PrefixMatch]),
    help="The last word as the beginning of a word as well, as while typing.  [default: none]",
)
@click.option("--sort", type=click.Choice([sort.value for sort in Sort]), help="[default: relevance]")
@click.option("--page", metavar="N", help="[default: 1]")
@click.option("--per-page", metavar="N", help="[default: 10]")
@click.option("--explain", is_flag=True, help="Show how each score came about.")
@json_option
@click.pass_obj
def query(common: Common, /, text: tuple[str, ...], as_json: bool, **options: Any) -> int:
    """Answer TEXT with ranked posts, highlighted snippets and facets.

    Builds the index first where there is none. An empty TEXT lists posts, newest first. In TEXT, words in quotes are a
    phrase, -word leaves posts out, and title:word looks in one field (title, description, body, tag).

    \b
    Examples:
      blogsearch query "meta-analysis"
      blogsearch query cells -mouse --tag safety --tag regulation --tags-match all
      blogsearch query 'title:"stem cells"' --since 2023 --sort newest
      blogsearch query "" --year 2024 --json
    """
    _refuse_unknown_options(text)
    settings = common.settings()
    request = request_from({"q": [" ".join(text)], **_params(options)})
    answer = _ask(settings, request, log=not as_json)
    if as_json:
        write_json(render.answer(answer))
    else:
        write(_page(settings, request, answer))
    return FOUND if answer.total else NOTHING_FOUND


def _refuse_unknown_options(text: tuple[str, ...]) -> None:
    for word in text:
        if word.startswith("--"):
            ctx = click.get_current_context()
            known = [name for param in ctx.command.params for name in param.opts]
            if word.partition("=")[0] in known:
                raise click.UsageError(f"{word} stands behind `--`, where all is text: put options before it.", ctx)
            raise click.NoSuchOption(word, possibilities=known, ctx=ctx)


def _params(options: dict[str, Any]) -> dict[str, list[str]]:
    """The options as the parameters of a search, each a list of texts; the limits are those of request_from."""
    params = {}
    for name, value in options.items():
        if isinstance(value, tuple):
            params[name] = list(value)
        elif value is not None and value is not False:
            params[name] = ["true" if value is True else value]
    return params


def _ask(settings: Settings, request: SearchRequest, *, log: bool) -> Answer:
    """The answer, from an index that is built first where there is none, or none that this program can read; `log`
    tells of it. An index run refuses by itself what it must not replace: the index of a newer program."""
    try:
        return service.search(settings, request)
    except (IndexMissingError, IndexDamagedError, IndexFormatError) as error:
        if log:
            say(f"{sentence(str(error))} Building one from {safe(str(settings.content))}.")
    report = service.index(settings, progress(log=log))
    if report.problems and log:
        say(f"{count(len(report.problems), 'problem')} in posts; `blogsearch check` tells more.")
    return service.search(settings, request)


def _page(settings: Settings, request: SearchRequest, answer: Answer) -> str:
    from search.cli.page import answer_page, filters_of  # imports rich

    read_as = ""
    if request.explain:
        synonyms = Synonyms(settings.synonyms, settings.rules.language)
        read_as = outline(as_asked(synonyms.expand(parse(request.query).tree), request))
    filters = "" if answer.total else filters_of(request)
    if filters:  # they may be why: the same words without them tell
        without = service.search(settings, SearchRequest(request.query, prefix=request.prefix, per_page=1)).total
        found = f"Without them: {count(without, 'post')}." if without else "Without them nothing is found either."
        filters = f"Filters: {filters}. {found}"
    return answer_page(answer, terminal=is_terminal(sys.stdout), read_as=read_as, filters=filters)
