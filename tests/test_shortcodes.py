"""What goes from a source before it is read as Markdown, and what stays of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.markdown import read_markdown
from search.shortcodes import HELD, MAX_LINES, literal, readable, take_out


def shown(source: str, *, mdx: bool = False) -> str:
    """The source as one line of text, with what was held back in its place."""
    return " ".join(read_markdown(source, mdx=mdx).body.split())


@pytest.mark.parametrize(
    ("source", "text"),
    [
        # Liquid, Nunjucks
        ('{% image "a/b.png" "A cell, seen from above" %}', "A cell, seen from above"),
        ('{% image_with_class "a.png", "float-left width-100", "A cell" %}', "A cell"),
        ('{% image "a.png" "A sign: "No entry" and more" %}', 'A sign: "No entry" and more'),
        ('{% include "figure.html", image: "/a.png", alt: "Cells",\n caption: "Two" %}', "Cells Two"),
        ("a{% include x.html %}b", "ab"),
        ('[x]({{ "/2020/x/" | url }}) y', "x y"),
        ('[x]({{ "/2020/x/" | url }} "Title") y', "x y"),
        ('<img src="{{ "/a.png" | url }}" alt="A cell">', "A cell"),
        ('[x][1]\n\n[1]: {{ "/a" | url }}\n', "x"),
        ('{{ "https://video.example/1" | embed: "Talk on cells" }}', "Talk on cells"),
        ('By {{ "jane" | team_link }}.', "By ."),
        ("{% comment %}gone *too*{% endcomment %}kept", "kept"),
        ("{# gone #}kept", "kept"),
        ("{%- if x -%}kept{%- endif -%}", "kept"),
        ("{% raw %}{{ name }}{% endraw %}", "name"),
        ("{% raw %}\nkept **bold**\n{% endraw %}", "kept bold"),
        ("{% highlight ruby %}\n# puts *x*\n{% endhighlight %}", "# puts *x*"),
        # Hugo
        ('{{< figure src="/a.png" title="Two cells" alt="Cells" >}}', "Two cells Cells"),
        ('[x]({{< ref "post.md" >}})', "x"),
        ("{{% notice %}}kept{{% /notice %}}", "kept"),
        ('{{< highlight go "linenos=true" >}}\n# x_y_z\n{{< /highlight >}}', "# x_y_z"),
        ("{{ comment }}kept{% endcomment %}", "kept"),
        ("a }} b {{ c", "a b c"),
        # kramdown, Pandoc
        ("kept\n{: .note}", "kept"),
        ("kept {.small .grey}", "kept"),
        ("{: .lead}\nkept", "kept"),
        ('kept {.a.b .c key=value title="a b" data-x="" }', "kept"),
        ("kept {.a\n  .b}", "kept"),
        ("{.md,.mdx} and {#} stay", "{.md,.mdx} and {#} stay"),
        # scripts, styles, comments
        ("a <script>var x = '</div>';</script> b", "a b"),
        ("a <STYLE>p {}</STYLE> b", "a b"),
        ("a <!-- x *y*\n\nz --> b", "a b"),
        ("a <script>never closed", "a"),
        ("a <!-- never closed", "a"),
        ("a < b <3 <- c", "a < b <3 <- c"),
        ("<!DOCTYPE html>a<?php x ?>", "a"),
        ("<me@example.org> <https://example.org/x>", "me@example.org https://example.org/x"),
    ],
)
def test_tags_go_and_what_a_reader_sees_of_them_stays(source: str, text: str) -> None:
    assert shown(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("import Chart from '../Chart.astro';\n\nkept", "kept"),
        ("import './x.css'\nkept", "kept"),
        ("import {\n  A,\n  B\n} from 'x'\n\nkept", "kept"),
        ("export const meta = {\n  x: 1\n}\n\nkept", "kept"),
        ("<Chart data={[1, {a: 2}]} caption='Two cells' />", "Two cells"),
        ('<Callout type="info">\nkept **bold**\n</Callout>', "kept bold"),
        ("<>kept</>", "kept"),
        ("a {props.title} b {/* gone */} c", "a b c"),
        ("<Image src={image} alt={'A cell'} />", "A cell"),
        ("{never closed", "{never closed"),
    ],
)
def test_mdx(source: str, text: str) -> None:
    assert shown(source, mdx=True) == text


@pytest.mark.parametrize("source", ["import duties rose", "export default settings", "a {b} c", "the <> operator"])
def test_prose_that_looks_like_mdx_stays_in_markdown(source: str) -> None:
    assert shown(source) == source


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("if x { y }", "if x { y }"),
        ("{{ user.name }}", "  user.name  "),
        ('{{ "/x" | url }}y', " y"),
        ("{{ page.title }}", " "),
        ("{% for x in y %}z{% endfor %}", " z "),
        ("{{< figure >}}", "  figure  "),
    ],
)
def test_template_syntax_in_code_is_never_shown(code: str, text: str) -> None:
    assert literal(code) == text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ('src="a b.png" class="wide right" alt="x"', "x"),
        ('"float-left padding-2"', ""),
        ('"assets/my pictures/x.png"', ""),
        ('"Logo"', "Logo"),
        ('"logo"', ""),
        ("\"It's here, isn't it\"", "It's here, isn't it"),
        ('"https://example.org/a b"', ""),
        ('title="Cells <i>here</i>"', "Cells <i>here</i>"),
        ("never \"closed, alt='Two cells'", "Two cells"),
        ('alt = {"Two cells"} src="a b"', "Two cells"),
    ],
)
def test_which_arguments_are_words_for_a_reader(arguments: str, text: str) -> None:
    assert readable(arguments) == text


def test_code_is_never_read_as_markdown() -> None:
    assert shown("```python\n# no heading\n*x* <b> [y](z)\n```") == "# no heading *x* <b> [y](z)"
    assert shown("~~~\n```\nx\n~~~\ny") == "``` x y"
    assert shown("a ``x ` <b> *y*`` z") == "a x ` <b> *y* z"
    assert shown("- item\n\n  ```sh\n  # no heading\n  ```\n- next") == "item # no heading next"
    assert shown("> ```\n> code\n> ```") == "code"
    assert shown("```\nnever closed") == "never closed"
    assert shown("a ` b\n\nc ` d") == "a ` b c ` d"
    assert shown("a `` ` *b* ``` ` *c* `` d") == "a ` *b* ``` ` *c* d"
    assert shown("a `*b*` c\n\n`` `*d*` ``") == "a *b* c `*d*`"
    assert shown("<pre>\n# x &lt;b&gt; <i>y</i>\n</pre>") == "# x <b> y"


def test_a_placeholder_cannot_be_forged() -> None:
    assert shown("`a` \ue0000\ue001 \x020\x03 &#xE000;0&#xE001;").startswith("a 0 0")
    assert HELD.search(take_out("\ue0005\ue001")[0]) is None


def test_long_blocks_are_broken() -> None:
    text, _ = take_out("x\n" * (3 * MAX_LINES))
    assert max(block.count("\n") for block in text.split("\n\n")) <= MAX_LINES
    assert text.count("x") == 3 * MAX_LINES


@given(st.text(alphabet="ab {}%#<>`\"'=/!-\n\\.:[]()A&;\ue000\ue001\x02\x030", max_size=60), st.booleans())
@settings(max_examples=500)
def test_every_placeholder_left_in_the_source_has_its_text(source: str, mdx: bool) -> None:
    text, held = take_out(source, mdx=mdx)
    assert all(int(number) < len(held) for number in HELD.findall(text))
    assert len(text) <= 20 * len(source) + 20
