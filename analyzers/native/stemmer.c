/* Stemmer.stem: the stem of a spelling of an Arabic word, by the rules of segmenter.py, which explains them.
 *
 * A word is cut wherever its affixes allow. A cut whose stem the lexicon has scores the weights of its affixes and of
 * the word; where there is none the model guesses. Of cuts with equal scores, the one whose term comes first in code
 * point order wins, so that the order in which they are tried does not matter.
 */

#include "native.h"

#define VERB_SIGN '~'
#define SHORTEST_GUESS 2
#define LONGEST_UNSPLIT 4
#define RELATION 6.0

enum { ALEF = 0x627, TEH = 0x62A, SEEN = 0x633, HAMZA = 0x621, NOON = 0x646, HEH = 0x647, WAW = 0x648, YEH = 0x64A };

typedef struct {
    Py_UCS4 spelt[MAX_WORD_LETTERS], folded[MAX_WORD_LETTERS], printed[MAX_WORD_LETTERS]; /* printed: but a last ة, ى */
    size_t length;
} Spelling;

typedef struct {
    double score;
    Py_UCS4 term[MAX_WORD_LETTERS + 3];
    size_t length; /* 0 while there is no term */
} Best;

static int comes_first(const Py_UCS4 *term, size_t length, const Best *best)
{
    for (size_t at = 0; at < length && at < best->length; at++)
        if (term[at] != best->term[at])
            return term[at] < best->term[at];
    return length < best->length;
}

static void try_term(Best *best, double score, const Py_UCS4 *term, size_t length)
{
    if (score > best->score || (score == best->score && comes_first(term, length, best))) {
        best->score = score, best->length = length;
        memcpy(best->term, term, length * sizeof *term);
    }
}

static double alef_score(const Stemmer *self, uint16_t printed, uint16_t own)
{
    if (printed == own)
        return 0.0;
    return printed && own ? self->other_hamza : own ? self->no_hamza : self->odd_hamza;
}

static uint16_t hamzated_alef(const Py_UCS4 *letters, size_t length)
{
    for (size_t at = 0; at < length; at++)
        if (is_hamzated_alef(letters[at]))
            return (uint16_t)letters[at];
    return 0;
}

static void try_readings(const Stemmer *self, uint32_t first, const Cut *cut, uint16_t alef, double odd, Best *best)
{
    const Reading *readings = self->readings.items;
    const Score *scores = self->slots.scores.items;
    for (uint32_t at = first; at != NONE; at = readings[at].next)
        for (uint32_t slot = cut->score; slot != NONE; slot = scores[slot].next)
            if (readings[at].slots >> (scores[slot].key - FIRST_SLOT) & 1)
                try_term(best, scores[slot].score + readings[at].weight + (alef_score(self, alef, readings[at].alef) + odd),
                         (const Py_UCS4 *)self->terms.items + readings[at].term, readings[at].length);
}

static void look_up(const Stemmer *self, const Spelling *word, Best *best)
{
    Cut cuts[MAX_CUTS];
    size_t count = find_cuts(&self->slots, word->printed, word->length, 1, cuts);
    for (size_t at = 0; at < count; at++) {
        const Key *stem = map_get(&self->lexicon, word->printed + cuts[at].start, cuts[at].length);
        if (stem)
            try_readings(self, stem->value, &cuts[at], hamzated_alef(word->spelt + cuts[at].start, cuts[at].length),
                         hamzated_alef(word->spelt, cuts[at].start) ? self->hamza_in_prefix : 0.0, best);
    }
}

static void try_guess(const Stemmer *self, const Score *share, const Py_UCS4 *stem, size_t length, Best *best)
{
    const Key *key = map_get(&self->learned, stem, length);
    double score = share->score + (key ? ((const double *)self->logarithms.items)[key->value] : self->unknown);
    double letters = self->letter * (double)length; /* rounded by itself, as in Python */
    score += letters;
    if (score < best->score)
        return;
    Py_UCS4 term[MAX_WORD_LETTERS + 3];
    memcpy(term, stem, length * sizeof *stem);
    term[length] = VERB_SIGN;
    try_term(best, score, term, share->key == 'n' ? length : length + 1);
}

/* Try ALEF and `rest` as a guess. */
static void try_with_alef(const Stemmer *self, const Score *share, const Py_UCS4 *rest, size_t length, Best *best)
{
    Py_UCS4 stem[MAX_WORD_LETTERS + 2] = {ALEF};
    memcpy(stem + 1, rest, length * sizeof *rest);
    try_guess(self, share, stem, length + 1, best);
}

static void try_three_letters(const Stemmer *self, const Score *share, const Py_UCS4 *rest, Best *best)
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
static void try_perfects(const Stemmer *self, const Score *share, const Py_UCS4 *rest, size_t length, Best *best)
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

static int is_adjective_ending(const Py_UCS4 *ending, size_t length)
{
    static const Py_UCS4 endings[][4] = {{HEH}, {WAW}, {WAW, NOON}, {YEH, NOON}, {ALEF, TEH}, {TEH, YEH, NOON}, {TEH, ALEF, NOON}};
    for (size_t at = 0; at < sizeof endings / sizeof *endings; at++)
        if (!endings[at][length] && !memcmp(endings[at], ending, length * sizeof *ending))
            return 1;
    return 0;
}

/* segmenter.fit: what the letters round a cut add to the score of a guess; NAN where it is impossible. */
static double fit(const Spelling *word, const Cut *cut)
{
    size_t end = cut->start + cut->length, length = word->length - end;
    const Py_UCS4 *ending = word->folded + end, last = word->folded[end - 1];
    int is_after_waw = length >= 3 && ending[0] == HEH && ending[1] == ALEF && ending[2] == TEH;
    if (word->printed[end - 1] == TEH_MARBUTA || (is_after_waw && last != WAW))
        return NAN;
    int is_relation = last == YEH && cut->length > 3 && length > 0 && length <= 3 && is_adjective_ending(ending, length);
    return is_relation ? RELATION : 0.0;
}

/* Return whether a cut leaves nothing that a short word is split for: a learned stem with no ending but ة. */
static int is_too_short(const Stemmer *self, const Spelling *word, const Cut *cut)
{
    size_t end = cut->start + cut->length;
    int is_bare = end == word->length || (end + 1 == word->length && word->folded[end] == HEH);
    return word->length <= LONGEST_UNSPLIT && cut->length < word->length
           && !(is_bare && map_get(&self->learned, word->folded + cut->start, cut->length));
}

static void guess(const Stemmer *self, const Spelling *word, Best *best)
{
    Cut cuts[MAX_CUTS];
    const Score *scores = self->guesses.scores.items;
    size_t count = find_cuts(&self->guesses, word->printed, word->length, SHORTEST_GUESS, cuts);
    for (size_t at = 0; at < count; at++) {
        double bonus = is_too_short(self, word, &cuts[at]) ? NAN : fit(word, &cuts[at]);
        for (uint32_t which = isnan(bonus) ? NONE : cuts[at].score; which != NONE; which = scores[which].next) {
            Score share = {scores[which].score + bonus, NONE, scores[which].key};
            const Py_UCS4 *core = word->folded + cuts[at].start;
            if (share.key == 'i')
                try_perfects(self, &share, core, cuts[at].length, best);
            else
                try_guess(self, &share, core, cuts[at].length, best);
        }
    }
}

static int read_spelling(Spelling *word, PyObject *text)
{
    Py_ssize_t length = copy_letters(text, word->spelt, MAX_WORD_LETTERS, "word");
    if (length < 0)
        return -1;
    word->length = (size_t)length;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 letter = word->spelt[at];
        word->folded[at] = is_hamzated_alef(letter) ? ALEF : letter == TEH_MARBUTA ? HEH : letter == ALEF_MAKSURA ? YEH : letter;
        word->printed[at] = at + 1 == length && is_last_letter_kept(letter) ? letter : word->folded[at];
    }
    return 0;
}

PyObject *stem_of(Stemmer *self, PyObject *text)
{
    Spelling word;
    if (read_spelling(&word, text) < 0)
        return NULL;
    Best best;
    best.score = -INFINITY, best.length = 0; /* the letters need no value */
    look_up(self, &word, &best);
    if (!best.length)
        guess(self, &word, &best);
    if (!best.length)
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, word.folded, (Py_ssize_t)word.length);
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, best.term, (Py_ssize_t)best.length);
}
