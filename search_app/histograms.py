"""Histogram of a result page: articles by period, as bars that are links and as a table."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final, NamedTuple

from indexer import PeriodCount
from search_app.layout import Frame
from search_app.messages import Messages

WIDTH: Final = 720
HEIGHT: Final = 72
_BAR_SHARE: Final = 0.7
_LEAST_HEIGHT: Final = 2
_LABELS: Final = 4
_WEEK: Final = datetime.timedelta(6)


class Bar(NamedTuple):
    """One period: the geometry of its bar, the address that keeps to it, and what is said about it.

    ``x`` and ``width`` are of the area to click, ``inner_x`` and ``inner_width`` of the bar in it.
    """

    x: float
    width: float
    inner_x: float
    inner_width: float
    y: int
    height: int
    period: str
    total: str
    label: str
    href: str


class HistogramView(NamedTuple):
    """A histogram: the bars in order of time, those with articles among them, and the labels below, four at most."""

    bars: tuple[Bar, ...]
    labels: tuple[str, ...]

    @property
    def filled(self) -> tuple[Bar, ...]:
        """The bars of periods with articles."""
        return tuple(bar for bar in self.bars if bar.height)


def histogram_view(periods: Sequence[PeriodCount], frame: Frame) -> HistogramView | None:
    """Return the histogram, its time running in the direction of the page; None for fewer than two periods."""
    if len(periods) < 2:
        return None
    t = frame.messages
    most = max(period.count for period in periods)
    slot = WIDTH / len(periods)
    addresses = frame.parameters.between([(str(period.first), str(period.last)) for period in periods], frame.path)
    bars = []
    for place, (period, href) in enumerate(zip(periods, addresses, strict=True)):
        x = place * slot if t.direction == "ltr" else WIDTH - (place + 1) * slot
        height = max(round(period.count / most * (HEIGHT - 6)), _LEAST_HEIGHT) if period.count else 0
        name = period_name(period, t)
        label = t.text("histogram.bar", period=name, count=t.count_text("articles", period.count))
        gap = slot * (1 - _BAR_SHARE) / 2
        geometry = (
            round(x, 1),
            round(slot, 1),
            round(x + gap, 1),
            round(slot * _BAR_SHARE, 1),
            HEIGHT - height,
            height,
        )
        bars.append(Bar(*geometry, name, t.number(period.count), label, href))
    labelled = range(0, len(periods), -(-len(periods) // _LABELS))
    return HistogramView(tuple(bars), tuple(_label(periods[place], t) for place in labelled))


def _label(period: PeriodCount, t: Messages) -> str:
    """Return what stands below a bar: of a week, its first day."""
    is_week = datetime.timedelta(0) < period.last - period.first <= _WEEK
    return t.date(period.first) if is_week else period_name(period, t)


def period_name(period: PeriodCount, t: Messages) -> str:
    """Return what a day, week, month or year is called.

    >>> from search_app.messages import messages
    >>> period_name(PeriodCount(datetime.date(2024, 2, 1), datetime.date(2024, 2, 29), 1), messages("en"))
    'February 2024'
    """
    first, last = period.first, period.last
    if first == last:
        return t.date(first)
    if last - first <= _WEEK:
        return t.period(first, last)
    return str(first.year) if first.month != last.month else t.month(first)
