/* The caches of a TermEncoder: the vocabulary, which gives terms their ids, and the words of chunks. */

#include "native.h"

/* Return the id of a term, a new one for a new term; 0 with an error set. */
uint32_t term_id(TermEncoder *self, PyObject *term)
{
    Py_hash_t hashed = PyObject_Hash(term);
    Table *table = &self->term_table;
    if (hashed == -1 || table_reserve(table, self->term_hashes.items, sizeof(uint32_t)) < 0)
        return 0;
    uint32_t hash = (uint32_t)((uint64_t)hashed ^ (uint64_t)hashed >> 32);
    const uint32_t *hashes = self->term_hashes.items;
    for (size_t slot = slot_of(table, hash); table->slots[slot]; slot = slot_after(table, slot)) {
        uint32_t id = table->slots[slot];
        if (hashes[id - 1] == hash && PyUnicode_Compare(PyList_GET_ITEM(self->vocabulary, (Py_ssize_t)id), term) == 0)
            return id;
    }
    size_t index = self->term_hashes.count;
    uint32_t *kept = index < UINT32_MAX - 1 ? array_extend(&self->term_hashes, 1, sizeof *kept) : PyErr_NoMemory();
    if (!kept)
        return 0;
    *kept = hash;
    if (PyList_Append(self->vocabulary, term) < 0) {
        self->term_hashes.count--;
        return 0;
    }
    table_insert(table, hash, index);
    return (uint32_t)index + 1; /* the vocabulary begins with None */
}

/* Empty both caches; texts that were encoded keep the old vocabulary. */
int cache_reset(TermEncoder *self)
{
    PyObject *vocabulary = PyList_New(1);
    if (!vocabulary)
        return -1;
    PyList_SET_ITEM(vocabulary, 0, Py_NewRef(Py_None));
    Py_XSETREF(self->vocabulary, vocabulary);
    array_free(&self->arena), array_free(&self->term_hashes);
    table_free(&self->chunk_table), table_free(&self->term_table);
    return 0;
}

static size_t packed_size(size_t letters) { return (letters + 1) / 2; }

const Word *cached_words(const CachedChunk *cached)
{
    return (const Word *)((const uint32_t *)(cached + 1) + packed_size(cached->length));
}

/* Cache a chunk, whose words are those from `first_word` on; a full cache takes no more. */
int cache_put(TermEncoder *self, const Chunk *chunk, size_t first_word)
{
    size_t words = self->words.count - first_word, begin = self->arena.count, letters = packed_size(chunk->length),
           size = sizeof(CachedChunk) / 4 + letters + words * (sizeof(Word) / 4);
    if (self->chunk_table.count >= 2 * self->max_chunks || words > UINT16_MAX || begin + size > UINT32_MAX - 1
        || begin + size > MEAN_CACHED_SIZE * self->max_chunks)
        return 0;
    if (table_reserve(&self->chunk_table, self->arena.items, sizeof(uint32_t)) < 0)
        return -1;
    CachedChunk *cached = array_extend(&self->arena, size, sizeof(uint32_t));
    if (!cached)
        return -1;
    *cached = (CachedChunk){chunk->hash, (uint16_t)chunk->length, (uint16_t)words};
    memcpy(cached + 1, chunk->letters, chunk->length * sizeof *chunk->letters);
    if (words)
        memcpy((Word *)cached_words(cached), (Word *)self->words.items + first_word, words * sizeof(Word));
    table_insert(&self->chunk_table, chunk->hash, begin);
    return 0;
}

const CachedChunk *cache_get(const TermEncoder *self, const Chunk *chunk)
{
    const Table *table = &self->chunk_table;
    if (!table->capacity)
        return NULL;
    for (size_t slot = slot_of(table, chunk->hash); table->slots[slot]; slot = slot_after(table, slot)) {
        const CachedChunk *cached =
            (const CachedChunk *)((const uint32_t *)self->arena.items + (table->slots[slot] - 1));
        if (cached->hash == chunk->hash && cached->length == chunk->length
            && memcmp(cached + 1, chunk->letters, chunk->length * sizeof *chunk->letters) == 0)
            return cached;
    }
    return NULL;
}
