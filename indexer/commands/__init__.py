"""Commands of the command line that build, search and examine an index."""
