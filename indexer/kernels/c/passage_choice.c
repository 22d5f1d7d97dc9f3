/* Where the best passage begins and ends. */

#include "passages.h"

#define OPENINGS 3 /* MAX_OPENINGS */
#define LEAD 4     /* _LEAD */
#define WORD_BITS UINT64_C(0x5555555555555555)

/* A word that is tried as the opening of a passage; `sentence` is NONE when its sentence opens too long before it. */
typedef struct {
    Py_ssize_t start, end, sentence;
} Tried;

typedef struct {
    int worth;
    Py_ssize_t count, at; /* at is NONE for no opening at all */
} Opening;

static Py_ssize_t sentence_of(const Choice *self, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t low = larger(0, end - self->chars), sentence = low ? NONE : self->first;
    for (Py_ssize_t at = low; (at = next_sentence(self, at, start)) != NONE;)
        sentence = at;
    return sentence;
}

static Py_ssize_t opening_near(const Choice *self, const Tried *tried)
{
    Py_ssize_t low = larger(tried->start - self->chars / LEAD, tried->end - self->chars);
    Py_ssize_t word = next_word(self, larger(low, larger(tried->sentence, 0)), tried->start);
    return word == NONE ? tried->start : word;
}

/* -- what passages are worth */

static int bits_in(uint64_t bits)
{
    int count = 0;
    for (; bits; bits &= bits - 1)
        count++;
    return count;
}

/* Return the number of the first word found that starts at `at` or behind it. */
Py_ssize_t found_from(const Choice *self, Py_ssize_t at)
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

/* Return four times the worth of words [from, end): each different word one, a fourth more where it stands as typed. */
static int worth(const Choice *self, Py_ssize_t from, Py_ssize_t end)
{
    uint64_t seen = 0;
    for (Py_ssize_t at = from; at < end; at++)
        seen |= self->flags[self->answers[at]];
    return 4 * bits_in(seen & WORD_BITS) + bits_in(seen & ~WORD_BITS);
}

/* Put an opening in the place of `best` if its passage is worth more, then holds more marks, then is earlier. */
static void keep_better(const Choice *self, Opening *best, Py_ssize_t at)
{
    Py_ssize_t from = found_from(self, at), end = found_from(self, at + self->chars);
    Opening other = {self->all_alike ? 4 : worth(self, from, end), end - from, at};
    int better = best->at == NONE || other.worth > best->worth;
    if (!better && other.worth == best->worth)
        better = other.count > best->count || (other.count == best->count && at < best->at);
    if (better)
        *best = other;
}

/* Collect the first few words of each answer; return how many, or -1 with an error set. */
static int try_words(const Choice *self, Tried *tried)
{
    int seen[MOST_ANSWERS] = {0}, count = 0, left = OPENINGS * self->answers_known;
    for (Py_ssize_t at = 0; at < self->count && left; at++) {
        if (++seen[self->answers[at]] > OPENINGS)
            continue;
        left--;
        Py_ssize_t start = self->starts[at], end = word_end(self, start);
        if (end < 0)
            return -1;
        if (end)
            tried[count++] = (Tried){start, end, sentence_of(self, start, end)};
    }
    return count;
}

/* Return the opening of the best passage, or -1 with an error set. */
static Py_ssize_t best_opening(const Choice *self)
{
    Tried tried[OPENINGS * MOST_ANSWERS];
    Opening best = {0, 0, NONE}, other = {0, 0, NONE};
    int count = try_words(self, tried);
    if (count <= 0)
        return count ? -1 : self->first;
    for (int at = 0; at < count; at++)
        if (tried[at].sentence != NONE)
            keep_better(self, &best, tried[at].sentence);
    if (best.at != NONE && (self->all_alike || best.worth == worth(self, 0, self->count)))
        return best.at; /* it shows every word, and opens a sentence */
    for (int at = 0; at < count; at++)
        keep_better(self, &other, opening_near(self, &tried[at]));
    return best.at != NONE && best.worth >= other.worth ? best.at : other.at;
}

/* -- where it begins and ends */

/* Return where to begin instead if the end of the text leaves the passage short. */
static Py_ssize_t filled(const Choice *self, Py_ssize_t start)
{
    Py_ssize_t end = without_blanks(self, 0, self->length);
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

/* Return the last word end within reach; NONE where no blank stands in it. */
Py_ssize_t cut_end(const Choice *self, Py_ssize_t start, Py_ssize_t reach)
{
    Py_ssize_t limit = start + self->chars;
    if (self->length <= limit)
        return without_blanks(self, start, self->length);
    Py_ssize_t end = limit;
    if (!is_blank(self, limit)) {
        while (end > start + 1 && !is_blank(self, end - 1))
            end--;
        end = larger(reach, end - 1);
    }
    return end == start ? NONE : without_blanks(self, start, end);
}

/* Return where the best passage begins, or -1 with an error set. */
Py_ssize_t best_start(const Choice *self)
{
    Py_ssize_t opening = self->count ? best_opening(self) : self->first;
    return self->count && opening >= 0 ? filled(self, opening) : opening;
}
