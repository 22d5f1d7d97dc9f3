/* What the parts of the segmenter share. */

#ifndef SEGMENTING_H
#define SEGMENTING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LETTERS 256 /* of a word; the normalizer gives fewer */
#define MOST_AFFIX 16    /* letters of a prefix or an ending */
#define NONE UINT32_MAX
#define FIRST_SLOT '@' /* slots are letters of ASCII: a set of them is 64 bits */

/* -- letters as keys of numbers */

typedef struct {
    uint32_t hash, letters, value;
    uint8_t length;
} Key;

/* Numbers by letters: keys in the order in which they came, and a place for each by its hash. */
typedef struct {
    Key *keys;
    uint32_t *places; /* numbers of keys, counted from 1; 0: free */
    Py_UCS4 *letters;
    size_t count, room, size, used, letters_room;
} Map;

/* -- affixes */

typedef struct {
    double score;
    uint8_t key; /* the letter of a slot, the first letter of a class */
} Score;

typedef struct {
    uint32_t first, count; /* of the scores; none: these affixes do not go together */
} Scores;

/* What prefixes and endings score together: as segmenter.py's AffixScores. */
typedef struct {
    Map prefixes, endings; /* what begins a prefix or ends an ending: its number where it is one itself, else NONE */
    uint32_t prefix_count, ending_count;
    Scores *together; /* of prefix p and ending e: p * ending_count + e */
    Score *scores;
    size_t count, room;
} Affixes;

/* A cut: how many letters the prefix and the ending have, and the number of each. */
typedef struct {
    uint32_t letters, number;
} Affix;

/* -- the lexicon and the model */

/* A term that a stem may belong to, in some slots. */
typedef struct {
    uint64_t slots;
    double weight;
    size_t term; /* where its letters begin */
    uint32_t next;
    uint8_t length;
} Cell;

typedef struct {
    PyObject_HEAD
    Affixes slots, guesses;
    Map stems; /* of the lexicon: the number of a cell */
    Cell *cells;
    size_t cell_count, cell_room;
    Py_UCS4 *terms;
    size_t terms_used, terms_room;
    Map learned; /* of the model: the number of a logarithm */
    double *logarithms;
    double unknown, letter; /* the logarithms of an unknown stem, and of one more letter */
} Segmenter;

/* keys.c */
Key *find(const Map *map, const Py_UCS4 *letters, size_t length);
Key *key_of(Map *map, const Py_UCS4 *letters, size_t length);
void map_end(Map *map);
int reserve(void **items, size_t *room, size_t wanted, size_t size);
Py_ssize_t letters_of(PyObject *text, Py_UCS4 *letters, Py_ssize_t room, const char *what);

/* affixes.c */
int read_affixes(Affixes *affixes, PyObject *given);
void affixes_end(Affixes *affixes);
size_t prefixes_of(const Affixes *affixes, const Py_UCS4 *word, size_t length, Affix *found);
size_t endings_of(const Affixes *affixes, const Py_UCS4 *word, size_t length, Affix *found);

/* lexicon.c */
int read_lexicon(Segmenter *self, PyObject *text);
int read_learned(Segmenter *self, PyObject *learned);

/* reading.c */
PyObject *stem_of(Segmenter *self, PyObject *given);

#endif
