/* Matched words: the offsets of the words of one document that match a query, with what they match. */

#include "native.h"
#include "passages.h"

typedef struct {
    uint32_t position, rank; /* of several matches of one position the one of the highest rank counts */
    PyObject *answer;        /* borrowed from the layers */
} Match;

typedef struct {
    Match *items;
    size_t count, capacity;
} Matches;

/* The words of a text, read from the first on. */
typedef struct {
    Py_buffer distances; /* without a buffer: the words of `text` */
    Choice text;
    Py_ssize_t at, offset;
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
    matches->items[matches->count++] = (Match){position, rank, answer};
    return 0;
}

/* Add the positions of a term in a document; without a field, `number` is a position itself. */
static int add_matches(Matches *matches, PyObject *field, PyObject *number, Py_ssize_t document, uint32_t rank,
                       PyObject *answer)
{
    if (field == Py_None) {
        unsigned long position = PyLong_AsUnsignedLong(number);
        if (PyErr_Occurred())
            return -1;
        return position < UINT32_MAX ? add_match(matches, (uint32_t)position, rank, answer) : 0;
    }
    uint64_t begin = 0;
    int64_t count = find_positions((Field *)field, number, document, &begin);
    for (int64_t at = 0; at < count; at++)
        if (add_match(matches, position_at((Field *)field, begin + (uint64_t)at), rank, answer) < 0)
            return -1;
    return count < 0 ? -1 : 0;
}

/* Add the matches of a layer, (field or None, numbers, answers); return -1 with an error set for anything else. */
static int add_layer(Matches *matches, PyObject *layer, Py_ssize_t document, uint32_t rank)
{
    PyObject *field, *numbers, *answers;
    if (!PyTuple_Check(layer)) {
        PyErr_Format(PyExc_TypeError, "a layer is a tuple, not %.100s", Py_TYPE(layer)->tp_name);
        return -1;
    }
    if (!PyArg_ParseTuple(layer, "OO!O!:layer", &field, &PyTuple_Type, &numbers, &PyTuple_Type, &answers))
        return -1;
    if ((field != Py_None && !PyObject_TypeCheck(field, &FieldType))
        || PyTuple_GET_SIZE(numbers) != PyTuple_GET_SIZE(answers)) {
        PyErr_Format(PyExc_TypeError, "a layer is a Field or None, numbers, and an answer for each number");
        return -1;
    }
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(numbers); at++)
        if (add_matches(matches, field, PyTuple_GET_ITEM(numbers, at), document, rank + (uint32_t)at,
                        PyTuple_GET_ITEM(answers, at))
            < 0)
            return -1;
    return 0;
}

static int compare_matches(const void *one, const void *other)
{
    const Match *a = one, *b = other;
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    return (a->rank > b->rank) - (a->rank < b->rank);
}

/* Return the offset of a word that is not before the last one read; NONE beyond the last word, ASK where Python has to
 * decide. */
static Py_ssize_t offset_of(Words *words, uint32_t position)
{
    const uint8_t *distances = words->distances.buf;
    for (; words->count <= position; words->count++) {
        if (!distances) {
            Py_ssize_t start = next_word_offset(&words->text, &words->at);
            if (start < 0)
                return start;
            words->offset = start;
        } else {
            if (words->count >= words->distances.len)
                return NONE;
            uint8_t distance = distances[words->count];
            if (distance == OVERFLOW_MARK)
                return ASK;
            words->offset += distance;
        }
    }
    return words->offset;
}

/* Append (offset, answer) to a list; return -1 with an error set. */
static int append_word(PyObject *list, Py_ssize_t offset, PyObject *answer)
{
    PyObject *word = Py_BuildValue("(nO)", offset, answer);
    int failed = word ? PyList_Append(list, word) : -1;
    Py_XDECREF(word);
    return failed;
}

/* Return the matched words of sorted matches, None where Python has to decide. */
static PyObject *words_of(const Matches *matches, Words *words)
{
    PyObject *list = PyList_New(0);
    for (size_t at = 0; list && at < matches->count; at++) {
        const Match *match = &matches->items[at];
        if (at + 1 < matches->count && match[1].position == match->position)
            continue;
        Py_ssize_t offset = offset_of(words, match->position);
        if (offset == NONE)
            break;
        if (offset == ASK)
            Py_SETREF(list, Py_NewRef(Py_None));
        else if (append_word(list, offset, match->answer) == 0)
            continue;
        else
            Py_CLEAR(list);
        break;
    }
    return list;
}

static int read_words(Words *words, PyObject *given)
{
    return PyUnicode_Check(given) ? read_text(&words->text, given) : get_array(given, "distances", "B", &words->distances);
}

PyObject *matched_words(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    (void)module;
    if (count != 3 || !PyLong_Check(args[0]) || !PyTuple_Check(args[1]))
        return PyErr_Format(PyExc_TypeError, "matched_words(document, layers, text or distances)");
    Matches matches = {0};
    Words words = {0};
    Py_ssize_t document = PyLong_AsSsize_t(args[0]);
    if ((document == -1 && PyErr_Occurred()) || read_words(&words, args[2]) < 0)
        return NULL;
    PyObject *result = NULL;
    Py_ssize_t layers = PyTuple_GET_SIZE(args[1]), at = 0;
    for (uint32_t rank = 0; at < layers; at++) {
        PyObject *layer = PyTuple_GET_ITEM(args[1], at);
        if (add_layer(&matches, layer, document, rank) < 0)
            break;
        rank += (uint32_t)PyTuple_GET_SIZE(PyTuple_GET_ITEM(layer, 1));
    }
    if (at == layers) {
        if (matches.count > 1)
            qsort(matches.items, matches.count, sizeof *matches.items, compare_matches);
        result = words_of(&matches, &words);
    }
    PyMem_Free(matches.items);
    PyBuffer_Release(&words.distances);
    return result;
}
