/* What a chunk gives that is not remembered. */

#include "walking.h"

static int add_word(Walker *self, uint32_t exact, uint32_t stem, size_t start)
{
    Word *word = extend(&self->fresh, 1, sizeof *word);
    if (!word)
        return -1;
    *word = (Word){exact, stem, (uint32_t)start};
    return 0;
}

/* Add a word by its normalized letters. */
static int add_plain(Walker *self, const uint16_t *letters, size_t count, size_t start)
{
    PyObject *exact = PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, letters, (Py_ssize_t)count), *stem = NULL;
    int good = -1, is_stop = exact ? PySet_Contains(self->stop_words, exact) : -1;
    if (is_stop == 0) {
        stem = PyObject_CallOneArg(self->stem, exact);
        if (stem && !PyUnicode_Check(stem))
            PyErr_SetString(PyExc_TypeError, "stem: not a text");
    }
    if (is_stop > 0 || (stem && PyUnicode_Check(stem))) {
        uint32_t exact_number = number_of(self, exact), stem_number = stem ? number_of(self, stem) : 0;
        good = exact_number && (stem_number || !stem) ? add_word(self, exact_number, stem_number, start) : -1;
    }
    Py_XDECREF(exact);
    Py_XDECREF(stem);
    return good;
}

/* Return whether a chunk is nothing but letters, marks that follow them, and separators. */
int is_plain(const Walker *self, const uint16_t *chunk, size_t length)
{
    unsigned before = SEPARATOR;
    for (size_t at = 0; at < length; at++) {
        unsigned kind = chunk[at] < CODES ? self->kinds[chunk[at]] : OTHER;
        if (kind == OTHER || (kind == MARK && before == SEPARATOR))
            return 0;
        before = kind;
    }
    return 1;
}

int read_plain(Walker *self, const uint16_t *chunk, size_t length)
{
    uint16_t letters[MOST_LETTERS];
    size_t count = 0, start = 0;
    for (size_t at = 0; at <= length; at++) {
        unsigned kind = at < length ? self->kinds[chunk[at]] : SEPARATOR;
        if (kind > MARK) {
            if (!count)
                start = at;
            letters[count++] = (uint16_t)kind;
        } else if (kind == SEPARATOR && count) {
            if (add_plain(self, letters, count, start) < 0)
                return -1;
            count = 0;
        }
    }
    return 0;
}

/* Add what Python says: for each word in turn its exact term, its stem (each a text or None) and where it starts. */
static int read_given(Walker *self, PyObject *given)
{
    Py_ssize_t count = PyTuple_Check(given) ? PyTuple_GET_SIZE(given) : -1;
    if (count < 0 || count % 3) {
        PyErr_SetString(PyExc_TypeError, "a chunk must give a tuple of terms, stems and starts");
        return -1;
    }
    for (Py_ssize_t at = 0; at < count; at += 3) {
        uint32_t numbers[2] = {0, 0};
        for (int which = 0; which < 2; which++) {
            PyObject *term = PyTuple_GET_ITEM(given, at + which);
            if (term == Py_None)
                continue;
            if (!PyUnicode_Check(term)) {
                PyErr_SetString(PyExc_TypeError, "a term must be a text");
                return -1;
            }
            if (!(numbers[which] = number_of(self, term)))
                return -1;
        }
        size_t start = PyLong_AsSize_t(PyTuple_GET_ITEM(given, at + 2));
        if ((start == (size_t)-1 && PyErr_Occurred()) || add_word(self, numbers[0], numbers[1], start) < 0)
            return -1;
    }
    return 0;
}

int read_by_python(Walker *self, PyObject *text, Py_ssize_t begin, Py_ssize_t end)
{
    PyObject *chunk = PyUnicode_Substring(text, begin, end);
    PyObject *given = chunk ? PyObject_CallOneArg(self->work_out, chunk) : NULL;
    int done = given ? read_given(self, given) : -1;
    Py_XDECREF(chunk);
    Py_XDECREF(given);
    return done;
}
