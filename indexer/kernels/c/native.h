/* Queries evaluated over a segment's arrays, in C: the same answers as arrays.py, which says what they are.
 *
 * A query is evaluated window by window, WINDOW documents at a time. For a window each node writes which documents
 * it finds (one byte each) and their scores; AND asks the node with the fewest postings first, passes over the windows
 * where it finds nothing, and lets the others look only at what is left. The best documents are kept in a heap.
 *
 * Everything in an index file may be damaged or made up. A Field is checked when it is made; document numbers and
 * positions, too many for that, are compared with their bounds at each use. Nothing is shared between calls: each has
 * its own memory, given back when it ends, so any number of threads may ask the same field. Longer work lets go of the
 * interpreter.
 */

#ifndef AKHBAR_NATIVE_H
#define AKHBAR_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if PY_BIG_ENDIAN
#error "index files are little-endian; without this module numpy does the work"
#endif

enum { TERM = 1, TERMS, PHRASE, MASK, EVERY, NOTHING, AND, OR, NOT, MAYBE, REQUIRE, SCALE, CONSTANT, MAX };

#define MAX_DOCUMENTS 65536
#define MAX_DEPTH 64
#define MAX_NODES 65536
#define MAX_PHRASE 4096
#define MAX_DISTANCE 250
#define MAX_TERM_BYTES 65535

#define WINDOW 2048
#define MANY 255         /* the frequency byte of a posting whose frequency stands in the overflow */
#define RATIOS 8         /* tf / (tf + norm) is read from a table for frequencies below this … */
#define RATIOS_FROM 1024 /* … when a list has as many postings: filling it costs as much as 500 of them */
#define LONGER 16        /* a list this many times longer than the other is searched, not read */
#define FEW_TERMS 24     /* more terms than these are added up over the whole segment at once */
#define LONG_WORK 30000  /* postings, some 40 microseconds: from here on other threads may run meanwhile */

/* -- a field */

/* The arrays of one indexed field, held as long as it lives. */
typedef struct {
    PyObject_HEAD
    Py_buffer views[10];
    int held;
    uint32_t count; /* terms */
    uint32_t postings, documents, overs;
    size_t terms_size, positions_size;
    int wide; /* positions are of four bytes, else of two */
    const uint8_t *terms, *tfs, *lengths;
    const uint16_t *docs;
    const uint32_t *term_ends, *starts, *over_at, *over;
    const uint32_t *position_starts; /* NULL: no positions */
    const void *positions;
} Field;

/* The postings of one term, and how far they have been read. */
typedef struct {
    const Field *field;
    uint32_t begin, at, end; /* its postings, and the first that has not been passed */
    double weight;
    uint32_t summed, over; /* of a phrase: `places` is where the positions of posting `summed` begin */
    uint64_t places, places_end;
} List;

static inline size_t items_of(const Py_buffer *view) { return (size_t)view->len / (size_t)view->itemsize; }

/* Read memory that may change at any time exactly once: a value is compared with its bounds and then used. */
static inline uint8_t load_u8(const uint8_t *at) { return *(const volatile uint8_t *)at; }
static inline uint16_t load_u16(const uint16_t *at) { return *(const volatile uint16_t *)at; }
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
    return range_at(field->starts, term, field->postings);
}

static inline const uint8_t *term_bytes(const Field *field, uint32_t term, size_t *size)
{
    Range range = range_at(field->term_ends, term, field->terms_size);
    *size = range.end - range.begin;
    return field->terms + range.begin;
}

/* Return the first posting from `at` on whose document is not less than `document`. */
static inline uint32_t seek(const uint16_t *docs, uint32_t at, uint32_t end, uint32_t document)
{
    uint32_t step = 1, low = at, high = at;
    while (high < end && load_u16(docs + high) < document) {
        low = high + 1;
        high = end - high > step ? high + step : end;
        step *= 2;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (load_u16(docs + middle) < document)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Pass over what lies before `document` and return the next document of the list. */
static inline uint32_t list_next(List *list, uint32_t document)
{
    list->at = seek(list->field->docs, list->at, list->end, document);
    return list->at < list->end ? load_u16(list->field->docs + list->at) : MAX_DOCUMENTS;
}

static inline uint32_t position(const Field *field, uint64_t at)
{
    return field->wide ? ((const uint32_t *)field->positions)[at] : ((const uint16_t *)field->positions)[at];
}

/* -- a query */

/* What a node finds in a window. */
typedef struct {
    uint8_t hits[WINDOW];  /* 1: found */
    double scores[WINDOW]; /* meaningful where a hit is */
} Page;

typedef struct Node Node;
struct Node {
    int opcode, scratch; /* which pages of the query's scratch are its own: this and the next, of MAX two */
    uint64_t most;       /* it finds at most so many documents */
    double number;       /* score, factor or tiebreak */
    Node **parts;
    uint32_t count; /* of parts, or of lists */
    List *lists;    /* of TERM, of PHRASE, and of AND of terms only */
    const Field *field;
    const double *norms, *ratios; /* ratios[tf * 256 + length byte], or NULL */
    const uint8_t *mask;
    uint32_t slop;    /* of PHRASE */
    uint32_t *rarest; /* of what must all be there: the lists, the shortest first, */
    uint16_t *ranks;  /* for each list WINDOW places: which of its postings stands there, counted from 1, */
    uint16_t *candidates, *firsts; /* the places that are in all lists, and which posting of the shortest each was */
    const uint32_t *terms;         /* of TERMS */
    const double *weights;
    double *sums; /* its scores for the whole segment, once they are added up */
    uint8_t *found;
    int added;
};

/* A piece of memory that lives as long as the query. */
typedef struct Block {
    struct Block *before;
    _Alignas(16) uint8_t bytes[];
} Block;

/* An array that is held as long as the query lives. */
typedef struct Held {
    struct Held *before;
    PyObject *array;
    Py_buffer view;
    double *ratios; /* if the array holds norms */
} Held;

typedef struct {
    uint32_t documents;
    const uint8_t *deleted, *mask; /* or NULL */
    Block *blocks;
    Held *held;
    uint32_t nodes;
    int scratch_pages, scored, failed; /* failed: out of memory */
    uint64_t postings;
    Page *page, *scratch;
    uint8_t *allowed;  /* what the mask allows of a window, if there is a mask */
    uint32_t *ends[2]; /* of phrases */
    size_t ends_room;
} Query;

/* Some documents, and what is asked about them. */
typedef struct {
    uint32_t low, width;   /* the window's first document, and how many there are */
    uint32_t documents;    /* of the segment */
    const uint8_t *within; /* what lies outside may be left out; NULL: nothing */
    uint32_t few;          /* how many documents are within */
    int scored;
} Window;

typedef struct {
    double score;
    uint32_t document;
} Best;

typedef struct {
    uint64_t total;
    uint32_t limit, count;
    Best *heap;         /* the worst first */
    const double *keys; /* of top_by, or NULL */
    uint16_t *all_docs; /* of matches, or NULL */
    double *all_scores;
} Answer;

/* Return about how many postings of a list lie in the window. */
static inline uint64_t postings_here(const List *list, const Window *window)
{
    return (uint64_t)(list->end - list->at) * window->width / (window->documents - window->low);
}

static inline uint32_t count_hits(const Page *page)
{
    uint64_t sums[2] = {0, 0}; /* in eight bytes each: half a page's hits do not overflow one */
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

/* Run what follows for each hit of a page, with `place`. */
#define FOR_HITS(page, place)                                                                                          \
    for (uint32_t begin_ = 0; begin_ < WINDOW; begin_ += 8)                                                            \
        if (has_eight((page)->hits + begin_))                                                                          \
            for (uint32_t place = begin_; place < begin_ + 8; place++)                                                 \
                if ((page)->hits[place])

extern PyTypeObject FieldType;

/* field.c */
int is_kind(const Py_buffer *view, char kind);
int hold(PyObject *array, const char *name, const char *kinds, Py_buffer *view);
int has_items(const Py_buffer *view, const char *name, size_t items);
uint32_t bisect(const Field *field, uint32_t low, uint32_t high, const uint8_t *bytes, size_t length, int behind);
uint32_t gallop_terms(const Field *field, uint32_t low, uint32_t end, const uint8_t *bytes, size_t length, int behind);
int64_t term_number(const Field *field, PyObject *number, PyObject *error);
void list_begin(List *list, const Field *field, uint32_t term, double weight);
int list_open(List *list, const Field *field, PyObject *number, double weight);
uint32_t frequency(const Field *field, uint32_t posting);
uint64_t overflow_between(const Field *field, uint32_t from, uint32_t to, uint32_t *over);

/* spelling.c */
PyObject *field_within(Field *self, PyObject *args, PyObject *keywords);

/* query.c */
void *lend(Query *query, size_t count, size_t size);
void query_end(Query *query);
Held *query_hold(Query *query, PyObject *array, const char *name, const char *kinds);
int query_mask(Query *query, PyObject *array, const char *name, const uint8_t **mask);
Node *node_read(Query *query, PyObject *tuple, int depth, int scratch);

/* window.c */
uint32_t next_of(Node *node, uint32_t document);
double ratio(const Node *node, uint32_t posting, uint32_t document);
void fill(Query *query, Node *node, const Window *window, Page *page);

/* phrase.c */
uint32_t find_candidates(Node *node, const Window *window);
void write_candidates(const Node *node, uint32_t count, const Window *window, Page *page, int alone);
void add_phrase(Query *query, Node *node, const Window *window, Page *page, int alone);

/* answer.c */
int evaluate(Query *query, PyObject *tree, Answer *answer);

#endif
