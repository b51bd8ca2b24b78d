"""Other engines behind one small protocol, one a file."""
