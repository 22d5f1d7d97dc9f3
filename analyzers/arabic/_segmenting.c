/* The stem of a normalized Arabic word: the same rules as segmenter.py's, which explains them, over tables in C.
 *
 * A word is cut wherever its affixes allow. A cut whose stem the lexicon has is worth the sum of the weights of its
 * affixes and of the word; where there is none the model guesses. Of cuts that are worth the same, the one whose term is
 * the first in order wins, so that the order in which they are tried does not matter.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LETTERS 256 /* of a word; the normalizer gives fewer */
#define MOST_AFFIX 16    /* letters of a prefix or an ending */
#define NONE UINT32_MAX
#define VERB_SIGN '~'
#define SHORTEST_GUESS 2
#define FIRST_SLOT '@' /* slots are letters of ASCII: a set of them is 64 bits */

enum { ALEF = 0x627, TEH = 0x62A, SEEN = 0x633, HAMZA = 0x621, NOON = 0x646, WAW = 0x648, YEH = 0x64A };

/* -- letters as keys of numbers */

typedef struct {
    uint32_t hash, letters, value;
    uint8_t length;
} Key;

/* Numbers by letters: keys in the order in which they came, and a place for each by its hash. */
typedef struct {
    Key *keys;
    uint32_t *places; /* numbers of keys, counted from 1; 0: free */
    Py_UCS4 *letters;
    size_t count, room, size, used, letters_room;
} Map;

static uint32_t hash_of(const Py_UCS4 *letters, size_t length)
{
    uint32_t hash = 0;
    for (size_t at = 0; at < length; at++)
        hash = (hash ^ letters[at]) * 0x01000193u;
    return hash;
}

static size_t place_of(uint32_t hash, size_t size) { return (hash * UINT64_C(0x9E3779B97F4A7C15) >> 24) & (size - 1); }

static Key *find(const Map *map, const Py_UCS4 *letters, size_t length)
{
    if (!map->size)
        return NULL;
    uint32_t hash = hash_of(letters, length);
    for (size_t place = place_of(hash, map->size); map->places[place]; place = (place + 1) & (map->size - 1)) {
        Key *key = &map->keys[map->places[place] - 1];
        if (key->hash == hash && key->length == length
            && memcmp(map->letters + key->letters, letters, length * sizeof *letters) == 0)
            return key;
    }
    return NULL;
}

static int rehash(Map *map)
{
    size_t size = map->size ? map->size * 2 : 256;
    uint32_t *places = calloc(size, sizeof *places);
    if (!places)
        return -1;
    for (size_t number = 1; number <= map->count; number++) {
        size_t place = place_of(map->keys[number - 1].hash, size);
        while (places[place])
            place = (place + 1) & (size - 1);
        places[place] = (uint32_t)number;
    }
    free(map->places);
    map->places = places, map->size = size;
    return 0;
}

static int reserve(void **items, size_t *room, size_t wanted, size_t size)
{
    if (wanted <= *room)
        return 0;
    size_t larger = wanted * 2 + 64;
    void *moved = larger < SIZE_MAX / size ? realloc(*items, larger * size) : NULL;
    if (!moved)
        return -1;
    *items = moved, *room = larger;
    return 0;
}

/* Return the key of some letters, a new one with the value NONE if there was none; NULL with an error set. */
static Key *key_of(Map *map, const Py_UCS4 *letters, size_t length)
{
    Key *found = find(map, letters, length);
    if (found)
        return found;
    if (map->used + length > UINT32_MAX || (map->size <= map->count * 2 && rehash(map) < 0)
        || reserve((void **)&map->keys, &map->room, map->count + 1, sizeof *map->keys) < 0
        || reserve((void **)&map->letters, &map->letters_room, map->used + length + 1, sizeof *letters) < 0) {
        PyErr_NoMemory();
        return NULL;
    }
    memcpy(map->letters + map->used, letters, length * sizeof *letters);
    Key *key = &map->keys[map->count++];
    *key = (Key){hash_of(letters, length), (uint32_t)map->used, NONE, (uint8_t)length};
    map->used += length;
    size_t place = place_of(key->hash, map->size);
    while (map->places[place])
        place = (place + 1) & (map->size - 1);
    map->places[place] = (uint32_t)map->count;
    return key;
}

static void map_end(Map *map)
{
    free(map->keys);
    free(map->places);
    free(map->letters);
    *map = (Map){0};
}

/* Copy the letters of a text of at most `room`; return how many, or -1 with an error set. */
static Py_ssize_t letters_of(PyObject *text, Py_UCS4 *letters, Py_ssize_t room, const char *what)
{
    if (!PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "%s: not a text but %.80s", what, Py_TYPE(text)->tp_name);
        return -1;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (length > room) {
        PyErr_Format(PyExc_ValueError, "%s: %zd letters, at most %zd are expected", what, length, room);
        return -1;
    }
    return PyUnicode_AsUCS4(text, letters, length, 0) || !length ? length : -1;
}

/* -- affixes */

typedef struct {
    double score;
    uint8_t key; /* the letter of a slot, the first letter of a class */
} Score;

typedef struct {
    uint32_t first, count; /* of the scores; none: these affixes do not go together */
} Scores;

/* What prefixes and endings score together: as segmenter.py's AffixScores. */
typedef struct {
    Map prefixes, endings; /* what begins a prefix or ends an ending: its number where it is one itself, else NONE */
    uint32_t prefix_count, ending_count;
    Scores *together; /* of prefix p and ending e: p * ending_count + e */
    Score *scores;
    size_t count, room;
} Affixes;

/* A cut: how many letters the prefix and the ending have, and the number of each. */
typedef struct {
    uint32_t letters, number;
} Affix;

static int read_endings(Affixes *affixes, PyObject *is_ending)
{
    Py_UCS4 letters[MOST_AFFIX];
    PyObject *ending, *whole;
    for (Py_ssize_t at = 0; PyDict_Next(is_ending, &at, &ending, &whole);) {
        Py_ssize_t length = letters_of(ending, letters, MOST_AFFIX, "an ending");
        Key *key = length < 0 ? NULL : key_of(&affixes->endings, letters, (size_t)length);
        if (!key)
            return -1;
        if (whole == Py_True)
            key->value = affixes->ending_count++;
    }
    return 0;
}

static int read_scores(Affixes *affixes, Scores *scores, PyObject *given)
{
    PyObject *key, *score;
    scores->first = (uint32_t)affixes->count;
    for (Py_ssize_t at = 0; PyDict_Next(given, &at, &key, &score); scores->count++) {
        if (!PyUnicode_Check(key) || !PyUnicode_GET_LENGTH(key) || !PyFloat_Check(score)
            || PyUnicode_READ_CHAR(key, 0) < FIRST_SLOT || PyUnicode_READ_CHAR(key, 0) >= FIRST_SLOT + 64) {
            PyErr_SetString(PyExc_ValueError, "scores: not the letter of a slot, or no number");
            return -1;
        }
        if (reserve((void **)&affixes->scores, &affixes->room, affixes->count + 1, sizeof(Score)) < 0) {
            PyErr_NoMemory();
            return -1;
        }
        affixes->scores[affixes->count++] =
            (Score){PyFloat_AS_DOUBLE(score), (uint8_t)PyUnicode_READ_CHAR(key, 0)};
    }
    return 0;
}

static int read_prefix(Affixes *affixes, PyObject *prefix, PyObject *endings)
{
    Py_UCS4 letters[MOST_AFFIX];
    Py_ssize_t length = letters_of(prefix, letters, MOST_AFFIX, "a prefix");
    Key *key = length < 0 ? NULL : key_of(&affixes->prefixes, letters, (size_t)length);
    if (!key)
        return -1;
    if (!PyDict_Check(endings)) {
        PyErr_SetString(PyExc_TypeError, "the endings of a prefix: not a dict");
        return -1;
    }
    if (!PyDict_GET_SIZE(endings))
        return 0;
    Scores *row = affixes->together + (size_t)affixes->prefix_count * affixes->ending_count;
    key->value = affixes->prefix_count++;
    PyObject *ending, *scores;
    for (Py_ssize_t at = 0; PyDict_Next(endings, &at, &ending, &scores);) {
        length = letters_of(ending, letters, MOST_AFFIX, "an ending");
        Key *found = length < 0 ? NULL : find(&affixes->endings, letters, (size_t)length);
        if (!found || found->value == NONE || !PyDict_Check(scores)) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "an ending that is none, or without scores");
            return -1;
        }
        if (read_scores(affixes, &row[found->value], scores) < 0)
            return -1;
    }
    return 0;
}

/* Read an AffixScores: its `by_beginning` and its `is_ending`. */
static int read_affixes(Affixes *affixes, PyObject *given)
{
    PyObject *by_beginning = PyObject_GetAttrString(given, "by_beginning");
    PyObject *is_ending = by_beginning ? PyObject_GetAttrString(given, "is_ending") : NULL, *prefix, *endings;
    int done = is_ending && PyDict_Check(by_beginning) && PyDict_Check(is_ending) ? 0 : -1;
    if (done < 0 && !PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "by_beginning and is_ending must be dicts");
    if (done == 0)
        done = read_endings(affixes, is_ending);
    if (done == 0) {
        affixes->together = calloc((size_t)PyDict_GET_SIZE(by_beginning) * affixes->ending_count + 1, sizeof(Scores));
        if (!affixes->together) {
            PyErr_NoMemory();
            done = -1;
        }
    }
    for (Py_ssize_t at = 0; done == 0 && PyDict_Next(by_beginning, &at, &prefix, &endings);)
        done = read_prefix(affixes, prefix, endings);
    Py_XDECREF(by_beginning);
    Py_XDECREF(is_ending);
    return done;
}

static void affixes_end(Affixes *affixes)
{
    map_end(&affixes->prefixes);
    map_end(&affixes->endings);
    free(affixes->together);
    free(affixes->scores);
}

/* Note the prefixes that a word begins with; return how many. */
static size_t prefixes_of(const Affixes *affixes, const Py_UCS4 *word, size_t length, Affix *found)
{
    size_t count = 0;
    for (size_t letters = 0; letters <= length && letters <= MOST_AFFIX; letters++) {
        const Key *key = find(&affixes->prefixes, word, letters);
        if (!key)
            break;
        if (key->value != NONE)
            found[count++] = (Affix){(uint32_t)letters, key->value};
    }
    return count;
}

static size_t endings_of(const Affixes *affixes, const Py_UCS4 *word, size_t length, Affix *found)
{
    size_t count = 0;
    for (size_t letters = 0; letters <= length && letters <= MOST_AFFIX; letters++) {
        const Key *key = find(&affixes->endings, word + length - letters, letters);
        if (!key)
            break;
        if (key->value != NONE)
            found[count++] = (Affix){(uint32_t)letters, key->value};
    }
    return count;
}

/* -- the lexicon */

/* A term that a stem may belong to, in some slots. */
typedef struct {
    uint64_t slots;
    double weight;
    size_t term; /* where its letters begin */
    uint32_t next;
    uint8_t length;
} Cell;

typedef struct {
    PyObject_HEAD
    Affixes slots, guesses;
    Map stems; /* of the lexicon: the number of a cell */
    Cell *cells;
    size_t cell_count, cell_room;
    Py_UCS4 *terms;
    size_t terms_used, terms_room;
    Map learned; /* of the model: the number of a logarithm */
    double *logarithms;
    double unknown, letter; /* the logarithms of an unknown stem, and of one more letter */
} Segmenter;

/* Read «slots term weight» up to a tab or the line's end; return where that is, or -1 with an error set. */
static Py_ssize_t read_cell(Segmenter *self, PyObject *text, Py_ssize_t at, Py_ssize_t end, uint32_t *first)
{
    int kind = PyUnicode_KIND(text), part = 0;
    const void *characters = PyUnicode_DATA(text);
    char number[32];
    size_t digits = 0;
    Cell cell = {.term = self->terms_used, .next = *first};
    if (reserve((void **)&self->terms, &self->terms_room, self->terms_used + UINT8_MAX, sizeof(Py_UCS4)) < 0
        || reserve((void **)&self->cells, &self->cell_room, self->cell_count + 1, sizeof(Cell)) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    for (; at < end; at++) {
        Py_UCS4 character = PyUnicode_READ(kind, characters, at);
        if (character == '\t')
            break;
        if (character == ' ')
            part++;
        else if (part == 0 && character >= FIRST_SLOT && character < FIRST_SLOT + 64)
            cell.slots |= UINT64_C(1) << (character - FIRST_SLOT);
        else if (part == 1 && cell.length < UINT8_MAX)
            self->terms[cell.term + cell.length++] = character;
        else if (part == 2 && digits + 1 < sizeof number && character < 0x80)
            number[digits++] = (char)character;
        else
            part = 3;
    }
    number[digits] = 0;
    cell.weight = part == 2 ? PyOS_string_to_double(number, NULL, NULL) : -1.0;
    if (PyErr_Occurred() || part != 2 || !cell.length) {
        PyErr_SetString(PyExc_ValueError, "lexicon: a cell is not slots, term and weight");
        return -1;
    }
    self->terms_used += cell.length;
    *first = (uint32_t)self->cell_count;
    self->cells[self->cell_count++] = cell;
    return at;
}

static int read_line(Segmenter *self, PyObject *text, Py_ssize_t at, Py_ssize_t end)
{
    Py_UCS4 stem[MOST_LETTERS];
    size_t length = 0;
    for (; at < end && PyUnicode_READ_CHAR(text, at) != '\t'; at++) {
        if (length == MOST_LETTERS - 1) {
            PyErr_SetString(PyExc_ValueError, "lexicon: a stem is too long");
            return -1;
        }
        stem[length++] = PyUnicode_READ_CHAR(text, at);
    }
    Key *key = key_of(&self->stems, stem, length);
    uint32_t first = key ? key->value : NONE;
    while (key && at < end && at >= 0)
        at = read_cell(self, text, at + 1, end, &first);
    if (!key || at < 0)
        return -1;
    key->value = first;
    return 0;
}

static int read_lexicon(Segmenter *self, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "lexicon: not a text");
        return -1;
    }
    Py_ssize_t size = PyUnicode_GET_LENGTH(text);
    for (Py_ssize_t begin = 0; begin < size;) {
        Py_ssize_t end = PyUnicode_FindChar(text, '\n', begin, size, 1);
        if (end == -2)
            return -1;
        if (end < 0)
            end = size;
        if (end > begin && read_line(self, text, begin, end) < 0)
            return -1;
        begin = end + 1;
    }
    return 0;
}

static int read_learned(Segmenter *self, PyObject *learned)
{
    Py_UCS4 letters[MOST_LETTERS];
    PyObject *stem, *logarithm;
    self->logarithms = malloc(((size_t)PyDict_GET_SIZE(learned) + 1) * sizeof *self->logarithms);
    if (!self->logarithms) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t at = 0; PyDict_Next(learned, &at, &stem, &logarithm);) {
        Py_ssize_t length = letters_of(stem, letters, MOST_LETTERS - 1, "a stem of the model");
        Key *key = length < 0 ? NULL : key_of(&self->learned, letters, (size_t)length);
        double value = key ? PyFloat_AsDouble(logarithm) : -1.0;
        if (!key || (value == -1.0 && PyErr_Occurred()))
            return -1;
        key->value = (uint32_t)self->learned.count - 1;
        self->logarithms[key->value] = value;
    }
    return 0;
}

/* -- a word */

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

static PyObject *stem_of(Segmenter *self, PyObject *given)
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

/* -- the type */

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"slots", "guesses", "lexicon", "learned", "unknown", "letter", NULL};
    PyObject *slots, *guesses, *lexicon, *learned;
    double unknown, letter;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO!O!dd:Segmenter", names, &slots, &guesses, &PyTuple_Type,
                                     &lexicon, &PyDict_Type, &learned, &unknown, &letter))
        return NULL;
    Segmenter *self = (Segmenter *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->unknown = unknown, self->letter = letter;
    int done = read_affixes(&self->slots, slots);
    if (done == 0)
        done = read_affixes(&self->guesses, guesses);
    if (done == 0)
        done = read_learned(self, learned);
    for (Py_ssize_t at = 0; done == 0 && at < PyTuple_GET_SIZE(lexicon); at++)
        done = read_lexicon(self, PyTuple_GET_ITEM(lexicon, at));
    if (done < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static void dealloc(Segmenter *self)
{
    affixes_end(&self->slots);
    affixes_end(&self->guesses);
    map_end(&self->stems);
    map_end(&self->learned);
    free(self->cells);
    free(self->terms);
    free(self->logarithms);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMethodDef methods[] = {
    {"stem", (PyCFunction)stem_of, METH_O, "Return the term of the most probable reading of a normalized word."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject SegmenterType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "analyzers.arabic._segmenting.Segmenter",
    .tp_doc = "Stems words by a model and a lexicon.",
    .tp_basicsize = sizeof(Segmenter),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = make,
    .tp_dealloc = (destructor)dealloc,
    .tp_methods = methods,
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_segmenting",
    .m_doc = "The stems of Arabic words.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__segmenting(void)
{
    if (PyType_Ready(&SegmenterType) < 0)
        return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made && PyModule_AddObjectRef(made, "Segmenter", (PyObject *)&SegmenterType) < 0)
        Py_CLEAR(made);
    return made;
}
