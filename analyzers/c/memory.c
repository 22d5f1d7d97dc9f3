/* What a walker remembers: the numbers of terms, and the words of chunks. */

#include "walking.h"

/* -- rows and tables */

/* Make room for `more` items, at least one; return the first free one, or NULL with an error set. */
void *extend(Row *row, size_t more, size_t size)
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

void forget(Row *row)
{
    free(row->items);
    *row = (Row){0};
}

void forget_table(Table *table)
{
    free(table->places);
    *table = (Table){0};
}

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
uint32_t number_of(Walker *self, PyObject *term)
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

int begin_anew(Walker *self)
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

/* -- chunks */

/* Remember a chunk whose words are the fresh ones. */
int remember(Walker *self, const uint16_t *chunk, size_t length, uint32_t hash)
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
const uint32_t *known(const Walker *self, const uint16_t *chunk, size_t length, uint32_t hash)
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
