/* The stems that a Stemmer knows: those of the lexicon's text, and those of the learned model. */

#include "native.h"

/* Read «slots term weight» up to a tab or the line's end; return where that is, or -1 with an error set. */
static Py_ssize_t read_cell(Stemmer *self, PyObject *text, Py_ssize_t at, Py_ssize_t end, uint32_t *first)
{
    int kind = PyUnicode_KIND(text), part = 0;
    const void *characters = PyUnicode_DATA(text);
    char number[32];
    size_t digits = 0;
    Reading reading = {.term = self->terms.count, .next = *first};
    Py_UCS4 *term = array_extend(&self->terms, UINT8_MAX, sizeof *term);
    Reading *added = term ? array_extend(&self->readings, 1, sizeof *added) : NULL;
    if (!added)
        return -1;
    for (; at < end; at++) {
        Py_UCS4 character = PyUnicode_READ(kind, characters, at);
        if (character == '\t')
            break;
        if (character == ' ')
            part++;
        else if (part == 0 && !reading.slots && is_hamzated_alef(character))
            reading.alef = (uint16_t)character;
        else if (part == 0 && character >= FIRST_SLOT && character < FIRST_SLOT + 64)
            reading.slots |= UINT64_C(1) << (character - FIRST_SLOT);
        else if (part == 1 && reading.length < UINT8_MAX)
            term[reading.length++] = character;
        else if (part == 2 && digits + 1 < sizeof number && character < 0x80)
            number[digits++] = (char)character;
        else
            part = 3;
    }
    number[digits] = 0;
    reading.weight = part == 2 ? PyOS_string_to_double(number, NULL, NULL) : -1.0;
    if (PyErr_Occurred() || part != 2 || !reading.length) {
        PyErr_SetString(PyExc_ValueError, "lexicon: expected slots, term and weight in a cell");
        return -1;
    }
    self->terms.count = reading.term + reading.length; /* give back what the term did not need */
    *first = (uint32_t)self->readings.count - 1;
    *added = reading;
    return at;
}

static int read_line(Stemmer *self, PyObject *text, Py_ssize_t at, Py_ssize_t end)
{
    Py_UCS4 stem[MAX_WORD_LETTERS];
    size_t length = 0;
    for (; at < end && PyUnicode_READ_CHAR(text, at) != '\t'; at++) {
        if (length == MAX_WORD_LETTERS - 1) {
            PyErr_Format(PyExc_ValueError, "lexicon: a stem of more than %d letters", MAX_WORD_LETTERS - 1);
            return -1;
        }
        stem[length++] = PyUnicode_READ_CHAR(text, at);
    }
    Key *key = map_put(&self->lexicon, stem, length);
    uint32_t first = key ? key->value : NONE;
    while (key && at < end && at >= 0)
        at = read_cell(self, text, at + 1, end, &first);
    if (!key || at < 0)
        return -1;
    key->value = first;
    return 0;
}

int lexicon_read(Stemmer *self, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "lexicon: expected str, not %.80s", Py_TYPE(text)->tp_name);
        return -1;
    }
    Py_ssize_t size = PyUnicode_GET_LENGTH(text);
    for (Py_ssize_t begin = 0; begin < size;) {
        Py_ssize_t end = PyUnicode_FindChar(text, '\n', begin, size, 1);
        if (end == -2)
            return -1;
        if (end < 0)
            end = size;
        if (end > begin && read_line(self, text, begin, end) < 0)
            return -1;
        begin = end + 1;
    }
    return 0;
}

int learned_read(Stemmer *self, PyObject *learned)
{
    Py_UCS4 letters[MAX_WORD_LETTERS];
    PyObject *stem, *logarithm;
    for (Py_ssize_t at = 0; PyDict_Next(learned, &at, &stem, &logarithm);) {
        Py_ssize_t length = copy_letters(stem, letters, MAX_WORD_LETTERS - 1, "stem of the model");
        Key *key = length < 0 ? NULL : map_put(&self->learned, letters, (size_t)length);
        double value = key ? PyFloat_AsDouble(logarithm) : -1.0;
        double *added = key && !PyErr_Occurred() ? array_extend(&self->logarithms, 1, sizeof value) : NULL;
        if (!added)
            return -1;
        key->value = (uint32_t)self->logarithms.count - 1;
        *added = value;
    }
    return 0;
}
