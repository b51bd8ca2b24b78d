"""The columns of a segment: their format, how posts are compiled into them, how they are read."""
