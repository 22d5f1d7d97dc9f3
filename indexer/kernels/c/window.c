/* Window evaluation: the hits and scores of each kind of node in one window of documents. */

#include "native.h"

/* Return the first document from `document` on that the node may match, and move the cursors of its lists there. */
uint32_t next_candidate(Node *node, uint32_t document)
{
    uint32_t next = MAX_DOCUMENTS, one;
    switch (node->opcode) {
    case TERM: return advance(node->lists, document);
    case MASK:
    case SCORED:
    case EVERY: return document;
    case NOTHING: return MAX_DOCUMENTS;
    case PHRASE:
    case ADJACENT:
    case AND:
        for (uint32_t at = 0; node->lists && at < node->count && document < MAX_DOCUMENTS; at++)
            document = advance(&node->lists[node->rarest[at]], document);
        for (uint32_t at = 0; !node->lists && at < node->count && document < MAX_DOCUMENTS; at++)
            document = next_candidate(node->children[at], document);
        return document;
    case OR:
        for (uint32_t at = 0; at < node->count && next > document; at++)
            next = (one = next_candidate(node->children[at], document)) < next ? one : next;
        return next;
    case TERMS:
        if (node->matched)
            return document;
        for (uint32_t at = 0; at < node->count && next > document; at++)
            next = (one = advance(&node->lists[at], document)) < next ? one : next;
        return next;
    default: return next_candidate(node->children[0], document);
    }
}

/* Add a list's hits and scores in the window to a page; with `overwrite` the page has no scores to add to. */
static inline void add_all(const Node *node, PostingList *list, const Window *window, Page *page, int scored,
                           int overwrite)
{
    const Field *field = node->field;
    const uint16_t *docs = field->docs;
    const uint8_t *lengths = field->lengths + window->low, *occurrences = field->occurrences;
    const double *scorer = node->scorer;
    uint32_t at = list->at, end = list->end, low = window->low, width = window->width;
    double weight = list->weight, *scores = page->scores;
    uint8_t *hits = page->hits, part = node->part;
    for (; at < end; at++) {
        uint32_t slot = docs[at] - low;
        if (slot >= width) /* after the window; or before it, where a damaged list does not rise */
            break;
        if (part != ANYWHERE && !(occurrences[at] & part))
            continue;
        hits[slot] = 1;
        if (!scored)
            continue;
        double score = weight * unit_score(field, scorer, at, lengths[slot]);
        scores[slot] = overwrite ? score : scores[slot] + score;
    }
    list->at = at;
}

static void add_within(const Node *node, PostingList *list, const Window *window, Page *page, int overwrite)
{
    for (uint32_t begin = 0; begin < window->width; begin += 8) {
        uint64_t eight;
        memcpy(&eight, window->within + begin, 8);
        for (uint32_t slot = begin; eight; slot++, eight >>= 8) {
            uint32_t document = window->low + slot;
            if (!(eight & 1) || advance(list, document) != document
                || (node->part != ANYWHERE && !(node->field->occurrences[list->at] & node->part)))
                continue;
            page->hits[slot] = 1;
            if (window->scored)
                page->scores[slot] =
                    (overwrite ? 0.0 : page->scores[slot])
                    + list->weight * unit_score(node->field, node->scorer, list->at, node->field->lengths[document]);
        }
    }
}

static void add_list(const Node *node, PostingList *list, const Window *window, Page *page, int overwrite)
{
    if (advance(list, window->low) >= window->low + window->width)
        return;
    if (window->within && (uint64_t)window->within_count * SEARCH_FACTOR < postings_here(list, window))
        add_within(node, list, window, page, overwrite);
    else if (!window->scored)
        add_all(node, list, window, page, 0, 0);
    else if (overwrite)
        add_all(node, list, window, page, 1, 1);
    else
        add_all(node, list, window, page, 1, 0);
}

/* Sum the scores of many terms for all documents of the segment. Writing bytes may alias anything, so that fields of
 * structs are copied to locals: the compiler would read them again for each posting. */
static void sum_terms(const Query *query, Node *node)
{
    const Field *field = node->field;
    const uint16_t *docs = field->docs;
    const uint8_t *lengths = field->lengths;
    uint32_t documents = query->documents;
    uint8_t *found = node->matched;
    double *sums = node->sums;
    for (uint32_t term = 0; term < node->count; term++) {
        double weight = node->weights[term];
        Range range = posting_range(field, node->terms[term]);
        for (uint32_t at = range.begin; at < range.end; at++) {
            uint32_t document = docs[at];
            if (document >= documents)
                continue;
            found[document] = 1;
            if (sums)
                sums[document] += weight * unit_score(field, node->scorer, at, lengths[document]);
        }
    }
    node->is_summed = 1;
}

static void add_hits(uint8_t *restrict hits, const uint8_t *restrict found, uint32_t count)
{
    for (uint32_t slot = 0; slot < count; slot++)
        hits[slot] |= found[slot];
}

static void add_terms(const Query *query, Node *node, const Window *window, Page *page)
{
    if (!node->matched) {
        for (uint32_t at = 0; at < node->count; at++)
            add_list(node, &node->lists[at], window, page, 0);
        return;
    }
    if (!node->is_summed)
        sum_terms(query, node);
    add_hits(page->hits, node->matched + window->low, window->width);
    for (uint32_t slot = 0; window->scored && slot < window->width; slot++)
        page->scores[slot] += node->sums[window->low + slot];
}

/* The same for an empty page. */
static void copy_terms(const Query *query, Node *node, const Window *window, Page *page)
{
    if (!node->is_summed)
        sum_terms(query, node);
    memset(page->hits, 0, sizeof page->hits);
    memcpy(page->hits, node->matched + window->low, window->width);
    if (window->scored)
        memcpy(page->scores, node->sums + window->low, window->width * sizeof(double));
}

static void add_score(const Window *window, Page *page, uint32_t slot, double score)
{
    page->hits[slot] = 1;
    if (window->scored)
        page->scores[slot] += score;
}

/* Write the slot of the posting at a list's cursor; return whether it is in the window. */
static inline int is_in_window(PostingList *list, const Window *window, uint32_t *slot)
{
    *slot = list->at < list->end ? list->field->docs[list->at] - window->low : WINDOW;
    return *slot < window->width;
}

/* Add the hits and scores of a family, SATURATE of few TERMS, to those of a page, but for the documents of the term
 * `excluded`, if any. It has few hits in a window: they are listed, since to go through whole pages takes longer. */
static void add_family(const Node *node, const Node *excluded, const Window *window, Page *page, Page *sums)
{
    const Node *terms = node->children[0];
    uint32_t found = 0, slot;
    memset(sums->hits, 0, sizeof sums->hits);
    for (uint32_t at = 0; at < terms->count; at++) {
        PostingList *list = &terms->lists[at];
        for (advance(list, window->low); is_in_window(list, window, &slot); list->at++) {
            double score = list->weight * unit_score(list->field, terms->scorer, list->at,
                                                     list->field->lengths[window->low + slot]);
            node->candidates[found] = (uint16_t)slot;
            found += !sums->hits[slot];
            sums->scores[slot] = sums->hits[slot] ? sums->scores[slot] + score : score;
            sums->hits[slot] = 1;
        }
    }
    if (excluded && found)
        for (advance(excluded->lists, window->low); is_in_window(excluded->lists, window, &slot); excluded->lists->at++)
            sums->hits[slot] = 0;
    for (uint32_t at = 0; at < found; at++)
        if (sums->hits[slot = node->candidates[at]])
            add_score(window, page, slot, node->number * saturate(node, window, slot, sums->scores[slot]));
}

/* Return the family that a node finds, maybe but for a term; NULL for other nodes. */
static const Node *family_of(const Node *node)
{
    int is_but = node->opcode == NOT && node->children[1]->opcode == TERM && node->children[1]->part == ANYWHERE;
    const Node *family = is_but ? node->children[0] : node;
    return family->opcode == SATURATE && family->candidates ? family : NULL;
}

/* Add the hits and scores of a node to those of a page. */
static void add(Query *query, Node *node, const Window *window, Page *page)
{
    Page *own = query->scratch + node->scratch;
    const Node *family = family_of(node);
    switch (node->opcode) {
    case TERM: add_list(node, node->lists, window, page, 0); return;
    case TERMS: add_terms(query, node, window, page); return;
    case PHRASE:
    case ADJACENT: add_phrase(query, node, window, page, 0); return;
    case NOTHING: return;
    case MASK:
    case EVERY:
        for (uint32_t slot = 0; slot < window->width; slot++)
            if (node->opcode == EVERY || node->mask[window->low + slot])
                add_score(window, page, slot, node->number);
        return;
    case SCORED:
        for (uint32_t slot = 0; slot < window->width; slot++)
            if (node->mask[window->low + slot])
                add_score(window, page, slot, node->values[window->low + slot]);
        return;
    case OR:
        for (uint32_t at = 0; at < node->count; at++)
            add(query, node->children[at], window, page);
        return;
    default:
        if (family) {
            add_family(family, node == family ? NULL : node->children[1], window, page, own);
            return;
        }
        fill(query, node, window, own);
        FOR_HITS (own, slot)
            add_score(window, page, slot, own->scores[slot]);
    }
}

/* Return the window for a child that matters only where `page` has hits. */
static Window narrowed(const Window *window, const Page *page, int scored)
{
    Window part = *window;
    part.within = page->hits, part.within_count = count_hits(page), part.scored = scored;
    return part;
}

static void fill_and(Query *query, Node *node, const Window *window, Page *page)
{
    Page *other = query->scratch + node->scratch + 1;
    fill(query, node->children[0], window, page);
    for (uint32_t at = 1; at < node->count; at++) {
        Window part = narrowed(window, page, window->scored);
        if (!part.within_count)
            return;
        fill(query, node->children[at], &part, other);
        if (part.within_count * 8 < window->width) {
            FOR_HITS (page, slot) {
                page->hits[slot] &= other->hits[slot];
                page->scores[slot] += other->scores[slot];
            }
            continue;
        }
        for (uint32_t slot = 0; slot < WINDOW; slot++)
            page->hits[slot] &= other->hits[slot];
        for (uint32_t slot = 0; window->scored && slot < WINDOW; slot++)
            page->scores[slot] += other->scores[slot];
    }
}

static void fill_pair(Query *query, Node *node, const Window *window, Page *page)
{
    Page *other = query->scratch + node->scratch + 1;
    fill(query, node->children[0], window, page);
    Window part = narrowed(window, page, node->opcode == MAYBE && window->scored);
    if (!part.within_count || (node->opcode == MAYBE && !part.scored))
        return;
    fill(query, node->children[1], &part, other);
    if (node->opcode == MAYBE)
        FOR_HITS (other, slot)
            page->scores[slot] += other->scores[slot];
    for (uint32_t slot = 0; node->opcode == NOT && slot < WINDOW; slot++)
        page->hits[slot] &= other->hits[slot] ^ 1;
}

/* Write the hits and scores of a node in the window to a page, whatever it held before. */
void fill(Query *query, Node *node, const Window *window, Page *page)
{
    Window part = *window;
    switch (node->opcode) {
    case AND:
        if (node->lists) {
            memset(page->hits, 0, sizeof page->hits);
            write_candidates(node, find_candidates(node, window), window, page, 1);
        } else
            fill_and(query, node, window, page);
        return;
    case PHRASE:
    case ADJACENT:
        memset(page->hits, 0, sizeof page->hits);
        add_phrase(query, node, window, page, 1);
        return;
    case NOT:
    case MAYBE: fill_pair(query, node, window, page); return;
    case CONSTANT:
        part.scored = 0;
        fill(query, node->children[0], &part, page);
        for (uint32_t slot = 0; window->scored && slot < WINDOW; slot++)
            page->scores[slot] = node->number;
        return;
    case SATURATE:
        fill(query, node->children[0], window, page);
        if (!window->scored)
            return;
        FOR_HITS (page, slot)
            page->scores[slot] = node->number * saturate(node, window, slot, page->scores[slot]);
        return;
    case TERM:
        memset(page->hits, 0, sizeof page->hits);
        add_list(node, node->lists, window, page, 1);
        return;
    case TERMS:
        if (node->matched) {
            copy_terms(query, node, window, page);
            return;
        } /* fall through */
    default:
        memset(page->hits, 0, sizeof page->hits);
        if (window->scored)
            memset(page->scores, 0, sizeof page->scores);
        add(query, node, window, page);
    }
}
