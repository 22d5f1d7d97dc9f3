/* Intersections of posting lists: AND of terms, and phrases. */

#include "native.h"

/* Write the ranks of a list's postings in the window by slot; if candidates are few, only theirs. */
static void rank_postings(const Node *node, uint32_t index, const Window *window, uint32_t candidates)
{
    PostingList *list = &node->lists[index];
    const uint16_t *docs = list->field->docs + list->at;
    uint16_t *ranks = node->ranks + (size_t)index * WINDOW;
    uint32_t begin = list->at, left = list->end - begin, low = window->low, width = window->width;
    memset(ranks, 0, WINDOW * sizeof *ranks);
    if ((uint64_t)candidates * SEARCH_FACTOR < postings_here(list, window)) {
        for (uint32_t i = 0; i < candidates; i++) {
            uint32_t slot = node->candidates[i];
            if (advance(list, low + slot) == low + slot && list->at - begin < WINDOW)
                ranks[slot] = (uint16_t)(list->at - begin + 1);
        }
        list->at = begin;
        return;
    }
    for (uint32_t at = 0; at < left && at < WINDOW; at++) {
        uint32_t slot = docs[at] - low;
        if (slot >= width)
            break;
        ranks[slot] = (uint16_t)(at + 1);
    }
}

/* Write the slots of the documents that are in all lists to `node->candidates`, and return how many. */
uint32_t find_candidates(Node *node, const Window *window)
{
    for (uint32_t index = 0; index < node->count; index++)
        if (advance(&node->lists[node->rarest[index]], window->low) >= window->low + window->width)
            return 0;
    uint32_t index = node->rarest[0], count = 0, low = window->low, width = window->width;
    const PostingList *shortest = &node->lists[index];
    const uint16_t *docs = shortest->field->docs + shortest->at;
    uint16_t *ranks = node->ranks + (size_t)index * WINDOW, *candidates = node->candidates, *firsts = node->firsts;
    for (uint32_t at = 0; at < shortest->end - shortest->at && at < WINDOW; at++) {
        uint32_t slot = docs[at] - low;
        if (slot >= width)
            break;
        candidates[count] = (uint16_t)slot;
        firsts[count] = (uint16_t)at;
        count += !window->within || window->within[slot];
    }
    for (uint32_t next = 1; next < node->count && count; next++) {
        uint32_t left = 0;
        rank_postings(node, node->rarest[next], window, count);
        const uint16_t *other_ranks = node->ranks + (size_t)node->rarest[next] * WINDOW;
        for (uint32_t i = 0; i < count; i++) {
            uint16_t slot = candidates[i], first = firsts[i];
            candidates[left] = slot;
            firsts[left] = first;
            left += other_ranks[slot] != 0;
        }
        count = left;
    }
    for (uint32_t i = 0; i < count; i++)
        ranks[candidates[i]] = (uint16_t)(firsts[i] + 1);
    return count;
}

/* Add one list's scores of the candidates to a page. */
static void add_candidates(const Node *node, uint32_t index, uint32_t count, const Window *window, Page *page,
                           int overwrite)
{
    const PostingList *list = &node->lists[index];
    const double *scorer = node->opcode == AND ? node->children[index]->scorer : node->scorer;
    const uint16_t *ranks = node->ranks + (size_t)index * WINDOW, *candidates = node->candidates;
    const uint8_t *lengths = list->field->lengths + window->low;
    double weight = list->weight, *scores = page->scores;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = candidates[i];
        double score = weight * unit_score(list->field, scorer, list->at + ranks[slot] - 1u, lengths[slot]);
        scores[slot] = overwrite ? score : scores[slot] + score;
    }
}

/* Write the first `count` candidates and their scores to a page. */
void write_candidates(const Node *node, uint32_t count, const Window *window, Page *page, int overwrite)
{
    for (uint32_t i = 0; i < count; i++)
        page->hits[node->candidates[i]] = 1;
    for (uint32_t index = 0; window->scored && index < node->count; index++)
        add_candidates(node, index, count, window, page, overwrite && index == 0);
}

/* Move `positions_at` to the positions of a posting; return those in a part, none if they exceed those of the term. */
static inline Places positions_of(PostingList *list, uint32_t posting, uint32_t document, uint8_t part)
{
    const Field *field = list->field;
    /* A damaged list does not rise. */
    if (posting < list->summed_to || (part != ANYWHERE && !(field->occurrences[posting] & part)))
        return (Places){0, 0};
    list->positions_at += sum_frequencies(field->occurrences, list->summed_to, posting);
    if (list->overflow_at < field->overflow_count)
        list->positions_at += overflow_between(field, list->summed_to, posting, &list->overflow_at);
    list->summed_to = posting;
    uint32_t tf = field->occurrences[posting] & FREQUENCY;
    tf = tf == MOST_FREQUENT ? frequency(field, posting) : tf;
    if (list->positions_at > list->positions_end || tf > list->positions_end - list->positions_at)
        return (Places){0, 0};
    return places_in(field, list->positions_at, tf, document, part);
}

/* Write those of `places` that are 1 to slop after one of `ends`, each once, and return how many; with `any` stop at the
 * first. */
static inline uint32_t following_positions(const uint32_t *ends, uint32_t count, const Field *field, Places places,
                                           uint32_t slop, uint32_t *next, int any)
{
    uint32_t at = 0, found = 0;
    for (uint32_t index = 0; index < places.count; index++) {
        uint32_t position = position_at(field, places.begin + index);
        while (at < count && ends[at] < position && position - ends[at] > slop)
            at++;
        if (at == count)
            break;
        if (ends[at] < position) {
            if (any)
                return 1;
            next[found] = position;
            found += !found || next[found - 1] != position;
        }
    }
    return found;
}

static int grow_ends(Query *query, size_t items)
{
    if (items <= query->ends_capacity)
        return 0;
    size_t room = items * 2;
    for (int index = 0; index < 2; index++) {
        uint32_t *ends = realloc(query->ends[index], room * sizeof *ends);
        if (!ends)
            return -1;
        query->ends[index] = ends;
    }
    query->ends_capacity = room;
    return 0;
}

static uint32_t posting_at(const Node *node, uint32_t index, uint32_t slot)
{
    return node->lists[index].at + node->ranks[(size_t)index * WINDOW + slot] - 1;
}

/* Do the same for a phrase of two terms, none without a place, without a buffer. */
static inline uint32_t count_pairs(const Field *field, Places first, Places second, uint32_t slop, int any)
{
    uint32_t at = 0, found = 0, last = 0;
    for (uint32_t index = 0; index < second.count; index++) {
        uint32_t position = position_at(field, second.begin + index), end = position_at(field, first.begin + at);
        while (end < position && position - end > slop) {
            if (++at == first.count)
                return found;
            end = position_at(field, first.begin + at);
        }
        if (end < position && any)
            return 1;
        if (end < position && position != last) /* a place that is found is not 0 */
            found++, last = position;
    }
    return found;
}

/* Return at how many places of the document at `slot` the phrase ends; of PHRASE only whether there are any. `ends` are
 * the positions where its first terms end. */
static uint32_t count_places(Query *query, Node *node, uint32_t slot, uint32_t document)
{
    uint32_t count = 0;
    int any = node->opcode == PHRASE;
    PostingList *list = node->lists;
    if (node->count == 2) {
        Places first = positions_of(list, posting_at(node, 0, slot), document, node->part),
               second = positions_of(list + 1, posting_at(node, 1, slot), document, node->part);
        return first.count && second.count ? count_pairs(node->field, first, second, node->slop, any) : 0;
    }
    for (uint32_t index = 0; index < node->count; index++, list++) {
        Places places = positions_of(list, posting_at(node, index, slot), document, node->part);
        if (!places.count || query->failed || (query->failed = grow_ends(query, places.count) < 0))
            return 0;
        uint32_t *ends = query->ends[index % 2], *next = query->ends[(index + 1) % 2];
        for (uint32_t at = 0; index == 0 && at < places.count; at++)
            next[at] = position_at(node->field, places.begin + at);
        count = index == 0 ? places.count
                           : following_positions(ends, count, node->field, places, node->slop, next,
                                                 any && index + 1 == node->count);
        if (!count)
            return 0;
    }
    return count;
}

void add_phrase(Query *query, Node *node, const Window *window, Page *page, int overwrite)
{
    uint32_t count = find_candidates(node, window), left = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint16_t slot = node->candidates[i];
        uint32_t places = count_places(query, node, slot, window->low + slot);
        node->candidates[left] = slot;
        left += places > 0;
        if (places && node->opcode == ADJACENT) {
            page->hits[slot] = 1;
            page->scores[slot] =
                (overwrite ? 0.0 : page->scores[slot]) + node->number * saturate(node, window, slot, places);
        }
    }
    if (node->opcode == PHRASE)
        write_candidates(node, left, window, page, overwrite);
}
