/* A text as numbers of terms, chunk by chunk: what chunks met lately give is remembered.
 *
 * A chunk is what stands between two spaces or line feeds. Most were met before: then a walk over a text is one look-up a
 * chunk. A new chunk of plain Arabic letters, their vowel marks and what stands around words is read here; any other one by
 * Python, which says what it gives.
 */

#include "walking.h"

static int take_words(Walk *walk, const void *words, size_t count, size_t begin)
{
    if (!count)
        return 0;
    uint32_t *exact = extend(&walk->exact, count, 4), *stems = exact ? extend(&walk->stems, count, 4) : NULL,
             *starts = stems ? extend(&walk->starts, count, 4) : NULL;
    if (!starts)
        return -1;
    for (size_t at = 0; at < count; at++) {
        Word word;
        memcpy(&word, (const char *)words + at * sizeof word, sizeof word);
        exact[at] = word.exact;
        stems[at] = word.stem;
        starts[at] = (uint32_t)begin + word.start;
    }
    return 0;
}

static int take_known(Walk *walk, const uint32_t *kept, size_t begin)
{
    Chunk head;
    memcpy(&head, kept, sizeof head);
    return take_words(walk, kept + sizeof head / 4 + numbers_of_letters(head.length), head.words, begin);
}

/* Take the words that Python says a part of the text has. */
static int take_given(Walker *self, Walk *walk, PyObject *text, size_t begin, size_t end)
{
    self->fresh.count = 0;
    if (read_by_python(self, text, (Py_ssize_t)begin, (Py_ssize_t)end) < 0)
        return -1;
    return take_words(walk, self->fresh.items, self->fresh.count, begin);
}

/* Take the words of a chunk that stands in the text where it says. */
static int take_chunk(Walker *self, Walk *walk, PyObject *text, const Short *chunk)
{
    const uint32_t *kept = known(self, chunk->letters, chunk->length, chunk->hash);
    if (kept)
        return take_known(walk, kept, chunk->begin);
    if (is_plain(self, chunk->letters, chunk->length)) {
        self->fresh.count = 0;
        if (read_plain(self, chunk->letters, chunk->length) < 0
            || take_words(walk, self->fresh.items, self->fresh.count, chunk->begin) < 0)
            return -1;
    } else if (take_given(self, walk, text, chunk->begin, chunk->begin + chunk->length) < 0) {
        return -1;
    }
    return self->by_letters.taken < 2 * self->most ? remember(self, chunk->letters, chunk->length, chunk->hash) : 0;
}

/* Take the words of some chunks. Where each is kept is fetched from memory before the first is looked at: most of the time
 * of a walk would be spent waiting for it. */
static int take_chunks(Walker *self, Walk *walk, PyObject *text, const Short *chunks, size_t count)
{
    const Table *table = &self->by_letters;
    for (size_t at = 0; table->size && at < count; at++) {
        uint32_t begin = table->places[place_of(chunks[at].hash, table->size)];
        if (begin)
            FETCH((const uint32_t *)self->chunks.items + (begin - 1));
    }
    for (size_t at = 0; at < count; at++)
        if (take_chunk(self, walk, text, &chunks[at]) < 0)
            return -1;
    return 0;
}

/* Copy a chunk if it is a short one of characters of the basic plane, and hash it; return whether it is. */
static int is_short(Short *chunk, uint32_t seed, int kind, const void *characters, size_t begin, size_t end)
{
    if (end - begin > MOST_LETTERS)
        return 0;
    chunk->begin = begin, chunk->length = end - begin, chunk->hash = seed;
    Py_UCS4 all = 0;
    for (size_t at = begin; at < end; at++) {
        Py_UCS4 character = PyUnicode_READ(kind, characters, at);
        all |= character;
        chunk->letters[at - begin] = (uint16_t)character;
        chunk->hash = (chunk->hash ^ character) * 0x01000193u;
    }
    return all <= UINT16_MAX;
}

static int take_all(Walker *self, Walk *walk, PyObject *text)
{
    Short chunks[AT_ONCE];
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
        int is_one = is_short(&chunks[count], self->seed, kind, characters, begin, end);
        if (is_one && self->by_letters.size)
            FETCH(&self->by_letters.places[place_of(chunks[count].hash, self->by_letters.size)]);
        count += is_one != 0;
        if (count == AT_ONCE || (!is_one && count)) {
            if (take_chunks(self, walk, text, chunks, count) < 0)
                return -1;
            count = 0;
        }
        if (!is_one && take_given(self, walk, text, begin, end) < 0)
            return -1;
    }
    return take_chunks(self, walk, text, chunks, count);
}

static PyObject *as_bytes(const Row *numbers)
{
    return PyBytes_FromStringAndSize(numbers->items, (Py_ssize_t)(numbers->count * 4));
}

PyObject *walk(Walker *self, PyObject *text)
{
    if (!PyUnicode_Check(text))
        return PyErr_Format(PyExc_TypeError, "a text is walked over, not %.80s", Py_TYPE(text)->tp_name);
    if (self->walking || (size_t)PyUnicode_GET_LENGTH(text) > UINT32_MAX)
        return PyErr_Format(PyExc_ValueError, "one walk at a time, over a text of at most %u characters", UINT32_MAX);
    int is_full = self->by_letters.taken >= self->most || self->hashes.count >= 2 * self->most;
    if (is_full && begin_anew(self) < 0)
        return NULL;
    Walk taken = {{0}, {0}, {0}};
    self->walking = 1;
    int done = take_all(self, &taken, text);
    self->walking = 0;
    if (self->fresh.room > MOST_FRESH)
        forget(&self->fresh);
    PyObject *found = done == 0 ? Py_BuildValue("NNNO", as_bytes(&taken.exact), as_bytes(&taken.stems),
                                                as_bytes(&taken.starts), self->vocabulary)
                                : NULL;
    forget(&taken.exact), forget(&taken.stems), forget(&taken.starts);
    return found;
}
