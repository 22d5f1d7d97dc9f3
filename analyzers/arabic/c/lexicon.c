/* The stems that are known, by the lexicon and by the model. */

#include "segmenting.h"

/* Read «slots term weight» up to a tab or the line's end; return where that is, or -1 with an error set. */
static Py_ssize_t read_cell(Segmenter *self, PyObject *text, Py_ssize_t at, Py_ssize_t end, uint32_t *first)
{
    int kind = PyUnicode_KIND(text), part = 0;
    const void *characters = PyUnicode_DATA(text);
    char number[32];
    size_t digits = 0;
    Cell cell = {.term = self->terms_used, .next = *first};
    if (reserve((void **)&self->terms, &self->terms_room, self->terms_used + UINT8_MAX, sizeof(Py_UCS4)) < 0
        || reserve((void **)&self->cells, &self->cell_room, self->cell_count + 1, sizeof(Cell)) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    for (; at < end; at++) {
        Py_UCS4 character = PyUnicode_READ(kind, characters, at);
        if (character == '\t')
            break;
        if (character == ' ')
            part++;
        else if (part == 0 && character >= FIRST_SLOT && character < FIRST_SLOT + 64)
            cell.slots |= UINT64_C(1) << (character - FIRST_SLOT);
        else if (part == 1 && cell.length < UINT8_MAX)
            self->terms[cell.term + cell.length++] = character;
        else if (part == 2 && digits + 1 < sizeof number && character < 0x80)
            number[digits++] = (char)character;
        else
            part = 3;
    }
    number[digits] = 0;
    cell.weight = part == 2 ? PyOS_string_to_double(number, NULL, NULL) : -1.0;
    if (PyErr_Occurred() || part != 2 || !cell.length) {
        PyErr_SetString(PyExc_ValueError, "lexicon: a cell is not slots, term and weight");
        return -1;
    }
    self->terms_used += cell.length;
    *first = (uint32_t)self->cell_count;
    self->cells[self->cell_count++] = cell;
    return at;
}

static int read_line(Segmenter *self, PyObject *text, Py_ssize_t at, Py_ssize_t end)
{
    Py_UCS4 stem[MOST_LETTERS];
    size_t length = 0;
    for (; at < end && PyUnicode_READ_CHAR(text, at) != '\t'; at++) {
        if (length == MOST_LETTERS - 1) {
            PyErr_SetString(PyExc_ValueError, "lexicon: a stem is too long");
            return -1;
        }
        stem[length++] = PyUnicode_READ_CHAR(text, at);
    }
    Key *key = key_of(&self->stems, stem, length);
    uint32_t first = key ? key->value : NONE;
    while (key && at < end && at >= 0)
        at = read_cell(self, text, at + 1, end, &first);
    if (!key || at < 0)
        return -1;
    key->value = first;
    return 0;
}

int read_lexicon(Segmenter *self, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "lexicon: not a text");
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

int read_learned(Segmenter *self, PyObject *learned)
{
    Py_UCS4 letters[MOST_LETTERS];
    PyObject *stem, *logarithm;
    self->logarithms = malloc(((size_t)PyDict_GET_SIZE(learned) + 1) * sizeof *self->logarithms);
    if (!self->logarithms) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t at = 0; PyDict_Next(learned, &at, &stem, &logarithm);) {
        Py_ssize_t length = letters_of(stem, letters, MOST_LETTERS - 1, "a stem of the model");
        Key *key = length < 0 ? NULL : key_of(&self->learned, letters, (size_t)length);
        double value = key ? PyFloat_AsDouble(logarithm) : -1.0;
        if (!key || (value == -1.0 && PyErr_Occurred()))
            return -1;
        key->value = (uint32_t)self->learned.count - 1;
        self->logarithms[key->value] = value;
    }
    return 0;
}
