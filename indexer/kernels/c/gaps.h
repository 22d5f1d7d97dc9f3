/* The gaps between the words of a text, as storage/segment/stored.py describes them. */

#ifndef GAPS_H
#define GAPS_H

#include "passages.h"

#define FAR_GAP 255 /* FAR_GAP */

/* Return the offset after the next blanks: of the first word, with -1, else of the one after the word at `at`. */
static inline Py_ssize_t after_blanks(const Choice *text, Py_ssize_t at)
{
    if (at < 0)
        at = 0;
    else
        while (at < text->length && character(text, at) != ' ' && character(text, at) != '\n')
            at++;
    while (at < text->length && (character(text, at) == ' ' || character(text, at) == '\n'))
        at++;
    return at;
}

PyObject *encode_gaps(PyObject *module, PyObject *const *args, Py_ssize_t count);

#endif
