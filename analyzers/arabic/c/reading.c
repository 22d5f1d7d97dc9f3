/* The stem of a normalized Arabic word: the same rules as segmenter.py's, which explains them, over tables in C.
 *
 * A word is cut wherever its affixes allow. A cut whose stem the lexicon has is worth the sum of the weights of its
 * affixes and of the word; where there is none the model guesses. Of cuts that are worth the same, the one whose term is
 * the first in order wins, so that the order in which they are tried does not matter.
 */

#include "segmenting.h"

#define VERB_SIGN '~'
#define SHORTEST_GUESS 2

enum { ALEF = 0x627, TEH = 0x62A, SEEN = 0x633, HAMZA = 0x621, NOON = 0x646, WAW = 0x648, YEH = 0x64A };

typedef struct {
    double score;
    const Py_UCS4 *letters; /* of the term, without the sign of a verb */
    size_t length;
    int is_verb, found;
    Py_UCS4 own[MOST_LETTERS + 2]; /* where a guessed stem is kept */
} Best;

static int goes_before(const Py_UCS4 *one, size_t length, int is_verb, const Best *best)
{
    size_t all = length + (is_verb != 0), others = best->length + (best->is_verb != 0);
    for (size_t at = 0; at < all && at < others; at++) {
        Py_UCS4 mine = at < length ? one[at] : VERB_SIGN, other = at < best->length ? best->letters[at] : VERB_SIGN;
        if (mine != other)
            return mine < other;
    }
    return all < others;
}

static int is_better(const Best *best, double score, const Py_UCS4 *letters, size_t length, int is_verb)
{
    return score > best->score || (score == best->score && goes_before(letters, length, is_verb, best));
}

static void try_cells(const Segmenter *self, uint32_t first, const Scores *scores, Best *best)
{
    for (uint32_t at = first; at != NONE; at = self->cells[at].next) {
        const Cell *cell = &self->cells[at];
        const Py_UCS4 *term = self->terms + cell->term;
        for (uint32_t which = 0; which < scores->count; which++) {
            const Score *slot = &self->slots.scores[scores->first + which];
            double score = slot->score + cell->weight;
            if (cell->slots >> (slot->key - FIRST_SLOT) & 1 && is_better(best, score, term, cell->length, 0)) {
                best->score = score, best->letters = term, best->length = cell->length;
                best->is_verb = 0, best->found = 1; /* the sign is among the letters here */
            }
        }
    }
}

static void read_known(const Segmenter *self, const Py_UCS4 *word, size_t length, Best *best)
{
    Affix prefixes[MOST_AFFIX + 1], endings[MOST_AFFIX + 1];
    size_t prefix_count = prefixes_of(&self->slots, word, length, prefixes);
    size_t ending_count = endings_of(&self->slots, word, length, endings);
    for (size_t p = 0; p < prefix_count; p++)
        for (size_t e = 0; e < ending_count; e++) {
            size_t off = prefixes[p].letters + endings[e].letters;
            const Scores *scores =
                &self->slots.together[(size_t)prefixes[p].number * self->slots.ending_count + endings[e].number];
            const Key *stem =
                scores->count && off < length ? find(&self->stems, word + prefixes[p].letters, length - off) : NULL;
            if (stem)
                try_cells(self, stem->value, scores, best);
        }
}

static void try_guess(const Segmenter *self, const Score *share, const Py_UCS4 *stem, size_t length, Best *best)
{
    const Key *key = find(&self->learned, stem, length);
    double score = share->score + (key ? self->logarithms[key->value] : self->unknown);
    double letters = self->letter * (double)length; /* rounded by itself, as in Python */
    score += letters;
    int is_verb = share->key != 'n';
    if (is_better(best, score, stem, length, is_verb)) {
        memmove(best->own, stem, length * sizeof *stem);
        best->score = score, best->letters = best->own, best->length = length;
        best->is_verb = is_verb, best->found = 1;
    }
}

/* Try what the guess is with ALEF before it. */
static void try_with_alef(const Segmenter *self, const Score *share, const Py_UCS4 *rest, size_t length, Best *best)
{
    Py_UCS4 stem[MOST_LETTERS + 2] = {ALEF};
    memcpy(stem + 1, rest, length * sizeof *rest);
    try_guess(self, share, stem, length + 1, best);
}

static void try_three_letters(const Segmenter *self, const Score *share, const Py_UCS4 *rest, Best *best)
{
    Py_UCS4 first = rest[0], middle = rest[1], last = rest[2];
    Py_UCS4 hollow[3] = {first, ALEF, last}, defective[3] = {first, middle, ALEF};
    if (last != WAW)
        try_with_alef(self, share, rest, 3, best);
    if (middle == WAW || middle == YEH)
        try_guess(self, share, hollow, 3, best);
    if (middle == YEH)
        try_with_alef(self, share, hollow, 3, best);
    if (last == WAW)
        try_guess(self, share, defective, 3, best);
    if (first == HAMZA)
        try_with_alef(self, share, rest + 1, 2, best);
}

/* Try the perfects that an unknown imperfect may belong to: conjugation.possible_perfects. */
static void try_perfects(const Segmenter *self, const Score *share, const Py_UCS4 *rest, size_t length, Best *best)
{
    try_guess(self, share, rest, length, best);
    if (length == 2) {
        Py_UCS4 assimilated[3] = {WAW, rest[0], rest[1]};
        try_guess(self, share, assimilated, 3, best);
    } else if (length == 3) {
        try_three_letters(self, share, rest, best);
    } else if (length > 3 && rest[0] == SEEN && rest[1] == TEH) {
        Py_UCS4 hollow[5] = {SEEN, TEH, rest[2], ALEF, rest[length - 1]};
        int is_hollow = length == 5 && rest[3] == YEH;
        try_with_alef(self, share, is_hollow ? hollow : rest, length, best);
    } else if (length == 4 && (rest[1] == TEH || rest[0] == NOON)) {
        try_with_alef(self, share, rest, length, best);
    }
}

static void guess(const Segmenter *self, const Py_UCS4 *word, size_t length, Best *best)
{
    Affix prefixes[MOST_AFFIX + 1], endings[MOST_AFFIX + 1];
    size_t prefix_count = prefixes_of(&self->guesses, word, length, prefixes);
    size_t ending_count = endings_of(&self->guesses, word, length, endings);
    for (size_t p = 0; p < prefix_count; p++)
        for (size_t e = 0; e < ending_count; e++) {
            size_t off = prefixes[p].letters + endings[e].letters;
            if (off + SHORTEST_GUESS > length)
                continue;
            const Scores *scores =
                &self->guesses.together[(size_t)prefixes[p].number * self->guesses.ending_count + endings[e].number];
            for (uint32_t which = 0; which < scores->count; which++) {
                const Score *share = &self->guesses.scores[scores->first + which];
                const Py_UCS4 *core = word + prefixes[p].letters;
                if (share->key == 'i')
                    try_perfects(self, share, core, length - off, best);
                else
                    try_guess(self, share, core, length - off, best);
            }
        }
}

PyObject *stem_of(Segmenter *self, PyObject *given)
{
    Py_UCS4 word[MOST_LETTERS];
    Py_ssize_t length = letters_of(given, word, MOST_LETTERS, "a word");
    if (length < 0)
        return NULL;
    Best best = {.score = -INFINITY};
    read_known(self, word, (size_t)length, &best);
    if (!best.found)
        guess(self, word, (size_t)length, &best);
    if (!best.found)
        return PyUnicode_FromObject(given);
    Py_UCS4 term[MOST_LETTERS + 3];
    memcpy(term, best.letters, best.length * sizeof *term);
    if (best.is_verb)
        term[best.length++] = VERB_SIGN;
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, term, (Py_ssize_t)best.length);
}
