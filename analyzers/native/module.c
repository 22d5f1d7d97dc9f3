/* The module analyzers._native and its two types: TermEncoder and Stemmer. */

#include "native.h"

/* -- TermEncoder */

static int classes_read(TermEncoder *self, PyObject *source)
{
    Py_buffer view;
    if (PyObject_GetBuffer(source, &view, PyBUF_SIMPLE) < 0)
        return -1;
    int fits = view.len == CLASSIFIED * (Py_ssize_t)sizeof *self->character_classes;
    if (fits && (self->character_classes = malloc((size_t)view.len)))
        memcpy(self->character_classes, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    if (!fits)
        PyErr_Format(PyExc_ValueError, "character_classes: expected %d numbers of two bytes", CLASSIFIED);
    else if (!self->character_classes)
        PyErr_NoMemory();
    return self->character_classes ? 0 : -1;
}

static PyObject *encoder_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"character_classes", "stem",       "stop_words", "may_be_compound",
                            "analyze_chunk",     "max_chunks", NULL};
    PyObject *classes, *stem, *stop_words, *may_be_compound, *analyze_chunk;
    Py_ssize_t max_chunks;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO!OOn:TermEncoder", names, &classes, &stem, &PyFrozenSet_Type,
                                     &stop_words, &may_be_compound, &analyze_chunk, &max_chunks))
        return NULL;
    if (max_chunks < 1 || max_chunks > INT32_MAX)
        return PyErr_Format(PyExc_ValueError, "max_chunks: %zd, not between 1 and %d", max_chunks, INT32_MAX);
    TermEncoder *self = (TermEncoder *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->stem = Py_NewRef(stem);
    self->stop_words = Py_NewRef(stop_words);
    self->may_be_compound = Py_NewRef(may_be_compound);
    self->analyze_chunk = Py_NewRef(analyze_chunk);
    self->max_chunks = (size_t)max_chunks;
    Py_hash_t seed = PyObject_Hash(classes); /* the hash of bytes depends on Python's own secret */
    self->seed = (uint32_t)seed;
    if (seed == -1 || classes_read(self, classes) < 0 || cache_reset(self) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int encoder_traverse(TermEncoder *self, visitproc visit, void *arg)
{
    Py_VISIT(self->stem);
    Py_VISIT(self->stop_words);
    Py_VISIT(self->may_be_compound);
    Py_VISIT(self->analyze_chunk);
    Py_VISIT(self->vocabulary);
    return 0;
}

static int encoder_clear(TermEncoder *self)
{
    Py_CLEAR(self->stem);
    Py_CLEAR(self->stop_words);
    Py_CLEAR(self->may_be_compound);
    Py_CLEAR(self->analyze_chunk);
    return 0; /* not the vocabulary: it holds only str, and the table has its ids */
}

static void encoder_dealloc(TermEncoder *self)
{
    PyObject_GC_UnTrack(self);
    encoder_clear(self);
    Py_CLEAR(self->vocabulary);
    array_free(&self->words), array_free(&self->arena), array_free(&self->term_hashes);
    table_free(&self->chunk_table), table_free(&self->term_table);
    free(self->character_classes);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMethodDef encoder_methods[] = {
    {"encode", (PyCFunction)encode, METH_O,
     "Return the exact terms, the stems and the starts of a text's words, four bytes each, and the vocabulary."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject encoder_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "analyzers._native.TermEncoder",
    .tp_doc = "Encodes texts as term ids, caching the words of chunks.",
    .tp_basicsize = sizeof(TermEncoder),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = encoder_new,
    .tp_dealloc = (destructor)encoder_dealloc,
    .tp_traverse = (traverseproc)encoder_traverse,
    .tp_clear = (inquiry)encoder_clear,
    .tp_methods = encoder_methods,
};

/* -- Stemmer */

static PyObject *stemmer_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"slots", "guesses", "lexicon", "learned", "unknown", "letter", "alefs", NULL};
    PyObject *slots, *guesses, *lexicon, *learned;
    double unknown, letter, other, no, odd, prefix;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!O!O!O!dd(dddd):Stemmer", names, &PyTuple_Type, &slots,
                                     &PyTuple_Type, &guesses, &PyTuple_Type, &lexicon, &PyDict_Type, &learned,
                                     &unknown, &letter, &other, &no, &odd, &prefix))
        return NULL;
    Stemmer *self = (Stemmer *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->unknown = unknown, self->letter = letter;
    self->other_hamza = other, self->no_hamza = no, self->odd_hamza = odd, self->hamza_in_prefix = prefix;
    int status = affixes_read(&self->slots, slots) < 0 || affixes_read(&self->guesses, guesses) < 0
                         || learned_read(self, learned) < 0
                     ? -1
                     : 0;
    for (Py_ssize_t at = 0; status == 0 && at < PyTuple_GET_SIZE(lexicon); at++)
        status = lexicon_read(self, PyTuple_GET_ITEM(lexicon, at));
    if (status < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static void stemmer_dealloc(Stemmer *self)
{
    affixes_free(&self->slots), affixes_free(&self->guesses);
    map_free(&self->lexicon), map_free(&self->learned);
    array_free(&self->readings), array_free(&self->terms), array_free(&self->logarithms);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMethodDef stemmer_methods[] = {
    {"stem", (PyCFunction)stem_of, METH_O, "Return the term of the most probable reading of a spelling."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject stemmer_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "analyzers._native.Stemmer",
    .tp_doc = "Stems Arabic words by a model and a lexicon.",
    .tp_basicsize = sizeof(Stemmer),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = stemmer_new,
    .tp_dealloc = (destructor)stemmer_dealloc,
    .tp_methods = stemmer_methods,
};

/* -- the module */

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "The analyzers' inner loops in C.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__native(void)
{
    PyObject *self = PyModule_Create(&module);
    if (self && (PyModule_AddType(self, &encoder_type) < 0 || PyModule_AddType(self, &stemmer_type) < 0))
        Py_CLEAR(self);
    return self;
}
