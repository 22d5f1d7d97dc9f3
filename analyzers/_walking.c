/* A text as numbers of terms, chunk by chunk: what chunks met lately give is remembered.
 *
 * A chunk is what stands between two spaces or line feeds. Most were met before: then a walk over a text is one look-up a
 * chunk. A new chunk of plain Arabic letters, their vowel marks and what stands around words is read here; any other one by
 * Python, which says what it gives.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST_FRESH 1024 /* words of one chunk that room is kept for */
#define MOST_LETTERS 64 /* of a chunk that is remembered */
#define CODES 0x2100    /* the characters that the table of kinds tells of */

#define MOST_NUMBERS 64 /* that a remembered chunk takes, on the average: a usual one takes nine */
#define AT_ONCE 16      /* chunks that are looked up together */

#ifdef __GNUC__
#define FETCH(place) __builtin_prefetch(place)
#else
#define FETCH(place) (void)(place)
#endif

enum { OTHER, SEPARATOR, MARK }; /* in the table of kinds; what is above is a letter, and the one it is compared by */

typedef struct {
    uint32_t exact, stem, start; /* two numbers of terms, 0 for none; the start in characters, from the chunk's */
} Word;

/* A chunk that is remembered: numbers in a row, so that one look-up finds all in one place. Its letters follow, two in a
 * number, then its words, three numbers each. */
typedef struct {
    uint32_t hash;
    uint16_t length, words; /* how many letters and words */
} Chunk;

typedef struct {
    void *items;
    size_t count, room;
} Row;

/* Places for numbers, found by a hash: a power of two of them, at most half of them taken; 0 is a free one. */
typedef struct {
    uint32_t *places;
    size_t size, taken;
} Table;

typedef struct {
    PyObject_HEAD
    PyObject *stem, *stop_words, *work_out; /* exact term -> stem; a set of exact terms; chunk -> what it gives */
    PyObject *vocabulary;                   /* a list: None, then the terms */
    uint16_t *kinds;
    uint32_t seed; /* of the hashes of chunks: nobody can make many that are alike */
    size_t most;   /* chunks; a walk that finds more, or twice as many terms, begins with forgetting all */
    int walking;
    Row chunks, hashes, fresh; /* uint32_t; of each term its hash, uint32_t; the words of a new chunk, Word */
    Table by_letters, by_term; /* where chunks begin, and numbers of terms, both counted from 1 */
} Walker;

/* A chunk of a text that may be remembered. */
typedef struct {
    size_t begin, length;
    uint32_t hash;
    uint16_t letters[MOST_LETTERS];
} Short;

/* The words of a text as far as they are known. */
typedef struct {
    Row exact, stems, starts; /* uint32_t */
} Walk;

/* -- rows and tables */

/* Make room for `more` items, at least one; return the first free one, or NULL with an error set. */
static void *extend(Row *row, size_t more, size_t size)
{
    if (row->count + more > row->room) {
        size_t room = row->room * 2 > row->count + more ? row->room * 2 : row->count + more + 64;
        void *items = room < SIZE_MAX / size ? realloc(row->items, room * size) : NULL;
        if (!items)
            return PyErr_NoMemory();
        row->items = items, row->room = room;
    }
    void *first = (char *)row->items + row->count * size;
    row->count += more;
    return first;
}

static void forget(Row *row)
{
    free(row->items);
    *row = (Row){0};
}

static void forget_table(Table *table)
{
    free(table->places);
    *table = (Table){0};
}

/* Mix a hash, so that its low bits choose a place. */
static size_t place_of(uint32_t hash, size_t size) { return (hash * UINT64_C(0x9E3779B97F4A7C15) >> 24) & (size - 1); }

/* Take a free place for a number, which has to be a new one. */
static void settle(Table *table, uint32_t hash, uint32_t number)
{
    size_t place = place_of(hash, table->size);
    while (table->places[place])
        place = (place + 1) & (table->size - 1);
    table->places[place] = number;
    table->taken++;
}

/* Make room for one more. What a place tells of has its hash in `items`, at the place's number less one. */
static int grow(Table *table, const uint32_t *items)
{
    if (table->size > table->taken * 2 + 1)
        return 0;
    Table larger = {.size = table->size ? table->size * 2 : 1024};
    larger.places = calloc(larger.size, sizeof *larger.places);
    if (!larger.places) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t place = 0; place < table->size; place++)
        if (table->places[place])
            settle(&larger, items[table->places[place] - 1], table->places[place]);
    free(table->places);
    *table = larger;
    return 0;
}

/* -- the vocabulary */

/* Return the number of a term, a new one for a new term; 0 with an error set. */
static uint32_t number_of(Walker *self, PyObject *term)
{
    Py_hash_t hashed = PyObject_Hash(term);
    if (hashed == -1 || grow(&self->by_term, self->hashes.items) < 0)
        return 0;
    uint32_t hash = (uint32_t)((uint64_t)hashed ^ (uint64_t)hashed >> 32);
    Table *table = &self->by_term;
    const uint32_t *hashes = self->hashes.items;
    for (size_t place = place_of(hash, table->size); table->places[place]; place = (place + 1) & (table->size - 1)) {
        uint32_t number = table->places[place];
        if (hashes[number - 1] == hash
            && PyUnicode_Compare(PyList_GET_ITEM(self->vocabulary, (Py_ssize_t)number), term) == 0)
            return number;
    }
    uint32_t *kept = self->hashes.count < UINT32_MAX - 1 ? extend(&self->hashes, 1, sizeof *kept) : PyErr_NoMemory();
    if (!kept)
        return 0;
    *kept = hash;
    if (PyList_Append(self->vocabulary, term) < 0) {
        self->hashes.count--;
        return 0;
    }
    settle(table, hash, (uint32_t)self->hashes.count);
    return (uint32_t)self->hashes.count;
}

static int begin_anew(Walker *self)
{
    PyObject *vocabulary = PyList_New(1);
    if (!vocabulary)
        return -1;
    PyList_SET_ITEM(vocabulary, 0, Py_NewRef(Py_None));
    Py_XSETREF(self->vocabulary, vocabulary);
    forget(&self->chunks), forget(&self->hashes), forget(&self->fresh);
    forget_table(&self->by_letters), forget_table(&self->by_term);
    return 0;
}

/* -- what a chunk gives */

static int add_word(Walker *self, uint32_t exact, uint32_t stem, size_t start)
{
    Word *word = extend(&self->fresh, 1, sizeof *word);
    if (!word)
        return -1;
    *word = (Word){exact, stem, (uint32_t)start};
    return 0;
}

/* Add a word by its normalized letters. */
static int add_plain(Walker *self, const uint16_t *letters, size_t count, size_t start)
{
    PyObject *exact = PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, letters, (Py_ssize_t)count), *stem = NULL;
    int good = -1, is_stop = exact ? PySet_Contains(self->stop_words, exact) : -1;
    if (is_stop == 0) {
        stem = PyObject_CallOneArg(self->stem, exact);
        if (stem && !PyUnicode_Check(stem))
            PyErr_SetString(PyExc_TypeError, "stem: not a text");
    }
    if (is_stop > 0 || (stem && PyUnicode_Check(stem))) {
        uint32_t exact_number = number_of(self, exact), stem_number = stem ? number_of(self, stem) : 0;
        good = exact_number && (stem_number || !stem) ? add_word(self, exact_number, stem_number, start) : -1;
    }
    Py_XDECREF(exact);
    Py_XDECREF(stem);
    return good;
}

/* Return whether a chunk is nothing but letters, marks that follow them, and separators. */
static int is_plain(const Walker *self, const uint16_t *chunk, size_t length)
{
    unsigned before = SEPARATOR;
    for (size_t at = 0; at < length; at++) {
        unsigned kind = chunk[at] < CODES ? self->kinds[chunk[at]] : OTHER;
        if (kind == OTHER || (kind == MARK && before == SEPARATOR))
            return 0;
        before = kind;
    }
    return 1;
}

static int read_plain(Walker *self, const uint16_t *chunk, size_t length)
{
    uint16_t letters[MOST_LETTERS];
    size_t count = 0, start = 0;
    for (size_t at = 0; at <= length; at++) {
        unsigned kind = at < length ? self->kinds[chunk[at]] : SEPARATOR;
        if (kind > MARK) {
            if (!count)
                start = at;
            letters[count++] = (uint16_t)kind;
        } else if (kind == SEPARATOR && count) {
            if (add_plain(self, letters, count, start) < 0)
                return -1;
            count = 0;
        }
    }
    return 0;
}

/* Add what Python says: for each word in turn its exact term, its stem (each a text or None) and where it starts. */
static int read_given(Walker *self, PyObject *given)
{
    Py_ssize_t count = PyTuple_Check(given) ? PyTuple_GET_SIZE(given) : -1;
    if (count < 0 || count % 3) {
        PyErr_SetString(PyExc_TypeError, "a chunk must give a tuple of terms, stems and starts");
        return -1;
    }
    for (Py_ssize_t at = 0; at < count; at += 3) {
        uint32_t numbers[2] = {0, 0};
        for (int which = 0; which < 2; which++) {
            PyObject *term = PyTuple_GET_ITEM(given, at + which);
            if (term == Py_None)
                continue;
            if (!PyUnicode_Check(term)) {
                PyErr_SetString(PyExc_TypeError, "a term must be a text");
                return -1;
            }
            if (!(numbers[which] = number_of(self, term)))
                return -1;
        }
        size_t start = PyLong_AsSize_t(PyTuple_GET_ITEM(given, at + 2));
        if ((start == (size_t)-1 && PyErr_Occurred()) || add_word(self, numbers[0], numbers[1], start) < 0)
            return -1;
    }
    return 0;
}

static int read_by_python(Walker *self, PyObject *text, Py_ssize_t begin, Py_ssize_t end)
{
    PyObject *chunk = PyUnicode_Substring(text, begin, end);
    PyObject *given = chunk ? PyObject_CallOneArg(self->work_out, chunk) : NULL;
    int done = given ? read_given(self, given) : -1;
    Py_XDECREF(chunk);
    Py_XDECREF(given);
    return done;
}

/* -- a walk */

static int take_words(Walk *walk, const void *words, size_t count, size_t begin)
{
    if (!count)
        return 0;
    uint32_t *exact = extend(&walk->exact, count, 4), *stems = exact ? extend(&walk->stems, count, 4) : NULL,
             *starts = stems ? extend(&walk->starts, count, 4) : NULL;
    if (!starts)
        return -1;
    for (size_t at = 0; at < count; at++) {
        Word word;
        memcpy(&word, (const char *)words + at * sizeof word, sizeof word);
        exact[at] = word.exact;
        stems[at] = word.stem;
        starts[at] = (uint32_t)begin + word.start;
    }
    return 0;
}

static size_t numbers_of_letters(size_t length) { return (length + 1) / 2; }

/* Remember a chunk whose words are the fresh ones. */
static int remember(Walker *self, const uint16_t *chunk, size_t length, uint32_t hash)
{
    size_t words = self->fresh.count, begin = self->chunks.count, letters = numbers_of_letters(length),
           size = sizeof(Chunk) / 4 + letters + words * (sizeof(Word) / 4);
    if (words > UINT16_MAX || begin + size > UINT32_MAX - 1 || begin + size > MOST_NUMBERS * self->most)
        return 0;
    if (grow(&self->by_letters, self->chunks.items) < 0)
        return -1;
    uint32_t *kept = extend(&self->chunks, size, sizeof *kept);
    if (!kept)
        return -1;
    Chunk head = {.hash = hash, .length = (uint16_t)length, .words = (uint16_t)words};
    memcpy(kept, &head, sizeof head);
    kept += sizeof head / 4;
    kept[letters - 1] = 0;
    memcpy(kept, chunk, length * sizeof *chunk);
    if (words)
        memcpy(kept + letters, self->fresh.items, words * sizeof(Word));
    settle(&self->by_letters, hash, (uint32_t)begin + 1);
    return 0;
}

/* Return where a chunk is kept, or NULL. */
static const uint32_t *known(const Walker *self, const uint16_t *chunk, size_t length, uint32_t hash)
{
    const Table *table = &self->by_letters;
    if (!table->size)
        return NULL;
    for (size_t place = place_of(hash, table->size); table->places[place]; place = (place + 1) & (table->size - 1)) {
        const uint32_t *kept = (const uint32_t *)self->chunks.items + (table->places[place] - 1);
        Chunk head;
        memcpy(&head, kept, sizeof head);
        if (head.hash == hash && head.length == length
            && memcmp(kept + sizeof head / 4, chunk, length * sizeof *chunk) == 0)
            return kept;
    }
    return NULL;
}

static int take_known(Walk *walk, const uint32_t *kept, size_t begin)
{
    Chunk head;
    memcpy(&head, kept, sizeof head);
    return take_words(walk, kept + sizeof head / 4 + numbers_of_letters(head.length), head.words, begin);
}

/* Take the words that Python says a part of the text has. */
static int take_given(Walker *self, Walk *walk, PyObject *text, size_t begin, size_t end)
{
    self->fresh.count = 0;
    if (read_by_python(self, text, (Py_ssize_t)begin, (Py_ssize_t)end) < 0)
        return -1;
    return take_words(walk, self->fresh.items, self->fresh.count, begin);
}

/* Take the words of a chunk that stands in the text where it says. */
static int take_chunk(Walker *self, Walk *walk, PyObject *text, const Short *chunk)
{
    const uint32_t *kept = known(self, chunk->letters, chunk->length, chunk->hash);
    if (kept)
        return take_known(walk, kept, chunk->begin);
    if (is_plain(self, chunk->letters, chunk->length)) {
        self->fresh.count = 0;
        if (read_plain(self, chunk->letters, chunk->length) < 0
            || take_words(walk, self->fresh.items, self->fresh.count, chunk->begin) < 0)
            return -1;
    } else if (take_given(self, walk, text, chunk->begin, chunk->begin + chunk->length) < 0) {
        return -1;
    }
    return self->by_letters.taken < 2 * self->most ? remember(self, chunk->letters, chunk->length, chunk->hash) : 0;
}

/* Take the words of some chunks. Where each is kept is fetched from memory before the first is looked at: most of the time
 * of a walk would be spent waiting for it. */
static int take_chunks(Walker *self, Walk *walk, PyObject *text, const Short *chunks, size_t count)
{
    const Table *table = &self->by_letters;
    for (size_t at = 0; table->size && at < count; at++) {
        uint32_t begin = table->places[place_of(chunks[at].hash, table->size)];
        if (begin)
            FETCH((const uint32_t *)self->chunks.items + (begin - 1));
    }
    for (size_t at = 0; at < count; at++)
        if (take_chunk(self, walk, text, &chunks[at]) < 0)
            return -1;
    return 0;
}

/* Copy a chunk if it is a short one of characters of the basic plane, and hash it; return whether it is. */
static int is_short(Short *chunk, uint32_t seed, int kind, const void *characters, size_t begin, size_t end)
{
    if (end - begin > MOST_LETTERS)
        return 0;
    chunk->begin = begin, chunk->length = end - begin, chunk->hash = seed;
    Py_UCS4 all = 0;
    for (size_t at = begin; at < end; at++) {
        Py_UCS4 character = PyUnicode_READ(kind, characters, at);
        all |= character;
        chunk->letters[at - begin] = (uint16_t)character;
        chunk->hash = (chunk->hash ^ character) * 0x01000193u;
    }
    return all <= UINT16_MAX;
}

static int take_all(Walker *self, Walk *walk, PyObject *text)
{
    Short chunks[AT_ONCE];
    size_t size = (size_t)PyUnicode_GET_LENGTH(text), count = 0;
    int kind = PyUnicode_KIND(text);
    const void *characters = PyUnicode_DATA(text);
    for (size_t begin = 0, end = 0; begin <= size; begin = end + 1) {
        for (end = begin; end < size; end++) {
            Py_UCS4 character = PyUnicode_READ(kind, characters, end);
            if (character == ' ' || character == '\n')
                break;
        }
        if (end == begin)
            continue;
        int is_one = is_short(&chunks[count], self->seed, kind, characters, begin, end);
        if (is_one && self->by_letters.size)
            FETCH(&self->by_letters.places[place_of(chunks[count].hash, self->by_letters.size)]);
        count += is_one != 0;
        if (count == AT_ONCE || (!is_one && count)) {
            if (take_chunks(self, walk, text, chunks, count) < 0)
                return -1;
            count = 0;
        }
        if (!is_one && take_given(self, walk, text, begin, end) < 0)
            return -1;
    }
    return take_chunks(self, walk, text, chunks, count);
}

static PyObject *as_bytes(const Row *numbers)
{
    return PyBytes_FromStringAndSize(numbers->items, (Py_ssize_t)(numbers->count * 4));
}

static PyObject *walk(Walker *self, PyObject *text)
{
    if (!PyUnicode_Check(text))
        return PyErr_Format(PyExc_TypeError, "a text is walked over, not %.80s", Py_TYPE(text)->tp_name);
    if (self->walking || (size_t)PyUnicode_GET_LENGTH(text) > UINT32_MAX)
        return PyErr_Format(PyExc_ValueError, "one walk at a time, over a text of at most %u characters", UINT32_MAX);
    int is_full = self->by_letters.taken >= self->most || self->hashes.count >= 2 * self->most;
    if (is_full && begin_anew(self) < 0)
        return NULL;
    Walk taken = {{0}, {0}, {0}};
    self->walking = 1;
    int done = take_all(self, &taken, text);
    self->walking = 0;
    if (self->fresh.room > MOST_FRESH)
        forget(&self->fresh);
    PyObject *found = done == 0 ? Py_BuildValue("NNNO", as_bytes(&taken.exact), as_bytes(&taken.stems),
                                                as_bytes(&taken.starts), self->vocabulary)
                                : NULL;
    forget(&taken.exact), forget(&taken.stems), forget(&taken.starts);
    return found;
}

/* -- the type */

static int read_kinds(Walker *self, PyObject *given)
{
    Py_buffer view;
    if (PyObject_GetBuffer(given, &view, PyBUF_SIMPLE) < 0)
        return -1;
    int fits = view.len == CODES * (Py_ssize_t)sizeof *self->kinds;
    if (fits && (self->kinds = malloc((size_t)view.len)))
        memcpy(self->kinds, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    if (!fits)
        PyErr_Format(PyExc_ValueError, "kinds: not %d numbers of two bytes", CODES);
    else if (!self->kinds)
        PyErr_NoMemory();
    return self->kinds ? 0 : -1;
}

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"kinds", "stem", "stop_words", "work_out", "most", NULL};
    PyObject *kinds, *stem, *stop_words, *work_out;
    Py_ssize_t most;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO!On:Walker", names, &kinds, &stem, &PyFrozenSet_Type,
                                     &stop_words, &work_out, &most))
        return NULL;
    if (most < 1 || most > INT32_MAX)
        return PyErr_Format(PyExc_ValueError, "most: %zd, not between 1 and %d", most, INT32_MAX);
    Walker *self = (Walker *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->stem = Py_NewRef(stem);
    self->stop_words = Py_NewRef(stop_words);
    self->work_out = Py_NewRef(work_out);
    self->most = (size_t)most;
    Py_hash_t seed = PyObject_Hash(kinds); /* the hash of bytes has Python's own secret in it */
    self->seed = (uint32_t)seed;
    if (seed == -1 || read_kinds(self, kinds) < 0 || begin_anew(self) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int traverse(Walker *self, visitproc visit, void *arg)
{
    Py_VISIT(self->stem);
    Py_VISIT(self->stop_words);
    Py_VISIT(self->work_out);
    Py_VISIT(self->vocabulary);
    return 0;
}

static int clear(Walker *self)
{
    Py_CLEAR(self->stem);
    Py_CLEAR(self->stop_words);
    Py_CLEAR(self->work_out);
    return 0; /* the vocabulary holds texts alone, and the numbers of the tables are of it */
}

static void dealloc(Walker *self)
{
    PyObject_GC_UnTrack(self);
    clear(self);
    Py_CLEAR(self->vocabulary);
    forget(&self->chunks), forget(&self->hashes), forget(&self->fresh);
    forget_table(&self->by_letters), forget_table(&self->by_term);
    free(self->kinds);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyMethodDef methods[] = {
    {"walk", (PyCFunction)walk, METH_O,
     "Return the exact terms, the stems and the starts of a text's words, four bytes each, and the vocabulary."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject WalkerType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "analyzers._walking.Walker",
    .tp_doc = "Walks over texts, and remembers what their chunks give.",
    .tp_basicsize = sizeof(Walker),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = make,
    .tp_dealloc = (destructor)dealloc,
    .tp_traverse = (traverseproc)traverse,
    .tp_clear = (inquiry)clear,
    .tp_methods = methods,
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_walking",
    .m_doc = "Texts as numbers of terms.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__walking(void)
{
    if (PyType_Ready(&WalkerType) < 0)
        return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made && PyModule_AddObjectRef(made, "Walker", (PyObject *)&WalkerType) < 0)
        Py_CLEAR(made);
    return made;
}
