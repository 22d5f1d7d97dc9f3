/* The best documents of all windows. */

#include "native.h"

static inline int is_worse(Best first, Best second)
{
    return first.score < second.score || (first.score == second.score && first.document > second.document);
}

static void sift_down(Best *heap, uint32_t count, Best best)
{
    uint32_t at = 0, below;
    while ((below = 2 * at + 1) < count) {
        if (below + 1 < count && is_worse(heap[below + 1], heap[below]))
            below++;
        if (!is_worse(heap[below], best))
            break;
        heap[at] = heap[below];
        at = below;
    }
    heap[at] = best;
}

/* Offer a document behind all those offered before: of equal ones the first stay. */
static inline void offer(Answer *answer, double score, uint32_t document)
{
    Best best = {score, document}, *heap = answer->heap;
    if (answer->count == answer->limit) {
        if (answer->limit && score > heap[0].score)
            sift_down(heap, answer->count, best);
        return;
    }
    uint32_t at = answer->count++;
    for (; at > 0 && is_worse(best, heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = best;
}

static void sort_best(Answer *answer)
{
    for (uint32_t left = answer->count; left > 1; left--) {
        Best last = answer->heap[left - 1];
        answer->heap[left - 1] = answer->heap[0];
        sift_down(answer->heap, left - 1, last);
    }
}

/* Offer the hits of one window by their keys: only those of hits are read. */
static void collect_by_key(const Window *window, const Page *page, Answer *answer)
{
    double enough = answer->limit ? -Py_HUGE_VAL : Py_HUGE_VAL;
    if (answer->limit && answer->count == answer->limit)
        enough = answer->heap[0].score;
    FOR_HITS(page, place) {
        uint32_t document = window->low + place;
        double score = -answer->keys[document];
        answer->total++;
        if (score > enough || answer->count < answer->limit) {
            offer(answer, score, document);
            enough = answer->count < answer->limit ? enough : answer->heap[0].score;
        }
    }
}

/* Take away the hits that are deleted. `restrict`: bytes may else be anything's, and one is done at a time. */
static void leave_out(uint8_t *restrict hits, const uint8_t *restrict deleted, uint32_t count)
{
    for (uint32_t place = 0; place < count; place++)
        hits[place] &= deleted[place] == 0;
}

/* Write 1 for each byte that is not 0; return how many there are. */
static uint32_t as_ones(uint8_t *restrict ones, const uint8_t *restrict bytes, uint32_t count)
{
    uint32_t found = 0;
    for (uint32_t place = 0; place < count; place++) {
        ones[place] = bytes[place] != 0;
        found += ones[place];
    }
    return found;
}

/* Take the hits of one window into the answer. */
static void collect(const Query *query, const Window *window, Page *page, Answer *answer)
{
    if (query->deleted)
        leave_out(page->hits, query->deleted + window->low, window->width);
    for (uint32_t begin = 0; query->mask && begin < WINDOW; begin += 8) {
        uint64_t hits, allowed;
        memcpy(&hits, page->hits + begin, 8), memcpy(&allowed, query->allowed + begin, 8);
        hits &= allowed;
        memcpy(page->hits + begin, &hits, 8);
    }
    if (answer->keys) {
        collect_by_key(window, page, answer);
        return;
    }
    if (answer->all_docs) {
        FOR_HITS(page, place) {
            answer->all_docs[answer->total] = (uint16_t)(window->low + place);
            answer->all_scores[answer->total++] = page->scores[place];
        }
        return;
    }
    answer->total += count_hits(page);
    for (uint32_t begin = 0; answer->limit && begin < WINDOW; begin += 32) {
        if (!has_eight(page->hits + begin) && !has_eight(page->hits + begin + 8) && !has_eight(page->hits + begin + 16)
            && !has_eight(page->hits + begin + 24))
            continue;
        int good = answer->count < answer->limit;
        double least_score = answer->heap[0].score;
        /* Few are good enough: look at many at once. */
        for (uint32_t place = begin; !good && place < begin + 32; place += 8)
            for (uint32_t each = place; each < place + 8; each++)
                good |= page->scores[each] > least_score;
        for (uint32_t place = begin; good && place < begin + 32; place++)
            if (page->hits[place])
                offer(answer, page->scores[place], window->low + place);
    }
}

/* A single term needs no windows. */
static void run_term(const Query *query, const Node *node, Answer *answer)
{
    const uint16_t *docs = node->field->docs;
    const uint8_t *tfs = node->field->tfs, *lengths = node->field->lengths;
    const double *ratios = node->ratios;
    uint32_t end = node->lists->end, documents = query->documents, seldom = ratios ? RATIOS : 0;
    uint64_t total = 0;
    const double *keys = answer->keys;
    double weight = node->lists->weight, enough = answer->limit ? -Py_HUGE_VAL : Py_HUGE_VAL;
    int all = !query->deleted && !query->mask;
    for (uint32_t at = node->lists->begin; at < end; at++) {
        uint32_t document = load_u16(docs + at), often = load_u8(tfs + at);
        if (document >= documents
            || (!all && ((query->deleted && query->deleted[document]) || (query->mask && !query->mask[document]))))
            continue;
        total++;
        double score;
        if (keys)
            score = -keys[document];
        else
            score = weight * (often < seldom ? ratios[often * 256 + lengths[document]] : ratio(node, at, document));
        if (score > enough || (answer->count < answer->limit)) {
            offer(answer, score, document);
            enough = answer->count < answer->limit ? enough : answer->heap[0].score;
        }
    }
    answer->total = total;
}

/* Let a window be looked at only where the mask allows it; return whether it does anywhere. */
static int keep_allowed(const Query *query, Window *window)
{
    if (!query->mask)
        return 1;
    memset(query->allowed, 0, WINDOW);
    window->within = query->allowed;
    window->few = as_ones(query->allowed, query->mask + window->low, window->width);
    return window->few > 0;
}

static void run(Query *query, Node *root, Answer *answer)
{
    uint32_t low = 0, next;
    while (!query->failed && (next = next_of(root, low)) < query->documents) {
        low = next > low ? next : low; /* no document twice: the answer has room for each once */
        uint32_t left = query->documents - low;
        Window window = {
            .low = low, .width = left < WINDOW ? left : WINDOW, .documents = query->documents, .scored = query->scored};
        if (keep_allowed(query, &window)) {
            fill(query, root, &window, query->page);
            collect(query, &window, query->page, answer);
        }
        low += window.width;
    }
}

/* Evaluate a tree; return 0, or -1 with an error set. */
int evaluate(Query *query, PyObject *tree, Answer *answer)
{
    Node *root = node_read(query, tree, 0, 0);
    if (!root)
        return -1;
    int single = root->opcode == TERM && (query->scored || answer->keys) && !answer->all_docs;
    query->page = single ? NULL : lend(query, 1 + (size_t)query->scratch_pages, sizeof(Page));
    query->allowed = single || !query->mask ? NULL : lend(query, WINDOW, 1);
    if (!single && (!query->page || (query->mask && !query->allowed)))
        return -1;
    query->scratch = query->page ? query->page + 1 : NULL;
    PyThreadState *others = query->postings >= LONG_WORK ? PyEval_SaveThread() : NULL;
    if (single)
        run_term(query, root, answer);
    else
        run(query, root, answer);
    sort_best(answer);
    if (others)
        PyEval_RestoreThread(others);
    if (query->failed)
        PyErr_NoMemory();
    return query->failed ? -1 : 0;
}
