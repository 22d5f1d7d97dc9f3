"""Analysis of words of every script but Arabic, in the roles of ``arabic``."""
