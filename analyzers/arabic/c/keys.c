/* Numbers by letters: a hash table whose keys stay in the order in which they came. */

#include "segmenting.h"

static uint32_t hash_of(const Py_UCS4 *letters, size_t length)
{
    uint32_t hash = 0;
    for (size_t at = 0; at < length; at++)
        hash = (hash ^ letters[at]) * 0x01000193u;
    return hash;
}

static size_t place_of(uint32_t hash, size_t size) { return (hash * UINT64_C(0x9E3779B97F4A7C15) >> 24) & (size - 1); }

Key *find(const Map *map, const Py_UCS4 *letters, size_t length)
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

int reserve(void **items, size_t *room, size_t wanted, size_t size)
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
Key *key_of(Map *map, const Py_UCS4 *letters, size_t length)
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

void map_end(Map *map)
{
    free(map->keys);
    free(map->places);
    free(map->letters);
    *map = (Map){0};
}

/* Copy the letters of a text of at most `room`; return how many, or -1 with an error set. */
Py_ssize_t letters_of(PyObject *text, Py_UCS4 *letters, Py_ssize_t room, const char *what)
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
