"""Scraped pages of news sites: their lines, and which of them are not the article."""
