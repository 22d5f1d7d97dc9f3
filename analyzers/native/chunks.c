/* Analysis of a chunk that is not in the cache. Its words are added to self->words, with starts inside the chunk. */

#include "native.h"

static int add_word(TermEncoder *self, uint32_t exact, uint32_t stem, size_t start)
{
    Word *word = array_extend(&self->words, 1, sizeof *word);
    if (!word)
        return -1;
    *word = (Word){exact, stem, (uint32_t)start};
    return 0;
}

/* Add a word: its exact term, and the stem of its spelling unless it is a stop word. */
static int add_plain(TermEncoder *self, const uint16_t *folded, const uint16_t *spelt, size_t count, size_t start)
{
    PyObject *exact = PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, folded, (Py_ssize_t)count), *stem = NULL;
    int status = -1, is_stop = exact ? PySet_Contains(self->stop_words, exact) : -1;
    if (is_stop == 0) {
        PyObject *spelling = PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, spelt, (Py_ssize_t)count);
        stem = spelling ? PyObject_CallOneArg(self->stem, spelling) : NULL;
        Py_XDECREF(spelling);
        if (stem && !PyUnicode_Check(stem))
            PyErr_SetString(PyExc_TypeError, "stem: expected a function that returns str");
    }
    if (is_stop > 0 || (stem && PyUnicode_Check(stem))) {
        uint32_t exact_id = term_id(self, exact), stem_id = stem ? term_id(self, stem) : 0;
        status = exact_id && (stem_id || !stem) ? add_word(self, exact_id, stem_id, start) : -1;
    }
    Py_XDECREF(exact);
    Py_XDECREF(stem);
    return status;
}

/* Return whether a chunk consists of plain letters, marks that follow them, and separators. */
int is_plain(const TermEncoder *self, const Chunk *chunk)
{
    unsigned before = SEPARATOR;
    for (size_t at = 0; at < chunk->length; at++) {
        unsigned class = chunk->letters[at] < CLASSIFIED ? self->character_classes[chunk->letters[at]] : OTHER;
        if (class == OTHER || (class == MARK && before == SEPARATOR))
            return 0;
        before = class;
    }
    return 1;
}

/* Add the words of a ChunkTerms: for each its exact term, its stem (each a str or None) and its start. */
static int add_chunk_terms(TermEncoder *self, PyObject *terms)
{
    Py_ssize_t count = PyTuple_Check(terms) ? PyTuple_GET_SIZE(terms) : -1;
    if (count < 0 || count % 3) {
        PyErr_SetString(PyExc_TypeError, "analyze_chunk: expected a tuple of (exact, stem, start), flat");
        return -1;
    }
    for (Py_ssize_t at = 0; at < count; at += 3) {
        uint32_t ids[2] = {0, 0};
        for (int space = 0; space < 2; space++) {
            PyObject *term = PyTuple_GET_ITEM(terms, at + space);
            if (term == Py_None)
                continue;
            if (!PyUnicode_Check(term)) {
                PyErr_SetString(PyExc_TypeError, "analyze_chunk: a term must be str or None");
                return -1;
            }
            if (!(ids[space] = term_id(self, term)))
                return -1;
        }
        size_t start = PyLong_AsSize_t(PyTuple_GET_ITEM(terms, at + 2));
        if ((start == (size_t)-1 && PyErr_Occurred()) || add_word(self, ids[0], ids[1], start) < 0)
            return -1;
    }
    return 0;
}

int analyze_in_python(TermEncoder *self, PyObject *text, size_t begin, size_t end)
{
    PyObject *chunk = PyUnicode_Substring(text, (Py_ssize_t)begin, (Py_ssize_t)end);
    PyObject *terms = chunk ? PyObject_CallOneArg(self->analyze_chunk, chunk) : NULL;
    int status = terms ? add_chunk_terms(self, terms) : -1;
    Py_XDECREF(chunk);
    Py_XDECREF(terms);
    return status;
}

/* Return whether a word may have to be split, by its folded letters; -1 with an error set. */
static int may_be_compound(TermEncoder *self, const uint16_t *letters, size_t count)
{
    PyObject *exact = PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, letters, (Py_ssize_t)count);
    PyObject *match = exact ? PyObject_CallOneArg(self->may_be_compound, exact) : NULL;
    int answer = match ? match != Py_None : -1;
    Py_XDECREF(exact);
    Py_XDECREF(match);
    return answer;
}

/* Analyse a plain chunk; one with a word that may have to be split is left to Python. */
int analyze_plain(TermEncoder *self, PyObject *text, const Chunk *chunk)
{
    uint16_t folded[MAX_CHUNK_LETTERS], spelt[MAX_CHUNK_LETTERS];
    size_t first = self->words.count, count = 0, start = 0;
    for (size_t at = 0; at <= chunk->length; at++) {
        unsigned class = at < chunk->length ? self->character_classes[chunk->letters[at]] : SEPARATOR;
        if (class > MARK) {
            if (!count)
                start = at;
            int is_kept = is_hamzated_alef(chunk->letters[at]) || is_last_letter_kept(chunk->letters[at]);
            spelt[count] = is_kept ? chunk->letters[at] : (uint16_t)class;
            folded[count++] = (uint16_t)class;
        } else if (class == SEPARATOR && count) {
            int is_left = may_be_compound(self, folded, count);
            if (is_left > 0) {
                self->words.count = first;
                return analyze_in_python(self, text, chunk->begin, chunk->begin + chunk->length);
            }
            if (is_left < 0 || add_plain(self, folded, spelt, count, start) < 0)
                return -1;
            count = 0;
        }
    }
    return 0;
}
