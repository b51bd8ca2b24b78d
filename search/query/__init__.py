"""What a reader typed: text to tree (parse.py), strings to a request (params.py)."""
