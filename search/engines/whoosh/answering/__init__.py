"""Questions over the columns of all segments: matching, scoring, facets, what is shown; completions, related posts."""
