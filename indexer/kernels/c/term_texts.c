/* Texts of the terms of an article, the tokens of terms with blanks between: what term_texts.py defines. */

#include "native.h"

#define MOST_PLACES (UINT32_MAX / 8)
#define COUNT_CHARS 12 /* a bar, a number of up to ten digits and a blank */

/* A term of the article: its number, its weighted frequency and its early frequency, 0 where the body lacks it. */
typedef struct {
    uint32_t number, frequency, early;
} Counted;

/* The numbers of the terms by position, and each term once, in the order of their first places. */
typedef struct {
    const uint32_t *numbers;
    size_t places, body_start;
    PyObject *tokens, *mark;
    Counted *terms;
    size_t different;
} Text;

/* How terms count: what a place in the title adds, and the early frequency of the places from each bound on. */
typedef struct {
    uint32_t title_bonus;
    const uint32_t *bounds, *frequencies;
    size_t steps;
} Weighting;

static inline PyObject *token_of(const Text *text, size_t number)
{
    return PyList_GET_ITEM(text->tokens, (Py_ssize_t)number);
}

static int check_numbers(const Text *text)
{
    size_t size = (size_t)PyList_GET_SIZE(text->tokens);
    if (text->places > MOST_PLACES)
        return PyErr_Format(PyExc_ValueError, "%zu places: too many", text->places), -1;
    if (!size || !PyBytes_Check(token_of(text, 0)))
        return PyErr_Format(PyExc_ValueError, "no token for a gap"), -1;
    for (size_t at = 0; at < text->places; at++)
        if (text->numbers[at] >= size || !PyBytes_Check(token_of(text, text->numbers[at])))
            return PyErr_Format(PyExc_ValueError, "term %u: no token", text->numbers[at]), -1;
    return 0;
}

static int count_terms(Text *text, const Weighting *weighting)
{
    size_t capacity = 16, step = 0;
    while (capacity < 2 * text->places)
        capacity *= 2;
    uint32_t *slots = PyMem_Calloc(capacity, sizeof *slots); /* 0: free, else the place in `terms`, counted from 1 */
    text->terms = PyMem_Malloc((text->places + 1) * sizeof *text->terms);
    if (!slots || !text->terms) {
        PyMem_Free(slots);
        return PyErr_NoMemory(), -1;
    }
    for (size_t at = 0; at < text->places; at++) {
        uint32_t number = text->numbers[at];
        int in_body = at >= text->body_start;
        while (in_body && step + 1 < weighting->steps && at - text->body_start >= weighting->bounds[step + 1])
            step++;
        if (!number)
            continue;
        size_t slot = number * 2654435761u & (capacity - 1);
        while (slots[slot] && text->terms[slots[slot] - 1].number != number)
            slot = (slot + 1) & (capacity - 1);
        if (!slots[slot]) {
            text->terms[text->different++] = (Counted){number, in_body ? 0 : weighting->title_bonus, 0};
            slots[slot] = (uint32_t)text->different;
        }
        Counted *term = &text->terms[slots[slot] - 1];
        term->frequency++;
        if (in_body && !term->early && weighting->steps)
            term->early = weighting->frequencies[step];
    }
    PyMem_Free(slots);
    return 0;
}

static inline char *put(char *to, PyObject *token)
{
    size_t size = (size_t)PyBytes_GET_SIZE(token);
    memcpy(to, PyBytes_AS_STRING(token), size);
    return to + size;
}

static inline char *put_count(char *to, uint32_t count)
{
    char digits[10];
    int last = 10;
    do
        digits[--last] = (char)('0' + count % 10);
    while (count /= 10);
    *to++ = '|';
    memcpy(to, digits + last, (size_t)(10 - last));
    to += 10 - last;
    *to++ = ' ';
    return to;
}

/* Return `bytes` cut at `end`, and without the blank before it. */
static PyObject *cut(PyObject *bytes, const char *end)
{
    Py_ssize_t size = end - PyBytes_AS_STRING(bytes);
    _PyBytes_Resize(&bytes, size ? size - 1 : 0);
    return bytes;
}

/* Return each term once, with its weighted or its early frequency. */
static PyObject *write_counts(const Text *text, int early)
{
    Py_ssize_t most = 0;
    for (size_t at = 0; at < text->different; at++)
        most += PyBytes_GET_SIZE(token_of(text, text->terms[at].number)) + COUNT_CHARS;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, most);
    if (!bytes)
        return NULL;
    char *to = PyBytes_AS_STRING(bytes);
    for (size_t at = 0; at < text->different; at++) {
        const Counted *term = &text->terms[at];
        uint32_t count = !early ? term->frequency : term->early ? term->early : 1;
        to = put_count(put(to, token_of(text, term->number)), count);
    }
    return cut(bytes, to);
}

static Py_ssize_t size_of_places(const Text *text, size_t begin, size_t end)
{
    Py_ssize_t size = 0;
    for (size_t at = begin; at < end; at++)
        size += PyBytes_GET_SIZE(token_of(text, text->numbers[at])) + 1;
    return size;
}

static char *put_places(char *to, const Text *text, size_t begin, size_t end)
{
    for (size_t at = begin; at < end; at++) {
        to = put(to, token_of(text, text->numbers[at]));
        *to++ = ' ';
    }
    return to;
}

/* Return the terms of the title without the last gaps or, `whole`, all terms, the mark in place of the last gap. */
static PyObject *write_places(const Text *text, int whole)
{
    size_t end = text->body_start, body = whole ? text->body_start : text->places;
    for (int first = 1; end && !text->numbers[end - 1] && (first || !whole); first = 0)
        end--;
    Py_ssize_t most = size_of_places(text, 0, end) + size_of_places(text, body, text->places);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, most + (whole ? PyBytes_GET_SIZE(text->mark) + 1 : 0));
    if (!bytes)
        return NULL;
    char *to = put_places(PyBytes_AS_STRING(bytes), text, 0, end);
    if (whole) {
        to = put(to, text->mark);
        *to++ = ' ';
    }
    return cut(bytes, put_places(to, text, body, text->places));
}

static PyObject *write_numbers(const Text *text)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(text->different * sizeof(uint32_t)));
    for (size_t at = 0; bytes && at < text->different; at++)
        memcpy(PyBytes_AS_STRING(bytes) + at * sizeof(uint32_t), &text->terms[at].number, sizeof(uint32_t));
    return bytes;
}

static PyObject *write_all(const Text *text)
{
    PyObject *parts[5] = {write_counts(text, 0), write_counts(text, 1), write_places(text, 1), write_places(text, 0),
                          write_numbers(text)};
    int good = 1;
    for (int part = 0; part < 5; part++)
        good &= parts[part] != NULL;
    if (good)
        return Py_BuildValue("NNNNN", parts[0], parts[1], parts[2], parts[3], parts[4]);
    for (int part = 0; part < 5; part++)
        Py_XDECREF(parts[part]);
    return NULL;
}

PyObject *term_texts(PyObject *module, PyObject *args)
{
    Text text = {0};
    Weighting weighting = {0};
    PyObject *given[3], *result = NULL;
    Py_ssize_t body_start;
    Py_buffer views[3];
    const char *names[] = {"numbers", "bounds", "frequencies"};
    int held = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "OnO!SIOO:term_texts", &given[0], &body_start, &PyList_Type, &text.tokens, &text.mark,
                          &weighting.title_bonus, &given[1], &given[2]))
        return NULL;
    while (held < 3 && get_array(given[held], names[held], "I", &views[held]) == 0)
        held++;
    if (held == 3 && has_items(&views[2], names[2], items_of(&views[1]))) {
        text.numbers = views[0].buf, text.places = items_of(&views[0]);
        text.body_start = body_start < 0 ? 0 : (size_t)body_start;
        text.body_start = text.body_start < text.places ? text.body_start : text.places;
        weighting.bounds = views[1].buf, weighting.frequencies = views[2].buf, weighting.steps = items_of(&views[1]);
        if (check_numbers(&text) == 0 && count_terms(&text, &weighting) == 0)
            result = write_all(&text);
        PyMem_Free(text.terms);
    }
    while (held)
        PyBuffer_Release(&views[--held]);
    return result;
}
