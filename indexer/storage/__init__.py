"""Storage of an index on disk: generations, manifests, segment files, their writers and their merging."""
