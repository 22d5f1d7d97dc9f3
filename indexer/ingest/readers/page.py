"""Pages (HTML): the article of a page of a news site, by what the page says of itself, else by how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from indexer.article import is_web_address
from indexer.dates.periods import find_date, read_date
from indexer.ingest.cleaning import clean_line, clean_text
from indexer.ingest.encodings import decode, repair
from indexer.ingest.markup import BLOCK_ELEMENTS
from indexer.ingest.page.lines import Line, lines_of, words_of
from indexer.ingest.page.navigation import MAX_NAME_WORDS, site_name, without_navigation
from indexer.ingest.page.repeats import without_repeats
from indexer.ingest.readers import page_data, text
from indexer.ingest.records import BadRecord, ByteStream, Finds, RawDocument

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_BYTES: Final = 4 * 1024 * 1024
"""Pages of news sites have up to 2 MB, most of it scripts."""
_MAX_LINES: Final = 5_000
_MAX_HEADINGS: Final = 200
_MAX_LINES_ABOVE: Final = 10
_SHARE_OF_LINKS: Final = 0.8
_MIN_LINKS: Final = 3
_MIN_BODY_CHARS: Final = 300
_MAX_WORDS_WITH_DATE: Final = 15
_MAX_CELL_CHARS: Final = 300
_FOOTER_CHARS: Final = 2_000
_MARKS: Final = " |–—•«»:/-"
_SUFFIX: Final = re.compile(r"(?P<title>.*\S)\s+(?P<mark>[|–—•«»-]|::)\s+(?P<site>[^|]{2,60})")
_CHARSET: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{1,40})""", re.IGNORECASE)
_XML_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_DAY_IN_ADDRESS: Final = re.compile(r"/((?:19|20)[0-9]{2})[/-]([0-9]{1,2})[/-]([0-9]{1,2})(?:/|-|$)")
_NOT_ARTICLE: Final = (
    "//figcaption | //script | //style | //noscript | //template | //form | //button | //*[@hidden]"
    " | //*[contains(@class, 'caption') and not(.//p[2])] | //*[@aria-hidden='true']"
)
_BLOCKS: Final = BLOCK_ELEMENTS | {"time"}


def read(stream: ByteStream, name: str) -> Finds:
    """Yield the page for a parser, or a BadRecord."""
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        yield BadRecord(name, f"expected a page of at most {MAX_BYTES} bytes")
    else:
        yield RawDocument(name, "page", raw)


def parse(raw: bytes, charset: str | None, address: str | None) -> list[dict[str, Any]]:
    """Return the fields of the article of a page. Raises ValueError for a page without an article.

    ``charset`` is the encoding that the page was sent with, ``address`` that of the page.
    """
    tree = _tree(raw, charset)
    said = page_data.read(tree)
    heading = _headings(tree)
    _drop(tree)
    printed = _printed_text(tree)
    title, site = _title(said, heading)
    body = _body(tree, said, title)
    looks = {} if body and title else _looks(printed)
    title, body = title or str(looks.get("title") or ""), body or str(looks.get("body") or "")
    if not body and not said.is_article:
        raise ValueError("no article found in this page")
    fields = {
        "title": title,
        "body": body,
        "date": _date(said, printed, title, address),
        "source": said.first("source") or site or looks.get("source") or site_name(lines_of(printed[-_FOOTER_CHARS:])),
        "url": _address(said.first("url"), address),
        "category": said.first("category"),
        "authors": [name for name in said.all("authors") if name != said.first("source")],
        "lang": tree.get("lang"),
    }
    return [{name: value for name, value in fields.items() if value}]


def _tree(raw: bytes, charset: str | None) -> HtmlElement:
    import lxml.html

    declared = _CHARSET.search(raw[:4096])
    decoded = repair(decode(raw, charset or (declared[1].decode() if declared else None)))
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    content = _XML_DECLARATION.sub("", decoded.lstrip("\ufeff").replace("\0", " ")).encode("utf-8", "replace")
    try:
        return lxml.html.document_fromstring(content, parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise ValueError("no page: there is no markup in it") from error


def _headings(tree: HtmlElement) -> list[str]:
    """Return the texts of the headings, the greater ones first."""
    found = chain.from_iterable(tree.iterfind(f".//h{level}") for level in (1, 2, 3, 4))
    texts = (clean_line("".join(heading.itertext())) for heading in islice(found, _MAX_HEADINGS))
    return list(dict.fromkeys(filter(None, texts)))


def _drop(tree: HtmlElement) -> None:
    """Remove captions, scripts, forms and lists of links from a page, and turn tables that lay it out into blocks."""
    for element in tree.xpath(_NOT_ARTICLE):
        if element.getparent() is not None and element.tag not in ("body", "html"):
            element.drop_tree()
    for menu in tree.xpath("//ul | //ol"):
        links = [len(link.text_content().strip()) for link in menu.iterfind(".//a")]
        if len(links) >= _MIN_LINKS and sum(links) >= _SHARE_OF_LINKS * len("".join(menu.text_content().split())):
            menu.drop_tree()
    for table in tree.xpath("//table"):
        cells = table.xpath("./tr/td | ./tbody/tr/td")
        if any(cell.find(".//p") is not None or len(cell.text_content()) > _MAX_CELL_CHARS for cell in cells):
            for element in (table, *table.xpath("./tbody | ./tr | ./tbody/tr"), *cells):
                element.tag = "div"


def _printed_text(tree: HtmlElement) -> str:
    """Return the words of a page, each block on lines of its own."""
    body = tree.find("body")
    return clean_text("".join(_texts(tree if body is None else body)))


def _texts(tree: HtmlElement) -> Iterator[str]:
    import lxml.etree

    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        is_block = element.tag in _BLOCKS
        if event == "start":
            yield ("\n" if is_block else "") + " ".join((element.text or "").split("\n"))
        else:
            yield ("\n" if is_block else "") + (
                " ".join((element.tail or "").split("\n")) if element is not tree else ""
            )


# -- the fields


def _looks(printed: str) -> dict[str, object]:
    """Return the fields of the article in the printed words of a page, as for a text that was scraped."""
    return text.fields_of_page(printed) if printed.count("\n") < _MAX_LINES else {}


def _title(said: page_data.PageData, headings: list[str]) -> tuple[str, str | None]:
    """Return the title, and the name of the site where it is printed behind the title."""
    titles = [clean_line(title) for title in said.all("title")]
    site = said.first("source")
    same = [heading for heading in headings if any(_says(title, heading) for title in titles)]
    if heading := max(same, key=len, default=None):
        behind = next(filter(None, (_site_beside(title, heading) for title in titles)), None)
        return heading, site or behind
    for title in titles:
        if (split := _SUFFIX.fullmatch(title)) and (
            split["mark"] in "|»«" or words_of(split["site"]) == words_of(site or "")
        ):
            return split["title"], site or split["site"]
    return next(iter(titles or headings), ""), site


def _says(title: str, heading: str) -> bool:
    """Return whether a title begins or ends with a heading, or the heading with the title, in the same words."""
    one, other = sorted((words_of(title), words_of(heading)), key=len)
    return len(one) > 1 and one in (other[: len(one)], other[-len(one) :])


def _site_beside(title: str, heading: str) -> str | None:
    """Return the name of a site that a title has before or behind the heading of the article."""
    before, found, behind = title.partition(heading)
    name = (before or behind).strip(_MARKS) if found and not (before and behind) else ""
    return name if 0 < len(words_of(name)) <= MAX_NAME_WORDS else None


def _body(tree: HtmlElement, said: page_data.PageData, title: str) -> str:
    """Return the text of the article, a paragraph a line, without headline, dates, menus and pull quotes."""
    body = _extract(tree, is_thorough=False)
    if len(body) < _MIN_BODY_CHARS:
        body = max(body, _extract(tree, is_thorough=True), key=len)
    whole = max(said.all("body"), key=len, default="")
    if len(whole) > 2 * len(body):
        body = whole
    lines = lines_of(clean_text(body))
    headline = next(
        (number for number, line in enumerate(lines[:_MAX_LINES_ABOVE]) if line.words == words_of(title)), -1
    )
    lines = [line for line in lines[headline + 1 :] if line.words != words_of(title)]
    first = next((number for number, line in enumerate(lines) if line.is_prose), 0)
    lines = [line for line in lines[:first] if not _has_date(line)] + lines[first:]
    return "\n".join(line.text for line in without_repeats(without_navigation(lines)))


def _extract(tree: HtmlElement, *, is_thorough: bool) -> str:
    """Return the text that looks like the article; thoroughly, other ways to find it are tried, which takes 5 times as long."""
    import trafilatura

    extracted = trafilatura.bare_extraction(
        deepcopy(tree), fast=not is_thorough, with_metadata=False, include_comments=False, include_tables=True
    )
    return (getattr(extracted, "text", None) or "") if extracted else ""


def _has_date(line: Line) -> bool:
    """Return whether a line is short and names a day, as below a headline: «كتبه سامي في 6 آذار 2024»."""
    return len(line.words) <= _MAX_WORDS_WITH_DATE and read_date(line.text) is not None


def _date(said: page_data.PageData, printed: str, title: str, address: str | None) -> str | None:
    """Return the date of publication as the page says it, else as it prints it, else as its address has it."""
    for written in said.all("date"):
        if read_date(written, context=printed):
            return written
    lines = lines_of(printed)
    start = next((number for number, line in enumerate(lines) if line.words == words_of(title)), 0)
    near = list(takewhile(lambda line: not line.is_prose, lines[start + 1 :]))
    for line in (*near, *lines):
        if _has_date(line) and (line in near or find_date(line.text)):
            return str(read_date(line.text, context=printed))
    in_address = _DAY_IN_ADDRESS.search(said.first("url") or address or "")
    return "-".join(in_address.groups()) if in_address else None


def _address(said: str | None, address: str | None) -> str | None:
    """Return the address that a page says it has, made whole by that under which it was found."""
    candidates: Iterable[str] = (urljoin(address or "", said or ""), address or "")
    return next(filter(is_web_address, candidates), None)
