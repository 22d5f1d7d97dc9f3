"""Arabic analysis: normalizer, affixes, conjugation, lexicon, segmenter, synonyms."""
