/* What Python gives, and what it gets. */

#include "passages.h"

#define MOST_CHARS ((Py_ssize_t)1 << 24)

/* Return ends of the words found from number `from` on, `count` of them; NULL with an error set. Free them. */
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

/* -- what Python gets */

/* Return Mark(start, end, *answer): a tuple of the class, whose own __new__ is Python and takes longer. */
static PyObject *mark_of(PyTypeObject *mark, Py_ssize_t start, Py_ssize_t end, PyObject *answer)
{
    PyObject *content = Py_BuildValue("((nnOO))", start, end, PyTuple_GET_ITEM(answer, 0), PyTuple_GET_ITEM(answer, 1));
    PyObject *made = content ? PyTuple_Type.tp_new(mark, content, NULL) : NULL;
    Py_XDECREF(content);
    return made;
}

static PyObject *marks_within(const Choice *self, Py_ssize_t start, Py_ssize_t end, Py_ssize_t from,
                              const Py_ssize_t *ends, Py_ssize_t count, PyTypeObject *class)
{
    Py_ssize_t shown = 0, place = 0;
    for (Py_ssize_t at = 0; at < count; at++)
        shown += ends[at] && ends[at] <= end;
    PyObject *marks = PyTuple_New(shown);
    for (Py_ssize_t at = 0; marks && at < count; at++) {
        if (!ends[at] || ends[at] > end)
            continue;
        PyObject *answer = self->known[self->answers[from + at]];
        PyObject *mark = mark_of(class, self->starts[from + at] - start, ends[at] - start, answer);
        if (!mark)
            Py_CLEAR(marks);
        else
            PyTuple_SET_ITEM(marks, place++, mark);
    }
    return marks;
}

static PyObject *passage_from(const Choice *self, Py_ssize_t start, PyTypeObject *mark)
{
    Py_ssize_t from = found_from(self, start), count = found_from(self, start + self->chars) - from, reach = start;
    Py_ssize_t *ends = ends_of(self, from, count);
    if (!ends)
        return NULL;
    for (Py_ssize_t at = 0; at < count; at++)
        if (ends[at] <= start + self->chars)
            reach = larger(reach, ends[at]);
    PyObject *result = NULL;
    Py_ssize_t end = cut_end(self, start, reach), last = without_blanks(self, larger(end, 0), self->length);
    PyObject *marks = end == NONE ? Py_NewRef(Py_None) : marks_within(self, start, end, from, ends, count, mark);
    PyMem_Free(ends);
    if (end == NONE)
        return marks;
    if (marks)
        result = Py_BuildValue("nnNNN", start, end, PyBool_FromLong(self->first < start), PyBool_FromLong(end < last),
                               marks);
    return result;
}

/* -- what Python gives */

/* Return the number of a word of the query, a new one where it is not known; MOST_WORDS when there are too many. */
static int word_number(Choice *self, PyObject *word)
{
    int number = 0;
    while (number < self->words_known && PyUnicode_Compare(self->words[number], word) != 0)
        number++;
    if (number == self->words_known && number < MOST_WORDS)
        self->words[self->words_known++] = word;
    return number;
}

static int is_same(PyObject *a, PyObject *b)
{
    return a == b
           || (PyUnicode_Compare(PyTuple_GET_ITEM(a, 0), PyTuple_GET_ITEM(b, 0)) == 0
               && PyUnicode_Compare(PyTuple_GET_ITEM(a, 1), PyTuple_GET_ITEM(b, 1)) == 0);
}

static int is_text(PyObject *value)
{
    return PyUnicode_CheckExact(value) && PyUnicode_READY(value) == 0;
}

/* Return the number of an answer, or -1 for one that is none, or one too many. */
static int answer_number(Choice *self, PyObject *answer)
{
    for (int number = self->answers_known - 1; number >= 0; number--)
        if (self->known[number] == answer)
            return number;
    if (!PyTuple_CheckExact(answer) || PyTuple_GET_SIZE(answer) != 2 || !is_text(PyTuple_GET_ITEM(answer, 0))
        || !is_text(PyTuple_GET_ITEM(answer, 1)))
        return -1;
    for (int number = 0; number < self->answers_known; number++)
        if (is_same(self->known[number], answer))
            return number;
    int word = word_number(self, PyTuple_GET_ITEM(answer, 1));
    if (self->answers_known == MOST_ANSWERS || word == MOST_WORDS)
        return -1;
    int exact = PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(answer, 0), "exact") == 0;
    self->known[self->answers_known] = answer;
    self->flags[self->answers_known] = (uint64_t)(exact ? 3 : 1) << 2 * word;
    return self->answers_known++;
}

/* Read (start, (kind, word)); return whether it is a usual one. */
static int read_found(Choice *self, Py_ssize_t at)
{
    PyObject *each = PyTuple_GET_ITEM(self->found, at);
    if (!PyTuple_CheckExact(each) || PyTuple_GET_SIZE(each) != 2 || !PyLong_CheckExact(PyTuple_GET_ITEM(each, 0)))
        return 0;
    Py_ssize_t start = PyLong_AsSsize_t(PyTuple_GET_ITEM(each, 0)), before = at ? self->starts[at - 1] : -1;
    if (start <= before || start >= self->length) { /* -1 for one that is too large as well */
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

static int read_all_found(Choice *self)
{
    for (Py_ssize_t at = 0; at < self->count; at++)
        if (!read_found(self, at))
            return 0;
    self->all_alike = 1;
    for (int at = 1; at < self->answers_known; at++)
        self->all_alike &= self->flags[at] == self->flags[0];
    return 1;
}

static PyObject *chosen(Choice *self, PyTypeObject *mark)
{
    if (!read_all_found(self))
        Py_RETURN_NONE;
    while (self->first < self->length && is_blank(self, self->first))
        self->first++;
    Py_ssize_t start = best_start(self);
    return start < 0 ? NULL : passage_from(self, start, mark);
}

static int are_usual(PyObject *const *given, Py_ssize_t count)
{
    return count == 5 && PyUnicode_Check(given[0]) && PyList_Check(given[1]) && PyLong_Check(given[2])
           && PyType_Check(given[4]) && PyType_IsSubtype((PyTypeObject *)given[4], &PyTuple_Type);
}

PyObject *choose_passage(PyObject *module, PyObject *const *given, Py_ssize_t count)
{
    (void)module;
    if (!are_usual(given, count))
        return PyErr_Format(PyExc_TypeError, "choose_passage(text, matches, chars, end_of_word, mark)");
    Choice self = {.end_of_word = given[3], .chars = PyLong_AsSsize_t(given[2])};
    if (self.chars == -1 && PyErr_Occurred())
        PyErr_Clear(); /* more than there can be: Python chooses */
    if (read_text(&self, given[0]) < 0)
        return NULL;
    if (self.chars < 1 || self.chars > MOST_CHARS)
        Py_RETURN_NONE;
    self.found = PyList_AsTuple(given[1]);
    if (!self.found)
        return NULL;
    self.count = PyTuple_GET_SIZE(self.found);
    self.starts = PyMem_New(Py_ssize_t, self.count + 1);
    self.answers = PyMem_New(uint8_t, self.count + 1);
    PyObject *result =
        self.starts && self.answers ? chosen(&self, (PyTypeObject *)given[4]) : PyErr_NoMemory();
    PyMem_Free(self.starts);
    PyMem_Free(self.answers);
    Py_DECREF(self.found);
    return result;
}

/* Append the start of the next word; return 1, 0 where there is none, ASK, or -1 with an error set. */
static int append_start(const Choice *text, Py_ssize_t *at, PyObject *starts)
{
    Py_ssize_t start = next_start(text, at);
    if (start < 0)
        return start == ASK ? ASK : 0;
    PyObject *number = PyLong_FromSsize_t(start);
    int failed = !number || PyList_Append(starts, number) < 0;
    Py_XDECREF(number);
    return failed ? -1 : 1;
}

PyObject *first_word_offsets(PyObject *module, PyObject *const *given, Py_ssize_t count)
{
    (void)module;
    if (count != 2 || !PyUnicode_Check(given[0]) || !PyLong_Check(given[1]))
        return PyErr_Format(PyExc_TypeError, "first_word_offsets(text, count)");
    Choice text = {0};
    Py_ssize_t wanted = PyLong_AsSsize_t(given[1]), at = 0;
    if ((wanted == -1 && PyErr_Occurred()) || read_text(&text, given[0]) < 0)
        return NULL;
    PyObject *starts = PyList_New(0);
    int more = starts ? 1 : -1;
    for (; more == 1 && wanted > 0; wanted--)
        more = append_start(&text, &at, starts);
    if (more >= 0)
        return starts;
    Py_XDECREF(starts);
    return more == ASK ? Py_NewRef(Py_None) : NULL;
}
