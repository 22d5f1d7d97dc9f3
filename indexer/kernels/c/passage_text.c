/* The bounds of words and sentences in a text. */

#include "passages.h"

int read_text(Choice *self, PyObject *text)
{
    if (PyUnicode_READY(text) < 0)
        return -1;
    self->text = text;
    self->kind = PyUnicode_KIND(text), self->data = PyUnicode_DATA(text);
    self->length = PyUnicode_GET_LENGTH(text);
    return 0;
}

enum { UNUSUAL, LETTER, MARK, END };

/* -- characters */

static int is_stop(Py_UCS4 c) { return c == '.' || c == '!' || c == '?' || c == 0x061F || c == 0x2026 || c == 0x06D4; }

static int is_closer(Py_UCS4 c) { return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0xBB || c == 0x201D; }

/* Return the role of a character after an Arabic letter: part of the word, a mark, its end, or UNUSUAL. */
static int role(Py_UCS4 c)
{
    if (c < 0x80)
        return c >= '0' && c <= '9' ? UNUSUAL : END; /* a conjunction before a number is one word with it */
    if ((c >= 0x0620 && c <= 0x063F) || (c >= 0x0641 && c <= 0x064A) || (c >= 0x0671 && c <= 0x06D3))
        return LETTER;
    if ((c >= 0x064B && c <= 0x065F) || c == 0x0670)
        return MARK;
    switch (c) {
    case 0x00A0:
    case 0x00AB:
    case 0x00BB:
    case 0x060C:
    case 0x061B:
    case 0x061F:
    case 0x06D4:
    case 0x2013:
    case 0x2014:
    case 0x2018:
    case 0x2019:
    case 0x201C:
    case 0x201D:
    case 0x2026: return END;
    default: return UNUSUAL; /* a joiner, another script, a digit: the tokenizer knows */
    }
}

/* -- ends of words */

/* Call the tokenizer for the end of a word; -1 with an error set. */
static Py_ssize_t end_from_tokenizer(const Choice *self, Py_ssize_t start)
{
    PyObject *answer = PyObject_CallFunction(self->end_of_word, "On", self->text, start);
    if (!answer)
        return -1;
    Py_ssize_t end = PyNumber_AsSsize_t(answer, PyExc_OverflowError);
    Py_DECREF(answer);
    if (end == -1 && PyErr_Occurred())
        return -1;
    if (end && (end <= start || end > self->length)) {
        PyErr_Format(PyExc_ValueError, "a word of %zd characters from %zd to %zd", self->length, start, end);
        return -1;
    }
    return end;
}

/* Return the end of the word that starts at `start`, 0 if none does, -1 with an error set. */
Py_ssize_t word_end(const Choice *self, Py_ssize_t start)
{
    int role_here = role(character(self, start));
    if (role_here != LETTER)
        return end_from_tokenizer(self, start);
    Py_ssize_t at = start;
    while (role_here == LETTER || role_here == MARK) {
        if (++at == self->length)
            return at;
        role_here = role(character(self, at));
    }
    return role_here == END ? at : end_from_tokenizer(self, start);
}

/* Return whether a character is certainly not part of a word, nor joins one that follows. */
static int is_gap(Py_UCS4 c)
{
    if (c < 0x80)
        return !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
    return role(c) == END;
}

/* Return the offset of the first word from `*at` on, and move `*at` past its end. NONE if there is none, ASK where the
 * tokenizer has to decide. */
Py_ssize_t next_word_offset(const Choice *self, Py_ssize_t *at)
{
    Py_ssize_t start = *at;
    while (start < self->length && is_gap(character(self, start)))
        start++;
    if (start == self->length)
        return NONE;
    int role_here = role(character(self, start));
    if (role_here != LETTER)
        return ASK;
    for (*at = start; *at < self->length && (role_here == LETTER || role_here == MARK);)
        if (++*at < self->length)
            role_here = role(character(self, *at));
    return *at == self->length || role_here == END ? start : ASK;
}

/* -- sentences and words */

/* Return the start of the first sentence that follows a sentence end in [from, end); NONE if there is none. */
Py_ssize_t next_sentence(const Choice *self, Py_ssize_t from, Py_ssize_t end)
{
    for (Py_ssize_t at = from; at < end; at++) {
        Py_UCS4 c = character(self, at);
        Py_ssize_t behind = at + 1;
        if (c == ' ' || (c >= 0x0620 && c < 0x06D4)) /* nearly all of them */
            continue;
        if (c != '\n') {
            if (!is_stop(c))
                continue;
            while (behind < end && is_closer(character(self, behind)))
                behind++;
            if (behind == end || !is_blank(self, behind))
                continue;
        }
        while (behind < end && is_blank(self, behind))
            behind++;
        return behind;
    }
    return NONE;
}

/* Return the start of the first word after a blank in [from, end); NONE if there is none. */
Py_ssize_t next_word(const Choice *self, Py_ssize_t from, Py_ssize_t end)
{
    for (Py_ssize_t at = from > 1 ? from : 1; at < end; at++)
        if (is_blank(self, at - 1) && !is_blank(self, at))
            return at;
    return NONE;
}

/* Return the first sentence start in [earliest, latest], with earliest > 0; NONE if there is none. */
Py_ssize_t sentence_between(const Choice *self, Py_ssize_t earliest, Py_ssize_t latest)
{
    Py_ssize_t at = earliest - 1;
    for (; at > 0; at--) { /* back out of any sentence end, so that none is read from its middle */
        Py_UCS4 c = character(self, at);
        if (!is_stop(c) && !is_closer(c) && !is_blank_character(c))
            break;
    }
    while (at <= latest && (at = next_sentence(self, at, self->length)) != NONE)
        if (at >= earliest)
            return at <= latest ? at : NONE;
    return NONE;
}

Py_ssize_t trim_end(const Choice *self, Py_ssize_t start, Py_ssize_t end)
{
    while (end > start && is_blank(self, end - 1))
        end--;
    return end;
}
