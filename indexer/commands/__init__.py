"""Commands of the command line, one file each: they build, search and examine an index."""
