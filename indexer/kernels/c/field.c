/* One indexed field: its arrays, checked when they come, its terms and their postings. */

#include "native.h"

int is_kind(const Py_buffer *view, char kind)
{
    const char *format = view->format ? view->format : "B";
    if (*format == '@' || *format == '=' || *format == '<')
        format++;
    if (format[0] == '\0' || format[1] != '\0')
        return 0;
    switch (kind) {
    case 'B': return *format == 'B' && view->itemsize == 1;
    case '?': return *format == '?' && view->itemsize == 1;
    case 'H': return *format == 'H' && view->itemsize == 2;
    case 'I': return (*format == 'I' || *format == 'L') && view->itemsize == 4;
    default: return *format == 'd' && view->itemsize == 8;
    }
}

/* Hold the buffer of an array of one of the `kinds`; return 0, or -1 with an error set and nothing held. */
int hold(PyObject *array, const char *name, const char *kinds, Py_buffer *view)
{
    if (!PyObject_CheckBuffer(array) || PyObject_GetBuffer(array, view, PyBUF_STRIDES | PyBUF_FORMAT) < 0) {
        if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_BufferError))
            PyErr_Format(PyExc_TypeError, "%s: not an array", name);
        return -1;
    }
    int known = 0;
    for (const char *kind = kinds; *kind; kind++)
        known |= is_kind(view, *kind);
    if (!known)
        PyErr_Format(PyExc_TypeError, "%s: not an array of %s", name, kinds);
    else if (view->ndim != 1 || !PyBuffer_IsContiguous(view, 'C') || (uintptr_t)view->buf % (size_t)view->itemsize)
        PyErr_Format(PyExc_ValueError, "%s: not one contiguous, aligned row", name);
    else
        return 0;
    PyBuffer_Release(view);
    return -1;
}

int has_items(const Py_buffer *view, const char *name, size_t items)
{
    if (items_of(view) == items)
        return 1;
    PyErr_Format(PyExc_ValueError, "%s: %zu items, not %zu", name, items_of(view), items);
    return 0;
}

static void field_free(Field *self)
{
    while (self->held)
        PyBuffer_Release(&self->views[--self->held]);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static int rises(const char *name, const uint32_t *ends, size_t items, size_t limit)
{
    int good = items > 0;
    for (size_t at = 1; at < items; at++)
        good &= ends[at - 1] <= ends[at];
    if (good && ends[items - 1] <= limit)
        return 1;
    PyErr_Format(PyExc_ValueError, "%s: does not rise to at most %zu", name, limit);
    return 0;
}

static int field_is_sound(const Field *self)
{
    const Py_buffer *views = self->views;
    size_t items = items_of(&views[1]);
    if (items_of(&views[3]) > UINT32_MAX || items > UINT32_MAX || items_of(&views[7]) > MAX_DOCUMENTS) {
        PyErr_Format(PyExc_ValueError, "more terms, postings or documents than possible");
        return 0;
    }
    if (!has_items(&views[2], "starts", items) || !has_items(&views[4], "tfs", self->postings)
        || !has_items(&views[5], "tf_over_at", self->overs)
        || !rises("term_ends", self->term_ends, items, self->terms_size)
        || !rises("starts", self->starts, items, self->postings))
        return 0;
    return !self->position_starts
           || (has_items(&views[8], "position_starts", items)
               && rises("position_starts", self->position_starts, items, self->positions_size));
}

static PyObject *field_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"terms",   "term_ends", "starts",          "docs",      "tfs", "tf_over_at",
                            "tf_over", "lengths",   "position_starts", "positions", NULL};
    static const char *kinds[] = {"B", "I", "I", "H", "B", "I", "I", "B", "I", "HI"};
    PyObject *arrays[10] = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, Py_None, Py_None};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOOOOOOO|OO:Field", names, &arrays[0], &arrays[1], &arrays[2],
                                     &arrays[3], &arrays[4], &arrays[5], &arrays[6], &arrays[7], &arrays[8],
                                     &arrays[9]))
        return NULL;
    if ((arrays[8] == Py_None) != (arrays[9] == Py_None))
        return PyErr_Format(PyExc_ValueError, "position_starts and positions: both or none");
    Field *self = (Field *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    int wanted = arrays[8] == Py_None ? 8 : 10;
    for (; self->held < wanted; self->held++)
        if (hold(arrays[self->held], names[self->held], kinds[self->held], &self->views[self->held]) < 0)
            goto refused;
    const Py_buffer *views = self->views;
    self->terms = views[0].buf, self->terms_size = items_of(&views[0]);
    self->term_ends = views[1].buf, self->starts = views[2].buf;
    self->docs = views[3].buf, self->postings = (uint32_t)items_of(&views[3]);
    self->tfs = views[4].buf, self->over_at = views[5].buf;
    self->over = views[6].buf, self->overs = (uint32_t)items_of(&views[6]);
    self->lengths = views[7].buf, self->documents = (uint32_t)items_of(&views[7]);
    if (wanted == 10) {
        self->position_starts = views[8].buf, self->positions = views[9].buf;
        self->positions_size = items_of(&views[9]), self->wide = views[9].itemsize == 4;
    }
    if (!field_is_sound(self))
        goto refused;
    self->count = (uint32_t)items_of(&views[1]) - 1;
    return (PyObject *)self;
refused:
    Py_DECREF(self);
    return NULL;
}

/* Compare a term with some bytes; with `behind`, a term that begins with them counts as less. */
static int is_less(const Field *field, uint32_t term, const uint8_t *bytes, size_t length, int behind)
{
    size_t size;
    const uint8_t *its = term_bytes(field, term, &size);
    int order = memcmp(its, bytes, size < length ? size : length);
    return order < 0 || (order == 0 && (size < length || behind));
}

uint32_t bisect(const Field *field, uint32_t low, uint32_t high, const uint8_t *bytes, size_t length, int behind)
{
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_less(field, middle, bytes, length, behind))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The same when the place is likely to be near `low`. */
uint32_t gallop_terms(const Field *field, uint32_t low, uint32_t end, const uint8_t *bytes, size_t length, int behind)
{
    uint32_t step = 1, high = low;
    while (high < end && is_less(field, high, bytes, length, behind)) {
        low = high + 1;
        high = end - high > step ? high + step : end;
        step *= 2;
    }
    return bisect(field, low, high, bytes, length, behind);
}

static PyObject *not_bytes(PyObject *term)
{
    return PyErr_Format(PyExc_TypeError, "a term is bytes, not %.100s", Py_TYPE(term)->tp_name);
}

static uint32_t lower_bound(const Field *self, PyObject *term)
{
    return bisect(self, 0, self->count, (const uint8_t *)PyBytes_AS_STRING(term), (size_t)PyBytes_GET_SIZE(term), 0);
}

static PyObject *field_lower_bound(Field *self, PyObject *term)
{
    return PyBytes_Check(term) ? PyLong_FromUnsignedLong(lower_bound(self, term)) : not_bytes(term);
}

static PyObject *field_find(Field *self, PyObject *term)
{
    if (!PyBytes_Check(term))
        return not_bytes(term);
    uint32_t at = lower_bound(self, term);
    size_t size, length = (size_t)PyBytes_GET_SIZE(term);
    if (at == self->count)
        return PyLong_FromLong(-1);
    const uint8_t *its = term_bytes(self, at, &size);
    int found = size == length && !memcmp(its, PyBytes_AS_STRING(term), size);
    return found ? PyLong_FromUnsignedLong(at) : PyLong_FromLong(-1);
}

/* Read the number of a term; return -1 with `error` set where there is none. */
int64_t term_number(const Field *field, PyObject *number, PyObject *error)
{
    Py_ssize_t term = PyNumber_AsSsize_t(number, NULL);
    if (term == -1 && PyErr_Occurred())
        return -1;
    if (term >= 0 && (size_t)term < field->count)
        return term;
    PyErr_Format(error, "term %zd of %u", term, (unsigned)field->count);
    return -1;
}

static PyObject *field_term(Field *self, PyObject *number)
{
    int64_t term = term_number(self, number, PyExc_IndexError);
    if (term < 0)
        return NULL;
    size_t size;
    const uint8_t *its = term_bytes(self, (uint32_t)term, &size);
    return PyBytes_FromStringAndSize((const char *)its, (Py_ssize_t)size);
}

void list_begin(List *list, const Field *field, uint32_t term, double weight)
{
    Range postings = posting_range(field, term), positions = {0, 0};
    if (field->position_starts)
        positions = range_at(field->position_starts, term, field->positions_size);
    *list = (List){.field = field, .begin = postings.begin, .at = postings.begin, .end = postings.end,
                   .weight = weight, .summed = postings.begin,
                   .places = positions.begin, .places_end = positions.end};
}

int list_open(List *list, const Field *field, PyObject *number, double weight)
{
    int64_t term = term_number(field, number, PyExc_ValueError);
    if (term < 0)
        return -1;
    list_begin(list, field, (uint32_t)term, weight);
    return 0;
}

/* Return the first overflow entry of posting `from` or behind it. */
static uint32_t overflow_from(const Field *field, uint32_t from)
{
    uint32_t low = 0, high = field->overs;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (load_u32(field->over_at + middle) < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t frequency(const Field *field, uint32_t posting)
{
    uint32_t often = load_u8(field->tfs + posting);
    if (often == MANY) {
        uint32_t over = overflow_from(field, posting);
        if (over < field->overs && load_u32(field->over_at + over) == posting)
            often = load_u32(field->over + over);
    }
    return often;
}

/* Return what the overflow adds to the frequency bytes of postings [from, to), and move `*over` past its entries. */
uint64_t overflow_between(const Field *field, uint32_t from, uint32_t to, uint32_t *over)
{
    uint64_t sum = 0;
    for (uint32_t posting; *over < field->overs && (posting = load_u32(field->over_at + *over)) < to; ++*over)
        if (posting >= from && load_u8(field->tfs + posting) == MANY)
            sum += (uint64_t)load_u32(field->over + *over) - MANY;
    return sum;
}

/* Return the sum of the frequencies of postings [from, to). */
static uint64_t frequencies(const Field *field, uint32_t from, uint32_t to)
{
    uint64_t sum = 0;
    uint32_t over = overflow_from(field, from);
    for (uint32_t at = from; at < to; at++)
        sum += load_u8(field->tfs + at);
    return sum + overflow_between(field, from, to, &over);
}

static PyObject *field_frequency(Field *self, PyObject *number)
{
    int64_t term = term_number(self, number, PyExc_ValueError);
    if (term < 0)
        return NULL;
    Range postings = posting_range(self, (uint32_t)term);
    return PyLong_FromUnsignedLong(postings.end - postings.begin);
}

static PyObject *field_weight(Field *self, PyObject *number)
{
    int64_t term = term_number(self, number, PyExc_ValueError);
    if (term < 0)
        return NULL;
    Range postings = posting_range(self, (uint32_t)term);
    return PyLong_FromUnsignedLongLong(frequencies(self, postings.begin, postings.end));
}

static PyObject *field_places(Field *self, PyObject *args)
{
    PyObject *number;
    List list;
    Py_ssize_t document;
    if (!PyArg_ParseTuple(args, "On:places", &number, &document))
        return NULL;
    if (!self->position_starts)
        return PyErr_Format(PyExc_ValueError, "the field has no positions");
    if (list_open(&list, self, number, 0.0) < 0)
        return NULL;
    if (document < 0 || document >= MAX_DOCUMENTS || list_next(&list, (uint32_t)document) != (uint32_t)document)
        return PyList_New(0);
    uint64_t begin = list.places + frequencies(self, list.begin, list.at), count = frequency(self, list.at);
    if (begin > list.places_end || count > list.places_end - begin)
        return PyList_New(0);
    PyObject *places = PyList_New((Py_ssize_t)count);
    for (uint64_t at = 0; places && at < count; at++) {
        PyObject *place = PyLong_FromUnsignedLong(position(self, begin + at));
        if (!place)
            Py_CLEAR(places);
        else
            PyList_SET_ITEM(places, (Py_ssize_t)at, place);
    }
    return places;
}

static PyObject *field_count(Field *self, void *unused)
{
    (void)unused;
    return PyLong_FromUnsignedLong(self->count);
}

static PyMethodDef field_methods[] = {
    {"term", (PyCFunction)field_term, METH_O, "Return the bytes of a term."},
    {"find", (PyCFunction)field_find, METH_O, "Return the number of a term, or -1."},
    {"lower_bound", (PyCFunction)field_lower_bound, METH_O, "Return the number of the first term that is not less."},
    {"within", (PyCFunction)(void (*)(void))field_within, METH_VARARGS | METH_KEYWORDS,
     "Return the terms at most so many edits away."},
    {"frequency", (PyCFunction)field_frequency, METH_O, "Return how many documents have the term."},
    {"weight", (PyCFunction)field_weight, METH_O, "Return how often the term occurs in all documents."},
    {"places", (PyCFunction)field_places, METH_VARARGS, "Return the positions of a term in a document."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef field_members[] = {
    {"count", (getter)field_count, NULL, "How many terms there are.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject FieldType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "indexer.kernels._native.Field",
    .tp_basicsize = sizeof(Field),
    .tp_dealloc = (destructor)field_free,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "The arrays of one indexed field; see fields.py.",
    .tp_methods = field_methods,
    .tp_getset = field_members,
    .tp_new = field_new,
};
