"""The shape of every JSON answer, as JSON Schema (2020-12, which OpenAPI 3.1 uses), by the name it has in the document.

They say what render.py writes: every key is always there, and there is no other.
"""

from enum import StrEnum

from search.models import SuggestionKind
from search.runlog import RunState

Schema = dict[str, object]


def text(description: str = "", **more: object) -> Schema:
    return _described({"type": "string", **more}, description)


def whole(description: str, least: int = 0, **more: object) -> Schema:
    return _described({"type": "integer", "minimum": least, **more}, description)


def choice(values: type[StrEnum], description: str, **more: object) -> Schema:
    return text(description, enum=[str(value) for value in values], **more)


def listed(items: Schema, description: str = "", **more: object) -> Schema:
    return _described({"type": "array", "items": items, **more}, description)


def record(about: str, /, **properties: Schema) -> Schema:
    """An object with exactly these keys."""
    made = {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}
    return _described(made, about)


def named(name: str) -> Schema:
    """A reference to a schema of SCHEMAS."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    """`schema`, or null where there is nothing to tell."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema | {"type": [schema["type"], "null"]}


def _described(schema: Schema, description: str) -> Schema:
    return schema | ({"description": description} if description else {})


_MARKED = "escaped text plus `<mark>` around what matches, and no other markup: safe to put into a page"
_ID = text("The post's id: the path of its file below the content folder, without its ending. It may hold slashes.")
_URL = text("The post's address, as the site gives it: most often a path.")
_TITLE = text("The title, as plain text.")
_DESCRIPTION = text("The post's own summary, as plain text; empty where it has none.")
_TAGS = listed(text(), "The post's tags, in its author's order.")
_DATE = or_null(text("The author's calendar day, `YYYY-MM-DD`.", format="date"))
_IMAGE = or_null(text("The address of the post's picture."))
_TYPE = text("A stable word for programs, as a URN.", pattern="^urn:blogsearch:error:[a-z-]+$")
_INSTANT = text("UTC, to the second.", format="date-time")

SCHEMAS: dict[str, Schema] = {
    "Answer": record(
        "The page of posts that a search asked for, and the facets of all that it found.",
        query=text("What was typed."),
        total=whole("Posts found."),
        page=whole("Which page this is, from 1.", 1),
        pages=whole("How many pages there are."),
        per_page=whole("Posts on a page.", 1),
        took_ms={"type": "null", "description": "Always null over HTTP: the time stands in `Server-Timing`."},
        relaxed={"type": "boolean", "description": "Too few posts hold every word, so that some hits lack one."},
        dropped=listed(text(), "The words that some hits lack."),
        did_you_mean=or_null(text("The query that was meant, where words seem to be mistyped.")),
        diagnostics=listed(named("Diagnostic"), "What could not be understood, and was taken as words."),
        hits=listed(named("Hit"), "The posts of this page, in order."),
        facets=record(
            "How many posts there are for each tag and year.",
            tags=listed(named("FacetValue")),
            years=listed(named("FacetValue")),
        ),
    ),
    "Diagnostic": record(
        "What could not be understood in a query: characters `start` to `end` of it.",
        code=text("A stable word for programs."),
        message=text("A sentence for people."),
        start=whole("The first character, from 0."),
        end=whole("The character after the last."),
    ),
    "Hit": record(
        "One post of an answer.",
        id=_ID,
        url=_URL,
        title=_TITLE,
        title_html=text(f"The title: {_MARKED}."),
        description=_DESCRIPTION,
        snippet_html=text(f"The passage that answers best: {_MARKED}."),
        section=or_null(named("SectionLink")),
        tags=_TAGS,
        date=_DATE,
        image=_IMAGE,
        score={"type": "number", "minimum": 0, "description": "How well it answers, comparable within one answer."},
        explain={
            "anyOf": [named("Explanation"), {"type": "null"}],
            "description": "How the score came about, where `explain` asked for it.",
        },
    ),
    "SectionLink": record(
        "A part of a post.", title=text("Its heading, as plain text."), url=text("Its address, with a fragment.")
    ),
    "Explanation": record(
        "The parts of a score: all `words[].fields{}.score` added up, times `title.factor`, `held`, `boost` and "
        "`recency`, and `near` and `first.points` on top.",
        words=listed(
            record(
                "A word of the query that the post has.",
                word=text(),
                posts=whole("How many posts have it."),
                idf={"type": "number", "description": "How much it tells."},
                fields={
                    "type": "object",
                    "description": "By field of the post.",
                    "additionalProperties": record(
                        "What the field adds.", count=whole("How often it stands there."), score={"type": "number"}
                    ),
                },
            )
        ),
        title=record(
            "The share of the title that the query covers, and what that multiplies the score by.",
            share={"type": "number", "minimum": 0, "maximum": 1},
            factor={"type": "number", "minimum": 0},
        ),
        held={
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "The factor for words that it lacks, where the query was relaxed.",
        },
        boost={"type": "number", "description": "The post's own factor."},
        recency={"type": "number", "description": "The factor of its date."},
        near={"type": "number", "minimum": 0, "description": "What words near each other add."},
        first=or_null(
            record(
                "Why the post stands before all others.", why=text(enum=["pinned", "title"]), points={"type": "number"}
            ),
        ),
    ),
    "FacetValue": record(
        "One value of a facet.",
        value=text("The tag or year."),
        count=whole("How many posts there are with it."),
        selected={"type": "boolean", "description": "Whether the request chose it."},
    ),
    "Suggestions": record(
        "What is being typed may become these.",
        query=text("What was typed."),
        suggestions=listed(
            record(
                "One completion of all that was typed.",
                text=text("The completion."),
                kind=choice(SuggestionKind, "What it is: a tag, a phrase of several posts, or the title of one."),
                posts=whole("How many posts have it.", 1),
                url=or_null(text("The address of the post, where it is a title.")),
            )
        ),
    ),
    "RelatedPosts": record(
        "The posts about the same as one post, the closest first.",
        id=_ID,
        related=listed(
            record(
                "A post about the same.",
                id=_ID,
                url=_URL,
                title=_TITLE,
                description=_DESCRIPTION,
                tags=_TAGS,
                shared=listed(text(), "The tags that both have."),
                date=_DATE,
                image=_IMAGE,
                score={"type": "number", "minimum": 0, "description": "How much they share."},
            )
        ),
    ),
    "Tags": record(
        "Tags, those of most posts first.",
        tags=listed(
            record("A tag.", tag=text("As it is shown."), posts=whole("How many posts have it.", 1)),
        ),
    ),
    "Post": record(
        "One post as the index holds it.",
        id=_ID,
        url=_URL,
        title=_TITLE,
        description=_DESCRIPTION,
        tags=_TAGS,
        date=_DATE,
        image=_IMAGE,
        lang=text("Its language (ISO 639-1).", pattern="^[a-z]{2}$"),
        sections=listed(named("SectionLink"), "Its parts that have a heading, in order."),
        body=text("Its text, without any markup, one line a block."),
    ),
    "Problem": record(
        "An error (RFC 9457, problem details).",
        type=_TYPE,
        title=text("That word for people."),
        status=whole("The status of the answer.", 400, maximum=599),
        detail=text("What went wrong: what was asked wrongly in full, what is wrong here only in so many words."),
        remedy=or_null(text("What to do about it.")),
        problem=or_null(named("PostProblem")),
    ),
    "PostProblem": record(
        "What is wrong with one file of the content folder.",
        path=text("The file, below the content folder."),
        line=or_null(whole("The line, from 1.", 1)),
        code=text("A stable word for programs."),
        message=text("A sentence for people."),
        remedy=or_null(text("What to do about it.")),
    ),
    "Delivery": record(
        "What becomes of a delivery.",
        status=text("`accepted`: a run follows.", enum=["accepted", "ignored", "pong"]),
        run=or_null(text("The run that it led to.")),
        detail=text("A sentence for people."),
    ),
    "Run": record(
        "An index run that deliveries led to.",
        id=text(),
        state=choice(RunState, "How far it is."),
        queued=_INSTANT,
        started=or_null(_INSTANT),
        ended=or_null(_INSTANT),
        seconds=or_null({"type": "number", "minimum": 0, "description": "How long it took."}),
        deliveries=whole("How many deliveries led to it."),
        problems=whole("How many problems there were."),
        posts=or_null(
            record("The first of the posts that it wrote and deleted.", written=listed(text()), deleted=listed(text()))
        ),
        report=or_null(named("RunReport")),
        failure=or_null(
            record(
                "Why it failed.",
                code=text("A stable word for programs."),
                message=or_null(text("Told on the machine of the service only.")),
                remedy=or_null(text("What to do about it.")),
            )
        ),
    ),
    "RunReport": record(
        "What a run did.",
        written=whole("Posts written."),
        deleted=whole("Posts deleted."),
        unchanged=whole("Posts found unchanged."),
        left_out={
            "type": "object",
            "description": "How many posts a rule kept out, by the rule.",
            "additionalProperties": {"type": "integer", "minimum": 0},
        },
        problems=listed(named("PostProblem"), "The first of the problems."),
        generation=text("The state of the index after it."),
        seconds={"type": "number", "minimum": 0, "description": "How long the index took."},
        full={"type": "boolean", "description": "Whether all was built anew."},
        why_full=or_null(text("Why all was.")),
        next_due=or_null(text("When the next post comes in or goes out by its date (UTC).", format="date-time")),
    ),
    "Alive": record("The service runs.", status=text("", enum=["alive"])),
    "Ready": record(
        "An index is loaded.", status=text("", enum=["ready"]), generation=text("Another for every publication.")
    ),
}
