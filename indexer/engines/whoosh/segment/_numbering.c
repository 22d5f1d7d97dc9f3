/* The numbers of terms in a vocabulary: of terms that come as texts, and of terms that come as numbers in another one.
 *
 * Texts are looked up by their address first: the same words come again and again as the same objects. A cache of fixed size in front of the vocabulary: a place for each address, the last term there wins. It holds
 * what it remembers, so an address cannot come to mean another term. What it does not know the vocabulary is asked.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>

#define BITS 19 /* for some hundred thousand words; 16 bytes each, as far as they are used */
#define PLACES ((size_t)1 << BITS)
#define UNKNOWN UINT32_MAX /* in a table: the term was not asked for yet */

typedef struct {
    PyObject *term;
    uint32_t number;
} Place;

typedef struct {
    PyObject_HEAD
    PyObject *vocabulary;
    Place *places; /* NULL until it is asked for terms that come as texts */
} Numbers;

static size_t place_of(const PyObject *term)
{
    return (size_t)(((uint64_t)(uintptr_t)term >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - BITS));
}

/* Ask the vocabulary; return 0, or -1 with an error set. */
static int ask(PyObject *vocabulary, PyObject *term, uint32_t *number)
{
    PyObject *found = PyObject_GetItem(vocabulary, term);
    if (!found)
        return -1;
    unsigned long value = PyLong_AsUnsignedLong(found);
    Py_DECREF(found);
    if (value == (unsigned long)-1 && PyErr_Occurred())
        return -1;
    if (value > UINT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "the number of a term takes more than four bytes");
        return -1;
    }
    *number = (uint32_t)value;
    return 0;
}

static int number_of(Numbers *self, PyObject *term, uint32_t *number)
{
    Place *place = &self->places[place_of(term)];
    if (place->term == term) {
        *number = place->number;
        return 0;
    }
    Py_INCREF(term); /* asking may run code that lets go of it */
    if (ask(self->vocabulary, term, number) < 0) {
        Py_DECREF(term);
        return -1;
    }
    if (!PyUnicode_CheckExact(term)) {
        Py_DECREF(term);
        return 0;
    }
    PyObject *before = place->term;
    place->term = term;
    place->number = *number;
    Py_XDECREF(before);
    return 0;
}

static PyObject *numbers_of(Numbers *self, PyObject *given)
{
    if (!self->places && !(self->places = calloc(PLACES, sizeof *self->places)))
        return PyErr_NoMemory();
    PyObject *terms = PySequence_Fast(given, "terms: not a sequence");
    if (!terms)
        return NULL;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(terms);
    PyObject *result = count > PY_SSIZE_T_MAX / 4 ? PyErr_NoMemory() : PyBytes_FromStringAndSize(NULL, 4 * count);
    uint32_t *numbers = result ? (uint32_t *)(void *)PyBytes_AS_STRING(result) : NULL;
    for (Py_ssize_t at = 0; result && at < count; at++) {
        if (PySequence_Fast_GET_SIZE(terms) != count) { /* asking ran code that changed the list */
            PyErr_SetString(PyExc_ValueError, "terms: changed meanwhile");
            Py_CLEAR(result);
        } else if (number_of(self, PySequence_Fast_GET_ITEM(terms, at), &numbers[at]) < 0) {
            Py_CLEAR(result);
        }
    }
    Py_DECREF(terms);
    return result;
}

/* Write the numbers of `given` in the vocabulary; what `table` does not know yet is asked, once. */
static int translate(Numbers *self, const Py_buffer *given, PyObject *terms, const Py_buffer *table, uint32_t *numbers)
{
    const uint32_t *theirs = given->buf;
    uint32_t *ours = table->buf;
    size_t count = (size_t)given->len / 4, known = (size_t)table->len / 4;
    for (size_t at = 0; at < count; at++) {
        uint32_t their = theirs[at];
        if (their >= known || their >= (size_t)PyList_GET_SIZE(terms)) { /* asking may have changed the list */
            PyErr_Format(PyExc_IndexError, "numbers: %u is none of a term", their);
            return -1;
        }
        if (ours[their] == UNKNOWN) {
            PyObject *term = Py_NewRef(PyList_GET_ITEM(terms, (Py_ssize_t)their));
            int found = ask(self->vocabulary, term, &ours[their]);
            Py_DECREF(term);
            if (found < 0)
                return -1;
        }
        numbers[at] = ours[their];
    }
    return 0;
}

static int is_row(const Py_buffer *view)
{
    return view->len % 4 == 0 && (!view->len || (uintptr_t)view->buf % 4 == 0);
}

static PyObject *translated(Numbers *self, PyObject *args)
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

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *vocabulary;
    if (kwargs && PyDict_GET_SIZE(kwargs))
        return PyErr_Format(PyExc_TypeError, "Numbers takes no keyword arguments");
    if (!PyArg_ParseTuple(args, "O!:Numbers", &PyDict_Type, &vocabulary))
        return NULL;
    Numbers *self = (Numbers *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->vocabulary = Py_NewRef(vocabulary);
    return (PyObject *)self;
}

static int clear(Numbers *self)
{
    Py_CLEAR(self->vocabulary);
    return 0;
}

static int traverse(Numbers *self, visitproc visit, void *arg)
{
    Py_VISIT(self->vocabulary); /* the terms are plain texts and refer to nothing */
    return 0;
}

static void dealloc(Numbers *self)
{
    PyObject_GC_UnTrack(self);
    clear(self);
    for (size_t at = 0; self->places && at < PLACES; at++)
        Py_XDECREF(self->places[at].term);
    free(self->places);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMethodDef methods[] = {
    {"of", (PyCFunction)numbers_of, METH_O, "Return the numbers of terms, four bytes each."},
    {"translated", (PyCFunction)translated, METH_VARARGS,
     "Return the numbers of the terms that have other numbers in a list, by a table which learns them."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject NumbersType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "indexer.engines.whoosh.segment._numbering.Numbers",
    .tp_doc = "The numbers that a vocabulary gives to terms.",
    .tp_basicsize = sizeof(Numbers),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = make,
    .tp_dealloc = (destructor)dealloc,
    .tp_traverse = (traverseproc)traverse,
    .tp_clear = (inquiry)clear,
    .tp_methods = methods,
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_numbering",
    .m_doc = "The numbers of terms, looked up by address.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__numbering(void)
{
    if (PyType_Ready(&NumbersType) < 0)
        return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made && PyModule_AddObjectRef(made, "Numbers", (PyObject *)&NumbersType) < 0)
        Py_CLEAR(made);
    return made;
}
