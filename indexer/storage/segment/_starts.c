/* Where some words of a text start, in C: added up as starts_of in texts.py does it, only as far as needed.
 *
 * Everything in an index may be damaged: what says where to read is compared with its bounds at each use.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

#if PY_BIG_ENDIAN
#error "index files are little-endian; without this module numpy does the work"
#endif

typedef struct {
    PyObject_HEAD
    Py_buffer views[4];
    int held;
    const uint8_t *distances;
    const uint32_t *far_at, *far, *ends;
    size_t words, fars, documents;
} Starts;

/* The words of one text: how far they have been added up. */
typedef struct {
    size_t at, end, far; /* the next word, the end of all; the first far distance that has not been passed */
    uint32_t start;
} Walk;

static void free_starts(Starts *self)
{
    while (self->held)
        PyBuffer_Release(&self->views[--self->held]);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* Hold the buffer of a row of numbers of `size` bytes each; return how many there are, or -1 with an error set. */
static Py_ssize_t hold(PyObject *array, Py_ssize_t size, Py_buffer *view)
{
    if (PyObject_GetBuffer(array, view, PyBUF_ND) < 0)
        return -1;
    if (view->itemsize == size && view->ndim == 1 && (uintptr_t)view->buf % (size_t)size == 0)
        return view->len / size;
    PyBuffer_Release(view);
    PyErr_Format(PyExc_TypeError, "not a row of numbers of %zd bytes", size);
    return -1;
}

static PyObject *new_starts(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *arrays[4];
    Py_ssize_t items[4];
    if (keywords && PyDict_GET_SIZE(keywords))
        return PyErr_Format(PyExc_TypeError, "Starts takes no keyword arguments");
    if (!PyArg_ParseTuple(args, "OOOO:Starts", &arrays[0], &arrays[1], &arrays[2], &arrays[3]))
        return NULL;
    Starts *self = (Starts *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    for (; self->held < 4; self->held++) {
        items[self->held] = hold(arrays[self->held], self->held ? 4 : 1, &self->views[self->held]);
        if (items[self->held] < 0)
            goto refused;
    }
    if (items[1] != items[2] || !items[3]) {
        PyErr_Format(PyExc_ValueError, "%zd far distances at %zd places; %zd ends", items[2], items[1], items[3]);
        goto refused;
    }
    self->distances = self->views[0].buf, self->far_at = self->views[1].buf;
    self->far = self->views[2].buf, self->ends = self->views[3].buf;
    self->words = (size_t)items[0], self->fars = (size_t)items[1], self->documents = (size_t)items[3] - 1;
    return (PyObject *)self;
refused:
    Py_DECREF(self);
    return NULL;
}

/* Return the first far distance of word `word` or behind it. */
static size_t far_from(const Starts *self, size_t word)
{
    size_t low = 0, high = self->fars;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (self->far_at[middle] < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Begin with the first word of a text; -1 with an error set. */
static int begin(const Starts *self, PyObject *document, Walk *walk)
{
    Py_ssize_t number = PyNumber_AsSsize_t(document, PyExc_IndexError);
    if (number == -1 && PyErr_Occurred())
        return -1;
    if (number < 0 || (size_t)number >= self->documents) {
        PyErr_Format(PyExc_IndexError, "document %zd of %zu", number, self->documents);
        return -1;
    }
    *walk = (Walk){.at = self->ends[number], .end = self->ends[number + 1]};
    if (walk->at > walk->end || walk->end > self->words) {
        PyErr_Format(PyExc_ValueError, "the words of a document are not what was written");
        return -1;
    }
    walk->far = far_from(self, walk->at);
    return 0;
}

/* Add up the distances up to word `last`, that one included; -1 where the far ones are out of order. */
static int walk_to(const Starts *self, Walk *walk, size_t last)
{
    uint32_t start = walk->start;
    for (; walk->far < self->fars && self->far_at[walk->far] <= last; walk->far++) {
        size_t far = self->far_at[walk->far];
        if (far < walk->at)
            return -1;
        for (; walk->at < far; walk->at++)
            start += self->distances[walk->at];
        start += self->far[walk->far];
        walk->at++;
    }
    for (; walk->at <= last; walk->at++)
        start += self->distances[walk->at];
    walk->start = start;
    return 0;
}

/* Return the start of the word at a position, NULL with an error set. `before` is the position before it. */
static PyObject *start_at(const Starts *self, Walk *walk, size_t first, PyObject *position, Py_ssize_t *before)
{
    Py_ssize_t wanted = PyNumber_AsSsize_t(position, PyExc_OverflowError);
    if (wanted == -1 && PyErr_Occurred())
        return NULL;
    if (wanted <= *before)
        return PyErr_Format(PyExc_ValueError, "position %zd: they must rise from 0 on", wanted);
    *before = wanted;
    if ((size_t)wanted >= walk->end - first)
        return PyLong_FromLong(-1);
    if (walk_to(self, walk, first + (size_t)wanted) < 0)
        return PyErr_Format(PyExc_ValueError, "the starts of words are not what was written");
    return PyLong_FromUnsignedLong(walk->start);
}

static PyObject *starts_at(Starts *self, PyObject *const *given, Py_ssize_t count)
{
    Walk walk;
    Py_ssize_t before = -1;
    if (count != 2)
        return PyErr_Format(PyExc_TypeError, "at(document, positions)");
    PyObject *positions = PySequence_Tuple(given[1]);
    if (!positions || begin(self, given[0], &walk) < 0) {
        Py_XDECREF(positions);
        return NULL;
    }
    size_t first = walk.at;
    Py_ssize_t size = PyTuple_GET_SIZE(positions);
    PyObject *starts = PyList_New(size);
    for (Py_ssize_t at = 0; starts && at < size; at++) {
        PyObject *start = start_at(self, &walk, first, PyTuple_GET_ITEM(positions, at), &before);
        if (!start)
            Py_CLEAR(starts);
        else
            PyList_SET_ITEM(starts, at, start);
    }
    Py_DECREF(positions);
    return starts;
}

static PyMethodDef methods[] = {
    {"at", (PyCFunction)(void (*)(void))starts_at, METH_FASTCALL,
     "Return where the words at some positions of a document start, -1 for one that is not there."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject StartsType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "indexer.storage.segment._starts.Starts",
    .tp_doc = "Where the words of texts start.",
    .tp_basicsize = sizeof(Starts),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = new_starts,
    .tp_dealloc = (destructor)free_starts,
    .tp_methods = methods,
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_starts",
    .m_doc = "Where words start.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__starts(void)
{
    if (PyType_Ready(&StartsType) < 0)
        return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made && PyModule_AddObjectRef(made, "Starts", (PyObject *)&StartsType) < 0)
        Py_CLEAR(made);
    return made;
}
