/* Which prefixes and endings a word has, and what they score together: segmenter.py's AffixScores. */

#include "segmenting.h"

static int read_endings(Affixes *affixes, PyObject *is_ending)
{
    Py_UCS4 letters[MOST_AFFIX];
    PyObject *ending, *whole;
    for (Py_ssize_t at = 0; PyDict_Next(is_ending, &at, &ending, &whole);) {
        Py_ssize_t length = letters_of(ending, letters, MOST_AFFIX, "an ending");
        Key *key = length < 0 ? NULL : key_of(&affixes->endings, letters, (size_t)length);
        if (!key)
            return -1;
        if (whole == Py_True)
            key->value = affixes->ending_count++;
    }
    return 0;
}

static int read_scores(Affixes *affixes, Scores *scores, PyObject *given)
{
    PyObject *key, *score;
    scores->first = (uint32_t)affixes->count;
    for (Py_ssize_t at = 0; PyDict_Next(given, &at, &key, &score); scores->count++) {
        if (!PyUnicode_Check(key) || !PyUnicode_GET_LENGTH(key) || !PyFloat_Check(score)
            || PyUnicode_READ_CHAR(key, 0) < FIRST_SLOT || PyUnicode_READ_CHAR(key, 0) >= FIRST_SLOT + 64) {
            PyErr_SetString(PyExc_ValueError, "scores: not the letter of a slot, or no number");
            return -1;
        }
        if (reserve((void **)&affixes->scores, &affixes->room, affixes->count + 1, sizeof(Score)) < 0) {
            PyErr_NoMemory();
            return -1;
        }
        affixes->scores[affixes->count++] =
            (Score){PyFloat_AS_DOUBLE(score), (uint8_t)PyUnicode_READ_CHAR(key, 0)};
    }
    return 0;
}

static int read_prefix(Affixes *affixes, PyObject *prefix, PyObject *endings)
{
    Py_UCS4 letters[MOST_AFFIX];
    Py_ssize_t length = letters_of(prefix, letters, MOST_AFFIX, "a prefix");
    Key *key = length < 0 ? NULL : key_of(&affixes->prefixes, letters, (size_t)length);
    if (!key)
        return -1;
    if (!PyDict_Check(endings)) {
        PyErr_SetString(PyExc_TypeError, "the endings of a prefix: not a dict");
        return -1;
    }
    if (!PyDict_GET_SIZE(endings))
        return 0;
    Scores *row = affixes->together + (size_t)affixes->prefix_count * affixes->ending_count;
    key->value = affixes->prefix_count++;
    PyObject *ending, *scores;
    for (Py_ssize_t at = 0; PyDict_Next(endings, &at, &ending, &scores);) {
        length = letters_of(ending, letters, MOST_AFFIX, "an ending");
        Key *found = length < 0 ? NULL : find(&affixes->endings, letters, (size_t)length);
        if (!found || found->value == NONE || !PyDict_Check(scores)) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "an ending that is none, or without scores");
            return -1;
        }
        if (read_scores(affixes, &row[found->value], scores) < 0)
            return -1;
    }
    return 0;
}

/* Read an AffixScores: its `by_beginning` and its `is_ending`. */
int read_affixes(Affixes *affixes, PyObject *given)
{
    PyObject *by_beginning = PyObject_GetAttrString(given, "by_beginning");
    PyObject *is_ending = by_beginning ? PyObject_GetAttrString(given, "is_ending") : NULL, *prefix, *endings;
    int done = is_ending && PyDict_Check(by_beginning) && PyDict_Check(is_ending) ? 0 : -1;
    if (done < 0 && !PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "by_beginning and is_ending must be dicts");
    if (done == 0)
        done = read_endings(affixes, is_ending);
    if (done == 0) {
        affixes->together = calloc((size_t)PyDict_GET_SIZE(by_beginning) * affixes->ending_count + 1, sizeof(Scores));
        if (!affixes->together) {
            PyErr_NoMemory();
            done = -1;
        }
    }
    for (Py_ssize_t at = 0; done == 0 && PyDict_Next(by_beginning, &at, &prefix, &endings);)
        done = read_prefix(affixes, prefix, endings);
    Py_XDECREF(by_beginning);
    Py_XDECREF(is_ending);
    return done;
}

void affixes_end(Affixes *affixes)
{
    map_end(&affixes->prefixes);
    map_end(&affixes->endings);
    free(affixes->together);
    free(affixes->scores);
}

/* Note the prefixes that a word begins with; return how many. */
size_t prefixes_of(const Affixes *affixes, const Py_UCS4 *word, size_t length, Affix *found)
{
    size_t count = 0;
    for (size_t letters = 0; letters <= length && letters <= MOST_AFFIX; letters++) {
        const Key *key = find(&affixes->prefixes, word, letters);
        if (!key)
            break;
        if (key->value != NONE)
            found[count++] = (Affix){(uint32_t)letters, key->value};
    }
    return count;
}

size_t endings_of(const Affixes *affixes, const Py_UCS4 *word, size_t length, Affix *found)
{
    size_t count = 0;
    for (size_t letters = 0; letters <= length && letters <= MOST_AFFIX; letters++) {
        const Key *key = find(&affixes->endings, word + length - letters, letters);
        if (!key)
            break;
        if (key->value != NONE)
            found[count++] = (Affix){(uint32_t)letters, key->value};
    }
    return count;
}
