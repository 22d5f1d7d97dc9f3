/* What each node finds in one window of documents. */

#include "native.h"

/* Return the first document from `document` on that the node may find; it has passed over those before. */
uint32_t next_of(Node *node, uint32_t document)
{
    uint32_t next = MAX_DOCUMENTS, one;
    switch (node->opcode) {
    case TERM: return list_next(node->lists, document);
    case MASK:
    case EVERY: return document;
    case NOTHING: return MAX_DOCUMENTS;
    case PHRASE:
    case AND:
        for (uint32_t at = 0; node->lists && at < node->count && document < MAX_DOCUMENTS; at++)
            document = list_next(&node->lists[node->rarest[at]], document);
        for (uint32_t at = 0; !node->lists && at < node->count && document < MAX_DOCUMENTS; at++)
            document = next_of(node->parts[at], document);
        return document;
    case REQUIRE: return next_of(node->parts[1], next_of(node->parts[0], document));
    case OR:
    case MAX:
        for (uint32_t at = 0; at < node->count && next > document; at++)
            next = (one = next_of(node->parts[at], document)) < next ? one : next;
        return next;
    case TERMS:
        if (node->found)
            return document;
        for (uint32_t at = 0; at < node->count && next > document; at++)
            next = (one = list_next(&node->lists[at], document)) < next ? one : next;
        return next;
    default: return next_of(node->parts[0], document);
    }
}

/* Return tf / (tf + norm) of one posting. */
double ratio(const Node *node, uint32_t posting, uint32_t document)
{
    uint32_t often = load_u8(node->field->tfs + posting);
    uint8_t length = node->field->lengths[document];
    if (often < RATIOS && node->ratios)
        return node->ratios[often * 256 + length];
    if (often == MANY)
        often = frequency(node->field, posting);
    return often / (often + node->norms[length]);
}

/* Add a list's documents and scores to a page, or with `alone` write the scores: there is nothing to add to. */
static inline void add_linear(const Node *node, List *list, const Window *window, Page *page, int scored, int alone)
{
    const uint16_t *docs = node->field->docs;
    const uint8_t *tfs = node->field->tfs, *lengths = node->field->lengths + window->low;
    const double *ratios = node->ratios;
    uint32_t at = list->at, end = list->end, low = window->low, width = window->width, seldom = ratios ? RATIOS : 0;
    double weight = list->weight;
    uint8_t *hits = page->hits;
    double *scores = page->scores;
    for (; at < end; at++) {
        uint32_t place = load_u16(docs + at) - low;
        if (place >= width) /* behind the window; or before it, in a damaged file, where the list ends with that */
            break;
        hits[place] = 1;
        if (!scored)
            continue;
        uint32_t often = load_u8(tfs + at);
        double part = weight * (often < seldom ? ratios[often * 256 + lengths[place]] : ratio(node, at, low + place));
        scores[place] = alone ? part : scores[place] + part;
    }
    list->at = at;
}

static void add_few(const Node *node, List *list, const Window *window, Page *page, int alone)
{
    for (uint32_t begin = 0; begin < window->width; begin += 8) {
        uint64_t eight;
        memcpy(&eight, window->within + begin, 8);
        for (uint32_t place = begin; eight; place++, eight >>= 8) {
            if (!(eight & 1) || list_next(list, window->low + place) != window->low + place)
                continue;
            page->hits[place] = 1;
            if (window->scored)
                page->scores[place] =
                    (alone ? 0.0 : page->scores[place]) + list->weight * ratio(node, list->at, window->low + place);
        }
    }
}

static void add_list(const Node *node, List *list, const Window *window, Page *page, int alone)
{
    if (list_next(list, window->low) >= window->low + window->width)
        return;
    if (window->within && (uint64_t)window->few * LONGER < postings_here(list, window))
        add_few(node, list, window, page, alone);
    else if (!window->scored)
        add_linear(node, list, window, page, 0, 0);
    else if (alone)
        add_linear(node, list, window, page, 1, 1);
    else
        add_linear(node, list, window, page, 1, 0);
}

/* Add up the scores of many terms, for all documents of the segment.
 * What is written are bytes, which may be anything's: all else is held beside, or it were read again for each posting. */
static void add_up(const Query *query, Node *node)
{
    const Field *field = node->field;
    const uint16_t *docs = field->docs;
    const uint8_t *tfs = field->tfs, *lengths = field->lengths;
    const double *ratios = node->ratios;
    uint32_t documents = query->documents, seldom = ratios ? RATIOS : 0;
    uint8_t *found = node->found;
    double *sums = node->sums;
    for (uint32_t term = 0; term < node->count; term++) {
        double weight = node->weights[term];
        Range range = posting_range(field, node->terms[term]);
        for (uint32_t at = range.begin; at < range.end; at++) {
            uint32_t document = load_u16(docs + at), often = load_u8(tfs + at);
            if (document >= documents)
                continue;
            found[document] = 1;
            if (sums)
                sums[document] +=
                    weight * (often < seldom ? ratios[often * 256 + lengths[document]] : ratio(node, at, document));
        }
    }
    node->added = 1;
}

static void add_hits(uint8_t *restrict hits, const uint8_t *restrict found, uint32_t count)
{
    for (uint32_t place = 0; place < count; place++)
        hits[place] |= found[place];
}

static void add_terms(const Query *query, Node *node, const Window *window, Page *page)
{
    if (!node->found) {
        for (uint32_t at = 0; at < node->count; at++)
            add_list(node, &node->lists[at], window, page, 0);
        return;
    }
    if (!node->added)
        add_up(query, node);
    add_hits(page->hits, node->found + window->low, window->width);
    for (uint32_t place = 0; window->scored && place < window->width; place++)
        page->scores[place] += node->sums[window->low + place];
}

/* The same where a page holds nothing yet. */
static void copy_terms(const Query *query, Node *node, const Window *window, Page *page)
{
    if (!node->added)
        add_up(query, node);
    memset(page->hits, 0, sizeof page->hits);
    memcpy(page->hits, node->found + window->low, window->width);
    if (window->scored)
        memcpy(page->scores, node->sums + window->low, window->width * sizeof(double));
}

static void add_score(const Window *window, Page *page, uint32_t place, double score)
{
    page->hits[place] = 1;
    if (window->scored)
        page->scores[place] += score;
}

/* Add what a node finds to what a page holds, scores to scores. */
static void add(Query *query, Node *node, const Window *window, Page *page)
{
    Page *own = query->scratch + node->scratch;
    switch (node->opcode) {
    case TERM: add_list(node, node->lists, window, page, 0); return;
    case TERMS: add_terms(query, node, window, page); return;
    case PHRASE: add_phrase(query, node, window, page, 0); return;
    case NOTHING: return;
    case MASK:
    case EVERY:
        for (uint32_t place = 0; place < window->width; place++)
            if (node->opcode == EVERY || node->mask[window->low + place])
                add_score(window, page, place, node->number);
        return;
    case OR:
        for (uint32_t at = 0; at < node->count; at++)
            add(query, node->parts[at], window, page);
        return;
    default:
        fill(query, node, window, own);
        FOR_HITS(own, place)
            add_score(window, page, place, own->scores[place]);
    }
}

/* Return the window for a part that is looked at only where `page` has hits. */
static Window inside(const Window *window, const Page *page, int scored)
{
    Window part = *window;
    part.within = page->hits, part.few = count_hits(page), part.scored = scored;
    return part;
}

static void fill_and(Query *query, Node *node, const Window *window, Page *page)
{
    Page *other = query->scratch + node->scratch + 1;
    fill(query, node->parts[0], window, page);
    for (uint32_t at = 1; at < node->count; at++) {
        Window part = inside(window, page, window->scored);
        if (!part.few)
            return;
        fill(query, node->parts[at], &part, other);
        if (part.few * 8 < window->width) {
            FOR_HITS(page, place) {
                page->hits[place] &= other->hits[place];
                page->scores[place] += other->scores[place];
            }
            continue;
        }
        for (uint32_t place = 0; place < WINDOW; place++)
            page->hits[place] &= other->hits[place];
        for (uint32_t place = 0; window->scored && place < WINDOW; place++)
            page->scores[place] += other->scores[place];
    }
}

static void fill_pair(Query *query, Node *node, const Window *window, Page *page)
{
    Page *other = query->scratch + node->scratch + 1;
    int first = node->opcode == REQUIRE && node->parts[1]->most < node->parts[0]->most;
    Window part = *window;
    if (first) {
        part.scored = 0;
        fill(query, node->parts[1], &part, other);
        part = inside(window, other, window->scored);
        fill(query, node->parts[0], &part, page);
    } else {
        fill(query, node->parts[0], window, page);
        part = inside(window, page, node->opcode == MAYBE && window->scored);
        if (!part.few || (node->opcode == MAYBE && !part.scored))
            return;
        fill(query, node->parts[1], &part, other);
    }
    if (node->opcode == MAYBE)
        FOR_HITS(other, place)
            page->scores[place] += other->scores[place];
    for (uint32_t place = 0; node->opcode != MAYBE && place < WINDOW; place++)
        page->hits[place] &= other->hits[place] ^ (node->opcode == NOT);
}

static void fill_max(Query *query, Node *node, const Window *window, Page *page)
{
    Page *other = query->scratch + node->scratch + 1, *sum = other + 1;
    memset(page->hits, 0, sizeof page->hits);
    for (uint32_t at = 0; at < node->count; at++) {
        fill(query, node->parts[at], window, other);
        FOR_HITS(other, place) {
            double score = other->scores[place];
            int known = page->hits[place];
            sum->scores[place] = known ? sum->scores[place] + score : score;
            page->scores[place] = known && page->scores[place] >= score ? page->scores[place] : score;
            page->hits[place] = 1;
        }
    }
    if (window->scored)
        FOR_HITS(page, place)
            page->scores[place] += node->number * (sum->scores[place] - page->scores[place]);
}

/* Write what a node finds in the window, and nothing else, to a page. */
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
        memset(page->hits, 0, sizeof page->hits);
        add_phrase(query, node, window, page, 1);
        return;
    case NOT:
    case MAYBE:
    case REQUIRE: fill_pair(query, node, window, page); return;
    case MAX: fill_max(query, node, window, page); return;
    case SCALE:
        fill(query, node->parts[0], window, page);
        for (uint32_t place = 0; window->scored && place < WINDOW; place++)
            page->scores[place] *= node->number;
        return;
    case CONSTANT:
        part.scored = 0;
        fill(query, node->parts[0], &part, page);
        for (uint32_t place = 0; window->scored && place < WINDOW; place++)
            page->scores[place] = node->number;
        return;
    case TERM:
        memset(page->hits, 0, sizeof page->hits);
        add_list(node, node->lists, window, page, 1);
        return;
    case TERMS:
        if (node->found) {
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
