/* Passage selection: conversion from and to Python objects. */

#include "passages.h"

#define MAX_CHARS ((Py_ssize_t)1 << 24)

/* Return the ends of `count` matched words from number `from` on, for the caller to free; NULL with an error set. */
static Py_ssize_t *ends_of(const Choice *self, Py_ssize_t from, Py_ssize_t count)
{
    Py_ssize_t *ends = PyMem_New(Py_ssize_t, count + 1);
    if (!ends)
        return (Py_ssize_t *)PyErr_NoMemory();
    for (Py_ssize_t at = 0; at < count; at++) {
        ends[at] = word_end(self, self->starts[from + at]);
        if (ends[at] < 0) {
            PyMem_Free(ends);
            return NULL;
        }
    }
    return ends;
}

/* -- to Python */

/* Return Mark(start, end, *answer), made as a plain tuple of that class: its own __new__ is Python, and slower. */
static PyObject *make_mark(PyTypeObject *mark, Py_ssize_t start, Py_ssize_t end, PyObject *answer)
{
    PyObject *content = Py_BuildValue("((nnOO))", start, end, PyTuple_GET_ITEM(answer, 0), PyTuple_GET_ITEM(answer, 1));
    PyObject *made = content ? PyTuple_Type.tp_new(mark, content, NULL) : NULL;
    Py_XDECREF(content);
    return made;
}

static PyObject *marks_within(const Choice *self, Py_ssize_t start, Py_ssize_t end, Py_ssize_t from,
                              const Py_ssize_t *ends, Py_ssize_t count, PyTypeObject *class)
{
    Py_ssize_t shown = 0, slot = 0;
    for (Py_ssize_t at = 0; at < count; at++)
        shown += ends[at] && ends[at] <= end;
    PyObject *marks = PyTuple_New(shown);
    for (Py_ssize_t at = 0; marks && at < count; at++) {
        if (!ends[at] || ends[at] > end)
            continue;
        PyObject *answer = self->distinct[self->answers[from + at]];
        PyObject *mark = make_mark(class, self->starts[from + at] - start, ends[at] - start, answer);
        if (!mark)
            Py_CLEAR(marks);
        else
            PyTuple_SET_ITEM(marks, slot++, mark);
    }
    return marks;
}

static PyObject *passage_from(const Choice *self, Py_ssize_t start, PyTypeObject *mark)
{
    Py_ssize_t from = matches_from(self, start), count = matches_from(self, start + self->chars) - from, reach = start;
    Py_ssize_t *ends = ends_of(self, from, count);
    if (!ends)
        return NULL;
    for (Py_ssize_t at = 0; at < count; at++)
        if (ends[at] <= start + self->chars)
            reach = max_size(reach, ends[at]);
    PyObject *result = NULL;
    Py_ssize_t end = cut_end(self, start, reach), last = trim_end(self, max_size(end, 0), self->length);
    PyObject *marks = end == NONE ? Py_NewRef(Py_None) : marks_within(self, start, end, from, ends, count, mark);
    PyMem_Free(ends);
    if (end == NONE)
        return marks;
    if (marks)
        result = Py_BuildValue("nnNNN", start, end, PyBool_FromLong(self->first < start), PyBool_FromLong(end < last),
                               marks);
    return result;
}

/* -- from Python */

/* Return the number of a word of the query, a new one for a new word; MAX_WORDS when there are too many. */
static int word_number(Choice *self, PyObject *word)
{
    int number = 0;
    while (number < self->word_count && PyUnicode_Compare(self->words[number], word) != 0)
        number++;
    if (number == self->word_count && number < MAX_WORDS)
        self->words[self->word_count++] = word;
    return number;
}

static int is_same(PyObject *a, PyObject *b)
{
    return a == b
           || (PyUnicode_Compare(PyTuple_GET_ITEM(a, 0), PyTuple_GET_ITEM(b, 0)) == 0
               && PyUnicode_Compare(PyTuple_GET_ITEM(a, 1), PyTuple_GET_ITEM(b, 1)) == 0);
}

static int is_text(PyObject *value) { return PyUnicode_CheckExact(value) && PyUnicode_READY(value) == 0; }

/* Return the number of an answer, or -1 for another kind of object, or one too many. */
static int answer_number(Choice *self, PyObject *answer)
{
    for (int number = self->answer_count - 1; number >= 0; number--)
        if (self->distinct[number] == answer)
            return number;
    if (!PyTuple_CheckExact(answer) || PyTuple_GET_SIZE(answer) != 2 || !is_text(PyTuple_GET_ITEM(answer, 0))
        || !is_text(PyTuple_GET_ITEM(answer, 1)))
        return -1;
    for (int number = 0; number < self->answer_count; number++)
        if (is_same(self->distinct[number], answer))
            return number;
    int word = word_number(self, PyTuple_GET_ITEM(answer, 1));
    if (self->answer_count == MAX_ANSWERS || word == MAX_WORDS)
        return -1;
    int exact = PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(answer, 0), "exact") == 0;
    self->distinct[self->answer_count] = answer;
    self->flags[self->answer_count] = (uint64_t)(exact ? 3 : 1) << 2 * word;
    return self->answer_count++;
}

/* Read (start, (kind, word)); return 0 for anything else. */
static int read_match(Choice *self, Py_ssize_t at)
{
    PyObject *each = PyTuple_GET_ITEM(self->matches, at);
    if (!PyTuple_CheckExact(each) || PyTuple_GET_SIZE(each) != 2 || !PyLong_CheckExact(PyTuple_GET_ITEM(each, 0)))
        return 0;
    Py_ssize_t start = PyLong_AsSsize_t(PyTuple_GET_ITEM(each, 0)), before = at ? self->starts[at - 1] : -1;
    if (start <= before || start >= self->length) { /* also -1 for a number that is too large */
        PyErr_Clear();
        return 0;
    }
    int answer = answer_number(self, PyTuple_GET_ITEM(each, 1));
    if (answer < 0) {
        PyErr_Clear();
        return 0;
    }
    self->starts[at] = start;
    self->answers[at] = (uint8_t)answer;
    return 1;
}

static int read_matches(Choice *self)
{
    for (Py_ssize_t at = 0; at < self->count; at++)
        if (!read_match(self, at))
            return 0;
    self->all_alike = 1;
    for (int at = 1; at < self->answer_count; at++)
        self->all_alike &= self->flags[at] == self->flags[0];
    return 1;
}

static PyObject *choose_in(Choice *self, PyTypeObject *mark)
{
    if (!read_matches(self))
        Py_RETURN_NONE;
    while (self->first < self->length && is_blank(self, self->first))
        self->first++;
    Py_ssize_t start = best_start(self);
    return start < 0 ? NULL : passage_from(self, start, mark);
}

static int are_expected(PyObject *const *args, Py_ssize_t count)
{
    return count == 5 && PyUnicode_Check(args[0]) && PyList_Check(args[1]) && PyLong_Check(args[2])
           && PyType_Check(args[4]) && PyType_IsSubtype((PyTypeObject *)args[4], &PyTuple_Type);
}

PyObject *choose_passage(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    (void)module;
    if (!are_expected(args, count))
        return PyErr_Format(PyExc_TypeError, "choose_passage(text, matches, chars, end_of_word, mark)");
    Choice self = {.end_of_word = args[3], .chars = PyLong_AsSsize_t(args[2])};
    if (self.chars == -1 && PyErr_Occurred())
        PyErr_Clear(); /* too large: Python decides */
    if (read_text(&self, args[0]) < 0)
        return NULL;
    if (self.chars < 1 || self.chars > MAX_CHARS)
        Py_RETURN_NONE;
    self.matches = PyList_AsTuple(args[1]);
    if (!self.matches)
        return NULL;
    self.count = PyTuple_GET_SIZE(self.matches);
    self.starts = PyMem_New(Py_ssize_t, self.count + 1);
    self.answers = PyMem_New(uint8_t, self.count + 1);
    PyObject *result = self.starts && self.answers ? choose_in(&self, (PyTypeObject *)args[4]) : PyErr_NoMemory();
    PyMem_Free(self.starts);
    PyMem_Free(self.answers);
    Py_DECREF(self.matches);
    return result;
}
