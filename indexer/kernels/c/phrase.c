/* Lists of postings that must all be there: AND of terms, and phrases. */

#include "native.h"

/* Write for each posting of a list in the window its rank, for the candidates only when they are few. */
static void rank_postings(const Node *node, uint32_t which, const Window *window, uint32_t candidates)
{
    List *list = &node->lists[which];
    const uint16_t *docs = list->field->docs + list->at;
    uint16_t *ranks = node->ranks + (size_t)which * WINDOW;
    uint32_t begin = list->at, left = list->end - begin, low = window->low, width = window->width;
    memset(ranks, 0, WINDOW * sizeof *ranks);
    if ((uint64_t)candidates * LONGER < postings_here(list, window)) {
        for (uint32_t each = 0; each < candidates; each++) {
            uint32_t place = node->candidates[each];
            if (list_next(list, low + place) == low + place && list->at - begin < WINDOW)
                ranks[place] = (uint16_t)(list->at - begin + 1);
        }
        list->at = begin;
        return;
    }
    for (uint32_t at = 0; at < left && at < WINDOW; at++) {
        uint32_t place = load_u16(docs + at) - low;
        if (place >= width)
            break;
        ranks[place] = (uint16_t)(at + 1);
    }
}

/* Write which documents of the window are in all the lists, and return how many. */
uint32_t find_candidates(Node *node, const Window *window)
{
    for (uint32_t which = 0; which < node->count; which++)
        if (list_next(&node->lists[node->rarest[which]], window->low) >= window->low + window->width)
            return 0;
    uint32_t which = node->rarest[0], count = 0, low = window->low, width = window->width;
    const List *shortest = &node->lists[which];
    const uint16_t *docs = shortest->field->docs + shortest->at;
    uint16_t *ranks = node->ranks + (size_t)which * WINDOW, *candidates = node->candidates, *firsts = node->firsts;
    for (uint32_t at = 0; at < shortest->end - shortest->at && at < WINDOW; at++) {
        uint32_t place = load_u16(docs + at) - low;
        if (place >= width)
            break;
        candidates[count] = (uint16_t)place;
        firsts[count] = (uint16_t)at;
        count += !window->within || window->within[place];
    }
    for (uint32_t next = 1; next < node->count && count; next++) {
        uint32_t left = 0;
        rank_postings(node, node->rarest[next], window, count);
        const uint16_t *others = node->ranks + (size_t)node->rarest[next] * WINDOW;
        for (uint32_t each = 0; each < count; each++) {
            uint16_t place = candidates[each], first = firsts[each];
            candidates[left] = place;
            firsts[left] = first;
            left += others[place] != 0;
        }
        count = left;
    }
    for (uint32_t each = 0; each < count; each++)
        ranks[candidates[each]] = (uint16_t)(firsts[each] + 1);
    return count;
}

/* Add a list's scores of the candidates to a page. */
static void add_candidates(const Node *node, uint32_t which, uint32_t count, const Window *window, Page *page,
                           int alone)
{
    const List *list = &node->lists[which];
    const Node *term = node->opcode == AND ? node->parts[which] : node;
    const uint16_t *ranks = node->ranks + (size_t)which * WINDOW, *candidates = node->candidates;
    const uint8_t *tfs = list->field->tfs + list->at, *lengths = list->field->lengths + window->low;
    const double *ratios = term->ratios;
    uint32_t seldom = ratios ? RATIOS : 0;
    double weight = list->weight, *scores = page->scores;
    for (uint32_t each = 0; each < count; each++) {
        uint32_t place = candidates[each], rank = ranks[place] - 1u, often = load_u8(tfs + rank);
        double part =
            often < seldom ? ratios[often * 256 + lengths[place]] : ratio(term, list->at + rank, window->low + place);
        scores[place] = alone ? weight * part : scores[place] + weight * part;
    }
}

/* Write the candidates to a page, with their scores. */
void write_candidates(const Node *node, uint32_t count, const Window *window, Page *page, int alone)
{
    for (uint32_t each = 0; each < count; each++)
        page->hits[node->candidates[each]] = 1;
    for (uint32_t which = 0; window->scored && which < node->count; which++)
        add_candidates(node, which, count, window, page, alone && which == 0);
}

/* Return the sum of the frequency bytes of postings [from, to): usually few. */
static inline uint64_t sum_bytes(const uint8_t *tfs, uint32_t from, uint32_t to)
{
    const uint64_t even = 0x00FF00FF00FF00FFu, ones = 0x0001000100010001u;
    uint64_t sum = 0;
    for (; to - from >= 8; from += 8) {
        uint64_t eight;
        memcpy(&eight, tfs + from, 8);
        sum += ((eight & even) + (eight >> 8 & even)) * ones >> 48;
    }
    for (; from < to; from++)
        sum += tfs[from];
    return sum;
}

/* Move to where the positions of a posting begin; return how many there are, 0 where they run over the term's end. */
static inline uint32_t places_of(List *list, uint32_t posting)
{
    const Field *field = list->field;
    if (posting < list->summed) /* the documents of a damaged file do not rise */
        return 0;
    list->places += sum_bytes(field->tfs, list->summed, posting)
                    + overflow_between(field, list->summed, posting, &list->over);
    list->summed = posting;
    uint32_t often = load_u8(field->tfs + posting);
    often = often == MANY ? frequency(field, posting) : often;
    return list->places <= list->places_end && often <= list->places_end - list->places ? often : 0;
}

/* Write the places of `list` that stand 1 to slop behind one of `ends`, or with `any` only look for one.
 * Return how many. */
static inline uint32_t following(const uint32_t *ends, uint32_t count, const List *list, uint32_t often, uint32_t slop,
                                 uint32_t *next, int any)
{
    uint32_t at = 0, found = 0;
    for (uint32_t which = 0; which < often; which++) {
        uint32_t place = position(list->field, list->places + which);
        while (at < count && ends[at] < place && place - ends[at] > slop)
            at++;
        if (at == count)
            break;
        if (ends[at] < place) {
            if (any)
                return 1;
            next[found++] = place;
        }
    }
    return found;
}

static int make_room(Query *query, size_t items)
{
    if (items <= query->ends_room)
        return 0;
    size_t room = items * 2;
    for (int which = 0; which < 2; which++) {
        uint32_t *ends = realloc(query->ends[which], room * sizeof *ends);
        if (!ends)
            return -1;
        query->ends[which] = ends;
    }
    query->ends_room = room;
    return 0;
}

static uint32_t posting_at(const Node *node, uint32_t which, uint32_t place)
{
    return node->lists[which].at + node->ranks[(size_t)which * WINDOW + place] - 1;
}

/* The same for a phrase of two, without writing. */
static inline int pair_stands(const List *first, uint32_t before, const List *second, uint32_t often, uint32_t slop)
{
    uint32_t at = 0;
    for (uint32_t which = 0; which < often; which++) {
        uint32_t place = position(second->field, second->places + which),
                 end = position(first->field, first->places + at);
        while (end < place && place - end > slop) {
            if (++at == before)
                return 0;
            end = position(first->field, first->places + at);
        }
        if (end < place)
            return 1;
    }
    return 0;
}

/* Return whether the terms stand one after another in the document at `place`.
 * What is kept is where the beginnings of the phrase end. */
static int stands(Query *query, Node *node, uint32_t place)
{
    uint32_t count = 0;
    List *list = node->lists;
    if (node->count == 2) {
        uint32_t before = places_of(list, posting_at(node, 0, place)),
                 often = places_of(list + 1, posting_at(node, 1, place));
        return before && often && pair_stands(list, before, list + 1, often, node->slop);
    }
    for (uint32_t which = 0; which < node->count; which++, list++) {
        uint32_t often = places_of(list, posting_at(node, which, place));
        if (!often || query->failed || (query->failed = make_room(query, often) < 0))
            return 0;
        uint32_t *ends = query->ends[which % 2], *next = query->ends[(which + 1) % 2];
        for (uint32_t at = 0; which == 0 && at < often; at++)
            next[at] = position(list->field, list->places + at);
        count = which ? following(ends, count, list, often, node->slop, next, which + 1 == node->count) : often;
        if (!count)
            return 0;
    }
    return 1;
}

void add_phrase(Query *query, Node *node, const Window *window, Page *page, int alone)
{
    uint32_t count = find_candidates(node, window), left = 0;
    for (uint32_t each = 0; each < count; each++) {
        uint16_t place = node->candidates[each];
        node->candidates[left] = place;
        left += stands(query, node, place);
    }
    write_candidates(node, left, window, page, alone);
}
