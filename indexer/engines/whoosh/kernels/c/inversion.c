/* Tokens in document order -> the postings of terms, by counting; see segment/inversion.py. */

#include "native.h"

typedef struct {
    uint32_t document;       /* the last that had the term, counted from 1 */
    uint32_t posting, place; /* the next free ones */
    uint32_t over;           /* the overflow entry of the last posting, if it has one */
} Tally;

typedef struct {
    const uint32_t *ids, *ends, *ranks, *places; /* places may be NULL */
    size_t tokens, documents, ranked, terms;
    int width;
    Tally *tallies;
    uint32_t (*over)[2]; /* posting, frequency */
    size_t over_count, over_room;
} Inversion;

static const char *count_tokens(Inversion *given)
{
    size_t token = 0;
    uint64_t limit = given->width == 2 ? 1u << 16 : (uint64_t)1 << 32;
    for (size_t document = 0; document < given->documents; document++) {
        size_t begin = token, end = given->ends[document];
        if (end < token || end > given->tokens)
            return "ends: not rising to the number of tokens";
        for (; token < end; token++) {
            uint32_t id = given->ids[token];
            if (id == 0)
                continue;
            if (id >= given->ranked || given->ranks[id] >= given->terms)
                return "ids: one without a term";
            if (given->width && (given->places ? given->places[token] : token - begin) >= limit)
                return "a position does not fit the width";
            Tally *tally = &given->tallies[given->ranks[id]];
            tally->place++;
            tally->posting += tally->document != document + 1;
            tally->document = (uint32_t)document + 1;
        }
    }
    return token == given->tokens ? NULL : "ends: not rising to the number of tokens";
}

/* Turn counts into beginnings. */
static void sum_up(Inversion *given, uint32_t *starts, uint32_t *position_starts)
{
    uint32_t posting = 0, place = 0;
    for (size_t term = 0; term <= given->terms; term++) {
        starts[term] = posting;
        if (position_starts)
            position_starts[term] = place;
        if (term == given->terms)
            return;
        Tally *tally = &given->tallies[term];
        Tally begin = {.posting = posting, .place = place};
        posting += tally->posting, place += tally->place;
        *tally = begin;
    }
}

static int count_over(Inversion *given, Tally *tally, uint32_t posting, uint8_t *often)
{
    if (*often < MANY - 1) {
        ++*often;
        return 0;
    }
    if (*often == MANY) {
        given->over[tally->over][1]++;
        return 0;
    }
    if (given->over_count == given->over_room) {
        size_t room = given->over_room ? given->over_room * 2 : 64;
        void *over = realloc(given->over, room * sizeof *given->over);
        if (!over)
            return -1;
        given->over = over, given->over_room = room;
    }
    *often = MANY;
    tally->over = (uint32_t)given->over_count;
    given->over[given->over_count][0] = posting;
    given->over[given->over_count++][1] = MANY;
    return 0;
}

static int by_posting(const void *first, const void *second)
{
    uint32_t one = *(const uint32_t *)first, other = *(const uint32_t *)second;
    return (one > other) - (one < other);
}

static int fill_postings(Inversion *given, uint16_t *docs, uint8_t *tfs, void *positions)
{
    size_t token = 0;
    for (size_t document = 0; document < given->documents; document++) {
        size_t begin = token;
        for (; token < given->ends[document]; token++) {
            if (given->ids[token] == 0)
                continue;
            Tally *tally = &given->tallies[given->ranks[given->ids[token]]];
            if (tally->document != document + 1) {
                tally->document = (uint32_t)document + 1;
                docs[tally->posting] = (uint16_t)document;
                tfs[tally->posting++] = 0;
            }
            uint32_t posting = tally->posting - 1;
            if (count_over(given, tally, posting, &tfs[posting]) < 0)
                return -1;
            uint32_t place = given->places ? given->places[token] : (uint32_t)(token - begin);
            if (given->width == 4)
                ((uint32_t *)positions)[tally->place++] = place;
            else if (given->width == 2)
                ((uint16_t *)positions)[tally->place++] = (uint16_t)place;
        }
    }
    if (given->over_count)
        qsort(given->over, given->over_count, sizeof *given->over, by_posting);
    return 0;
}

static PyObject *bytes_of(size_t items, size_t size)
{
    return PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(items * size));
}

static PyObject *inverted(Inversion *given)
{
    const char *wrong;
    Py_BEGIN_ALLOW_THREADS
    wrong = count_tokens(given);
    Py_END_ALLOW_THREADS
    if (wrong)
        return PyErr_Format(PyExc_ValueError, "%s", wrong);
    size_t postings = 0, places = 0, ends = given->width ? given->terms + 1 : 0;
    for (size_t term = 0; term < given->terms; term++)
        postings += given->tallies[term].posting, places += given->tallies[term].place;
    PyObject *out[7] = {bytes_of(given->terms + 1, 4),
                        bytes_of(postings, 2),
                        bytes_of(postings, 1),
                        NULL,
                        NULL,
                        bytes_of(ends, 4),
                        bytes_of(places, (size_t)given->width)};
    int good = out[0] && out[1] && out[2] && out[5] && out[6];
    if (good) {
        Py_BEGIN_ALLOW_THREADS
        sum_up(given, (uint32_t *)(void *)PyBytes_AS_STRING(out[0]),
               ends ? (uint32_t *)(void *)PyBytes_AS_STRING(out[5]) : NULL);
        good = fill_postings(given, (uint16_t *)(void *)PyBytes_AS_STRING(out[1]), (uint8_t *)PyBytes_AS_STRING(out[2]),
                             PyBytes_AS_STRING(out[6]))
               == 0;
        Py_END_ALLOW_THREADS
        if (!good)
            PyErr_NoMemory();
    }
    for (int which = 3; good && which < 5; which++) {
        out[which] = bytes_of(given->over_count, 4);
        good = out[which] != NULL;
        for (size_t at = 0; good && at < given->over_count; at++)
            memcpy(PyBytes_AS_STRING(out[which]) + 4 * at, &given->over[at][which - 3], 4);
    }
    if (good)
        return Py_BuildValue("NNNNNNN", out[0], out[1], out[2], out[3], out[4], out[5], out[6]);
    for (int which = 0; which < 7; which++)
        Py_XDECREF(out[which]);
    return NULL;
}

static int is_row_of_u4(const Py_buffer *view, const char *name)
{
    if (view->len % 4 == 0 && (uintptr_t)view->buf % 4 == 0)
        return 1;
    PyErr_Format(PyExc_ValueError, "%s: no aligned row of numbers of four bytes", name);
    return 0;
}

static PyObject *invert_views(Py_buffer *ids, Py_buffer *ends, Py_buffer *ranks, Py_buffer *places, Py_ssize_t terms,
                              int width)
{
    if (!is_row_of_u4(ids, "ids") || !is_row_of_u4(ends, "ends") || !is_row_of_u4(ranks, "ranks")
        || (places && !is_row_of_u4(places, "places")))
        return NULL;
    Inversion given = {.ids = ids->buf,
                       .ends = ends->buf,
                       .ranks = ranks->buf,
                       .places = places ? places->buf : NULL,
                       .tokens = (size_t)ids->len / 4,
                       .documents = (size_t)ends->len / 4,
                       .ranked = (size_t)ranks->len / 4,
                       .terms = (size_t)terms,
                       .width = width};
    if (terms < 0 || terms >= UINT32_MAX || given.documents > MAX_DOCUMENTS || given.tokens > UINT32_MAX
        || (width != 0 && width != 2 && width != 4) || (places && places->len != ids->len))
        return PyErr_Format(PyExc_ValueError,
                            "%zu tokens, %zu documents, %zd terms, width %d: out of range, or other places",
                            given.tokens, given.documents, terms, width);
    given.tallies = calloc(given.terms + 1, sizeof *given.tallies);
    PyObject *result = given.tallies ? inverted(&given) : PyErr_NoMemory();
    free(given.tallies);
    free(given.over);
    return result;
}

PyObject *invert(PyObject *module, PyObject *args)
{
    PyObject *place_array, *result = NULL;
    Py_ssize_t terms;
    int width;
    Py_buffer views[4] = {{0}};
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*y*niO:invert", &views[0], &views[1], &views[2], &terms, &width, &place_array))
        return NULL;
    int placed = place_array != Py_None;
    if (!placed || PyObject_GetBuffer(place_array, &views[3], PyBUF_SIMPLE) == 0)
        result = invert_views(&views[0], &views[1], &views[2], placed ? &views[3] : NULL, terms, width);
    for (int which = 0; which < 4; which++)
        PyBuffer_Release(&views[which]); /* of one that was not taken: nothing */
    return result;
}
