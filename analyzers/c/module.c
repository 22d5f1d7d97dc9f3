/* The walker as Python sees it. */

#include "walking.h"

static int read_kinds(Walker *self, PyObject *given)
{
    Py_buffer view;
    if (PyObject_GetBuffer(given, &view, PyBUF_SIMPLE) < 0)
        return -1;
    int fits = view.len == CODES * (Py_ssize_t)sizeof *self->kinds;
    if (fits && (self->kinds = malloc((size_t)view.len)))
        memcpy(self->kinds, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    if (!fits)
        PyErr_Format(PyExc_ValueError, "kinds: not %d numbers of two bytes", CODES);
    else if (!self->kinds)
        PyErr_NoMemory();
    return self->kinds ? 0 : -1;
}

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"kinds", "stem", "stop_words", "work_out", "most", NULL};
    PyObject *kinds, *stem, *stop_words, *work_out;
    Py_ssize_t most;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO!On:Walker", names, &kinds, &stem, &PyFrozenSet_Type,
                                     &stop_words, &work_out, &most))
        return NULL;
    if (most < 1 || most > INT32_MAX)
        return PyErr_Format(PyExc_ValueError, "most: %zd, not between 1 and %d", most, INT32_MAX);
    Walker *self = (Walker *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->stem = Py_NewRef(stem);
    self->stop_words = Py_NewRef(stop_words);
    self->work_out = Py_NewRef(work_out);
    self->most = (size_t)most;
    Py_hash_t seed = PyObject_Hash(kinds); /* the hash of bytes has Python's own secret in it */
    self->seed = (uint32_t)seed;
    if (seed == -1 || read_kinds(self, kinds) < 0 || begin_anew(self) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int traverse(Walker *self, visitproc visit, void *arg)
{
    Py_VISIT(self->stem);
    Py_VISIT(self->stop_words);
    Py_VISIT(self->work_out);
    Py_VISIT(self->vocabulary);
    return 0;
}

static int clear(Walker *self)
{
    Py_CLEAR(self->stem);
    Py_CLEAR(self->stop_words);
    Py_CLEAR(self->work_out);
    return 0; /* the vocabulary holds texts alone, and the numbers of the tables are of it */
}

static void dealloc(Walker *self)
{
    PyObject_GC_UnTrack(self);
    clear(self);
    Py_CLEAR(self->vocabulary);
    forget(&self->chunks), forget(&self->hashes), forget(&self->fresh);
    forget_table(&self->by_letters), forget_table(&self->by_term);
    free(self->kinds);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMethodDef methods[] = {
    {"walk", (PyCFunction)walk, METH_O,
     "Return the exact terms, the stems and the starts of a text's words, four bytes each, and the vocabulary."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject WalkerType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "analyzers._walking.Walker",
    .tp_doc = "Walks over texts, and remembers what their chunks give.",
    .tp_basicsize = sizeof(Walker),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = make,
    .tp_dealloc = (destructor)dealloc,
    .tp_traverse = (traverseproc)traverse,
    .tp_clear = (inquiry)clear,
    .tp_methods = methods,
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_walking",
    .m_doc = "Texts as numbers of terms.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__walking(void)
{
    if (PyType_Ready(&WalkerType) < 0)
        return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made && PyModule_AddObjectRef(made, "Walker", (PyObject *)&WalkerType) < 0)
        Py_CLEAR(made);
    return made;
}
