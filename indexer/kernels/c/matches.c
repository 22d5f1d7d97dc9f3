/* Matched words: the offsets of the words of one document that match a query, with what they match. */

#include "native.h"
#include "passages.h"

#define FAR_GAP 255 /* as in storage/segment/stored.py */

/* Return the offset after the next blanks: of the first word, with -1, else of the one after the word at `at`. */
static inline Py_ssize_t after_blanks(const Choice *text, Py_ssize_t at)
{
    if (at < 0)
        at = 0;
    else
        while (at < text->length && character(text, at) != ' ' && character(text, at) != '\n')
            at++;
    while (at < text->length && (character(text, at) == ' ' || character(text, at) == '\n'))
        at++;
    return at;
}

typedef struct {
    uint64_t position, key; /* key: the position and, below it, the number of the term; of a position the last counts */
    PyObject *answer;       /* borrowed from the arguments */
} Match;

typedef struct {
    Match *items;
    size_t count, capacity;
} Matches;

/* The words of a text, read from the first on. */
typedef struct {
    Choice text;
    Py_buffer gaps; /* see storage/segment/stored.py; without an object words are where next_word_offset() says */
    Py_ssize_t at, next_gap, offset;
    int64_t count; /* of the words that were read; `offset` is that of the last one */
} Words;

static int add_match(Matches *matches, uint32_t position, uint32_t rank, PyObject *answer)
{
    if (matches->count == matches->capacity) {
        Match *items = matches->items;
        size_t capacity = matches->capacity * 2 + 32;
        if (!PyMem_Resize(items, Match, capacity)) {
            PyErr_NoMemory();
            return -1;
        }
        matches->items = items;
        matches->capacity = capacity;
    }
    matches->items[matches->count++] = (Match){position, (uint64_t)position << 32 | rank, answer};
    return 0;
}

/* Add the positions in a part of a document of a term, (field, its number, answer), or one, (None, position, answer). */
static int add_matches(Matches *matches, PyObject *term, Py_ssize_t document, uint8_t part, uint32_t rank)
{
    PyObject *owner = PyTuple_Check(term) && PyTuple_GET_SIZE(term) == 3 ? PyTuple_GET_ITEM(term, 0) : NULL;
    if (!owner || (owner != Py_None && !PyObject_TypeCheck(owner, &FieldType))) {
        PyErr_Format(PyExc_TypeError, "a term is (Field or None, number, answer)");
        return -1;
    }
    PyObject *number = PyTuple_GET_ITEM(term, 1), *answer = PyTuple_GET_ITEM(term, 2);
    if (owner == Py_None) {
        unsigned long position = PyLong_AsUnsignedLong(number);
        if (PyErr_Occurred())
            return -1;
        return position < UINT32_MAX ? add_match(matches, (uint32_t)position, rank, answer) : 0;
    }
    const Field *field = (Field *)owner;
    Places places;
    if (find_positions(field, number, document, part, &places) < 0)
        return -1;
    uint32_t start = part == BODY && places.count ? body_start(field, (uint32_t)document) : 0;
    for (uint32_t at = 0; at < places.count; at++)
        if (add_match(matches, position_at(field, places.begin + at) - start, rank, answer) < 0)
            return -1;
    return 0;
}

static int compare_matches(const void *one, const void *other)
{
    const Match *a = one, *b = other;
    return (a->key > b->key) - (a->key < b->key);
}

/* Return the offset of the word that the next gap leads to; NONE beyond the last word or the text. */
static Py_ssize_t follow_gap(Words *words)
{
    const uint8_t *gaps = words->gaps.buf;
    Py_ssize_t left = words->gaps.len - words->next_gap;
    if (left < 1 || (gaps[words->next_gap] == FAR_GAP && left < 5))
        return NONE;
    uint32_t distance = gaps[words->next_gap++];
    if (distance == FAR_GAP) {
        const uint8_t *far = gaps + words->next_gap;
        distance = (uint32_t)far[0] | (uint32_t)far[1] << 8 | (uint32_t)far[2] << 16 | (uint32_t)far[3] << 24;
        words->next_gap += 4;
        words->at += distance;
    } else if (distance) {
        words->at += distance;
    } else {
        words->at = after_blanks(&words->text, words->at);
    }
    return words->at < words->text.length ? words->at : NONE;
}

/* Return the offset of the last word read or a later one; NONE beyond the last word, ASK where Python has to decide. */
static Py_ssize_t offset_of(Words *words, int64_t position)
{
    for (; words->count <= position; words->count++) {
        words->offset = words->gaps.obj ? follow_gap(words) : next_word_offset(&words->text, &words->at);
        if (words->offset < 0)
            return words->offset;
    }
    return words->offset;
}

/* Return the matched words of sorted matches, None where Python has to decide. */
static PyObject *words_of(const Matches *matches, Words *words)
{
    PyObject *list = PyList_New(0);
    for (size_t at = 0; list && at < matches->count; at++) {
        const Match *match = &matches->items[at];
        if (at + 1 < matches->count && match[1].position == match->position)
            continue;
        Py_ssize_t offset = offset_of(words, (int64_t)match->position);
        if (offset == NONE)
            break;
        if (offset == ASK) {
            Py_DECREF(list);
            Py_RETURN_NONE;
        }
        PyObject *word = Py_BuildValue("(nO)", offset, match->answer);
        if (!word || PyList_Append(list, word) < 0)
            Py_CLEAR(list);
        Py_XDECREF(word);
    }
    return list;
}

PyObject *matched_words(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    (void)module;
    if (count != 5 || !PyLong_Check(args[0]) || !PyTuple_Check(args[1]) || !PyLong_Check(args[2])
        || !PyUnicode_Check(args[3]))
        return PyErr_Format(PyExc_TypeError, "matched_words(document, terms, part, text, gaps or None)");
    Matches matches = {0};
    Words words = {0};
    if (read_text(&words.text, args[3]) < 0
        || (args[4] != Py_None && get_array(args[4], "gaps", "B", &words.gaps) < 0))
        return NULL;
    if (words.gaps.obj)
        words.at = -1; /* as if a blank preceded the text */
    PyObject *result = NULL;
    Py_ssize_t terms = PyTuple_GET_SIZE(args[1]), at = 0;
    uint8_t part = (uint8_t)PyLong_AsUnsignedLongMask(args[2]);
    Py_ssize_t document = PyNumber_AsSsize_t(args[0], NULL); /* cut to the range: no document has such a number */
    while (at < terms && add_matches(&matches, PyTuple_GET_ITEM(args[1], at), document, part, (uint32_t)at) == 0)
        at++;
    if (at == terms) {
        if (matches.count > 1)
            qsort(matches.items, matches.count, sizeof *matches.items, compare_matches);
        result = words_of(&matches, &words);
    }
    PyMem_Free(matches.items);
    PyBuffer_Release(&words.gaps);
    return result;
}
