"""Files of articles become an index: readers, cleaning, and the analysis by several processes."""
