/* From a tree of tuples to nodes, with everything checked and all memory that they need. */

#include "native.h"

/* Return zeroed memory that lives as long as the query. */
void *lend(Query *query, size_t count, size_t size)
{
    Block *block = count > (SIZE_MAX - sizeof *block) / size ? NULL : calloc(1, sizeof *block + count * size);
    if (!block)
        return PyErr_NoMemory();
    block->before = query->blocks;
    query->blocks = block;
    return block->bytes;
}

void query_end(Query *query)
{
    for (Held *held = query->held; held; held = held->before)
        PyBuffer_Release(&held->view);
    for (Block *block = query->blocks, *before; block; block = before) {
        before = block->before;
        free(block);
    }
    free(query->ends[0]);
    free(query->ends[1]);
}

/* Hold an array for as long as the query lives, the same one only once. */
Held *query_hold(Query *query, PyObject *array, const char *name, const char *kinds)
{
    for (Held *held = query->held; held; held = held->before)
        if (held->array == array && is_kind(&held->view, kinds[0]))
            return held;
    Held *held = lend(query, 1, sizeof *held);
    if (!held || hold(array, name, kinds, &held->view) < 0)
        return NULL;
    held->array = array, held->before = query->held;
    return query->held = held;
}

int query_mask(Query *query, PyObject *array, const char *name, const uint8_t **mask)
{
    Held *held = query_hold(query, array, name, "B?");
    if (!held || !has_items(&held->view, name, query->documents))
        return -1;
    *mask = held->view.buf;
    return 0;
}

static int number_at(PyObject *tuple, Py_ssize_t at, double *number)
{
    *number = PyFloat_AsDouble(PyTuple_GET_ITEM(tuple, at));
    return *number == -1.0 && PyErr_Occurred() ? -1 : 0;
}

/* Read `field, norms` of TERM, TERMS and PHRASE. */
static Held *read_field(Query *query, Node *node, PyObject *tuple)
{
    PyObject *field = PyTuple_GET_ITEM(tuple, 1);
    if (!Py_IS_TYPE(field, &FieldType)) {
        PyErr_Format(PyExc_TypeError, "not a field: %.100s", Py_TYPE(field)->tp_name);
        return NULL;
    }
    node->field = (Field *)field;
    if (node->field->documents < query->documents) {
        PyErr_Format(PyExc_ValueError, "a field of %u documents, %u are searched", (unsigned)node->field->documents,
                     (unsigned)query->documents);
        return NULL;
    }
    Held *norms = query_hold(query, PyTuple_GET_ITEM(tuple, 2), "norms", "d");
    if (!norms || !has_items(&norms->view, "norms", 256))
        return NULL;
    node->norms = norms->view.buf;
    return norms;
}

/* A long list's scores are read from a table that all lists with the same norms share. */
static int read_ratios(Query *query, Node *node, Held *norms, uint64_t postings)
{
    query->postings += postings;
    if (!query->scored || (!norms->ratios && postings < RATIOS_FROM))
        return 0;
    if (!norms->ratios) {
        norms->ratios = lend(query, RATIOS * 256, sizeof(double));
        if (!norms->ratios)
            return -1;
        for (int often = 0; often < RATIOS; often++)
            for (int length = 0; length < 256; length++)
                norms->ratios[often * 256 + length] = often / (often + node->norms[length]);
    }
    node->ratios = norms->ratios;
    return 0;
}

static int read_term(Query *query, Node *node, PyObject *tuple)
{
    double weight;
    Held *norms = read_field(query, node, tuple);
    node->lists = norms ? lend(query, 1, sizeof(List)) : NULL;
    if (!node->lists || number_at(tuple, 4, &weight) < 0
        || list_open(node->lists, node->field, PyTuple_GET_ITEM(tuple, 3), weight) < 0)
        return -1;
    node->count = 1;
    node->most = node->lists->end - node->lists->begin;
    return read_ratios(query, node, norms, node->most);
}

static int read_terms(Query *query, Node *node, PyObject *tuple)
{
    Held *norms = read_field(query, node, tuple);
    Held *terms = norms ? query_hold(query, PyTuple_GET_ITEM(tuple, 3), "terms", "I") : NULL;
    Held *weights = terms ? query_hold(query, PyTuple_GET_ITEM(tuple, 4), "weights", "d") : NULL;
    if (!weights || !has_items(&weights->view, "weights", items_of(&terms->view)))
        return -1;
    size_t count = items_of(&terms->view);
    if (count > UINT32_MAX) {
        PyErr_Format(PyExc_ValueError, "terms: %zu", count);
        return -1;
    }
    node->count = (uint32_t)count;
    node->terms = terms->view.buf, node->weights = weights->view.buf;
    uint64_t postings = 0;
    for (size_t at = 0; at < count; at++) {
        if (node->terms[at] >= node->field->count) {
            PyErr_Format(PyExc_ValueError, "terms: one of %u, the field has %u", (unsigned)node->terms[at],
                         (unsigned)node->field->count);
            return -1;
        }
        Range range = posting_range(node->field, node->terms[at]);
        postings += range.end - range.begin;
    }
    node->most = postings < query->documents ? postings : query->documents;
    if (count <= FEW_TERMS) { /* as lists, each with its place */
        node->lists = lend(query, count + 1, sizeof(List));
        for (size_t at = 0; node->lists && at < count; at++)
            list_begin(&node->lists[at], node->field, node->terms[at], node->weights[at]);
        return node->lists ? read_ratios(query, node, norms, postings) : -1;
    }
    node->found = lend(query, (size_t)query->documents + 1, 1);
    node->sums = node->found && query->scored ? lend(query, (size_t)query->documents + 1, sizeof(double)) : NULL;
    return node->found && (node->sums || !query->scored) ? read_ratios(query, node, norms, postings) : -1;
}

/* Make room for `count` lists that must all be there. */
static int lend_lists(Query *query, Node *node, uint32_t count)
{
    node->lists = lend(query, count, sizeof(List));
    node->rarest = lend(query, count, sizeof(uint32_t));
    node->ranks = lend(query, (size_t)count * WINDOW, sizeof(uint16_t));
    node->candidates = lend(query, WINDOW, sizeof(uint16_t));
    node->firsts = node->candidates ? lend(query, WINDOW, sizeof(uint16_t)) : NULL;
    return node->lists && node->rarest && node->ranks && node->firsts ? 0 : -1;
}

static int read_phrase(Query *query, Node *node, PyObject *tuple)
{
    PyObject *terms = PyTuple_GET_ITEM(tuple, 3), *weights = PyTuple_GET_ITEM(tuple, 5);
    Held *norms = read_field(query, node, tuple);
    if (!norms)
        return -1;
    if (!PyTuple_Check(terms) || !PyTuple_Check(weights)) {
        PyErr_Format(PyExc_TypeError, "terms and weights of a phrase: not tuples");
        return -1;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(terms), slop = PyNumber_AsSsize_t(PyTuple_GET_ITEM(tuple, 4), NULL);
    if (slop == -1 && PyErr_Occurred())
        return -1;
    if (!node->field->position_starts || count < 1 || count > MAX_PHRASE || count != PyTuple_GET_SIZE(weights)
        || slop < 0) {
        PyErr_Format(PyExc_ValueError, "a phrase of %zd terms, %zd weights, slop %zd, positions: %d", count,
                     PyTuple_GET_SIZE(weights), slop, node->field->position_starts != NULL);
        return -1;
    }
    node->slop = slop < UINT32_MAX ? (uint32_t)slop : UINT32_MAX;
    node->count = (uint32_t)count;
    if (lend_lists(query, node, node->count) < 0)
        return -1;
    node->most = MAX_DOCUMENTS;
    uint64_t postings = 0;
    for (uint32_t at = 0; at < node->count; at++) {
        double weight = PyFloat_AsDouble(PyTuple_GET_ITEM(weights, at));
        if ((weight == -1.0 && PyErr_Occurred())
            || list_open(&node->lists[at], node->field, PyTuple_GET_ITEM(terms, at), weight) < 0)
            return -1;
        uint32_t length = node->lists[at].end - node->lists[at].begin, before = at;
        while (before > 0
               && node->lists[node->rarest[before - 1]].end - node->lists[node->rarest[before - 1]].begin > length)
            node->rarest[before] = node->rarest[before - 1], before--;
        node->rarest[before] = at;
        postings += 2 * (uint64_t)length;
        node->most = length < node->most ? length : node->most;
    }
    if (count == 1) /* as Whoosh: just the term */
        node->opcode = TERM;
    return read_ratios(query, node, norms, postings);
}

/* Read the nodes of a tuple from `first` up to `end`, with those that find the fewest first when `sorted`. */
static int read_parts(Query *query, Node *node, PyObject *tuple, Py_ssize_t first, Py_ssize_t end, int depth,
                      int sorted)
{
    int pages = node->opcode == MAX ? 3 : 2;
    if (node->opcode != OR && query->scratch_pages < node->scratch + pages)
        query->scratch_pages = node->scratch + pages;
    node->count = (uint32_t)(end - first);
    node->parts = lend(query, node->count + 1, sizeof(Node *));
    for (Py_ssize_t at = first; node->parts && at < end; at++) {
        Node *part = node_read(query, PyTuple_GET_ITEM(tuple, at), depth + 1, node->scratch + pages);
        if (!part)
            return -1;
        Py_ssize_t before = at - first;
        for (; sorted && before > 0 && node->parts[before - 1]->most > part->most; before--)
            node->parts[before] = node->parts[before - 1];
        node->parts[before] = part;
    }
    return node->parts ? 0 : -1;
}

static uint64_t least(uint64_t first, uint64_t second) { return first < second ? first : second; }

static int read_inner(Query *query, Node *node, PyObject *tuple, int depth)
{
    Py_ssize_t size = PyTuple_GET_SIZE(tuple), first = node->opcode == MAX ? 2 : 1;
    int has_number = node->opcode == SCALE || node->opcode == CONSTANT;
    if (read_parts(query, node, tuple, first, has_number ? 2 : size, depth, node->opcode == AND) < 0
        || (has_number && number_at(tuple, 2, &node->number) < 0)
        || (node->opcode == MAX && number_at(tuple, 1, &node->number) < 0))
        return -1;
    if (node->count == 0) {
        node->opcode = NOTHING;
        return 0;
    }
    node->most = node->parts[0]->most;
    uint32_t terms = 0;
    while (node->opcode == AND && terms < node->count && node->parts[terms]->opcode == TERM)
        terms++;
    if (terms == node->count && terms <= MAX_PHRASE) {
        if (lend_lists(query, node, terms) < 0)
            return -1;
        for (uint32_t at = 0; at < terms; at++)
            node->lists[at] = node->parts[at]->lists[0], node->rarest[at] = at;
    }
    if (node->opcode == REQUIRE)
        node->most = least(node->most, node->parts[1]->most);
    for (uint32_t at = 1; (node->opcode == OR || node->opcode == MAX) && at < node->count; at++)
        node->most = least(node->most + node->parts[at]->most, query->documents);
    return 0;
}

static int node_fill(Query *query, Node *node, PyObject *tuple, int depth)
{
    static const int8_t sizes[] = {[TERM] = 5,    [TERMS] = 5, [PHRASE] = 6,   [MASK] = 3, [EVERY] = 2,
                                   [NOTHING] = 1, [AND] = -1,  [OR] = -1,      [NOT] = 3,  [MAYBE] = 3,
                                   [REQUIRE] = 3, [SCALE] = 3, [CONSTANT] = 3, [MAX] = -2};
    Py_ssize_t size = PyTuple_GET_SIZE(tuple);
    long opcode = PyLong_Check(PyTuple_GET_ITEM(tuple, 0)) ? PyLong_AsLong(PyTuple_GET_ITEM(tuple, 0)) : 0;
    if (opcode == -1 && PyErr_Occurred())
        PyErr_Clear();
    if (opcode < TERM || opcode > MAX || (sizes[opcode] > 0 ? size != sizes[opcode] : size < -sizes[opcode])) {
        PyErr_Format(PyExc_ValueError, "no such node: %ld of %zd items", opcode, size);
        return -1;
    }
    node->opcode = (int)opcode;
    node->most = query->documents;
    switch (opcode) {
    case TERM: return read_term(query, node, tuple);
    case TERMS: return read_terms(query, node, tuple);
    case PHRASE: return read_phrase(query, node, tuple);
    case MASK:
        return number_at(tuple, 2, &node->number) < 0
                   ? -1
                   : query_mask(query, PyTuple_GET_ITEM(tuple, 1), "mask", &node->mask);
    case EVERY: return number_at(tuple, 1, &node->number);
    case NOTHING: node->most = 0; return 0;
    default: return read_inner(query, node, tuple, depth);
    }
}

Node *node_read(Query *query, PyObject *tuple, int depth, int scratch)
{
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) == 0) {
        PyErr_Format(PyExc_TypeError, "not a node: %.100s", Py_TYPE(tuple)->tp_name);
        return NULL;
    }
    if (depth >= MAX_DEPTH || ++query->nodes > MAX_NODES) {
        PyErr_Format(PyExc_ValueError, "a tree deeper than %d or of more than %d nodes", MAX_DEPTH, MAX_NODES);
        return NULL;
    }
    Node *node = lend(query, 1, sizeof *node);
    if (!node)
        return NULL;
    node->scratch = scratch;
    return node_fill(query, node, tuple, depth) < 0 ? NULL : node;
}
