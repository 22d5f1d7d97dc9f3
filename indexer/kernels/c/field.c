/* Fields: the arrays of one indexed field, checked when it is made; dictionary look-up, frequencies and positions. */

#include "native.h"

int has_format(const Py_buffer *view, char kind)
{
    const char *format = view->format ? view->format : "B";
    if (*format == '@' || *format == '=' || *format == '<')
        format++;
    if (format[0] == '\0' || format[1] != '\0')
        return 0;
    switch (kind) {
    case 'B': return *format == 'B' && view->itemsize == 1;
    case '?': return *format == '?' && view->itemsize == 1;
    case 'b': return *format == 'b' && view->itemsize == 1;
    case 'H': return *format == 'H' && view->itemsize == 2;
    case 'I': return (*format == 'I' || *format == 'L') && view->itemsize == 4;
    default: return *format == 'd' && view->itemsize == 8;
    }
}

/* Get the buffer of an array whose format is one of `kinds`; return 0, or -1 with an error set and no buffer. */
int get_array(PyObject *array, const char *name, const char *kinds, Py_buffer *view)
{
    if (!PyObject_CheckBuffer(array) || PyObject_GetBuffer(array, view, PyBUF_STRIDES | PyBUF_FORMAT) < 0) {
        if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_BufferError))
            PyErr_Format(PyExc_TypeError, "%s: not an array", name);
        return -1;
    }
    int known = 0;
    for (const char *kind = kinds; *kind; kind++)
        known |= has_format(view, *kind);
    if (!known)
        PyErr_Format(PyExc_TypeError, "%s: not an array of %s", name, kinds);
    else if (view->ndim != 1 || !PyBuffer_IsContiguous(view, 'C')
             || (view->len && (uintptr_t)view->buf % (size_t)view->itemsize))
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

static int check_offsets(const char *name, const uint32_t *ends, size_t items, size_t limit)
{
    int good = items > 0;
    for (size_t at = 1; at < items; at++)
        good &= ends[at - 1] <= ends[at];
    if (good && ends[items - 1] <= limit)
        return 1;
    PyErr_Format(PyExc_ValueError, "%s: does not rise to at most %zu", name, limit);
    return 0;
}

static int check_field(const Field *self)
{
    const Py_buffer *views = self->views;
    size_t items = items_of(&views[1]);
    if (items_of(&views[3]) > UINT32_MAX || items > UINT32_MAX || items_of(&views[7]) > MAX_DOCUMENTS) {
        PyErr_Format(PyExc_ValueError, "more terms, postings or documents than possible");
        return 0;
    }
    if (!has_items(&views[2], "posting_offsets", items) || !has_items(&views[4], "occurrences", self->postings)
        || !has_items(&views[5], "tf_overflow_rows", self->overflow_count)
        || !check_offsets("term_ends", self->term_ends, items, self->terms_size)
        || !check_offsets("posting_offsets", self->posting_offsets, items, self->postings)
        || (self->body_starts && !has_items(&views[10], "body_starts", self->documents)))
        return 0;
    return !self->position_offsets
           || (has_items(&views[8], "position_offsets", items)
               && check_offsets("position_offsets", self->position_offsets, items, self->positions_size));
}

static PyObject *field_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"terms",       "term_ends", "posting_offsets",  "docs",      "occurrences", "tf_overflow_rows",
                            "tf_overflow", "lengths",   "position_offsets", "positions", "body_starts", NULL};
    static const char *kinds[] = {"B", "I", "I", "H", "B", "I", "I", "B", "I", "HI", "HI"};
    PyObject *arrays[11] = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, Py_None, Py_None, Py_None};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOOOOOOO|OOO:Field", names, &arrays[0], &arrays[1], &arrays[2],
                                     &arrays[3], &arrays[4], &arrays[5], &arrays[6], &arrays[7], &arrays[8],
                                     &arrays[9], &arrays[10]))
        return NULL;
    if ((arrays[8] == Py_None) != (arrays[9] == Py_None))
        return PyErr_Format(PyExc_ValueError, "position_offsets and positions: both or none");
    Field *self = (Field *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    for (; self->held < 11; self->held++)
        if (arrays[self->held] != Py_None
            && get_array(arrays[self->held], names[self->held], kinds[self->held], &self->views[self->held]) < 0)
            goto refused;
    const Py_buffer *views = self->views;
    self->terms = views[0].buf, self->terms_size = items_of(&views[0]);
    self->term_ends = views[1].buf, self->posting_offsets = views[2].buf;
    self->docs = views[3].buf, self->postings = (uint32_t)items_of(&views[3]);
    self->occurrences = views[4].buf, self->overflow_rows = views[5].buf;
    self->overflow = views[6].buf, self->overflow_count = (uint32_t)items_of(&views[6]);
    self->lengths = views[7].buf, self->documents = (uint32_t)items_of(&views[7]);
    if (arrays[8] != Py_None) {
        self->position_offsets = views[8].buf, self->positions = views[9].buf;
        self->positions_size = items_of(&views[9]), self->wide = views[9].itemsize == 4;
    }
    if (arrays[10] != Py_None)
        self->body_starts = views[10].buf, self->wide_starts = views[10].itemsize == 4;
    if (!check_field(self))
        goto refused;
    self->count = (uint32_t)items_of(&views[1]) - 1;
    return (PyObject *)self;
refused:
    Py_DECREF(self);
    return NULL;
}

static PyObject *not_bytes(PyObject *term)
{
    return PyErr_Format(PyExc_TypeError, "a term is bytes, not %.100s", Py_TYPE(term)->tp_name);
}

/* Return the number of the first term that is not less than `term`. */
static uint32_t lower_bound(const Field *self, PyObject *term)
{
    uint32_t low = 0, high = self->count;
    size_t size, length = (size_t)PyBytes_GET_SIZE(term);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const uint8_t *bytes_of_term = term_bytes(self, middle, &size);
        int order = memcmp(bytes_of_term, PyBytes_AS_STRING(term), size < length ? size : length);
        if (order < 0 || (order == 0 && size < length))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
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
    const uint8_t *bytes_of_term = term_bytes(self, at, &size);
    int found = size == length && !memcmp(bytes_of_term, PyBytes_AS_STRING(term), size);
    return found ? PyLong_FromUnsignedLong(at) : PyLong_FromLong(-1);
}

/* Return a term number, or -1 with `error` set for one out of range. */
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
    const uint8_t *bytes_of_term = term_bytes(self, (uint32_t)term, &size);
    return PyBytes_FromStringAndSize((const char *)bytes_of_term, (Py_ssize_t)size);
}

void init_list(PostingList *list, const Field *field, uint32_t term, double weight)
{
    Range postings = posting_range(field, term), positions = {0, 0};
    if (field->position_offsets)
        positions = range_at(field->position_offsets, term, field->positions_size);
    *list = (PostingList){.field = field,
                          .begin = postings.begin,
                          .at = postings.begin,
                          .end = postings.end,
                          .weight = weight,
                          .summed_to = postings.begin,
                          .positions_at = positions.begin,
                          .positions_end = positions.end};
}

int open_list(PostingList *list, const Field *field, PyObject *number, double weight)
{
    int64_t term = term_number(field, number, PyExc_ValueError);
    if (term < 0)
        return -1;
    init_list(list, field, (uint32_t)term, weight);
    return 0;
}

/* Return the first overflow entry of posting `from` or a later one. */
uint32_t overflow_from(const Field *field, uint32_t from)
{
    uint32_t low = 0, high = field->overflow_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (load_u32(field->overflow_rows + middle) < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t frequency(const Field *field, uint32_t posting)
{
    uint32_t tf = field->occurrences[posting] & FREQUENCY;
    if (tf == MOST_FREQUENT) {
        uint32_t over = overflow_from(field, posting);
        if (over < field->overflow_count && load_u32(field->overflow_rows + over) == posting)
            tf = load_u32(field->overflow + over);
    }
    return tf;
}

/* Return what the overflow adds to the frequencies in the occurrence bytes of postings [from, to), and move `*over` past its entries. */
uint64_t overflow_between(const Field *field, uint32_t from, uint32_t to, uint32_t *over)
{
    uint64_t sum = 0;
    for (uint32_t posting; *over < field->overflow_count && (posting = load_u32(field->overflow_rows + *over)) < to;
         ++*over)
        if (posting >= from && (field->occurrences[posting] & FREQUENCY) == MOST_FREQUENT)
            sum += (uint64_t)load_u32(field->overflow + *over) - MOST_FREQUENT;
    return sum;
}

/* Return the sum of the frequencies of postings [from, to). */
static uint64_t frequencies(const Field *field, uint32_t from, uint32_t to)
{
    uint32_t over = overflow_from(field, from);
    return sum_frequencies(field->occurrences, from, to) + overflow_between(field, from, to, &over);
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

/* Cut the positions of a posting, which rise, to those in a part of its document. */
Places places_in(const Field *field, uint64_t begin, uint32_t count, uint32_t document, uint8_t part)
{
    uint32_t before = 0, start = part == ANYWHERE ? 0 : body_start(field, document);
    if (part == ANYWHERE)
        return (Places){begin, count};
    while (before < count && position_at(field, begin + before) < start)
        before++;
    return part == TITLE ? (Places){begin, before} : (Places){begin + before, count - before};
}

/* Find the positions of a term in a part of a document, none if they exceed those of the term; return -1 with an error
 * set. */
int find_positions(const Field *field, PyObject *number, Py_ssize_t document, uint8_t part, Places *places)
{
    PostingList list;
    *places = (Places){0, 0};
    if (!field->position_offsets) {
        PyErr_Format(PyExc_ValueError, "the field has no positions");
        return -1;
    }
    if (open_list(&list, field, number, 0.0) < 0)
        return -1;
    if (document < 0 || document >= MAX_DOCUMENTS || advance(&list, (uint32_t)document) != (uint32_t)document)
        return 0;
    if (part != ANYWHERE && !(field->occurrences[list.at] & part))
        return 0;
    uint32_t count = frequency(field, list.at);
    uint64_t begin = list.positions_at + frequencies(field, list.begin, list.at);
    if (begin <= list.positions_end && count <= list.positions_end - begin)
        *places = places_in(field, begin, count, (uint32_t)document, part);
    return 0;
}

static PyObject *field_positions(Field *self, PyObject *args)
{
    PyObject *number;
    Py_ssize_t document;
    Places places;
    if (!PyArg_ParseTuple(args, "On:positions_in", &number, &document)
        || find_positions(self, number, document, ANYWHERE, &places) < 0)
        return NULL;
    PyObject *positions = PyList_New((Py_ssize_t)places.count);
    for (uint32_t at = 0; positions && at < places.count; at++) {
        PyObject *position = PyLong_FromUnsignedLong(position_at(self, places.begin + at));
        if (!position)
            Py_CLEAR(positions);
        else
            PyList_SET_ITEM(positions, (Py_ssize_t)at, position);
    }
    return positions;
}

static PyMethodDef field_methods[] = {
    {"term", (PyCFunction)field_term, METH_O, "Return the bytes of a term."},
    {"find", (PyCFunction)field_find, METH_O, "Return the number of a term, or -1."},
    {"lower_bound", (PyCFunction)field_lower_bound, METH_O, "Return the number of the first term that is not less."},
    {"frequency", (PyCFunction)field_frequency, METH_O, "Return how many documents have the term."},
    {"weight", (PyCFunction)field_weight, METH_O, "Return how often the term occurs in all documents."},
    {"positions_in", (PyCFunction)field_positions, METH_VARARGS, "Return the positions of a term in a document."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef field_members[] = {
    {"count", T_UINT, offsetof(Field, count), READONLY, "The number of terms."},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject FieldType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "indexer.kernels._native.Field",
    .tp_basicsize = sizeof(Field),
    .tp_dealloc = (destructor)field_free,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "The arrays of one indexed field; see fields.py.",
    .tp_methods = field_methods,
    .tp_members = field_members,
    .tp_new = field_new,
};
