"""The same answers over HTTP, for a site's search box: app.py."""
