/* TermEncoder.encode: a text as term ids, chunk by chunk.
 *
 * A chunk stands between two spaces or line feeds. Most chunks are in the cache, so that a text costs one look-up a
 * chunk. A new chunk of plain Arabic letters, their vowel marks and what stands around words is analysed in C, any
 * other one in Python.
 */

#include "native.h"

#define BATCH 16 /* chunks that are looked up together */

#ifdef __GNUC__
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) (void)(address)
#endif

/* Count the starts of the words from `first` on from the start of the text: their chunk is at `begin`. */
static void shift_starts(TermEncoder *self, size_t first, size_t begin)
{
    for (size_t at = first; at < self->words.count; at++)
        ((Word *)self->words.items)[at].start += (uint32_t)begin;
}

/* Encode a chunk that is too long for the cache, or has characters above the basic plane. */
static int encode_long(TermEncoder *self, PyObject *text, size_t begin, size_t end)
{
    size_t first = self->words.count;
    int status = analyze_in_python(self, text, begin, end);
    shift_starts(self, first, begin);
    return status;
}

static int encode_chunk(TermEncoder *self, PyObject *text, const Chunk *chunk)
{
    size_t first = self->words.count;
    const CachedChunk *cached = cache_get(self, chunk);
    if (cached && cached->word_count) {
        Word *words = array_extend(&self->words, cached->word_count, sizeof *words);
        if (!words)
            return -1;
        memcpy(words, cached_words(cached), cached->word_count * sizeof *words);
    } else if (!cached) {
        int status = is_plain(self, chunk)
                         ? analyze_plain(self, text, chunk)
                         : analyze_in_python(self, text, chunk->begin, chunk->begin + chunk->length);
        if (status < 0 || cache_put(self, chunk, first) < 0)
            return -1;
    }
    shift_starts(self, first, chunk->begin);
    return 0;
}

/* Encode a batch of chunks. All their cache entries are prefetched before the first is read: otherwise most of the time
 * goes into waiting for memory. */
static int encode_batch(TermEncoder *self, PyObject *text, const Chunk *chunks, size_t count)
{
    const Table *table = &self->chunk_table;
    for (size_t at = 0; table->capacity && at < count; at++) {
        uint32_t entry = table->slots[slot_of(table, chunks[at].hash)];
        if (entry)
            PREFETCH((const uint32_t *)self->arena.items + (entry - 1));
    }
    for (size_t at = 0; at < count; at++)
        if (encode_chunk(self, text, &chunks[at]) < 0)
            return -1;
    return 0;
}

/* Copy and hash a chunk; return 0 for one that is too long for the cache or has characters above the basic plane. */
static int copy_chunk(Chunk *chunk, uint32_t seed, int kind, const void *characters, size_t begin, size_t end)
{
    if (end - begin > MAX_CHUNK_LETTERS)
        return 0;
    chunk->begin = begin, chunk->length = end - begin, chunk->hash = seed;
    Py_UCS4 bits = 0;
    for (size_t at = begin; at < end; at++) {
        Py_UCS4 character = PyUnicode_READ(kind, characters, at);
        bits |= character;
        chunk->letters[at - begin] = (uint16_t)character;
        chunk->hash = hash_add(chunk->hash, character);
    }
    return bits <= UINT16_MAX;
}

static int encode_text(TermEncoder *self, PyObject *text)
{
    Chunk chunks[BATCH];
    size_t size = (size_t)PyUnicode_GET_LENGTH(text), count = 0;
    int kind = PyUnicode_KIND(text);
    const void *characters = PyUnicode_DATA(text);
    for (size_t begin = 0, end = 0; begin <= size; begin = end + 1) {
        for (end = begin; end < size; end++) {
            Py_UCS4 character = PyUnicode_READ(kind, characters, end);
            if (character == ' ' || character == '\n')
                break;
        }
        if (end == begin)
            continue;
        int is_short = copy_chunk(&chunks[count], self->seed, kind, characters, begin, end);
        if (is_short && self->chunk_table.capacity)
            PREFETCH(&self->chunk_table.slots[slot_of(&self->chunk_table, chunks[count].hash)]);
        count += is_short != 0;
        if (count == BATCH || (!is_short && count)) {
            if (encode_batch(self, text, chunks, count) < 0)
                return -1;
            count = 0;
        }
        if (!is_short && encode_long(self, text, begin, end) < 0)
            return -1;
    }
    return encode_batch(self, text, chunks, count);
}

/* Return one of the three fields of all words, as bytes. */
static PyObject *column(const TermEncoder *self, size_t field)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(self->words.count * sizeof(uint32_t)));
    uint32_t *numbers = bytes ? (uint32_t *)PyBytes_AS_STRING(bytes) : NULL;
    for (size_t at = 0; numbers && at < self->words.count; at++)
        numbers[at] = ((const uint32_t *)self->words.items)[3 * at + field];
    return bytes;
}

PyObject *encode(TermEncoder *self, PyObject *text)
{
    if (!PyUnicode_Check(text))
        return PyErr_Format(PyExc_TypeError, "text: expected str, not %.80s", Py_TYPE(text)->tp_name);
    if (self->is_busy || (size_t)PyUnicode_GET_LENGTH(text) > UINT32_MAX)
        return PyErr_Format(PyExc_ValueError, "encode: one text at a time, of at most %u characters", UINT32_MAX);
    int is_full = self->chunk_table.count >= self->max_chunks || self->term_hashes.count >= 2 * self->max_chunks;
    if (is_full && cache_reset(self) < 0)
        return NULL;
    self->is_busy = 1;
    int status = encode_text(self, text);
    self->is_busy = 0;
    PyObject *encoded =
        status == 0 ? Py_BuildValue("NNNO", column(self, 0), column(self, 1), column(self, 2), self->vocabulary) : NULL;
    array_free(&self->words);
    return encoded;
}
