/* Passage selection in C: the rules of results/passages.py, exactly, for common texts.
 *
 *     passage_text.c     the bounds of words and sentences
 *     passage_choice.c   the start and end of the best passage
 *     passages.c         conversion from and to Python objects
 *
 * For anything unusual (offsets that do not rise or exceed the text, more different words than bits, a passage without
 * blanks) choose_passage returns None, and Python decides. The end of a plain Arabic word is found here; for any other
 * word the tokenizer is called.
 */

#ifndef PASSAGES_H
#define PASSAGES_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

#define MAX_ANSWERS 64
#define MAX_WORDS 32 /* two bits each */
#define NONE ((Py_ssize_t) - 1)
#define ASK (-2)

typedef struct {
    PyObject *text;
    int kind;
    const void *data;
    Py_ssize_t length, first; /* first: of its first printed character */
    PyObject *end_of_word;
    PyObject *matches; /* a tuple, which keeps the answers alive while the tokenizer is called */
    Py_ssize_t count, chars;
    Py_ssize_t *starts;                                 /* of each matched word, rising */
    uint8_t *answers;                                   /* of each matched word: its number in `distinct` */
    PyObject *distinct[MAX_ANSWERS], *words[MAX_WORDS]; /* the different answers, and their different words */
    uint64_t flags[MAX_ANSWERS];                        /* of each answer: the bits of its word */
    int answer_count, word_count, all_alike;
} Choice;

/* passage_text.c */
int read_text(Choice *self, PyObject *text);
Py_ssize_t next_word_offset(const Choice *self, Py_ssize_t *at);
Py_ssize_t word_end(const Choice *self, Py_ssize_t start);
Py_ssize_t next_sentence(const Choice *self, Py_ssize_t from, Py_ssize_t end);
Py_ssize_t sentence_between(const Choice *self, Py_ssize_t earliest, Py_ssize_t latest);
Py_ssize_t next_word(const Choice *self, Py_ssize_t from, Py_ssize_t end);
Py_ssize_t trim_end(const Choice *self, Py_ssize_t start, Py_ssize_t end);

/* passage_choice.c */
Py_ssize_t best_start(const Choice *self);
Py_ssize_t cut_end(const Choice *self, Py_ssize_t start, Py_ssize_t reach);
Py_ssize_t matches_from(const Choice *self, Py_ssize_t at);

/* passages.c and matches.c, for module.c */
PyObject *matched_words(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *choose_passage(PyObject *module, PyObject *const *args, Py_ssize_t count);

static inline Py_ssize_t max_size(Py_ssize_t a, Py_ssize_t b) { return a > b ? a : b; }

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

static inline int is_blank(const Choice *self, Py_ssize_t at) { return is_blank_character(character(self, at)); }

#endif
