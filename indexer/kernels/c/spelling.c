/* Fuzzy look-up: the terms of a dictionary within an edit distance of a word. */

#include "native.h"

/* A byte that is not UTF-8 counts as a character of this value plus the byte, as in Python's surrogateescape. */
#define BROKEN 0xDC00

static size_t decode(const uint8_t *at, size_t left, uint32_t *character)
{
    uint8_t first = at[0], low = 0x80, high = 0xBF;
    size_t size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (first < 0x80) {
        *character = first;
        return 1;
    }
    *character = BROKEN + first;
    if (size == 0 || size > left)
        return 1;
    low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : low;   /* no overlong forms, */
    high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : high; /* no surrogates, nothing beyond U+10FFFF */
    uint32_t code = first & (0x7Fu >> size);
    for (size_t index = 1; index < size; index++, low = 0x80, high = 0xBF) {
        if (at[index] < low || at[index] > high)
            return 1;
        code = code << 6 | (at[index] & 0x3Fu);
    }
    *character = code;
    return size;
}

/* The sorted dictionary is walked like a trie. `rows` is the table of edit distances between the word and the current
 * term, one row for each character of the term, of which only the 2 * distance + 1 cells around the diagonal are kept;
 * terms with a common prefix share rows. Where no cell allows a further edit, the walk skips to the next term whose
 * character fits, or out of the branch. */
typedef struct {
    const Field *field;
    uint32_t *word; /* the characters of the word, and the offset of each in its bytes */
    uint32_t *word_at;
    const uint8_t *bytes;
    uint32_t length;          /* of the word, in characters */
    uint32_t distance, cells; /* cells of a row */
    uint8_t *rows;
    uint32_t *offsets; /* of each character of the current term, in bytes */
    uint8_t *target;
    uint32_t *found;
    size_t found_count, found_capacity;
} Walk;

static uint8_t next_row(const Walk *walk, uint32_t depth, uint32_t character)
{
    const uint8_t *row = walk->rows + (size_t)depth * walk->cells;
    uint8_t *next = walk->rows + (size_t)(depth + 1) * walk->cells;
    uint8_t none = (uint8_t)(walk->distance + 1), min_u64 = none, before = none;
    for (uint32_t cell = 0; cell < walk->cells; cell++) {
        int64_t column = (int64_t)depth + 1 - walk->distance + cell; /* characters of the word */
        uint8_t edits = none;
        if (column >= 0 && column <= walk->length) {
            if (cell + 1 < walk->cells && row[cell + 1] + 1 < edits)
                edits = row[cell + 1] + 1;
            if (before + 1 < edits)
                edits = before + 1;
            if (column > 0 && row[cell] + (walk->word[column - 1] != character) < edits)
                edits = (uint8_t)(row[cell] + (walk->word[column - 1] != character));
        }
        next[cell] = before = edits;
        if (edits < min_u64)
            min_u64 = edits;
    }
    return min_u64;
}

/* Return the next term that may match after `term`, whose first `depth` characters fit and whose next one does not. */
static uint32_t leap(Walk *walk, uint32_t term, uint32_t end, uint32_t depth, const uint8_t *bytes_of_term, size_t size)
{
    size_t shared = walk->offsets[depth], best = 0;
    const uint8_t *row = walk->rows + (size_t)depth * walk->cells;
    for (uint32_t cell = 0; cell < walk->cells; cell++) {
        int64_t column = (int64_t)depth - walk->distance + cell;
        if (column < 0 || column >= walk->length || row[cell] > walk->distance)
            continue;
        const uint8_t *wanted = walk->bytes + walk->word_at[column];
        size_t length = walk->word_at[column + 1] - walk->word_at[column], rest = size - shared;
        int order = memcmp(wanted, bytes_of_term + shared, length < rest ? length : rest);
        /* A byte that is part of a character here may stand alone in the next term. */
        if (order == 0 && length <= rest)
            return term + 1;
        if (order < 0)
            continue;
        order = best ? memcmp(wanted, walk->target + shared, length < best ? length : best) : -1;
        if (order < 0 || (order == 0 && length < best)) {
            memcpy(walk->target + shared, wanted, length);
            best = length;
        }
    }
    memcpy(walk->target, bytes_of_term, shared);
    return gallop_terms(walk->field, term + 1, end, walk->target, shared + best, best == 0);
}

static int append_found(Walk *walk, uint32_t term)
{
    if (walk->found_count == walk->found_capacity) {
        size_t room = walk->found_capacity ? walk->found_capacity * 2 : 64;
        uint32_t *found = realloc(walk->found, room * sizeof *found);
        if (!found)
            return -1;
        walk->found = found, walk->found_capacity = room;
    }
    walk->found[walk->found_count++] = term;
    return 0;
}

static int walk_dictionary(Walk *walk, uint32_t term, uint32_t end)
{
    uint32_t deep = 0, deepest = walk->length + walk->distance;
    size_t before_size = 0;
    const uint8_t *before = NULL;
    while (term < end) {
        size_t size, same = 0;
        const uint8_t *bytes_of_term = term_bytes(walk->field, term, &size);
        while (same < size && same < before_size && bytes_of_term[same] == before[same])
            same++;
        while (deep && walk->offsets[deep] > same)
            deep--;
        before = bytes_of_term, before_size = size;
        /* A stray byte is read by what follows it, so that rows after one cannot be shared with other terms. */
        uint32_t depth = deep, whole = UINT32_MAX;
        int fits = 1;
        while (fits && walk->offsets[depth] < size) {
            uint32_t character;
            size_t length = decode(bytes_of_term + walk->offsets[depth], size - walk->offsets[depth], &character);
            if (character >= BROKEN + 0x80 && character <= BROKEN + 0xFF && whole == UINT32_MAX)
                whole = depth;
            fits = depth <= deepest && next_row(walk, depth, character) <= walk->distance;
            if (fits) {
                walk->offsets[depth + 1] = walk->offsets[depth] + (uint32_t)length;
                depth++;
            }
        }
        deep = depth < whole ? depth : whole;
        if (!fits) {
            term = depth > whole ? term + 1 : leap(walk, term, end, depth, bytes_of_term, size);
            continue;
        }
        int64_t cell = (int64_t)walk->length - depth + walk->distance;
        if (cell >= 0 && cell < walk->cells && walk->rows[(size_t)depth * walk->cells + (size_t)cell] <= walk->distance
            && append_found(walk, term) < 0)
            return -1;
        term++;
    }
    return 0;
}

static PyObject *list_of(const uint32_t *numbers, size_t count)
{
    PyObject *list = PyList_New((Py_ssize_t)count);
    for (size_t at = 0; list && at < count; at++) {
        PyObject *number = PyLong_FromUnsignedLong(numbers[at]);
        if (!number)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)at, number);
    }
    return list;
}

PyObject *field_within(Field *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"term", "distance", "prefix", NULL};
    PyObject *term, *answer = NULL;
    Py_ssize_t distance, prefix;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "Snn:within", names, &term, &distance, &prefix))
        return NULL;
    size_t size = (size_t)PyBytes_GET_SIZE(term);
    if (distance < 0 || distance > MAX_DISTANCE || prefix < 0 || size > MAX_TERM_BYTES)
        return PyErr_Format(PyExc_ValueError, "distance %zd, prefix %zd, %zu bytes: out of range", distance, prefix,
                            size);
    Walk walk = {.field = self,
                 .bytes = (const uint8_t *)PyBytes_AS_STRING(term),
                 .distance = (uint32_t)distance,
                 .cells = 2 * (uint32_t)distance + 1};
    size_t depths = size + (size_t)distance + 3;
    walk.word = malloc((size + 1) * sizeof *walk.word);
    walk.word_at = malloc((size + 2) * sizeof *walk.word_at);
    walk.offsets = malloc(depths * sizeof *walk.offsets);
    walk.target = malloc(4 * depths + 8);
    walk.rows = malloc(depths * walk.cells);
    int good = walk.word && walk.word_at && walk.offsets && walk.target && walk.rows;
    if (good) {
        walk.word_at[0] = walk.offsets[0] = 0;
        for (size_t at = 0; at < size; at = walk.word_at[++walk.length])
            walk.word_at[walk.length + 1] =
                (uint32_t)(at + decode(walk.bytes + at, size - at, &walk.word[walk.length]));
        /* The row before the first character: as many edits as the word has characters so far. */
        for (uint32_t cell = 0; cell < walk.cells; cell++) {
            uint32_t column = cell - walk.distance;
            walk.rows[cell] = (uint8_t)(cell < walk.distance || column > walk.length ? walk.distance + 1 : column);
        }
        size_t shared = walk.word_at[(size_t)prefix < walk.length ? (size_t)prefix : walk.length];
        uint32_t first = bisect(self, 0, self->count, walk.bytes, shared, 0);
        uint32_t end = bisect(self, first, self->count, walk.bytes, shared, 1);
        PyThreadState *thread_state = distance > 1 ? PyEval_SaveThread() : NULL;
        good = walk_dictionary(&walk, first, end) == 0;
        if (thread_state)
            PyEval_RestoreThread(thread_state);
    }
    answer = good ? list_of(walk.found, walk.found_count) : PyErr_NoMemory();
    free(walk.word), free(walk.word_at), free(walk.offsets), free(walk.target), free(walk.rows), free(walk.found);
    return answer;
}
