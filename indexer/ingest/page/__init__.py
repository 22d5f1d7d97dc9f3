"""Scraped pages of news sites: lines, navigation and repetitions, told apart from the article."""
