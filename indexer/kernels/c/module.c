/* The module: the functions that Python calls. */

#include "native.h"
#include "passages.h"

static int init_query(Query *query, PyObject *documents, PyObject *deleted, PyObject *mask)
{
    Py_ssize_t count = PyNumber_AsSsize_t(documents, NULL);
    if (count == -1 && PyErr_Occurred())
        return -1;
    if (count < 0 || count > MAX_DOCUMENTS) {
        PyErr_Format(PyExc_ValueError, "%zd documents: not between 0 and %d", count, MAX_DOCUMENTS);
        return -1;
    }
    query->documents = (uint32_t)count;
    if (deleted != Py_None && hold_mask(query, deleted, "deleted", &query->deleted) < 0)
        return -1;
    return mask == Py_None ? 0 : hold_mask(query, mask, "mask", &query->mask);
}

static int init_answer(Query *query, Answer *answer, PyObject *limit)
{
    Py_ssize_t count = PyNumber_AsSsize_t(limit, NULL);
    if (count == -1 && PyErr_Occurred())
        return -1;
    if (count < 0) {
        PyErr_Format(PyExc_ValueError, "limit %zd: less than 0", count);
        return -1;
    }
    answer->limit = count < query->documents ? (uint32_t)count : query->documents;
    answer->heap = arena_alloc(query, (size_t)answer->limit + 1, sizeof(Scored));
    query->scored = answer->limit > 0; /* else they are only counted */
    return answer->heap ? 0 : -1;
}

static PyObject *answer_list(const Answer *answer, int scores)
{
    PyObject *list = PyList_New((Py_ssize_t)answer->count);
    for (uint32_t at = 0; list && at < answer->count; at++) {
        Scored *best = &answer->heap[at];
        PyObject *item = scores ? PyFloat_FromDouble(best->score) : PyLong_FromUnsignedLong(best->document);
        if (!item)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)at, item);
    }
    return list;
}

static int hold_keys(Query *query, Answer *answer, PyObject *keys)
{
    HeldArray *held = hold_array(query, keys, "keys", "d");
    if (!held || !has_items(&held->view, "keys", query->documents))
        return -1;
    answer->keys = held->view.buf, query->scored = 0;
    return 0;
}

static int hold_found(Query *query, Answer *answer, PyObject *found)
{
    HeldArray *held = hold_array(query, found, "found", "B?");
    if (!held || !has_items(&held->view, "found", query->documents))
        return -1;
    answer->found = held->view.readonly ? NULL : held->view.buf;
    return answer->found ? 0 : (PyErr_Format(PyExc_ValueError, "found: not writable"), -1);
}

/* Return (total, scores, documents) of the best by score, or (total, documents) of those with the lowest `keys`. */
static PyObject *best(PyObject *const *args, PyObject *keys)
{
    PyObject *result = NULL;
    Query query = {0};
    Answer answer = {0};
    if (init_query(&query, args[1], args[2], args[4]) == 0 && init_answer(&query, &answer, args[3]) == 0
        && (args[5] == Py_None || hold_found(&query, &answer, args[5]) == 0)
        && (!keys || hold_keys(&query, &answer, keys) == 0) && evaluate(&query, args[0], &answer) == 0) {
        PyObject *docs = answer_list(&answer, 0), *scores = docs && !keys ? answer_list(&answer, 1) : NULL;
        if (docs && (scores || keys))
            result = keys ? Py_BuildValue("KN", (unsigned long long)answer.total, docs)
                          : Py_BuildValue("KNN", (unsigned long long)answer.total, scores, docs);
        else
            Py_XDECREF(docs);
    }
    free_query(&query);
    return result;
}

static PyObject *top(PyObject *module, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"node", "documents", "deleted", "limit", "mask", "found", NULL};
    PyObject *given[6] = {NULL, NULL, NULL, NULL, Py_None, Py_None};
    (void)module;
    return PyArg_ParseTupleAndKeywords(args, keywords, "OOOO|OO:top", names, &given[0], &given[1], &given[2], &given[3],
                                       &given[4], &given[5])
               ? best(given, NULL)
               : NULL;
}

static PyObject *top_by(PyObject *module, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"node", "documents", "deleted", "limit", "keys", "mask", "found", NULL};
    PyObject *given[6] = {NULL, NULL, NULL, NULL, Py_None, Py_None}, *keys;
    (void)module;
    return PyArg_ParseTupleAndKeywords(args, keywords, "OOOOO|OO:top_by", names, &given[0], &given[1], &given[2],
                                       &given[3], &keys, &given[4], &given[5])
               ? best(given, keys)
               : NULL;
}

static PyObject *matches(PyObject *module, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"node", "documents", "deleted", "mask", NULL};
    PyObject *node, *documents, *deleted = Py_None, *mask = Py_None, *docs = NULL, *scores = NULL;
    Query query = {.scored = 1};
    Answer answer = {0};
    (void)module;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|OO:matches", names, &node, &documents, &deleted, &mask))
        return NULL;
    int good = init_query(&query, documents, deleted, mask) == 0;
    if (good) {
        docs = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)query.documents * 2);
        scores = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)query.documents * 8);
        good = docs && scores;
    }
    if (good) {
        answer.all_docs = (uint16_t *)(void *)PyBytes_AS_STRING(docs);
        answer.all_scores = (double *)(void *)PyBytes_AS_STRING(scores);
        good = evaluate(&query, node, &answer) == 0 && _PyBytes_Resize(&docs, (Py_ssize_t)answer.total * 2) == 0
               && _PyBytes_Resize(&scores, (Py_ssize_t)answer.total * 8) == 0;
    }
    free_query(&query);
    if (good)
        return Py_BuildValue("NN", docs, scores);
    Py_XDECREF(docs);
    Py_XDECREF(scores);
    return NULL;
}

static PyMethodDef functions[] = {
    {"top", (PyCFunction)(void (*)(void))top, METH_VARARGS | METH_KEYWORDS,
     "Return the total, and scores and numbers of the best."},
    {"top_by", (PyCFunction)(void (*)(void))top_by, METH_VARARGS | METH_KEYWORDS,
     "Return the total, and those of the lowest keys."},
    {"matches", (PyCFunction)(void (*)(void))matches, METH_VARARGS | METH_KEYWORDS,
     "Return all documents as u2, and scores as f8."},
    {"choose_passage", (PyCFunction)(void (*)(void))choose_passage, METH_FASTCALL,
     "Return start, end, whether text precedes and follows, and marks; None for unusual input."},
    {"matched_words", (PyCFunction)(void (*)(void))matched_words, METH_FASTCALL,
     "Return the offset and the answer of each word that matches; None for unusual texts."},
    {"dot_products", (PyCFunction)(void (*)(void))dot_products, METH_FASTCALL,
     "Return the product of a vector with each row of a matrix, as i4."},
    {"term_texts", term_texts, METH_VARARGS, "Return the texts of an article's terms."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "_native",
                             .m_doc = "Query kernels and the choice of passages, in C.", .m_size = -1,
                             .m_methods = functions};

PyMODINIT_FUNC PyInit__native(void)
{
    if (PyType_Ready(&FieldType) < 0)
        return NULL;
    PyObject *created = PyModule_Create(&module);
    if (created && PyModule_AddObjectRef(created, "Field", (PyObject *)&FieldType) < 0)
        Py_CLEAR(created);
    return created;
}
