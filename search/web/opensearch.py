"""The blog's search as a browser's address bar takes it: OpenSearch 1.1, draft 6."""

from urllib.parse import quote

from search.web.xml import element, to_xml

LONGEST_NAME, LONGEST_DESCRIPTION = 16, 1024
"""Characters of ShortName and Description that the format allows."""

_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"


def description(title: str, address: str) -> bytes:
    """The OpenSearch description of the service at `address` (whole, without a slash at the end), which searches the
    blog `title`."""
    # Braces in an address would be parameters of the template.
    base = quote(address, safe="/:[]%")
    urls = (
        ("text/html", "results", "/?q={searchTerms}"),
        ("application/x-suggestions+json", "suggestions", "/suggestions?q={searchTerms}"),
        ("application/atom+xml", "results", "/feed.atom?q={searchTerms}"),
        ("application/opensearchdescription+xml", "self", "/opensearch.xml"),
    )
    parts = [
        element("ShortName", title[:LONGEST_NAME]),
        element("Description", f"Search {title}"[:LONGEST_DESCRIPTION]),
        *(element("Url", type=kind, rel=rel, template=base + template) for kind, rel, template in urls),
        element("InputEncoding", "UTF-8"),
        element("OutputEncoding", "UTF-8"),
    ]
    return to_xml(element("OpenSearchDescription", parts, xmlns=_NAMESPACE))
