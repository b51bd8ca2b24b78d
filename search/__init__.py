"""blogsearch: full-text search for blogs kept as Markdown files with front matter."""

__version__ = "0.1.0"
