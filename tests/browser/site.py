"""A site that is not the service: pages with the box as `docs/search-box.md` tells, under a strict policy."""

from html import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Another site</title>
<link rel="stylesheet" href="/site.css">
<link rel="icon" href="data:,">
<script src="{service}/static/search-box.js" defer></script>
</head>
<body>
<main>
<h1>Another site</h1>
<blogsearch-box site="https://blog.example" {attributes}>
<form role="search" action="{service}/" method="get">
<label for="words">Search</label>
<input id="words" name="q" type="search">
<input type="hidden" name="token" value="secret">
<input type="hidden" name="tag" value="{tag}">
<button>Go</button>
</form>
</blogsearch-box>
<p><a href="/elsewhere">Elsewhere</a></p>
</main>
</body>
</html>
"""
STYLE = """
:root { color-scheme: light dark; }
a { text-decoration: overline; }
.dressed { --blogsearch-background: rgb(255, 250, 240); --blogsearch-text: rgb(10, 20, 30); --blogsearch-radius: 0; }
"""


def site_app() -> Starlette:
    return Starlette(routes=[Route("/", page), Route("/site.css", style)])


async def page(request: Request) -> Response:
    """`service`, `attributes` of the box and `tag` are taken from the address."""
    asked = request.query_params
    service = asked["service"]
    body = PAGE.format(
        service=escape(service), attributes=asked.get("attributes", ""), tag=escape(asked.get("tag", ""))
    )
    policy = (
        f"default-src 'none'; style-src 'self'; img-src data:; script-src {service}; connect-src {service}; "
        f"form-action {service}"
    )
    return HTMLResponse(body, headers={"Content-Security-Policy": policy})


async def style(_: Request) -> Response:
    return Response(STYLE, media_type="text/css")
