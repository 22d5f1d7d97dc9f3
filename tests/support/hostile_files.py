"""Hostile files: bombs, endless lines, broken encodings, false names and markup, each beside one good article."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

MIB = 1024 * 1024
GOOD_ID = "good-article"
GOOD = json.dumps({"id": GOOD_ID, "title": "خبر سليم بين ملفات خبيثة", "body": "نص الخبر السليم."}).encode() + b"\n"
PAGE = "<!DOCTYPE html><html><head><meta charset='utf-8'><title>خبر</title></head><body>%s</body></html>"


def _gzip_of(block: bytes, times: int) -> bytes:
    """Return packed copies of ``block``, without ever holding them unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(block) for _ in range(times)) + packer.flush()


def _zip_of(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()


def _tar_of(*members: tuple[str, bytes, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            info.type, info.size = kind, len(content) if kind == tarfile.REGTYPE else 0
            info.linkname = "/etc/passwd" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def _nested_zip(depth: int) -> bytes:
    content = GOOD
    for _ in range(depth):
        content = _zip_of(a__zip=content) if content is not GOOD else _zip_of(a__jsonl=content)
    return content


def _record(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def _noise(size: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(size)


FILES: dict[str, Callable[[], bytes]] = {
    # -- bombs
    "blank-lines.jsonl.gz": lambda: _gzip_of(b"\n" * MIB, 300),
    "zeros.jsonl.gz": lambda: _gzip_of(bytes(MIB), 300),
    "zeros.txt.gz": lambda: _gzip_of(bytes(MIB), 300),
    "spaces.json.gz": lambda: _gzip_of(b" " * MIB, 300),
    "empty-objects.jsonl.gz": lambda: _gzip_of(b"{}\n" * 300_000, 60),
    "endless-page.html.gz": lambda: _gzip_of(b"<p>" * 300_000, 100),
    "endless-feed.xml.gz": lambda: b"".join([_gzip_of(b'<rss version="2.0"><channel>' + b"<item>" * 100_000, 60)]),
    "endless-row.csv.gz": lambda: _gzip_of(b'title,body,url\n"' + b"x" * MIB, 100),
    "endless-warc.warc.gz": lambda: _gzip_of(b"WARC/1.0\r\n" * 100_000, 100),
    "packed-packed.jsonl.gz": lambda: gzip.compress(_gzip_of(b"\n" * MIB, 300)),
    "packed-seven-times.gz": lambda: (lambda packed: [packed := gzip.compress(packed) for _ in range(6)][-1])(GOOD),
    "bomb.zip": lambda: _zip_of(a__jsonl=b"\n" * (64 * MIB), b__jsonl=b"\n" * (64 * MIB), c__jsonl=GOOD),
    "deep.zip": lambda: _nested_zip(12),
    "many-members.zip": lambda: _zip_of(**{f"m{n}__txt": b"x" for n in range(5000)}),
    "long-name.tar": lambda: _tar_of(("x" * 60_000 + ".txt", tarfile.REGTYPE, b"x")),
    "huge-header.tar": lambda: _tar_of(("a.jsonl", tarfile.REGTYPE, GOOD)).replace(b"00000000", b"77777777", 1),
    # -- archives with members that must not be read
    "links.tar": lambda: _tar_of(("p.txt", tarfile.SYMTYPE, b""), ("h.txt", tarfile.LNKTYPE, b""), ("f.txt", tarfile.FIFOTYPE, b""), ("d.txt", tarfile.CHRTYPE, b"")),
    "above.tar": lambda: _tar_of(("../../above.jsonl", tarfile.REGTYPE, b"{}"), ("/etc/above.jsonl", tarfile.REGTYPE, b"{}")),
    "above.zip": lambda: _zip_of(**{"../../above__jsonl": b"{}"}),
    "name-with-escapes.zip": lambda: _zip_of(**{"a\x1b[31m\n__jsonl": b"[]"}),
    # -- long lines and values
    "one-line.jsonl": lambda: b"x" * (100 * MIB),
    "one-string.jsonl": lambda: b'{"title": "' + b"x" * (30 * MIB) + b'"}',
    "one-string.json": lambda: b'[{"title": "' + b"x" * (90 * MIB),
    "one-field.csv": lambda: b'title,body,url\n"' + b"x," * (20 * MIB),
    "one-line.txt": lambda: b"x " * MIB,
    "many-lines.txt": lambda: b"x\n" * MIB,
    "many-columns.csv": lambda: b"title," + b"c," * 500_000 + b"\nx," + b"y," * 500_000,
    "many-rows.csv": lambda: b"title,body,url\n" + b",,\n" * 500_000,
    "quotes.csv": lambda: b'title,body,url\n' + b'"""' * 300_000,
    "long-number.jsonl": lambda: b'{"title": "a", "id": ' + b"7" * 100_000 + b"}",
    "many-keys.jsonl": lambda: json.dumps({f"k{n}": "x y z w" for n in range(100_000)}).encode(),
    # -- nesting
    "nested.jsonl": lambda: b"[" * 500_000,
    "nested-objects.jsonl": lambda: b'{"a":' * 100_000,
    "nested.json": lambda: b"[" * 500_000,
    "nested-lists.json": lambda: b'[{"title": ' + b"[" * 100_000,
    "nested.html": lambda: (PAGE % ("<div>" * 100_000 + "نص")).encode(),
    "nested-bold.html": lambda: (PAGE % ("<b><i>" * 60_000 + "نص")).encode(),
    "nested-tables.html": lambda: (PAGE % ("<table><tr><td>" * 20_000)).encode(),
    "nested.xml": lambda: b'<rss version="2.0"><channel>' + b"<item><title>" * 50_000,
    # -- markup
    "comments.html": lambda: (PAGE % ("<!--" * 300_000)).encode(),
    "open-tags.html": lambda: (PAGE % ("<a" * 500_000)).encode(),
    "attributes.html": lambda: (PAGE % ("<p " + "a=1 " * 300_000 + ">x")).encode(),
    "entities.html": lambda: (PAGE % ("&amp" * 500_000)).encode(),
    "scripts.html": lambda: (PAGE % ("<script>" * 100_000)).encode(),
    "links.html": lambda: (PAGE % ('<a href="/x">خبر</a> ' * 60_000)).encode(),
    "json-ld.html": lambda: (PAGE % ('<script type="application/ld+json">' + "[" * 100_000 + "</script>")).encode(),
    "many-paragraphs.html": lambda: (PAGE % ("<p>كلمة أخرى في الفقرة</p>" * 40_000)).encode(),
    "scripts-in-field.jsonl": lambda: _record(title="خبر", body="<script>" * 300_000),
    "tags-in-field.jsonl": lambda: _record(title="خبر", body="<p" * 1_000_000),
    "comments-in-field.jsonl": lambda: _record(title="خبر", body="<!--" * 500_000),
    "references-in-field.jsonl": lambda: _record(title="خبر", body="&amp;" * 500_000),
    "breaks-in-field.jsonl": lambda: _record(title="خبر", body="<p>" + "\n" * 3_000_000 + "x"),
    "styles-in-field.jsonl": lambda: _record(title="خبر", body="<STYLE><style" * 100_000),
    # -- entities and documents of XML
    "laughs.xml": lambda: ('<!DOCTYPE r [<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)) + "]><rss version='2.0'><channel><item><title>&m;</title></item></channel></rss>").encode(),
    "outside.xml": lambda: b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>&x;</title></item></channel></rss>',
    "many-items.xml": lambda: b'<rss version="2.0"><channel>' + b"<item><title>x</title></item>" * 100_000 + b"</channel></rss>",
    "empty.rss": lambda: b'<rss version="2.0"></rss>',
    # -- encodings
    "surrogates.jsonl": lambda: b'{"title": "\\ud800 \\udfff", "body": "\\ud83d"}',
    "surrogate-id.jsonl": lambda: b'{"id": "\\ud800", "title": "a"}',
    "surrogates.txt": lambda: "خبر\ud800".encode("utf-8", "surrogatepass") * 100,
    "overlong.txt": lambda: b"\xc0\xaf\xe0\x80\xaf" * 1000,
    "half.txt": lambda: "نص الخبر هنا".encode()[:-1],
    "mixed.txt": lambda: "نص الخبر".encode() + "نص الخبر".encode("cp1256"),
    "utf-7.html": lambda: b"<html><meta charset=utf-7><body>+ADw-script+AD4-",
    "false-charset.html": lambda: b"<html><meta charset='unicode_escape'><body>\\u0000\\ud800",
    "codec.html": lambda: b"<html><meta charset='zlib_codec'><body><p>x</p>",
    "long-charset.html": lambda: b"<html><meta charset='" + b"x" * 100_000 + b"'>",
    "mark-only.jsonl": lambda: b"\xff\xfe",
    "odd-utf-16.jsonl": lambda: '{"title": "خبر"}'.encode("utf-16")[:-1],
    "utf-32.txt": lambda: "خبر\nنص الخبر".encode("utf-32"),
    "nul.txt": lambda: b"\0" * 100_000,
    "nul.jsonl": lambda: b'{"title": "a\\u0000b"}\0\n',
    "nul.csv": lambda: b"title,body,url\nx\0,y\0,z\n",
    "direction-marks.jsonl": lambda: _record(title="\u202e" * 1000 + "خبر"),
    "marks.jsonl": lambda: _record(title="خبر", body="ا" + "\u0301" * 1_000_000),
    "noise.txt": lambda: _noise(MIB, 1),
    "noise.jsonl": lambda: _noise(4 * MIB, 2),
    "noise.html": lambda: _noise(MIB, 3),
    "noise.xml": lambda: _noise(MIB, 4),
    "noise.csv": lambda: _noise(MIB, 5),
    "noise.json": lambda: _noise(MIB, 6),
    "noise.zip": lambda: b"PK\x03\x04" + _noise(MIB, 7),
    "noise.gz": lambda: b"\x1f\x8b" + _noise(MIB, 8),
    "noise.tar": lambda: _noise(MIB, 9),
    "noise.warc": lambda: b"WARC/1.0\r\n" + _noise(MIB, 10),
    # -- values
    "nan.jsonl": lambda: b'{"title": NaN, "body": Infinity, "date": -Infinity, "id": 1e999}',
    "types.jsonl": lambda: b'{"title": [[[]]], "body": {"name": {"name": []}}, "date": {}, "url": 7, "lang": []}',
    "same-id.jsonl": lambda: _record(id="twice", title="خبر") * 1000,
    "long-id.jsonl": lambda: _record(id="x" * MIB, title="خبر"),
    "long-title.jsonl": lambda: _record(title="خبر " * 100_000),
    "long-date.jsonl": lambda: _record(title="خبر", date="1/" * MIB),
    "long-url.jsonl": lambda: _record(title="خبر", url="http://a.example/" + "x" * MIB),
    "broken-url.jsonl": lambda: _record(title="خبر", url="http://[::1"),
    "program-url.jsonl": lambda: _record(title="خبر", url="javascript:alert(1)"),
    "far-date.jsonl": lambda: _record(title="خبر", date=10**30) + _record(title="خبر", date="99999-99-99"),
    # -- broken ends
    "cut.jsonl.gz": lambda: gzip.compress(GOOD * 5000, 1)[:-50],
    "cut.zip": lambda: _zip_of(a__jsonl=GOOD * 100)[:-10],
    "cut.tar": lambda: _tar_of(("a.jsonl", tarfile.REGTYPE, GOOD * 100))[:1500],
    "cut.json": lambda: b"[" + GOOD.strip() + b',{"title": "x',
    "cut.html": lambda: (PAGE % "<p>نص")[:70].encode(),
    "empty.zip": lambda: _zip_of(),
    "empty.gz": lambda: gzip.compress(b""),
    "empty.html": lambda: b"",
    "empty.csv": lambda: b"",
    "empty.json": lambda: b"",
    "empty.warc": lambda: b"",
}  # fmt: skip


def write_hostile_files(folder: Path) -> Iterator[Path]:
    """Write each file into a folder of its own below ``folder``, beside a good one; yield the folders."""
    for name, content in FILES.items():
        inner = folder / name.replace(".", "-")
        inner.mkdir()
        (inner / name).write_bytes(content())
        (inner / "zz-good.jsonl").write_bytes(GOOD)
        yield inner


def write_traps(folder: Path) -> Path:
    """Write a folder of links and FIFOs beside a good file; return it."""
    folder.mkdir()
    (folder / "good.jsonl").write_bytes(GOOD)
    (folder / "passwords.txt").symlink_to("/etc/passwd")
    (folder / "everything").symlink_to("/")
    (folder / "circle").symlink_to(folder)
    os.mkfifo(folder / "fifo.jsonl")
    return folder
