/* AffixScores: the prefixes and endings of words, and what they score together (segmenter.AffixScores in C). */

#include "native.h"

typedef struct {
    uint32_t prefix, ending; /* ids */
    Score score;
} Row;

/* Return the id of an affix, a new one for a new affix; NONE with an error set. */
static uint32_t affix_id(LetterMap *affixes, PyObject *text, int at_end, uint32_t *count)
{
    Py_UCS4 letters[MAX_AFFIX_LETTERS];
    Py_ssize_t length = copy_letters(text, letters, MAX_AFFIX_LETTERS, "affix");
    for (Py_ssize_t part = 0; part < length; part++)
        if (!map_put(affixes, at_end ? letters + length - part : letters, (size_t)part))
            return NONE;
    Key *key = length < 0 ? NULL : map_put(affixes, letters, (size_t)length);
    if (key && key->value == NONE)
        key->value = (*count)++;
    return key ? key->value : NONE;
}

static int read_row(AffixScores *affixes, PyObject *tuple, Row *row)
{
    PyObject *prefix, *ending;
    int key;
    if (!PyTuple_Check(tuple) || !PyArg_ParseTuple(tuple, "UUCd:affixes", &prefix, &ending, &key, &row->score.score)) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "affixes: expected tuples of prefix, ending, key and score");
        return -1;
    }
    if (key < FIRST_SLOT || key >= FIRST_SLOT + 64) {
        PyErr_SetString(PyExc_ValueError, "affixes: expected an ASCII letter as key");
        return -1;
    }
    row->score.key = (uint8_t)key;
    row->prefix = affix_id(&affixes->prefixes, prefix, 0, &affixes->prefix_count);
    row->ending = row->prefix == NONE ? NONE : affix_id(&affixes->endings, ending, 1, &affixes->ending_count);
    return row->ending == NONE ? -1 : 0;
}

/* Read a tuple of (prefix, ending, key, score), no two of which have the same first three. */
int affixes_read(AffixScores *affixes, PyObject *rows)
{
    Row row;
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(rows); at++)
        if (read_row(affixes, PyTuple_GET_ITEM(rows, at), &row) < 0)
            return -1;
    size_t size = (size_t)affixes->prefix_count * affixes->ending_count * sizeof *affixes->pairs;
    affixes->pairs = malloc(size + 1);
    Score *scores = array_extend(&affixes->scores, (size_t)PyTuple_GET_SIZE(rows) + 1, sizeof *scores);
    if (!affixes->pairs || !scores) {
        PyErr_NoMemory();
        return -1;
    }
    memset(affixes->pairs, UINT8_MAX, size); /* NONE */
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(rows); at++) {
        if (read_row(affixes, PyTuple_GET_ITEM(rows, at), &row) < 0)
            return -1;
        uint32_t *first = &affixes->pairs[(size_t)row.prefix * affixes->ending_count + row.ending];
        scores[at] = (Score){row.score.score, *first, row.score.key};
        *first = (uint32_t)at;
    }
    return 0;
}

void affixes_free(AffixScores *affixes)
{
    map_free(&affixes->prefixes), map_free(&affixes->endings);
    free(affixes->pairs);
    array_free(&affixes->scores);
}

typedef struct {
    size_t length;
    uint32_t id;
} Match;

/* Find the affixes at the beginning or at the end of a word, the shortest first; return how many. */
static size_t match(const LetterMap *affixes, const Py_UCS4 *word, size_t length, int at_end, Match *matches)
{
    size_t count = 0;
    for (size_t letters = 0; letters <= length && letters <= MAX_AFFIX_LETTERS; letters++) {
        const Key *key = map_get(affixes, at_end ? word + length - letters : word, letters);
        if (!key)
            break;
        if (key->value != NONE)
            matches[count++] = (Match){letters, key->value};
    }
    return count;
}

/* Find the cuts, at most MAX_CUTS, that leave a stem of at least `shortest` letters; return how many. */
size_t find_cuts(const AffixScores *affixes, const Py_UCS4 *word, size_t length, size_t shortest, Cut *cuts)
{
    Match prefixes[MAX_AFFIX_LETTERS + 1], endings[MAX_AFFIX_LETTERS + 1];
    size_t prefix_count = match(&affixes->prefixes, word, length, 0, prefixes);
    size_t ending_count = match(&affixes->endings, word, length, 1, endings), count = 0;
    for (size_t p = 0; p < prefix_count; p++)
        for (size_t e = 0; e < ending_count; e++) {
            size_t affixed = prefixes[p].length + endings[e].length;
            uint32_t score = affixes->pairs[(size_t)prefixes[p].id * affixes->ending_count + endings[e].id];
            if (score != NONE && affixed + shortest <= length)
                cuts[count++] = (Cut){prefixes[p].length, length - affixed, score};
        }
    return count;
}
