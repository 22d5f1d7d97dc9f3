"""How Arabic words are analysed: normalizer, affix tables, verbs, stemmer, chain."""
