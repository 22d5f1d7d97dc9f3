/* Tokens in document order -> the postings of terms, by counting; see segment/inversion.py.
 *
 * A call takes one chunk of documents. What the chunks before it left behind is in the caller's arrays, and everything
 * in them is compared with its bounds: they are written where the tallies say.
 */

#include "native.h"

/* What is known of a term; four u4 in the caller's array. */
typedef struct {
    uint32_t document;       /* the last that had the term, counted from 1 */
    uint32_t posting, place; /* the next free ones; while counting, how many there are */
    uint32_t over;           /* the overflow entry of the last posting, if it has one */
} Tally;

typedef struct {
    const uint32_t *ids, *ends, *places, *ranks; /* places may be NULL */
    size_t tokens, documents, ranked, terms;
    uint32_t first_document, first_term;
    Tally *tallies;
    uint16_t *docs;
    uint8_t *tfs;
    size_t postings;
    uint32_t (*over)[2]; /* posting, frequency */
    size_t over_count, over_room;
    void *positions;
    size_t positions_count;
    int width;
} Inversion;

/* Count a chunk's tokens and find the last position of a term. */
static const char *count_tokens(Inversion *given, uint32_t *last)
{
    size_t token = 0;
    for (size_t document = 0; document < given->documents; document++) {
        size_t begin = token, end = given->ends[document];
        uint32_t number = given->first_document + (uint32_t)document + 1;
        if (end < token || end > given->tokens)
            return "ends: not rising to the number of tokens";
        for (; token < end; token++) {
            uint32_t id = given->ids[token];
            if (id == 0)
                continue;
            if (id >= given->ranked || given->ranks[id] >= given->terms)
                return "ids: one without a term";
            uint32_t place = given->places ? given->places[token] : (uint32_t)(token - begin);
            *last = place > *last ? place : *last;
            Tally *tally = &given->tallies[given->ranks[id]];
            tally->place++;
            tally->posting += tally->document != number;
            tally->document = number;
        }
    }
    return token == given->tokens ? NULL : "ends: not rising to the number of tokens";
}

/* Count one more token of a posting; return 0 when there is no room for its overflow. */
static inline int count_over(Inversion *given, Tally *tally, uint32_t posting)
{
    uint8_t *often = &given->tfs[posting];
    if (*often < MANY - 1) {
        ++*often;
        return 1;
    }
    if (*often == MANY) {
        if (tally->over >= given->over_count)
            return 0;
        given->over[tally->over][1]++;
        return 1;
    }
    if (given->over_count >= given->over_room)
        return 0;
    *often = MANY;
    tally->over = (uint32_t)given->over_count;
    given->over[given->over_count][0] = posting;
    given->over[given->over_count++][1] = MANY;
    return 1;
}

static inline int add_token(Inversion *given, Tally *tally, uint32_t number, uint32_t place)
{
    if (tally->document != number) {
        if (tally->posting >= given->postings)
            return 0;
        tally->document = number;
        given->docs[tally->posting] = (uint16_t)(number - 1);
        given->tfs[tally->posting++] = 0;
    }
    if (tally->posting == 0 || tally->posting > given->postings || !count_over(given, tally, tally->posting - 1))
        return 0;
    if (given->width == 0)
        return 1;
    if (tally->place >= given->positions_count || (given->width == 2 && place > UINT16_MAX))
        return 0;
    if (given->width == 2)
        ((uint16_t *)given->positions)[tally->place++] = (uint16_t)place;
    else
        ((uint32_t *)given->positions)[tally->place++] = place;
    return 1;
}

/* Write the postings of a range of terms: the others are passed over. */
static const char *fill_postings(Inversion *given)
{
    size_t token = 0;
    for (size_t document = 0; document < given->documents; document++) {
        size_t begin = token, end = given->ends[document];
        uint32_t number = given->first_document + (uint32_t)document + 1;
        if (end < token || end > given->tokens)
            return "ends: not rising to the number of tokens";
        for (; token < end; token++) {
            uint32_t id = given->ids[token];
            if (id == 0)
                continue;
            if (id >= given->ranked)
                return "ids: one without a term";
            uint32_t term = given->ranks[id] - given->first_term; /* one before the range becomes a large number */
            if (term >= given->terms)
                continue;
            uint32_t place = given->places ? given->places[token] : (uint32_t)(token - begin);
            if (!add_token(given, &given->tallies[term], number, place))
                return "tallies: not those of these tokens";
        }
    }
    return token == given->tokens ? NULL : "ends: not rising to the number of tokens";
}

enum { IDS, ENDS, RANKS, PLACES, TALLIES, DOCS, TFS, OVER, POSITIONS, VIEWS };

typedef struct {
    const char *name;
    size_t size; /* of an item */
    int written;
} Taken;

static const Taken TAKEN[VIEWS] = {{"ids", 4, 0},  {"ends", 4, 0}, {"ranks", 4, 0}, {"places", 4, 0},   {"tallies", 16, 1},
                                   {"docs", 2, 1}, {"tfs", 1, 1},  {"over", 8, 1},  {"positions", 1, 1}};

/* Hold the arrays that are not NULL; return 0, or -1 with an error set. */
static int take(PyObject *const *arrays, Py_buffer *views)
{
    for (int which = 0; which < VIEWS; which++) {
        const Taken *taken = &TAKEN[which];
        if (!arrays[which])
            continue;
        if (PyObject_GetBuffer(arrays[which], &views[which], taken->written ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0)
            return -1;
        size_t aligned = taken->size > 4 ? 4 : taken->size;
        if ((size_t)views[which].len % taken->size || (views[which].len && (uintptr_t)views[which].buf % aligned)) {
            PyErr_Format(PyExc_ValueError, "%s: no aligned row of items of %zu bytes", taken->name, taken->size);
            return -1;
        }
    }
    return 0;
}

static size_t items(const Py_buffer *views, int which) { return (size_t)views[which].len / TAKEN[which].size; }

static int begin(Inversion *given, const Py_buffer *views, Py_ssize_t first_document, Py_ssize_t first_term)
{
    given->ids = views[IDS].buf, given->tokens = items(views, IDS);
    given->ends = views[ENDS].buf, given->documents = items(views, ENDS);
    given->ranks = views[RANKS].buf, given->ranked = items(views, RANKS);
    given->places = views[PLACES].buf;
    given->tallies = views[TALLIES].buf, given->terms = items(views, TALLIES);
    if (first_document < 0 || first_document > MAX_DOCUMENTS || given->tokens > UINT32_MAX || first_term < 0
        || given->documents > (size_t)(MAX_DOCUMENTS - first_document) || first_term > UINT32_MAX
        || given->terms > UINT32_MAX || (given->places && items(views, PLACES) != given->tokens)) {
        PyErr_Format(PyExc_ValueError, "%zu tokens, %zu documents from %zd, %zu terms from %zd: out of range, or other places",
                     given->tokens, given->documents, first_document, given->terms, first_term);
        return -1;
    }
    given->first_document = (uint32_t)first_document, given->first_term = (uint32_t)first_term;
    return 0;
}

static void release(Py_buffer *views)
{
    for (int which = 0; which < VIEWS; which++)
        PyBuffer_Release(&views[which]); /* of one that was not taken: nothing */
}

static PyObject *or_none(PyObject *array) { return array == Py_None ? NULL : array; }

PyObject *count_chunk(PyObject *module, PyObject *args)
{
    PyObject *arrays[VIEWS] = {0}, *result = NULL;
    Py_buffer views[VIEWS] = {{0}};
    Py_ssize_t first_document;
    Inversion given = {0};
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOnOO:count", &arrays[IDS], &arrays[ENDS], &arrays[PLACES], &first_document,
                          &arrays[RANKS], &arrays[TALLIES]))
        return NULL;
    arrays[PLACES] = or_none(arrays[PLACES]);
    if (take(arrays, views) == 0 && begin(&given, views, first_document, 0) == 0) {
        const char *wrong;
        uint32_t last = 0;
        Py_BEGIN_ALLOW_THREADS
        wrong = count_tokens(&given, &last);
        Py_END_ALLOW_THREADS
        result = wrong ? PyErr_Format(PyExc_ValueError, "%s", wrong) : PyLong_FromUnsignedLong(last);
    }
    release(views);
    return result;
}

static int begin_writing(Inversion *given, const Py_buffer *views, Py_ssize_t found, int width)
{
    given->docs = views[DOCS].buf, given->postings = items(views, DOCS);
    given->tfs = views[TFS].buf;
    given->over = views[OVER].buf, given->over_room = items(views, OVER);
    given->over_count = (size_t)found;
    given->positions = views[POSITIONS].buf;
    given->width = width;
    given->positions_count = width > 0 ? items(views, POSITIONS) / (size_t)width : 0;
    if (items(views, TFS) == given->postings && found >= 0 && given->over_count <= given->over_room
        && (width == 0 || width == 2 || width == 4)
        && (given->positions_count == 0 || (uintptr_t)given->positions % (size_t)width == 0))
        return 0;
    PyErr_Format(PyExc_ValueError, "%zu postings, %zu frequencies, %zd overflow entries, positions of %d bytes: not fitting",
                 given->postings, items(views, TFS), found, width);
    return -1;
}

PyObject *invert_chunk(PyObject *module, PyObject *args)
{
    PyObject *arrays[VIEWS] = {0}, *result = NULL;
    Py_buffer views[VIEWS] = {{0}};
    Py_ssize_t first_document, first_term, found;
    int width;
    Inversion given = {0};
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOnOnOOOOnOi:invert", &arrays[IDS], &arrays[ENDS], &arrays[PLACES], &first_document,
                          &arrays[RANKS], &first_term, &arrays[TALLIES], &arrays[DOCS], &arrays[TFS], &arrays[OVER],
                          &found, &arrays[POSITIONS], &width))
        return NULL;
    arrays[PLACES] = or_none(arrays[PLACES]);
    if (take(arrays, views) == 0 && begin(&given, views, first_document, first_term) == 0
        && begin_writing(&given, views, found, width) == 0) {
        const char *wrong;
        Py_BEGIN_ALLOW_THREADS
        wrong = fill_postings(&given);
        Py_END_ALLOW_THREADS
        result = wrong ? PyErr_Format(PyExc_ValueError, "%s", wrong) : PyLong_FromSize_t(given.over_count);
    }
    release(views);
    return result;
}
