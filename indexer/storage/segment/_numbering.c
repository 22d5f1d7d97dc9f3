/* The terms of a field as documents come in: each gets a number when it is first seen; see vocabulary.py.
 *
 * Terms are told apart by their bytes, UTF-8 for texts. Of many texts the address is looked up first, since the same
 * words come again and again as the same objects: a cache of fixed size, a place for each address, where the last text
 * wins. It holds what it remembers, so an address cannot come to mean another text.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BITS 19 /* for some hundred thousand words; 16 bytes each, as far as they are used */
#define PLACES ((size_t)1 << BITS)
#define MANY_TERMS 16    /* in a document: with fewer, remembering addresses gains nothing */
#define MANY_TOKENS 65536 /* making the cache takes as long as looking so many up */
#define SHORT 64         /* letters of a text that is encoded without making an object */
#define UNKNOWN UINT32_MAX /* in a table: the term was not asked for yet */

typedef struct {
    PyObject *text;
    uint32_t number;
} Place;

typedef struct {
    PyObject_HEAD
    uint8_t *content; /* the bytes of all terms */
    size_t size, room;
    uint32_t *ends, *hashes; /* of each number; 0 is the gap, of no bytes */
    size_t count, number_room;
    uint32_t *numbers; /* by hash, 0: free; at most half of them are taken */
    size_t number_places;
    Place *places; /* NULL until many texts were asked for */
    size_t asked;
    uint64_t seed; /* of the hashes: nobody can make many terms that are alike */
} Vocabulary;

/* -- the terms by their bytes */

static uint32_t hash_of(uint64_t seed, const uint8_t *bytes, size_t size)
{
    uint64_t hash = seed;
    for (size_t at = 0; at < size; at++)
        hash = (hash ^ bytes[at]) * UINT64_C(0x100000001B3);
    return (uint32_t)(hash ^ hash >> 32);
}

static size_t place_of(uint32_t hash, size_t size) { return (hash * UINT64_C(0x9E3779B97F4A7C15) >> 24) & (size - 1); }

static void settle(uint32_t *numbers, size_t size, uint32_t hash, uint32_t number)
{
    size_t place = place_of(hash, size);
    while (numbers[place])
        place = (place + 1) & (size - 1);
    numbers[place] = number;
}

static int grow_places(Vocabulary *self)
{
    size_t size = self->number_places * 2;
    uint32_t *numbers = calloc(size, sizeof *numbers);
    if (!numbers)
        return -1;
    for (size_t number = 1; number < self->count; number++)
        settle(numbers, size, self->hashes[number], (uint32_t)number);
    free(self->numbers);
    self->numbers = numbers, self->number_places = size;
    return 0;
}

static int grow_numbers(Vocabulary *self)
{
    size_t room = self->number_room * 2;
    uint32_t *ends = realloc(self->ends, room * sizeof *ends);
    if (!ends)
        return -1;
    self->ends = ends;
    uint32_t *hashes = realloc(self->hashes, room * sizeof *hashes);
    if (!hashes)
        return -1;
    self->hashes = hashes, self->number_room = room;
    return 0;
}

static int grow_content(Vocabulary *self, size_t more)
{
    size_t room = (self->size + more) * 2;
    uint8_t *content = realloc(self->content, room);
    if (!content)
        return -1;
    self->content = content, self->room = room;
    return 0;
}

static int add_bytes(Vocabulary *self, const uint8_t *bytes, size_t size, uint32_t hash, uint32_t *number)
{
    if (size > UINT32_MAX - self->size || self->count >= UNKNOWN) {
        PyErr_SetString(PyExc_OverflowError, "the terms of a field take more than four gigabytes");
        return -1;
    }
    if ((self->count * 2 >= self->number_places && grow_places(self) < 0)
        || (self->count == self->number_room && grow_numbers(self) < 0)
        || (self->size + size > self->room && grow_content(self, size) < 0)) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(self->content + self->size, bytes, size);
    self->size += size;
    self->ends[self->count] = (uint32_t)self->size;
    self->hashes[self->count] = hash;
    *number = (uint32_t)self->count++;
    settle(self->numbers, self->number_places, hash, *number);
    return 0;
}

static int number_of_bytes(Vocabulary *self, const uint8_t *bytes, size_t size, uint32_t *number)
{
    uint32_t hash = hash_of(self->seed, bytes, size);
    for (size_t place = place_of(hash, self->number_places); self->numbers[place];
         place = (place + 1) & (self->number_places - 1)) {
        uint32_t known = self->numbers[place], begin = self->ends[known - 1];
        if (self->hashes[known] == hash && self->ends[known] - begin == size
            && memcmp(self->content + begin, bytes, size) == 0) {
            *number = known;
            return 0;
        }
    }
    return add_bytes(self, bytes, size, hash, number);
}

/* -- a term */

/* Write a short text of the basic plane as UTF-8; return how many bytes, or 0 for one that has to be encoded by Python. */
static size_t encode(PyObject *text, uint8_t *bytes)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (length > SHORT || PyUnicode_KIND(text) != PyUnicode_2BYTE_KIND)
        return 0;
    const Py_UCS2 *letters = PyUnicode_2BYTE_DATA(text);
    size_t size = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        unsigned letter = letters[at];
        if (letter < 0x80) {
            bytes[size++] = (uint8_t)letter;
        } else if (letter < 0x800) {
            bytes[size++] = (uint8_t)(0xC0 | letter >> 6);
            bytes[size++] = (uint8_t)(0x80 | (letter & 0x3F));
        } else if (letter >= 0xD800 && letter < 0xE000) {
            return 0;
        } else {
            bytes[size++] = (uint8_t)(0xE0 | letter >> 12);
            bytes[size++] = (uint8_t)(0x80 | (letter >> 6 & 0x3F));
            bytes[size++] = (uint8_t)(0x80 | (letter & 0x3F));
        }
    }
    return size;
}

static int number_of_encoded(Vocabulary *self, PyObject *encoded, uint32_t *number)
{
    return number_of_bytes(self, (const uint8_t *)PyBytes_AS_STRING(encoded), (size_t)PyBytes_GET_SIZE(encoded), number);
}

static int number_of_text(Vocabulary *self, PyObject *text, uint32_t *number)
{
    uint8_t bytes[3 * SHORT];
    if (PyUnicode_IS_ASCII(text))
        return number_of_bytes(self, PyUnicode_1BYTE_DATA(text), (size_t)PyUnicode_GET_LENGTH(text), number);
    size_t size = encode(text, bytes);
    if (size)
        return number_of_bytes(self, bytes, size, number);
    PyObject *encoded = PyUnicode_AsEncodedString(text, "utf-8", "replace"); /* what has no UTF-8 becomes a question mark */
    int done = encoded ? number_of_encoded(self, encoded, number) : -1;
    Py_XDECREF(encoded);
    return done;
}

static int number_of(Vocabulary *self, PyObject *term, uint32_t *number)
{
    *number = 0;
    if (term == Py_None)
        return 0;
    if (PyUnicode_Check(term))
        return number_of_text(self, term, number);
    if (PyBytes_Check(term))
        return number_of_encoded(self, term, number);
    PyErr_Format(PyExc_TypeError, "a term must be text or bytes, not %.80s", Py_TYPE(term)->tp_name);
    return -1;
}

static size_t place_of_address(const PyObject *term)
{
    return (size_t)(((uint64_t)(uintptr_t)term >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - BITS));
}

static int number_by_address(Vocabulary *self, PyObject *term, uint32_t *number)
{
    Place *place = &self->places[place_of_address(term)];
    if (place->text == term) {
        *number = place->number;
        return 0;
    }
    if (number_of(self, term, number) < 0)
        return -1;
    if (PyUnicode_CheckExact(term)) {
        place->number = *number;
        Py_XSETREF(place->text, Py_NewRef(term));
    }
    return 0;
}

/* -- what Python calls */

static PyObject *numbers(Vocabulary *self, PyObject *given)
{
    PyObject *terms = PySequence_Fast(given, "terms: not a sequence");
    if (!terms)
        return NULL;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(terms);
    PyObject *result = count > PY_SSIZE_T_MAX / 4 ? PyErr_NoMemory() : PyBytes_FromStringAndSize(NULL, 4 * count);
    uint32_t *found = result ? (uint32_t *)(void *)PyBytes_AS_STRING(result) : NULL;
    self->asked += (size_t)count;
    if (!self->places && self->asked >= MANY_TOKENS && count >= MANY_TERMS)
        self->places = calloc(PLACES, sizeof *self->places); /* without it, all is only slower */
    for (Py_ssize_t at = 0; result && at < count; at++) {
        PyObject *term = PySequence_Fast_GET_ITEM(terms, at);
        if ((self->places && count >= MANY_TERMS ? number_by_address : number_of)(self, term, &found[at]) < 0)
            Py_CLEAR(result);
    }
    Py_DECREF(terms);
    return result;
}

/* Write the numbers of `given` here; what `table` does not know yet is looked up, once. */
static int translate(Vocabulary *self, const Py_buffer *given, PyObject *terms, const Py_buffer *table, uint32_t *found)
{
    const uint32_t *theirs = given->buf;
    uint32_t *ours = table->buf;
    size_t count = (size_t)given->len / 4, known = (size_t)table->len / 4;
    for (size_t at = 0; at < count; at++) {
        uint32_t their = theirs[at];
        if (their >= known || their >= (size_t)PyList_GET_SIZE(terms)) {
            PyErr_Format(PyExc_IndexError, "numbers: %u is none of a term", their);
            return -1;
        }
        if (ours[their] == UNKNOWN && number_of(self, PyList_GET_ITEM(terms, (Py_ssize_t)their), &ours[their]) < 0) {
            ours[their] = UNKNOWN;
            return -1;
        }
        found[at] = ours[their];
    }
    return 0;
}

static int is_row(const Py_buffer *view)
{
    return view->len % 4 == 0 && (!view->len || (uintptr_t)view->buf % 4 == 0);
}

static PyObject *translated(Vocabulary *self, PyObject *args)
{
    Py_buffer given, table;
    PyObject *terms, *result = NULL;
    if (!PyArg_ParseTuple(args, "y*O!w*:translated", &given, &PyList_Type, &terms, &table))
        return NULL;
    if (!is_row(&given) || !is_row(&table))
        PyErr_SetString(PyExc_ValueError, "numbers and table: no aligned rows of numbers of four bytes");
    else
        result = PyBytes_FromStringAndSize(NULL, given.len);
    if (result && translate(self, &given, terms, &table, (uint32_t *)(void *)PyBytes_AS_STRING(result)) < 0)
        Py_CLEAR(result);
    PyBuffer_Release(&given);
    PyBuffer_Release(&table);
    return result;
}

static PyObject *content(Vocabulary *self, PyObject *none)
{
    (void)none;
    /* The gap has no bytes: its end is where the first term begins. */
    PyObject *ends = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(4 * (self->count + 1)));
    if (!ends)
        return NULL;
    memset(PyBytes_AS_STRING(ends), 0, 4);
    memcpy(PyBytes_AS_STRING(ends) + 4, self->ends, 4 * self->count);
    return Py_BuildValue("y#N", self->content, (Py_ssize_t)self->size, ends);
}

static PyObject *memory_bytes(Vocabulary *self, void *none)
{
    (void)none;
    return PyLong_FromSize_t(self->room + 8 * self->number_room + 4 * self->number_places
                             + (self->places ? PLACES * sizeof *self->places : 0));
}

/* -- the type */

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    if (PyTuple_GET_SIZE(args) || (keywords && PyDict_GET_SIZE(keywords)))
        return PyErr_Format(PyExc_TypeError, "a Vocabulary is made of nothing");
    PyObject *name = PyBytes_FromString("vocabulary");
    Py_hash_t seed = name ? PyObject_Hash(name) : -1; /* the hash of bytes has Python's own secret in it */
    Py_XDECREF(name);
    Vocabulary *self = seed == -1 ? NULL : (Vocabulary *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->seed = (uint64_t)seed;
    self->room = 1024, self->number_room = 64, self->number_places = 128, self->count = 1;
    self->content = malloc(self->room);
    self->ends = calloc(self->number_room, sizeof *self->ends);
    self->hashes = calloc(self->number_room, sizeof *self->hashes);
    self->numbers = calloc(self->number_places, sizeof *self->numbers);
    if (!self->content || !self->ends || !self->hashes || !self->numbers) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

static void dealloc(Vocabulary *self)
{
    for (size_t at = 0; self->places && at < PLACES; at++)
        Py_XDECREF(self->places[at].text);
    free(self->places);
    free(self->content);
    free(self->ends);
    free(self->hashes);
    free(self->numbers);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMethodDef methods[] = {
    {"numbers", (PyCFunction)numbers, METH_O, "Return the numbers of terms, four bytes each."},
    {"translated", (PyCFunction)translated, METH_VARARGS,
     "Return the numbers of the terms that have other numbers in a list, by a table which learns them."},
    {"content", (PyCFunction)content, METH_NOARGS,
     "Return the bytes of all terms, and where each begins and the last ends, four bytes each."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef properties[] = {
    {"memory_bytes", (getter)memory_bytes, NULL, "What it holds, without the texts whose addresses it remembers.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyTypeObject VocabularyType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "indexer.storage.segment._numbering.Vocabulary",
    .tp_doc = "Gives terms their numbers.",
    .tp_basicsize = sizeof(Vocabulary),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = make,
    .tp_dealloc = (destructor)dealloc,
    .tp_methods = methods,
    .tp_getset = properties,
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_numbering",
    .m_doc = "The numbers of terms.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__numbering(void)
{
    if (PyType_Ready(&VocabularyType) < 0)
        return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made && PyModule_AddObjectRef(made, "Vocabulary", (PyObject *)&VocabularyType) < 0)
        Py_CLEAR(made);
    return made;
}
