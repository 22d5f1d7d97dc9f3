/* The choice of a passage in C: what passages.py says, to the letter, for texts and words as they usually are.
 *
 *     text.c     where words end, where words and sentences begin
 *     choice.c   where the best passage begins and ends
 *     module.c   what Python gives and gets
 *
 * Besides, `first_starts` finds words of plain Arabic texts.
 *
 * For what is not usual (starts that do not rise or lie behind the text, more words than have a bit, a passage without
 * any blank) `choose` returns None, and passages.py decides. Where a word ends is known here for plain Arabic words;
 * for all others the tokenizer is asked.
 */

#ifndef PASSAGES_H
#define PASSAGES_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

#define MOST_ANSWERS 64
#define MOST_WORDS 32 /* two bits each */
#define NONE ((Py_ssize_t)-1)
#define ASK (-2)

typedef struct {
    PyObject *text;
    int kind;
    const void *data;
    Py_ssize_t length, first; /* first: where it begins, blanks left out */
    PyObject *end_of_word;
    PyObject *found; /* a tuple: it holds the answers while Python is asked where a word ends */
    Py_ssize_t count, chars;
    Py_ssize_t *starts;                                /* of each word found, rising */
    uint8_t *answers;                                  /* of each word found: which of those that follow */
    PyObject *known[MOST_ANSWERS], *words[MOST_WORDS]; /* the different answers, and the different words of them */
    uint64_t flags[MOST_ANSWERS];                      /* of each answer: the bit of its word, and one of its letters */
    int answers_known, words_known, all_alike;
} Choice;

/* text.c */
int read_text(Choice *self, PyObject *text);
Py_ssize_t next_start(const Choice *self, Py_ssize_t *at);
Py_ssize_t word_end(const Choice *self, Py_ssize_t start);
Py_ssize_t next_sentence(const Choice *self, Py_ssize_t from, Py_ssize_t end);
Py_ssize_t sentence_between(const Choice *self, Py_ssize_t earliest, Py_ssize_t latest);
Py_ssize_t next_word(const Choice *self, Py_ssize_t from, Py_ssize_t end);
Py_ssize_t without_blanks(const Choice *self, Py_ssize_t start, Py_ssize_t end);

/* choice.c */
Py_ssize_t best_start(const Choice *self);
Py_ssize_t cut_end(const Choice *self, Py_ssize_t start, Py_ssize_t reach);
Py_ssize_t found_from(const Choice *self, Py_ssize_t at);

/* passages.c, for module.c */
PyObject *choose_passage(PyObject *module, PyObject *const *given, Py_ssize_t count);
PyObject *first_word_offsets(PyObject *module, PyObject *const *given, Py_ssize_t count);

static inline Py_ssize_t larger(Py_ssize_t a, Py_ssize_t b)
{
    return a > b ? a : b;
}

static inline Py_UCS4 character(const Choice *self, Py_ssize_t at)
{
    return PyUnicode_READ(self->kind, self->data, at);
}

static inline int is_blank_character(Py_UCS4 c)
{
    if (c < 0x1680)
        return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F) || c == 0x85 || c == 0xA0;
    return Py_UNICODE_ISSPACE(c);
}

static inline int is_blank(const Choice *self, Py_ssize_t at)
{
    return is_blank_character(character(self, at));
}

#endif
