/* Gaps between words: where the words of a text start, as bytes. */

#include "gaps.h"
#include "native.h"

/* Write the gaps of words into `gaps`, which has five bytes for each; return their end, NULL for starts that are wrong. */
static uint8_t *write_gaps(const Choice *text, const uint32_t *starts, Py_ssize_t words, uint8_t *gaps)
{
    Py_ssize_t at = -1;
    for (Py_ssize_t word = 0; word < words; word++) {
        Py_ssize_t start = starts[word], distance = start - at;
        if (start < at || start >= text->length)
            return NULL;
        if (after_blanks(text, at) == start) {
            *gaps++ = 0;
        } else if (distance && distance < FAR_GAP) {
            *gaps++ = (uint8_t)distance;
        } else {
            *gaps++ = FAR_GAP;
            for (int shift = 0; shift < 32; shift += 8)
                *gaps++ = (uint8_t)(distance >> shift);
        }
        at = start;
    }
    return gaps;
}

PyObject *encode_gaps(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    (void)module;
    if (count != 2 || !PyUnicode_Check(args[0]))
        return PyErr_Format(PyExc_TypeError, "encode_gaps(text, starts)");
    Choice text = {0};
    Py_buffer starts;
    if (read_text(&text, args[0]) < 0 || get_array(args[1], "starts", "I", &starts) < 0)
        return NULL;
    Py_ssize_t words = (Py_ssize_t)items_of(&starts);
    PyObject *result = PyBytes_FromStringAndSize(NULL, 5 * words);
    uint8_t *gaps = result ? (uint8_t *)(void *)PyBytes_AS_STRING(result) : NULL;
    uint8_t *end = gaps ? write_gaps(&text, starts.buf, words, gaps) : NULL;
    PyBuffer_Release(&starts);
    if (gaps && !end) {
        Py_CLEAR(result);
        PyErr_SetString(PyExc_ValueError, "the starts of words must rise, within their text");
    }
    if (end)
        _PyBytes_Resize(&result, end - gaps);
    return result;
}
