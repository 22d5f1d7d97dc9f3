/* The segmenter as Python sees it. */

#include "segmenting.h"

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"slots", "guesses", "lexicon", "learned", "unknown", "letter", NULL};
    PyObject *slots, *guesses, *lexicon, *learned;
    double unknown, letter;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO!O!dd:Segmenter", names, &slots, &guesses, &PyTuple_Type,
                                     &lexicon, &PyDict_Type, &learned, &unknown, &letter))
        return NULL;
    Segmenter *self = (Segmenter *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->unknown = unknown, self->letter = letter;
    int done = read_affixes(&self->slots, slots);
    if (done == 0)
        done = read_affixes(&self->guesses, guesses);
    if (done == 0)
        done = read_learned(self, learned);
    for (Py_ssize_t at = 0; done == 0 && at < PyTuple_GET_SIZE(lexicon); at++)
        done = read_lexicon(self, PyTuple_GET_ITEM(lexicon, at));
    if (done < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static void dealloc(Segmenter *self)
{
    affixes_end(&self->slots);
    affixes_end(&self->guesses);
    map_end(&self->stems);
    map_end(&self->learned);
    free(self->cells);
    free(self->terms);
    free(self->logarithms);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMethodDef methods[] = {
    {"stem", (PyCFunction)stem_of, METH_O, "Return the term of the most probable reading of a normalized word."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject SegmenterType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "analyzers.arabic._segmenting.Segmenter",
    .tp_doc = "Stems words by a model and a lexicon.",
    .tp_basicsize = sizeof(Segmenter),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = make,
    .tp_dealloc = (destructor)dealloc,
    .tp_methods = methods,
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_segmenting",
    .m_doc = "The stems of Arabic words.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__segmenting(void)
{
    if (PyType_Ready(&SegmenterType) < 0)
        return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made && PyModule_AddObjectRef(made, "Segmenter", (PyObject *)&SegmenterType) < 0)
        Py_CLEAR(made);
    return made;
}
