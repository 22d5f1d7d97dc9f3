"""Dates: days and periods as news writes them, ranges of days in queries, and the calendars of other eras."""
