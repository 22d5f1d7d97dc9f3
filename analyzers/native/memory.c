/* A growable array, an open-addressing hash table, and a map from letters to numbers made of both. */

#include "native.h"

/* Add `more` items, at least one; return the first of them, or NULL with MemoryError set. */
void *array_extend(Array *array, size_t more, size_t item_size)
{
    size_t needed = array->count + more;
    if (needed > array->capacity) {
        size_t capacity = array->capacity * 2 > needed ? array->capacity * 2 : needed + 64;
        void *items = capacity < SIZE_MAX / item_size ? realloc(array->items, capacity * item_size) : NULL;
        if (!items)
            return PyErr_NoMemory();
        array->items = items, array->capacity = capacity;
    }
    void *first = (char *)array->items + array->count * item_size;
    array->count = needed;
    return first;
}

void array_free(Array *array)
{
    free(array->items);
    *array = (Array){0};
}

/* Insert the entry at `index`, which must be new; table_reserve has made room. */
void table_insert(Table *table, uint32_t hash, size_t index)
{
    size_t slot = slot_of(table, hash);
    while (table->slots[slot])
        slot = slot_after(table, slot);
    table->slots[slot] = (uint32_t)index + 1;
    table->count++;
}

/* Make room for one more entry; return -1 with MemoryError set when there is none. */
int table_reserve(Table *table, const void *entries, size_t entry_size)
{
    if (table->capacity > table->count * 2 + 1)
        return 0;
    Table larger = {.capacity = table->capacity ? table->capacity * 2 : 256};
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (!larger.slots) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t slot = 0; slot < table->capacity; slot++)
        if (table->slots[slot]) {
            uint32_t hash;
            memcpy(&hash, (const char *)entries + (table->slots[slot] - 1) * entry_size, sizeof hash);
            table_insert(&larger, hash, table->slots[slot] - 1);
        }
    free(table->slots);
    *table = larger;
    return 0;
}

void table_free(Table *table)
{
    free(table->slots);
    *table = (Table){0};
}

static uint32_t hash_letters(const Py_UCS4 *letters, size_t length)
{
    uint32_t hash = 0;
    for (size_t at = 0; at < length; at++)
        hash = hash_add(hash, letters[at]);
    return hash;
}

Key *map_get(const LetterMap *map, const Py_UCS4 *letters, size_t length)
{
    const Table *table = &map->table;
    uint32_t hash = hash_letters(letters, length);
    for (size_t slot = slot_of(table, hash); table->capacity && table->slots[slot]; slot = slot_after(table, slot)) {
        Key *key = (Key *)map->keys.items + (table->slots[slot] - 1);
        if (key->hash == hash && key->length == length
            && memcmp((Py_UCS4 *)map->letters.items + key->letters, letters, length * sizeof *letters) == 0)
            return key;
    }
    return NULL;
}

/* Return the key of some letters, inserted with the value NONE if it is new; NULL with an error set. */
Key *map_put(LetterMap *map, const Py_UCS4 *letters, size_t length)
{
    Key *key = map_get(map, letters, length);
    if (key)
        return key;
    size_t index = map->keys.count, begin = map->letters.count;
    if (begin + length >= UINT32_MAX)
        return (Key *)PyErr_NoMemory();
    if (table_reserve(&map->table, map->keys.items, sizeof *key) < 0)
        return NULL;
    Py_UCS4 *copy = array_extend(&map->letters, length + 1, sizeof *copy); /* one more: an array never extends by 0 */
    if (!copy || !(key = array_extend(&map->keys, 1, sizeof *key)))
        return NULL;
    memcpy(copy, letters, length * sizeof *letters);
    *key = (Key){hash_letters(letters, length), (uint32_t)begin, NONE, (uint8_t)length};
    table_insert(&map->table, key->hash, index);
    return key;
}

void map_free(LetterMap *map)
{
    array_free(&map->keys), array_free(&map->letters);
    table_free(&map->table);
}

/* Copy the letters of a str of at most `capacity`; return how many, or -1 with an error set. */
Py_ssize_t copy_letters(PyObject *text, Py_UCS4 *letters, Py_ssize_t capacity, const char *what)
{
    if (!PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "%s: expected str, not %.80s", what, Py_TYPE(text)->tp_name);
        return -1;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (length > capacity) {
        PyErr_Format(PyExc_ValueError, "%s: %zd letters, at most %zd are expected", what, length, capacity);
        return -1;
    }
    return PyUnicode_AsUCS4(text, letters, length, 0) || !length ? length : -1;
}
