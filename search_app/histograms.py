"""Histogram of a result page: articles by period, as bars that are links and as a table."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from indexer import PeriodCount, PeriodShare, SearchRequest
from search_app.layout import Frame
from search_app.messages import Messages, messages
from search_app.settings import Language

WIDTH: Final = 720
HEIGHT: Final = 72
_BAR_SHARE: Final = 0.7
_LEAST_HEIGHT: Final = 2
_LABELS: Final = 4
_WEEK: Final = datetime.timedelta(6)


Period = PeriodCount | PeriodShare


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


class Column(NamedTuple):
    """One period before it is drawn: its size, the number of articles, what is said about it, and its address."""

    period: PeriodCount
    size: float
    label: str
    href: str


def histogram_view(periods: Sequence[PeriodCount], frame: Frame) -> HistogramView | None:
    """Return the histogram, its time running in the direction of the page; None for fewer than two periods."""
    if len(periods) < 2:
        return None
    t = frame.messages
    addresses = frame.parameters.between([(str(period.first), str(period.last)) for period in periods], frame.path)
    columns = [
        Column(period, period.count, bar_label(period, t), href)
        for period, href in zip(periods, addresses, strict=True)
    ]
    return draw(columns, max(period.count for period in periods), t)


def days_within(periods: Iterable[Period], asked: SearchRequest) -> list[tuple[str, str]]:
    """Return the first and last day of each period, none outside the days that were ``asked`` for."""
    since, until = asked.date_from or datetime.date.min, asked.date_to or datetime.date.max
    return [(str(max(period.first, since)), str(min(period.last, until))) for period in periods]


def bar_label(period: PeriodCount, t: Messages) -> str:
    """Return what is said about the bar of a period: its name and its number of articles."""
    return t.text("histogram.bar", period=period_name(period, t), count=t.count_text("articles", period.count))


def draw(columns: Sequence[Column], most: float, t: Messages) -> HistogramView:
    """Return the histogram of ``columns``, of which one of the size ``most`` would fill the height."""
    slot = WIDTH / len(columns)
    gap = slot * (1 - _BAR_SHARE) / 2
    bars = []
    for place, (period, size, label, href) in enumerate(columns):
        x = place * slot if t.direction == "ltr" else WIDTH - (place + 1) * slot
        height = max(round(size / most * (HEIGHT - 6)), _LEAST_HEIGHT) if size else 0
        geometry = (
            round(x, 1),
            round(slot, 1),
            round(x + gap, 1),
            round(slot * _BAR_SHARE, 1),
            HEIGHT - height,
            height,
        )
        bars.append(Bar(*geometry, period_name(period, t), t.number(period.count), label, href))
    labelled = range(0, len(columns), -(-len(columns) // _LABELS))
    return HistogramView(tuple(bars), tuple(_label(columns[place].period, t) for place in labelled))


def outline(view: HistogramView) -> str:
    """Return the bars of ``view`` as the data of one SVG path, where they are no links."""
    return "".join(f"M{bar.inner_x} {HEIGHT}v-{bar.height}h{bar.inner_width}v{bar.height}z" for bar in view.filled)


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
    return _period_name(period.first, period.last, t.language)


@lru_cache(maxsize=4096)
def _period_name(first: datetime.date, last: datetime.date, language: Language) -> str:
    t = messages(language)
    if first == last:
        return t.date(first)
    if last - first <= _WEEK:
        return t.period(first, last)
    return str(first.year) if first.month != last.month else t.month(first)
