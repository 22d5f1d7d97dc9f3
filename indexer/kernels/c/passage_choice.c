/* The choice of the best passage: its start and its end. */

#include "passages.h"

#define MAX_OPENINGS 3 /* MAX_OPENINGS */
#define LEAD 4         /* _LEAD */
#define WORD_BITS UINT64_C(0x5555555555555555)

/* A word that is tried as the opening of a passage; `sentence` is NONE when its sentence starts too far back. */
typedef struct {
    Py_ssize_t start, end, sentence;
} Candidate;

typedef struct {
    int worth;
    Py_ssize_t count, at; /* at: its offset, NONE for no opening */
} Opening;

static Py_ssize_t sentence_start(const Choice *self, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t low = max_size(0, end - self->chars), sentence = low ? NONE : self->first;
    for (Py_ssize_t at = low; (at = next_sentence(self, at, start)) != NONE;)
        sentence = at;
    return sentence;
}

static Py_ssize_t word_opening(const Choice *self, const Candidate *candidates)
{
    Py_ssize_t low = max_size(candidates->start - self->chars / LEAD, candidates->end - self->chars);
    Py_ssize_t word = next_word(self, max_size(low, max_size(candidates->sentence, 0)), candidates->start);
    return word == NONE ? candidates->start : word;
}

/* -- the worth of passages */

static int bits_in(uint64_t bits)
{
    int count = 0;
    for (; bits; bits &= bits - 1)
        count++;
    return count;
}

/* Return the number of the first matched word that starts at `at` or later. */
Py_ssize_t matches_from(const Choice *self, Py_ssize_t at)
{
    Py_ssize_t low = 0, high = self->count;
    while (low < high) {
        Py_ssize_t middle = low + (high - low) / 2;
        if (self->starts[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Return four times the worth of words [from, end): one for each different word, a fourth more where it is as typed. */
static int worth(const Choice *self, Py_ssize_t from, Py_ssize_t end)
{
    uint64_t seen = 0;
    for (Py_ssize_t at = from; at < end; at++)
        seen |= self->flags[self->answers[at]];
    return 4 * bits_in(seen & WORD_BITS) + bits_in(seen & ~WORD_BITS);
}

/* Replace `best` by an opening whose passage is worth more, or has more marks, or is earlier, in this order. */
static void keep_better(const Choice *self, Opening *best, Py_ssize_t at)
{
    Py_ssize_t from = matches_from(self, at), end = matches_from(self, at + self->chars);
    Opening other = {self->all_alike ? 4 : worth(self, from, end), end - from, at};
    int better = best->at == NONE || other.worth > best->worth;
    if (!better && other.worth == best->worth)
        better = other.count > best->count || (other.count == best->count && at < best->at);
    if (better)
        *best = other;
}

/* Collect the first few words of each answer; return how many, or -1 with an error set. */
static int collect_candidates(const Choice *self, Candidate *candidates)
{
    int seen[MAX_ANSWERS] = {0}, count = 0, left = MAX_OPENINGS * self->answer_count;
    for (Py_ssize_t at = 0; at < self->count && left; at++) {
        if (++seen[self->answers[at]] > MAX_OPENINGS)
            continue;
        left--;
        Py_ssize_t start = self->starts[at], end = word_end(self, start);
        if (end < 0)
            return -1;
        if (end)
            candidates[count++] = (Candidate){start, end, sentence_start(self, start, end)};
    }
    return count;
}

/* Return the opening of the best passage, or -1 with an error set. */
static Py_ssize_t best_opening(const Choice *self)
{
    Candidate candidates[MAX_OPENINGS * MAX_ANSWERS];
    Opening best = {0, 0, NONE}, other = {0, 0, NONE};
    int count = collect_candidates(self, candidates);
    if (count <= 0)
        return count ? -1 : self->first;
    for (int at = 0; at < count; at++)
        if (candidates[at].sentence != NONE)
            keep_better(self, &best, candidates[at].sentence);
    if (best.at != NONE && (self->all_alike || best.worth == worth(self, 0, self->count)))
        return best.at; /* it shows every word, and opens with a sentence */
    for (int at = 0; at < count; at++)
        keep_better(self, &other, word_opening(self, &candidates[at]));
    return best.at != NONE && best.worth >= other.worth ? best.at : other.at;
}

/* -- start and end */

/* Return an earlier start where the text ends before the passage is full. */
static Py_ssize_t pull_back(const Choice *self, Py_ssize_t start)
{
    Py_ssize_t end = trim_end(self, 0, self->length);
    Py_ssize_t earliest = end - self->chars, latest = end - self->chars / 2;
    if (start <= earliest)
        return start;
    if (earliest <= self->first)
        return self->first;
    Py_ssize_t sentence = sentence_between(self, earliest, start < latest ? start : latest);
    if (sentence != NONE)
        return sentence;
    Py_ssize_t word = start > latest ? next_word(self, earliest, start) : NONE;
    return word == NONE ? start : word;
}

/* Return the last word end within the passage; NONE if it has no blank. */
Py_ssize_t cut_end(const Choice *self, Py_ssize_t start, Py_ssize_t reach)
{
    Py_ssize_t limit = start + self->chars;
    if (self->length <= limit)
        return trim_end(self, start, self->length);
    Py_ssize_t end = limit;
    if (!is_blank(self, limit)) {
        while (end > start + 1 && !is_blank(self, end - 1))
            end--;
        end = max_size(reach, end - 1);
    }
    return end == start ? NONE : trim_end(self, start, end);
}

/* Return the start of the best passage, or -1 with an error set. */
Py_ssize_t best_start(const Choice *self)
{
    Py_ssize_t opening = self->count ? best_opening(self) : self->first;
    return self->count && opening >= 0 ? pull_back(self, opening) : opening;
}
