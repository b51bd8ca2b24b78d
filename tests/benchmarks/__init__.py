"""Speed and size beside other engines, in one run on the same posts; started by `make bench`, never by pytest."""
