"""How documents become one segment: terms get numbers as they come, and are sorted when all are there.

The frames of the first long text go to the file at once, tokens to a file aside; what is held in memory is the terms, and of
a document its record, its values and a byte for each word of its texts.
"""

from __future__ import annotations

import json
import operator
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import numpy as np
from whoosh.util.numeric import byte_to_length

from indexer.storage.segment.arrays import Array, ArrayFileWriter, ArrayOutput
from indexer.storage.segment.columns import Value, column_of
from indexer.storage.segment.dictionary import Dictionary, byte_order
from indexer.storage.segment.interner import Term, TermInterner
from indexer.storage.segment.inversion import Counts, PostingsBlock, count_tokens, invert, tokens_at_once
from indexer.storage.segment.layout import (
    MAX_DOCUMENTS,
    FieldStatistics,
    IndexedField,
    Json,
    Layout,
    description,
)
from indexer.storage.segment.texts import (
    MIN_SAMPLE_BYTES,
    SAMPLE_BYTES,
    Packer,
    WordDistances,
    encode_text,
    train_dictionary,
    word_distances,
)
from indexer.storage.segment.tokens import TokenBuffer

NOTHING: Final[Mapping[str, Any]] = {}
MAX_TOKENS: Final = (
    1 << 31
)  # of a field; where positions begin is a number of four bytes, and one more document may come
_LENGTH_STEPS: Final = np.array([byte_to_length(each) for each in range(256)])
_FRAMES_AT_ONCE: Final = 1 << 17  # bytes
_WORDS_AT_ONCE: Final = 1 << 18
_INVERSION_BYTES: Final = 8  # a token of a range, while its postings are made


class SegmentDocument(NamedTuple):
    """One document.

    ``terms``: for each indexed field its terms by position, ``None`` for a gap; bytes are taken as they are.
    ``columns``: values; a column that is left out gets its default. ``stored``: JSON values in the order of
    the layout. ``texts``: for each long text the text and where its words start, in characters.
    ``places``: for a field whose terms do not stand one after another, the position of each (rising).
    """

    terms: Mapping[str, Sequence[Term]] = NOTHING
    columns: Mapping[str, Value] = NOTHING
    stored: Sequence[Json] = ()
    texts: Mapping[str, tuple[str, Sequence[int]]] = NOTHING
    places: Mapping[str, Sequence[int]] = NOTHING


class SegmentWriter:
    """A new segment file.

    It must be finished or discarded, and is discarded when the ``with`` block fails. Raises OSError when
    the file cannot be written. ``dictionaries`` are those of other segments, for long texts to be packed with;
    a text without one learns its own, and one of few documents does without.
    """

    def __init__(self, path: Path, layout: Layout, *, dictionaries: Mapping[str, bytes] = NOTHING) -> None:
        self.path = path
        self.layout = layout
        self.documents = 0
        self._is_given_up = False
        self._file = ArrayFileWriter(path)
        self._fields = {name: _Field(each, path.parent) for name, each in layout.fields.items()}
        self._columns = {name: column_of(each) for name, each in layout.columns.items()}
        self._records = _Pieces()
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        self._texts = {name: _Texts(self._file, name, dictionaries.get(name, b"")) for name in layout.texts}
        for text in list(self._texts.values())[:1]:
            text.stream()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.__exit__(kind, problem, trace)
        self._let_go()

    @property
    def is_full(self) -> bool:
        """Whether no further document may be added."""
        return self.documents >= MAX_DOCUMENTS or any(len(each.tokens) >= MAX_TOKENS for each in self._fields.values())

    @property
    def memory_bytes(self) -> int:
        """What it holds in memory and will need to finish, about."""
        held = (*self._fields.values(), *self._columns.values(), *self._texts.values(), self._records)
        return sum(each.memory_bytes for each in held)

    @property
    def dictionaries(self) -> dict[str, bytes]:
        """What its long texts are packed with, as far as it is known already; for segments to come."""
        return {name: text.dictionary for name, text in self._texts.items()}

    def add(self, row: SegmentDocument) -> int:
        """Add a document; return its number.

        Raises ValueError, TypeError or OverflowError for a value that is not fit for its place, and leaves the document out.
        An OSError gives the segment up: half a document may be in it, so no more can be added and it cannot be finished.
        """
        self._require_whole()
        if self.is_full or len(row.stored) != len(self.layout.stored):
            raise ValueError(f"{len(row.stored)} stored values, or more than {MAX_DOCUMENTS} documents")
        adding: list[Callable[[], None]] = [
            field.prepared(row.terms.get(name, ()), row.places.get(name)) for name, field in self._fields.items()
        ]
        adding += [column.prepared(row.columns.get(name)) for name, column in self._columns.items()]
        adding += [text.prepared(*row.texts.get(name, ("", ()))) for name, text in self._texts.items()]
        record = self._encode(list(row.stored)).encode("utf-8", "surrogatepass")
        try:
            for add in adding:
                add()
        except BaseException:
            self.discard()
            raise
        self._records.add(record)
        self.documents += 1
        return self.documents - 1

    def finish(self) -> None:
        """Write all that is still held and close the file."""
        self._require_whole()
        for text in self._texts.values():
            text.finish()
        self._records.write(self._file, "stored/records", "stored/record_ends")
        for name, column in self._columns.items():
            column.write(self._file, name)
        statistics = {name: field.write(self._file, name) for name, field in self._fields.items()}
        self._file.finish(description(self.documents, statistics, self.layout))

    def discard(self) -> None:
        """Remove the file, let go of what was to be written."""
        self._is_given_up = True
        self._file.discard()
        self._let_go()

    def _require_whole(self) -> None:
        if self._is_given_up:
            raise OSError(f"{self.path}: given up, since a document could not be written whole; add all of them again")

    def _let_go(self) -> None:
        for field in self._fields.values():
            field.tokens.close()


# -- terms


class _Field:
    """The tokens of an indexed field."""

    def __init__(self, indexed: IndexedField, folder: Path) -> None:
        self._indexed = indexed
        self._interner = TermInterner()
        self.tokens = TokenBuffer(folder)

    @property
    def memory_bytes(self) -> int:
        """What it holds and will need to finish, about."""
        inverting = len(self.tokens) + min(len(self.tokens), tokens_at_once(len(self.tokens))) * _INVERSION_BYTES
        return self.tokens.memory_bytes + inverting + self._interner.memory_bytes

    def prepared(self, terms: Sequence[Term], places: Sequence[int] | None) -> Callable[[], None]:
        """Return what adds the terms of one document."""
        ids = self._interner.ids(terms)
        if places is None:
            return lambda: self.tokens.add(ids)
        positions = array("I", places)
        if len(positions) != len(ids) or any(map(operator.gt, positions, positions[1:])):
            raise ValueError("positions must rise, one for each term")
        return lambda: self.tokens.add(ids, positions)

    def write(self, file: ArrayFileWriter, name: str) -> FieldStatistics:
        """Write the arrays of the field, and let go of its tokens; return what is known of it as a whole."""
        ranks, terms = self._write_terms(file, name)
        counts = count_tokens(self.tokens.chunks, ranks, terms, positions=self._indexed.positions)
        write_postings(file, name, counts, invert(self.tokens.chunks, ranks, counts))
        self.tokens.close()
        return write_lengths(file, name, self._indexed, counts.lengths)

    def _write_terms(self, file: ArrayFileWriter, name: str) -> tuple[Array, int]:
        """Write the terms that occur, sorted; return the place of each id among them, and how many they are."""
        dictionary = self._interner.dictionary()
        self._interner = TermInterner()  # its terms are not needed twice
        order = byte_order(dictionary)
        occurs = np.zeros(len(order), bool)
        for chunk in self.tokens.chunks():
            occurs[chunk.ids] = True
        occurs[0] = False
        order = order[occurs[order]]
        ranks = np.zeros(len(occurs), np.uint32)
        ranks[order] = np.arange(len(order), dtype=np.uint32)
        write_terms(file, name, dictionary.take(order))
        return ranks, len(order)


def write_terms(file: ArrayFileWriter, name: str, dictionary: Dictionary) -> None:
    """Write the dictionary of a field."""
    file.add(f"{name}/terms", dictionary.terms)
    file.add(f"{name}/term_ends", dictionary.ends.astype(np.uint32))


def write_postings(file: ArrayFileWriter, name: str, counts: Counts, blocks: Iterable[PostingsBlock]) -> None:
    """Write the postings of a field, range after range; only the frequencies wait until all documents are written."""
    known = int(counts.tokens.sum())
    positions = file.open_array(f"{name}/positions", f"u{counts.width}", known) if counts.width else None
    docs = file.open_array(f"{name}/docs", "u2")
    postings, tfs, over_at, over = [np.zeros(1, np.int64)], bytearray(), array("I"), array("I")
    for block in blocks:
        docs.write(block.docs)
        if positions:
            positions.write(block.positions)
        over_at.frombytes((block.overflow_rows + np.uint32(len(tfs))).tobytes())
        over.frombytes(block.overflow.tobytes())
        tfs += block.tfs.data
        postings.append(block.counts)
    docs.close()
    file.add(f"{name}/tfs", tfs)
    file.add(f"{name}/tf_over_at", np.frombuffer(over_at, np.uint32))
    file.add(f"{name}/tf_over", np.frombuffer(over, np.uint32))
    file.add(f"{name}/starts", np.cumsum(np.concatenate(postings)).astype(np.uint32))
    if positions:
        positions.close()
        file.add(f"{name}/position_starts", np.append(0, np.cumsum(counts.tokens)).astype(np.uint32))


def write_lengths(file: ArrayFileWriter, name: str, indexed: IndexedField, lengths: Array) -> FieldStatistics:
    """Write the lengths of a field, in Whoosh's steps; return what is known of it as a whole."""
    steps = length_steps(lengths if indexed.scorable else np.zeros_like(lengths))
    file.add(f"{name}/lengths", steps)
    return FieldStatistics(
        positions=indexed.positions,
        scorable=indexed.scorable,
        total_length=int(lengths.sum()) if indexed.scorable else 0,
        min_length=byte_to_length(int(steps.min(initial=255))) if len(steps) else 0,
        max_length=byte_to_length(int(steps.max(initial=0))),
        documents=int(np.count_nonzero(lengths)),
    )


def length_steps(lengths: Array) -> Array:
    """Return lengths in the steps in which Whoosh keeps them (:func:`whoosh.util.numeric.length_to_byte`)."""
    return np.minimum(np.searchsorted(_LENGTH_STEPS, lengths), 255).astype(np.uint8)


# -- what is stored


class _Pieces:
    """Bytes that follow each other, one piece a document; they are held until all are there."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.ends = array("Q", [0])

    @property
    def memory_bytes(self) -> int:
        return len(self.content) + 8 * len(self.ends)

    def add(self, piece: bytes) -> None:
        """Add the bytes of one document."""
        self.content += piece
        self.ends.append(self.ends[-1] + len(piece))

    def move_to(self, output: ArrayOutput) -> None:
        """Write the bytes that are held, and hold them no longer."""
        output.write(self.content)
        self.content.clear()

    def write(self, file: ArrayFileWriter, content: str, ends: str) -> None:
        """Write the pieces and where they end."""
        file.add(content, self.content)
        file.add(ends, np.frombuffer(self.ends, np.uint64))


class _Texts:
    """The long texts of one name; the first ones wait until there are enough of them to learn a dictionary."""

    def __init__(self, file: ArrayFileWriter, name: str, dictionary: bytes) -> None:
        self._file = file
        self._name = name
        self._dictionary = dictionary
        self._packer: Packer | None = None
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        self._frames = _Pieces()
        self._frames_file: ArrayOutput | None = None
        self._words = _WordStarts()

    @property
    def memory_bytes(self) -> int:
        return self._waiting_size + self._frames.memory_bytes + self._words.memory_bytes

    @property
    def dictionary(self) -> bytes:
        """What the texts are packed with."""
        return self._packer.dictionary if self._packer else self._dictionary

    def stream(self) -> None:
        """From now on let frames go to the file; only one array can grow there at a time."""
        self._frames_file = self._file.open_array(f"text/{self._name}/frames", "u1")

    def prepared(self, text: str, starts: Sequence[int]) -> Callable[[], None]:
        """Return what adds the text of one document."""
        content = encode_text(text)
        held = array("I", starts)
        rising = np.frombuffer(held, np.uint32)
        if (rising[1:] < rising[:-1]).any():
            raise ValueError(f"{self._name}: the starts of words must rise")
        return lambda: self._add(content, held)

    def _add(self, content: bytes, starts: array[int]) -> None:
        self._words.add(starts)
        if self._packer is not None:
            self._pack(self._packer, content)
            return
        self._waiting.append(content)
        self._waiting_size += len(content)
        if self._waiting_size >= (MIN_SAMPLE_BYTES if self._dictionary else SAMPLE_BYTES):
            self._pack_waiting()

    def _pack(self, packer: Packer, content: bytes) -> None:
        self._frames.add(packer.pack(content))
        if self._frames_file is not None and len(self._frames.content) >= _FRAMES_AT_ONCE:
            self._frames.move_to(self._frames_file)

    def _pack_waiting(self) -> None:
        few = self._waiting_size < MIN_SAMPLE_BYTES
        self._packer = Packer(b"" if few else self._dictionary or train_dictionary(self._waiting))
        for content in self._waiting:
            self._pack(self._packer, content)
        self._waiting, self._waiting_size = [], 0

    def finish(self) -> None:
        """Write what is not written yet."""
        if self._packer is None:
            self._pack_waiting()
        frames = self._frames_file or self._file.open_array(f"text/{self._name}/frames", "u1")
        self._frames.move_to(frames)
        frames.close()
        self._file.add(f"text/{self._name}/frame_ends", np.frombuffer(self._frames.ends, np.uint64))
        write_words(self._file, self._name, *self._words.finished())
        self._file.add(f"text/{self._name}/dictionary", self.dictionary)


class _WordStarts:
    """Where the words of texts start; those of many documents are turned into distances at once."""

    def __init__(self) -> None:
        self._ends = array("I", [0])
        self._starts = array("I")
        self._blocks: list[WordDistances] = []

    @property
    def memory_bytes(self) -> int:
        return 4 * len(self._ends) + 24 * len(self._starts) + self._ends[-1]

    def add(self, starts: array[int]) -> None:
        """Add the starts of the words of one document."""
        self._starts += starts
        self._ends.append(self._ends[-1] + len(starts))
        if len(self._starts) >= _WORDS_AT_ONCE:
            self._turn()

    def _turn(self) -> None:
        """Turn the starts that are held into distances."""
        done = sum(len(each.distances) for each in self._blocks)
        ends = np.frombuffer(self._ends, np.uint32).astype(np.int64)
        ends = ends[np.searchsorted(ends, done, side="right") :] - done
        block = word_distances(np.frombuffer(self._starts, np.uint32), ends)
        self._blocks.append(block._replace(far_at=block.far_at + np.uint32(done)))
        self._starts = array("I")

    def finished(self) -> tuple[WordDistances, Array]:
        """Return the distances and, for each document, where its words end, after a 0."""
        self._turn()
        distances, far_at, far = (np.concatenate(each) for each in zip(*self._blocks, strict=True))
        return WordDistances(distances, far_at, far), np.frombuffer(self._ends, np.uint32)


def write_words(file: ArrayFileWriter, name: str, words: WordDistances, ends: Array) -> None:
    """Write where the words of the texts of one name start."""
    file.add(f"text/{name}/word_starts", words.distances)
    file.add(f"text/{name}/far_at", words.far_at)
    file.add(f"text/{name}/far", words.far)
    file.add(f"text/{name}/word_ends", ends)
