"""`python -m search`: the same as the command `blogsearch`, for where scripts are not on the path."""

import sys

from search.cli import main

if __name__ == "__main__":
    sys.exit(main())
