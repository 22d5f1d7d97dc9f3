/* Top-k collection: the best documents of all windows, in a heap. */

#include "native.h"

static inline int ranks_below(Scored first, Scored second)
{
    return first.score < second.score || (first.score == second.score && first.document > second.document);
}

static void sift_down(Scored *heap, uint32_t count, Scored best)
{
    uint32_t at = 0, below;
    while ((below = 2 * at + 1) < count) {
        if (below + 1 < count && ranks_below(heap[below + 1], heap[below]))
            below++;
        if (!ranks_below(heap[below], best))
            break;
        heap[at] = heap[below];
        at = below;
    }
    heap[at] = best;
}

/* Offer a document to the heap. Documents come in order, and the first of equal ones stay. */
static inline void offer(Answer *answer, double score, uint32_t document)
{
    Scored best = {score, document}, *heap = answer->heap;
    if (answer->count == answer->limit) {
        if (answer->limit && score > heap[0].score)
            sift_down(heap, answer->count, best);
        return;
    }
    uint32_t at = answer->count++;
    for (; at > 0 && ranks_below(best, heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = best;
}

static void sort_heap(Answer *answer)
{
    for (uint32_t left = answer->count; left > 1; left--) {
        Scored last = answer->heap[left - 1];
        answer->heap[left - 1] = answer->heap[0];
        sift_down(answer->heap, left - 1, last);
    }
}

/* Offer the hits of one window by their keys. */
static void collect_by_key(const Window *window, const Page *page, Answer *answer)
{
    double enough = answer->limit ? -Py_HUGE_VAL : Py_HUGE_VAL;
    if (answer->limit && answer->count == answer->limit)
        enough = answer->heap[0].score;
    FOR_HITS (page, slot) {
        uint32_t document = window->low + slot;
        double score = -answer->keys[document];
        answer->total++;
        if (score > enough || answer->count < answer->limit) {
            offer(answer, score, document);
            enough = answer->count < answer->limit ? enough : answer->heap[0].score;
        }
    }
}

/* Remove the hits of deleted documents. Without `restrict` the bytes might alias, and the loop is not vectorized. */
static void remove_deleted(uint8_t *restrict hits, const uint8_t *restrict deleted, uint32_t count)
{
    for (uint32_t slot = 0; slot < count; slot++)
        hits[slot] &= deleted[slot] == 0;
}

/* Write 1 for each byte that is not 0, else 0; return how many are not. */
static uint32_t to_ones(uint8_t *restrict ones, const uint8_t *restrict bytes, uint32_t count)
{
    uint32_t found = 0;
    for (uint32_t slot = 0; slot < count; slot++) {
        ones[slot] = bytes[slot] != 0;
        found += ones[slot];
    }
    return found;
}

/* Collect the hits of one window. */
static void collect(const Query *query, const Window *window, Page *page, Answer *answer)
{
    if (query->deleted)
        remove_deleted(page->hits, query->deleted + window->low, window->width);
    for (uint32_t begin = 0; query->mask && begin < WINDOW; begin += 8) {
        uint64_t hits, allowed;
        memcpy(&hits, page->hits + begin, 8), memcpy(&allowed, query->allowed + begin, 8);
        hits &= allowed;
        memcpy(page->hits + begin, &hits, 8);
    }
    if (answer->found)
        memcpy(answer->found + window->low, page->hits, window->width);
    if (answer->keys) {
        collect_by_key(window, page, answer);
        return;
    }
    if (answer->all_docs) {
        FOR_HITS (page, slot) {
            answer->all_docs[answer->total] = (uint16_t)(window->low + slot);
            answer->all_scores[answer->total++] = page->scores[slot];
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
        /* Few scores beat the heap: compare many at once. */
        for (uint32_t slot = begin; !good && slot < begin + 32; slot += 8)
            for (uint32_t i = slot; i < slot + 8; i++)
                good |= page->scores[i] > least_score;
        for (uint32_t slot = begin; good && slot < begin + 32; slot++)
            if (page->hits[slot])
                offer(answer, page->scores[slot], window->low + slot);
    }
}

/* Collect the postings of a single term, which needs no windows. */
static void collect_term(const Query *query, const Node *node, Answer *answer)
{
    const uint16_t *docs = node->field->docs;
    const uint8_t *lengths = node->field->lengths, *occurrences = node->field->occurrences;
    uint32_t end = node->lists->end, documents = query->documents;
    uint64_t total = 0;
    const double *keys = answer->keys;
    double weight = node->lists->weight, enough = -Py_HUGE_VAL;
    int all = !query->deleted && !query->mask;
    for (uint32_t at = node->lists->begin; at < end; at++) {
        uint32_t document = docs[at];
        if (document >= documents || (node->part != ANYWHERE && !(occurrences[at] & node->part))
            || (!all && ((query->deleted && query->deleted[document]) || (query->mask && !query->mask[document]))))
            continue;
        total++;
        if (answer->found)
            answer->found[document] = 1;
        if (!answer->limit)
            continue;
        double score = keys ? -keys[document] : weight * unit_score(node->field, node->scorer, at, lengths[document]);
        if (score > enough || (answer->count < answer->limit)) {
            offer(answer, score, document);
            enough = answer->count < answer->limit ? enough : answer->heap[0].score;
        }
    }
    answer->total = total;
}

/* Restrict a window to the mask; return whether anything is left. */
static int apply_mask(const Query *query, Window *window)
{
    if (!query->mask)
        return 1;
    memset(query->allowed, 0, WINDOW);
    window->within = query->allowed;
    window->within_count = to_ones(query->allowed, query->mask + window->low, window->width);
    return window->within_count > 0;
}

static void collect_windows(Query *query, Node *root, Answer *answer)
{
    uint32_t low = 0, next;
    while (!query->failed && (next = next_candidate(root, low)) < query->documents) {
        low = next > low ? next : low; /* no window twice: the answer has room for each document once */
        uint32_t left = query->documents - low;
        Window window = {
            .low = low, .width = left < WINDOW ? left : WINDOW, .documents = query->documents, .scored = query->scored};
        if (apply_mask(query, &window)) {
            fill(query, root, &window, query->page);
            collect(query, &window, query->page, answer);
        }
        low += window.width;
    }
}

/* Evaluate a tree; return 0, or -1 with an error set. */
int evaluate(Query *query, PyObject *tree, Answer *answer)
{
    Node *root = read_node(query, tree, 0, 0);
    if (!root)
        return -1;
    int is_single_term = root->opcode == TERM && !answer->all_docs;
    query->page = is_single_term ? NULL : arena_alloc(query, 1 + (size_t)query->scratch_pages, sizeof(Page));
    query->allowed = is_single_term || !query->mask ? NULL : arena_alloc(query, WINDOW, 1);
    if (!is_single_term && (!query->page || (query->mask && !query->allowed)))
        return -1;
    query->scratch = query->page ? query->page + 1 : NULL;
    PyThreadState *thread_state = query->postings >= GIL_POSTINGS ? PyEval_SaveThread() : NULL;
    if (is_single_term)
        collect_term(query, root, answer);
    else
        collect_windows(query, root, answer);
    sort_heap(answer);
    if (thread_state)
        PyEval_RestoreThread(thread_state);
    if (query->failed)
        PyErr_NoMemory();
    return query->failed ? -1 : 0;
}
