/* Declarations shared by the files of the extension analyzers._native. */

#ifndef ANALYZERS_NATIVE_H
#define ANALYZERS_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* -- memory.c: a growable array, a hash table, a map from letters to numbers */

typedef struct {
    void *items;
    size_t count, capacity;
} Array;

/* Open-addressing hash table over the entries of an array, each of which begins with its hash (uint32_t). A slot holds
 * the index of an entry plus 1, and 0 marks an empty slot. Capacity is a power of two, load at most 1/2. */
typedef struct {
    uint32_t *slots;
    size_t capacity, count;
} Table;

/* FNV-1a, one character at a time; slot_of mixes the bits, so that the low ones choose a slot. */
static inline uint32_t hash_add(uint32_t hash, Py_UCS4 character) { return (hash ^ character) * 0x01000193u; }

static inline size_t slot_of(const Table *table, uint32_t hash)
{
    return (hash * UINT64_C(0x9E3779B97F4A7C15) >> 24) & (table->capacity - 1);
}

static inline size_t slot_after(const Table *table, size_t slot) { return (slot + 1) & (table->capacity - 1); }

void *array_extend(Array *array, size_t more, size_t item_size);
void array_free(Array *array);
int table_reserve(Table *table, const void *entries, size_t entry_size);
void table_insert(Table *table, uint32_t hash, size_t index);
void table_free(Table *table);

#define NONE UINT32_MAX /* the value of a key that has none */

typedef struct {
    uint32_t hash, letters, value; /* letters: where they begin in the array of letters */
    uint8_t length;
} Key;

typedef struct {
    Array keys, letters; /* Key, Py_UCS4 */
    Table table;
} LetterMap;

Key *map_get(const LetterMap *map, const Py_UCS4 *letters, size_t length);
Key *map_put(LetterMap *map, const Py_UCS4 *letters, size_t length);
void map_free(LetterMap *map);
Py_ssize_t copy_letters(PyObject *text, Py_UCS4 *letters, Py_ssize_t capacity, const char *what);

/* The letters that a spelling keeps and a normalized word has folded: normalizer.KEPT. */
enum { ALEF_MADDA = 0x622, ALEF_HAMZA_ABOVE = 0x623, ALEF_HAMZA_BELOW = 0x625, TEH_MARBUTA = 0x629, ALEF_MAKSURA = 0x649 };

static inline int is_last_letter_kept(Py_UCS4 letter) { return letter == TEH_MARBUTA || letter == ALEF_MAKSURA; }

static inline int is_hamzated_alef(Py_UCS4 letter)
{
    return letter == ALEF_MADDA || letter == ALEF_HAMZA_ABOVE || letter == ALEF_HAMZA_BELOW;
}

/* -- TermEncoder: texts as term ids */

#define MAX_CHUNK_LETTERS 64 /* of a chunk that is cached */
#define CLASSIFIED 0x2100    /* characters below this one have a class */
#define MEAN_CACHED_SIZE 64  /* bound on the arena, in uint32_t a cached chunk; most take nine */

enum { OTHER, SEPARATOR, MARK }; /* character classes; any greater value is a letter, folded */

typedef struct {
    uint32_t exact, stem, start; /* two term ids, 0 for none; an offset in characters */
} Word;

/* The head of a cached chunk. In the arena its letters follow, two in a uint32_t, then its words, whose starts count
 * from the start of the chunk: a look-up touches one place of memory. */
typedef struct {
    uint32_t hash;
    uint16_t length, word_count;
} CachedChunk;

/* A chunk of the text in hand, short enough for the cache. */
typedef struct {
    size_t begin, length;
    uint32_t hash;
    uint16_t letters[MAX_CHUNK_LETTERS];
} Chunk;

typedef struct {
    PyObject_HEAD
    PyObject *stem, *stop_words, *analyze_chunk; /* exact term -> stem; set of exact terms; chunk -> its ChunkTerms */
    PyObject *may_be_compound;                   /* exact term -> None, unless it may have to be split */
    PyObject *vocabulary;                        /* list: None, then the terms by id */
    uint16_t *character_classes;
    uint32_t seed;     /* of the hashes of chunks, secret: nobody can write a text of chunks that collide */
    size_t max_chunks; /* in the cache; a text that finds more, or twice as many terms, starts with empty caches */
    int is_busy;
    Array words, arena, term_hashes; /* Word: those of the text in hand; uint32_t: the cached chunks; uint32_t */
    Table chunk_table, term_table;
} TermEncoder;

/* chunk_cache.c */
uint32_t term_id(TermEncoder *self, PyObject *term);
int cache_reset(TermEncoder *self);
int cache_put(TermEncoder *self, const Chunk *chunk, size_t first_word);
const CachedChunk *cache_get(const TermEncoder *self, const Chunk *chunk);
const Word *cached_words(const CachedChunk *cached);

/* chunks.c */
int is_plain(const TermEncoder *self, const Chunk *chunk);
int analyze_plain(TermEncoder *self, PyObject *text, const Chunk *chunk);
int analyze_in_python(TermEncoder *self, PyObject *text, size_t begin, size_t end);

/* encoder.c */
PyObject *encode(TermEncoder *self, PyObject *text);

/* -- Stemmer: the stem of an Arabic word, of which a spelling is given */

#define MAX_WORD_LETTERS 256 /* of a word; the normalizer gives fewer */
#define MAX_AFFIX_LETTERS 16
#define MAX_CUTS ((MAX_AFFIX_LETTERS + 1) * (MAX_AFFIX_LETTERS + 1))
#define FIRST_SLOT '@' /* slots are ASCII letters, so that a set of them is 64 bits */

typedef struct {
    double score;
    uint32_t next; /* score of the same affixes, or NONE */
    uint8_t key;   /* the letter of a slot, or the first letter of a word class */
} Score;

/* What prefixes and endings score together. */
typedef struct {
    LetterMap prefixes, endings; /* also what begins a prefix or ends an ending; value: the affix's id, else NONE */
    uint32_t prefix_count, ending_count;
    uint32_t *pairs; /* of prefix p and ending e, at p * ending_count + e: their first score, or NONE */
    Array scores;    /* Score */
} AffixScores;

/* One way to cut a word: the stem's place, and the first score of the affixes round it. */
typedef struct {
    size_t start, length;
    uint32_t score;
} Cut;

/* A reading of a stem in the lexicon: the term, and the slots in which the stem has it. */
typedef struct {
    uint64_t slots;
    double weight;
    size_t term; /* where its letters begin in `terms` */
    uint32_t next; /* reading of the same stem, or NONE */
    uint16_t alef; /* the stem's first alef with hamza or madda, or 0 */
    uint8_t length;
} Reading;

typedef struct {
    PyObject_HEAD
    AffixScores slots, guesses;
    LetterMap lexicon, learned;        /* stem -> its first reading; stem -> its logarithm in the model */
    Array readings, terms, logarithms; /* Reading, Py_UCS4, double */
    double unknown, letter; /* the logarithms of an unknown stem and of one more letter */
    double other_hamza, no_hamza, odd_hamza, hamza_in_prefix; /* orthography.py */
} Stemmer;

/* affixes.c */
int affixes_read(AffixScores *affixes, PyObject *rows);
void affixes_free(AffixScores *affixes);
size_t find_cuts(const AffixScores *affixes, const Py_UCS4 *word, size_t length, size_t shortest, Cut *cuts);

/* lexicon.c */
int lexicon_read(Stemmer *self, PyObject *text);
int learned_read(Stemmer *self, PyObject *learned);

/* stemmer.c */
PyObject *stem_of(Stemmer *self, PyObject *word);

#endif
