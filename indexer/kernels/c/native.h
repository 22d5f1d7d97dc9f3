/* Query kernels in C: evaluate query trees over a segment's arrays, with the answers that arrays.py defines.
 *
 * A query is evaluated window by window, WINDOW documents at a time. In a window each node writes a hit byte and a
 * score for every document that it matches. AND asks the child with the fewest postings first, skips the windows where
 * that has no hit, and lets the other children look only at the documents that are left. A heap keeps the best ones.
 *
 * Index files are untrusted: they may be damaged, and may even be written over while they are mapped. A Field is
 * checked when it is made; besides, each offset, document number and position from a file is read once and compared
 * with its bounds where it is used. Calls share nothing: each has its own memory, freed when it ends, so any number of
 * threads may search the same field. Long calls release the interpreter lock.
 *
 *     field.c      the arrays of a field: dictionary look-up and posting lists
 *     query.c      tuples -> nodes
 *     window.c     nodes -> hits and scores in one window
 *     phrase.c     AND of terms, and phrases
 *     answer.c     hits and scores -> the best documents
 *     matches.c    the words of a document that match
 *     passages.h   the choice of passages, which is independent of all this
 *     vectors.c    products of vectors of bytes
 *     term_texts.c the terms of an article as texts
 *     module.c     the functions that Python calls
 */

#ifndef AKHBAR_NATIVE_H
#define AKHBAR_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <structmember.h>

#if PY_BIG_ENDIAN
#error "index files are little-endian; without this module numpy does the work"
#endif

enum { TERM = 1, TERMS, PHRASE, MASK, EVERY, NOTHING, AND, OR, NOT, MAYBE, CONSTANT, ADJACENT, SATURATE, SCORED };

#define MAX_DOCUMENTS 65536
#define MAX_DEPTH 64
#define MAX_NODES 65536
#define MAX_PHRASE 4096

#define WINDOW 2048
#define FREQUENCY 0x0F      /* occurrence bytes, as in indexer/ranking/occurrences.py: the frequency … */
#define MOST_FREQUENT 15    /* … this or a larger one, which is in the overflow arrays */
#define TITLE 0x10          /* the term stands in the title */
#define BODY 0xE0           /* the step of its first place in the body, 0 where it is not there */
#define ANYWHERE 0xF0
#define SCORER_ITEMS 768    /* norms by length byte, frequencies and bonuses by occurrence byte */
#define SEARCH_FACTOR 16    /* a list this many times longer than the other is searched, not scanned */
#define MAX_LISTS 24        /* the scores of more terms than these are summed over the whole segment at once */
#define GIL_POSTINGS 30000  /* this many postings take some 40 microseconds: worth releasing the interpreter lock */

/* -- a field */

/* The arrays of one indexed field; their buffers are released with it. */
typedef struct {
    PyObject_HEAD Py_buffer views[11];
    int held;
    uint32_t count; /* of terms */
    uint32_t postings, documents, overflow_count;
    size_t terms_size, positions_size;
    int wide, wide_starts; /* whether positions and the starts of bodies take four bytes, else two */
    const uint8_t *terms, *occurrences, *lengths;
    const uint16_t *docs;
    const uint32_t *term_ends, *posting_offsets, *overflow_rows, *overflow;
    const uint32_t *position_offsets; /* NULL for a field without positions */
    const void *positions, *body_starts; /* NULL where all texts are bodies */
} Field;

/* The postings of one term, and a cursor. */
typedef struct {
    const Field *field;
    uint32_t begin, at, end; /* its postings are [begin, end); `at` is the cursor */
    double weight;
    /* Of phrases: the positions of posting `summed_to` begin at `positions_at`; `overflow_at` is the next entry. */
    uint32_t summed_to, overflow_at;
    uint64_t positions_at, positions_end;
} PostingList;

static inline size_t items_of(const Py_buffer *view) { return (size_t)view->len / (size_t)view->itemsize; }

/* Read an offset that may change at any time exactly once: it is compared with its bounds and then used. */
static inline uint32_t load_u32(const uint32_t *at) { return *(const volatile uint32_t *)at; }

/* A range of items of an array: begin <= end <= its size. */
typedef struct {
    uint32_t begin, end;
} Range;

/* Return the range between two neighbouring offsets into an array of `size` items, cut to what the array has. */
static inline Range range_at(const uint32_t *offsets, uint32_t at, size_t size)
{
    uint32_t limit = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
    uint32_t begin = load_u32(offsets + at), end = load_u32(offsets + at + 1);
    end = end < limit ? end : limit;
    return (Range){begin < end ? begin : end, end};
}

static inline Range posting_range(const Field *field, uint32_t term)
{
    return range_at(field->posting_offsets, term, field->postings);
}

static inline const uint8_t *term_bytes(const Field *field, uint32_t term, size_t *size)
{
    Range range = range_at(field->term_ends, term, field->terms_size);
    *size = range.end - range.begin;
    return field->terms + range.begin;
}

/* Return the first posting in [at, end) of `document` or a later one, by galloping search. */
static inline uint32_t seek(const uint16_t *docs, uint32_t at, uint32_t end, uint32_t document)
{
    uint32_t step = 1, low = at, high = at;
    while (high < end && docs[high] < document) {
        low = high + 1;
        high = end - high > step ? high + step : end;
        step *= 2;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (docs[middle] < document)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Move the cursor to `document` or the next one in the list, and return that one; MAX_DOCUMENTS at the end. */
static inline uint32_t advance(PostingList *list, uint32_t document)
{
    list->at = seek(list->field->docs, list->at, list->end, document);
    return list->at < list->end ? list->field->docs[list->at] : MAX_DOCUMENTS;
}

/* Return the sum of the frequencies in the occurrence bytes of postings [from, to). */
static inline uint64_t sum_frequencies(const uint8_t *occurrences, uint32_t from, uint32_t to)
{
    const uint64_t low = 0x0F0F0F0F0F0F0F0Fu, ones = 0x0101010101010101u; /* eight times 15 fit a byte */
    uint64_t sum = 0;
    while (to - from >= 128) { /* sixteen times 15 fit one too: a block has one sum of its bytes, not sixteen */
        uint64_t bytes = 0, eight;
        for (uint32_t end = from + 128; from < end; from += 8) {
            memcpy(&eight, occurrences + from, 8);
            bytes += eight & low;
        }
        const uint64_t even = 0x00FF00FF00FF00FFu, pairs = (bytes & even) + (bytes >> 8 & even);
        sum += pairs * 0x0001000100010001u >> 48;
    }
    for (; to - from >= 8; from += 8) {
        uint64_t eight;
        memcpy(&eight, occurrences + from, 8);
        sum += (eight & low) * ones >> 56;
    }
    for (; from < to; from++)
        sum += occurrences[from] & FREQUENCY;
    return sum;
}

static inline uint32_t number_at(const void *numbers, int wide, uint64_t at)
{
    return wide ? ((const uint32_t *)numbers)[at] : ((const uint16_t *)numbers)[at];
}

static inline uint32_t position_at(const Field *field, uint64_t at)
{
    return number_at(field->positions, field->wide, at);
}

/* The positions of one posting: `count` of them from `begin` on, an index into the field's positions. */
typedef struct {
    uint64_t begin;
    uint32_t count;
} Places;

/* Return the position where the body of a document begins; a damaged list may name documents that do not exist. */
static inline uint32_t body_start(const Field *field, uint32_t document)
{
    int is_known = field->body_starts && document < field->documents;
    return is_known ? number_at(field->body_starts, field->wide_starts, document) : 0;
}

uint32_t frequency(const Field *field, uint32_t posting);

/* Return the score of one posting by weight 1: f / (f + norm) + bonus, see nodes.py. */
static inline double unit_score(const Field *field, const double *scorer, uint32_t posting, uint8_t length)
{
    uint8_t occurrence = field->occurrences[posting];
    double f = scorer[256 + occurrence];
    if ((occurrence & FREQUENCY) == MOST_FREQUENT)
        f += (double)frequency(field, posting) - MOST_FREQUENT;
    return f / (f + scorer[length]) + scorer[512 + occurrence];
}

/* -- a query */

/* The hits and scores of a node in a window. */
typedef struct {
    uint8_t hits[WINDOW];  /* 1 for a hit, else 0 */
    double scores[WINDOW]; /* defined only for hits */
} Page;

typedef struct Node Node;
struct Node {
    int opcode, scratch; /* the first of its own two scratch pages */
    uint64_t max_hits;   /* an upper bound of its hits */
    double number;       /* a score */
    Node **children;
    uint32_t count;     /* of children or of lists */
    PostingList *lists; /* of TERM, PHRASE, ADJACENT, few TERMS, and AND of nothing but terms */
    const Field *field;
    const double *scorer;
    const uint8_t *mask;
    const double *values; /* of SCORED: a score for each document */
    uint8_t part; /* the bits of which an occurrence must have one */
    uint32_t slop; /* of PHRASE and ADJACENT */
    /* Of these and AND: the lists from the shortest to the longest; for each list, by slot, which of its postings
     * from the cursor on is there, counted from 1; the slots in all lists, and their postings in the shortest. A family,
     * see window.c, has only the slots that it finds. */
    uint32_t *rarest;
    uint16_t *ranks;
    uint16_t *candidates, *firsts;
    const uint32_t *terms; /* of TERMS, with their weights */
    const double *weights;
    double *sums; /* of many TERMS: the scores for the whole segment, once they are summed */
    uint8_t *matched;
    int is_summed;
};

/* A block of the arena, which is freed with the query. */
typedef struct ArenaBlock {
    struct ArenaBlock *before;
    _Alignas(16) uint8_t bytes[];
} ArenaBlock;

/* An array whose buffer is released with the query. */
typedef struct HeldArray {
    struct HeldArray *before;
    PyObject *array;
    Py_buffer view;
} HeldArray;

typedef struct {
    uint32_t documents;
    const uint8_t *deleted, *mask; /* or NULL */
    ArenaBlock *arena;
    HeldArray *held;
    uint32_t nodes;
    int scratch_pages, scored, failed; /* failed: out of memory */
    uint64_t postings;
    Page *page, *scratch;
    uint8_t *allowed;  /* the mask's part for a window, if there is a mask */
    uint32_t *ends[2]; /* of phrases: two buffers for positions */
    size_t ends_capacity;
} Query;

/* A range of documents, and what is wanted of them. A document's slot is its number less `low`. */
typedef struct {
    uint32_t low, width;   /* the first document, and how many there are */
    uint32_t documents;    /* of the segment */
    const uint8_t *within; /* hits are needed only where this is 1; NULL: everywhere */
    uint32_t within_count; /* how many 1s are within */
    int scored;
} Window;

typedef struct {
    double score;
    uint32_t document;
} Scored;

typedef struct {
    uint64_t total;
    uint32_t limit, count;
    Scored *heap;       /* the worst first */
    const double *keys; /* of top_by, or NULL */
    uint16_t *all_docs; /* of matches, or NULL */
    double *all_scores;
    uint8_t *found; /* takes a 1 for each document that matches, or NULL */
} Answer;

/* Return f / (f + norm) for a frequency in the document at a slot. */
static inline double saturate(const Node *node, const Window *window, uint32_t slot, double f)
{
    return f / (f + node->scorer[node->field->lengths[window->low + slot]]);
}

/* Estimate how many postings of a list are in the window. */
static inline uint64_t postings_here(const PostingList *list, const Window *window)
{
    return (uint64_t)(list->end - list->at) * window->width / (window->documents - window->low);
}

static inline uint32_t count_hits(const Page *page)
{
    uint64_t sums[2] = {0, 0}; /* eight byte counters each: half a page's hits do not overflow one */
    for (uint32_t begin = 0; begin < WINDOW; begin += 8) {
        uint64_t eight;
        memcpy(&eight, page->hits + begin, 8);
        sums[begin >= WINDOW / 2] += eight;
    }
    const uint64_t even = 0x00FF00FF00FF00FFu, ones = 0x0001000100010001u;
    uint64_t pairs = (sums[0] & even) + (sums[0] >> 8 & even) + (sums[1] & even) + (sums[1] >> 8 & even);
    return (uint32_t)(pairs * ones >> 48);
}

static inline int has_eight(const uint8_t *hits)
{
    uint64_t eight;
    memcpy(&eight, hits, 8);
    return eight != 0;
}

/* Run the statement that follows for the slot of each hit of a page. */
#define FOR_HITS(page, slot)                                                                                           \
    for (uint32_t begin_ = 0; begin_ < WINDOW; begin_ += 8)                                                            \
        if (has_eight((page)->hits + begin_))                                                                          \
            for (uint32_t slot = begin_; slot < begin_ + 8; slot++)                                                    \
                if ((page)->hits[slot])

extern PyTypeObject FieldType;

/* field.c */
int has_format(const Py_buffer *view, char kind);
int get_array(PyObject *array, const char *name, const char *kinds, Py_buffer *view);
int has_items(const Py_buffer *view, const char *name, size_t items);
int64_t term_number(const Field *field, PyObject *number, PyObject *error);
void init_list(PostingList *list, const Field *field, uint32_t term, double weight);
int open_list(PostingList *list, const Field *field, PyObject *number, double weight);
int find_positions(const Field *field, PyObject *number, Py_ssize_t document, uint8_t part, Places *places);
uint32_t overflow_from(const Field *field, uint32_t from);
uint64_t overflow_between(const Field *field, uint32_t from, uint32_t to, uint32_t *over);
Places places_in(const Field *field, uint64_t begin, uint32_t count, uint32_t document, uint8_t part);

/* query.c */
void *arena_alloc(Query *query, size_t count, size_t size);
void free_query(Query *query);
HeldArray *hold_array(Query *query, PyObject *array, const char *name, const char *kinds);
int hold_mask(Query *query, PyObject *array, const char *name, const uint8_t **mask);
Node *read_node(Query *query, PyObject *tuple, int depth, int scratch);

/* window.c */
uint32_t next_candidate(Node *node, uint32_t document);
void fill(Query *query, Node *node, const Window *window, Page *page);

/* phrase.c */
uint32_t find_candidates(Node *node, const Window *window);
void write_candidates(const Node *node, uint32_t count, const Window *window, Page *page, int overwrite);
void add_phrase(Query *query, Node *node, const Window *window, Page *page, int overwrite);

/* vectors.c */
PyObject *dot_products(PyObject *module, PyObject *const *args, Py_ssize_t count);

/* term_texts.c */
PyObject *term_texts(PyObject *module, PyObject *args);

/* answer.c */
int evaluate(Query *query, PyObject *tree, Answer *answer);

#endif
