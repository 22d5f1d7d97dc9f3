/* What the parts of the walker share. */

#ifndef WALKING_H
#define WALKING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST_FRESH 1024 /* words of one chunk that room is kept for */
#define MOST_LETTERS 64 /* of a chunk that is remembered */
#define CODES 0x2100    /* the characters that the table of kinds tells of */

#define MOST_NUMBERS 64 /* that a remembered chunk takes, on the average: a usual one takes nine */
#define AT_ONCE 16      /* chunks that are looked up together */

#ifdef __GNUC__
#define FETCH(place) __builtin_prefetch(place)
#else
#define FETCH(place) (void)(place)
#endif

enum { OTHER, SEPARATOR, MARK }; /* in the table of kinds; what is above is a letter, and the one it is compared by */

typedef struct {
    uint32_t exact, stem, start; /* two numbers of terms, 0 for none; the start in characters, from the chunk's */
} Word;

/* A chunk that is remembered: numbers in a row, so that one look-up finds all in one place. Its letters follow, two in a
 * number, then its words, three numbers each. */
typedef struct {
    uint32_t hash;
    uint16_t length, words; /* how many letters and words */
} Chunk;

typedef struct {
    void *items;
    size_t count, room;
} Row;

/* Places for numbers, found by a hash: a power of two of them, at most half of them taken; 0 is a free one. */
typedef struct {
    uint32_t *places;
    size_t size, taken;
} Table;

typedef struct {
    PyObject_HEAD
    PyObject *stem, *stop_words, *work_out; /* exact term -> stem; a set of exact terms; chunk -> what it gives */
    PyObject *vocabulary;                   /* a list: None, then the terms */
    uint16_t *kinds;
    uint32_t seed; /* of the hashes of chunks: nobody can make many that are alike */
    size_t most;   /* chunks; a walk that finds more, or twice as many terms, begins with forgetting all */
    int walking;
    Row chunks, hashes, fresh; /* uint32_t; of each term its hash, uint32_t; the words of a new chunk, Word */
    Table by_letters, by_term; /* where chunks begin, and numbers of terms, both counted from 1 */
} Walker;

/* A chunk of a text that may be remembered. */
typedef struct {
    size_t begin, length;
    uint32_t hash;
    uint16_t letters[MOST_LETTERS];
} Short;

/* The words of a text as far as they are known. */
typedef struct {
    Row exact, stems, starts; /* uint32_t */
} Walk;

/* Mix a hash, so that its low bits choose a place. */
static inline size_t place_of(uint32_t hash, size_t size)
{
    return (hash * UINT64_C(0x9E3779B97F4A7C15) >> 24) & (size - 1);
}

static inline size_t numbers_of_letters(size_t length) { return (length + 1) / 2; }

/* memory.c */
void *extend(Row *row, size_t more, size_t size);
void forget(Row *row);
void forget_table(Table *table);
uint32_t number_of(Walker *self, PyObject *term);
int begin_anew(Walker *self);
int remember(Walker *self, const uint16_t *chunk, size_t length, uint32_t hash);
const uint32_t *known(const Walker *self, const uint16_t *chunk, size_t length, uint32_t hash);

/* reading.c */
int is_plain(const Walker *self, const uint16_t *chunk, size_t length);
int read_plain(Walker *self, const uint16_t *chunk, size_t length);
int read_by_python(Walker *self, PyObject *text, Py_ssize_t begin, Py_ssize_t end);

/* walk.c */
PyObject *walk(Walker *self, PyObject *text);

#endif
