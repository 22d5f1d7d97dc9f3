/* Query trees: checks a tree of tuples and turns it into nodes, with all the memory that they need. */

#include "native.h"

/* Return zeroed memory that is freed with the query, or NULL with an error set. */
void *arena_alloc(Query *query, size_t count, size_t size)
{
    ArenaBlock *block = count > (SIZE_MAX - sizeof *block) / size ? NULL : calloc(1, sizeof *block + count * size);
    if (!block)
        return PyErr_NoMemory();
    block->before = query->arena;
    query->arena = block;
    return block->bytes;
}

void free_query(Query *query)
{
    for (HeldArray *held = query->held; held; held = held->before)
        PyBuffer_Release(&held->view);
    for (ArenaBlock *block = query->arena, *before; block; block = before) {
        before = block->before;
        free(block);
    }
    free(query->ends[0]);
    free(query->ends[1]);
}

/* Get the buffer of an array until the query is freed; the same array is taken only once. */
HeldArray *hold_array(Query *query, PyObject *array, const char *name, const char *kinds)
{
    for (HeldArray *held = query->held; held; held = held->before)
        if (held->array == array && has_format(&held->view, kinds[0]))
            return held;
    HeldArray *held = arena_alloc(query, 1, sizeof *held);
    if (!held || get_array(array, name, kinds, &held->view) < 0)
        return NULL;
    held->array = array, held->before = query->held;
    return query->held = held;
}

int hold_mask(Query *query, PyObject *array, const char *name, const uint8_t **mask)
{
    HeldArray *held = hold_array(query, array, name, "B?");
    if (!held || !has_items(&held->view, name, query->documents))
        return -1;
    *mask = held->view.buf;
    return 0;
}

static int read_number(PyObject *tuple, Py_ssize_t at, double *number)
{
    *number = PyFloat_AsDouble(PyTuple_GET_ITEM(tuple, at));
    return *number == -1.0 && PyErr_Occurred() ? -1 : 0;
}

/* Read `field, scorer`. */
static int read_field(Query *query, Node *node, PyObject *tuple)
{
    PyObject *field = PyTuple_GET_ITEM(tuple, 1);
    if (!Py_IS_TYPE(field, &FieldType)) {
        PyErr_Format(PyExc_TypeError, "not a field: %.100s", Py_TYPE(field)->tp_name);
        return -1;
    }
    node->field = (Field *)field;
    if (node->field->documents < query->documents) {
        PyErr_Format(PyExc_ValueError, "a field of %u documents, %u are searched", (unsigned)node->field->documents,
                     (unsigned)query->documents);
        return -1;
    }
    HeldArray *scorer = hold_array(query, PyTuple_GET_ITEM(tuple, 2), "scorer", "d");
    if (!scorer || !has_items(&scorer->view, "scorer", SCORER_ITEMS))
        return -1;
    node->scorer = scorer->view.buf;
    return 0;
}

/* Read `mask, scores`. */
static int read_scores(Query *query, Node *node, PyObject *tuple)
{
    HeldArray *scores = hold_array(query, PyTuple_GET_ITEM(tuple, 2), "scores", "d");
    if (!scores || !has_items(&scores->view, "scores", query->documents))
        return -1;
    node->values = scores->view.buf;
    return hold_mask(query, PyTuple_GET_ITEM(tuple, 1), "mask", &node->mask);
}

/* Read the part of TERM and PHRASE. */
static int read_part(Node *node, PyObject *tuple, Py_ssize_t at)
{
    long part = PyLong_Check(PyTuple_GET_ITEM(tuple, at)) ? PyLong_AsLong(PyTuple_GET_ITEM(tuple, at)) : -1;
    if (part != TITLE && part != ANYWHERE && part != BODY) {
        PyErr_Clear();
        PyErr_Format(PyExc_ValueError, "no such part: %ld", part);
        return -1;
    }
    node->part = (uint8_t)part;
    return 0;
}

static int read_term(Query *query, Node *node, PyObject *tuple)
{
    double weight;
    if (read_field(query, node, tuple) < 0 || read_part(node, tuple, 5) < 0 || read_number(tuple, 4, &weight) < 0)
        return -1;
    node->lists = arena_alloc(query, 1, sizeof(PostingList));
    if (!node->lists || open_list(node->lists, node->field, PyTuple_GET_ITEM(tuple, 3), weight) < 0)
        return -1;
    node->count = 1;
    node->max_hits = node->lists->end - node->lists->begin;
    query->postings += node->max_hits;
    return 0;
}

static int read_terms(Query *query, Node *node, PyObject *tuple)
{
    HeldArray *terms =
        read_field(query, node, tuple) == 0 ? hold_array(query, PyTuple_GET_ITEM(tuple, 3), "terms", "I") : NULL;
    HeldArray *weights = terms ? hold_array(query, PyTuple_GET_ITEM(tuple, 4), "weights", "d") : NULL;
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
    node->max_hits = postings < query->documents ? postings : query->documents;
    query->postings += postings;
    if (count <= MAX_LISTS) { /* as posting lists, each with its cursor */
        node->lists = arena_alloc(query, count + 1, sizeof(PostingList));
        for (size_t at = 0; node->lists && at < count; at++)
            init_list(&node->lists[at], node->field, node->terms[at], node->weights[at]);
        return node->lists ? 0 : -1;
    }
    node->matched = arena_alloc(query, (size_t)query->documents + 1, 1);
    node->sums =
        node->matched && query->scored ? arena_alloc(query, (size_t)query->documents + 1, sizeof(double)) : NULL;
    return node->matched && (node->sums || !query->scored) ? 0 : -1;
}

/* Allocate what the intersection of `count` lists needs. */
static int alloc_lists(Query *query, Node *node, uint32_t count)
{
    node->lists = arena_alloc(query, count, sizeof(PostingList));
    node->rarest = arena_alloc(query, count, sizeof(uint32_t));
    node->ranks = arena_alloc(query, (size_t)count * WINDOW, sizeof(uint16_t));
    node->candidates = arena_alloc(query, WINDOW, sizeof(uint16_t));
    node->firsts = node->candidates ? arena_alloc(query, WINDOW, sizeof(uint16_t)) : NULL;
    return node->lists && node->rarest && node->ranks && node->firsts ? 0 : -1;
}

static int read_phrase(Query *query, Node *node, PyObject *tuple)
{
    PyObject *terms = PyTuple_GET_ITEM(tuple, 3), *weights = PyTuple_GET_ITEM(tuple, 5);
    if (read_field(query, node, tuple) < 0 || read_part(node, tuple, 6) < 0)
        return -1;
    if (!PyTuple_Check(terms) || !PyTuple_Check(weights)) {
        PyErr_Format(PyExc_TypeError, "terms and weights of a phrase: not tuples");
        return -1;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(terms), slop = PyNumber_AsSsize_t(PyTuple_GET_ITEM(tuple, 4), NULL);
    if (slop == -1 && PyErr_Occurred())
        return -1;
    if (!node->field->position_offsets || count < 1 || count > MAX_PHRASE || count != PyTuple_GET_SIZE(weights)
        || slop < 0) {
        PyErr_Format(PyExc_ValueError, "a phrase of %zd terms, %zd weights, slop %zd, positions: %d", count,
                     PyTuple_GET_SIZE(weights), slop, node->field->position_offsets != NULL);
        return -1;
    }
    node->slop = slop < UINT32_MAX ? (uint32_t)slop : UINT32_MAX;
    node->count = (uint32_t)count;
    if (alloc_lists(query, node, node->count) < 0)
        return -1;
    node->max_hits = MAX_DOCUMENTS;
    for (uint32_t at = 0; at < node->count; at++) {
        double weight = PyFloat_AsDouble(PyTuple_GET_ITEM(weights, at));
        if ((weight == -1.0 && PyErr_Occurred())
            || open_list(&node->lists[at], node->field, PyTuple_GET_ITEM(terms, at), weight) < 0)
            return -1;
        node->lists[at].overflow_at = overflow_from(node->field, node->lists[at].begin);
        uint32_t length = node->lists[at].end - node->lists[at].begin, before = at;
        while (before > 0
               && node->lists[node->rarest[before - 1]].end - node->lists[node->rarest[before - 1]].begin > length)
            node->rarest[before] = node->rarest[before - 1], before--;
        node->rarest[before] = at;
        query->postings += 2 * (uint64_t)length;
        node->max_hits = length < node->max_hits ? length : node->max_hits;
        node->number += weight;
    }
    if (count == 1) /* a phrase of one term is that term, as in Whoosh */
        node->opcode = TERM;
    return 0;
}

/* Read the nodes in items [first, end) of a tuple; when `sorted`, those with the fewest hits come first. */
static int read_children(Query *query, Node *node, PyObject *tuple, Py_ssize_t first, Py_ssize_t end, int depth,
                         int sorted)
{
    if (node->opcode != OR && query->scratch_pages < node->scratch + 2)
        query->scratch_pages = node->scratch + 2;
    node->count = (uint32_t)(end - first);
    node->children = arena_alloc(query, node->count + 1, sizeof(Node *));
    for (Py_ssize_t at = first; node->children && at < end; at++) {
        Node *part = read_node(query, PyTuple_GET_ITEM(tuple, at), depth + 1, node->scratch + 2);
        if (!part)
            return -1;
        Py_ssize_t before = at - first;
        for (; sorted && before > 0 && node->children[before - 1]->max_hits > part->max_hits; before--)
            node->children[before] = node->children[before - 1];
        node->children[before] = part;
    }
    return node->children ? 0 : -1;
}

static int read_inner(Query *query, Node *node, PyObject *tuple, int depth)
{
    int is_one = node->opcode == CONSTANT || node->opcode == SATURATE; /* one child, and a number at the end */
    int is_needless = node->opcode == MAYBE && !query->scored; /* its second child only adds to scores */
    Py_ssize_t end = PyTuple_GET_SIZE(tuple) - is_one - is_needless, first = node->opcode == SATURATE ? 3 : 1;
    if ((first > 1 && read_field(query, node, tuple) < 0)
        || read_children(query, node, tuple, first, end, depth, node->opcode == AND) < 0
        || (is_one && read_number(tuple, end, &node->number) < 0))
        return -1;
    if (node->count == 0) {
        node->opcode = NOTHING;
        return 0;
    }
    node->max_hits = node->children[0]->max_hits;
    if (node->opcode == SATURATE && node->children[0]->opcode == TERMS && node->children[0]->lists
        && !(node->candidates = arena_alloc(query, WINDOW + 1, sizeof(uint16_t))))
        return -1;
    uint32_t terms = 0;
    while (node->opcode == AND && terms < node->count && node->children[terms]->opcode == TERM
           && node->children[terms]->part == ANYWHERE)
        terms++;
    if (terms == node->count && terms <= MAX_PHRASE) {
        if (alloc_lists(query, node, terms) < 0)
            return -1;
        for (uint32_t at = 0; at < terms; at++)
            node->lists[at] = node->children[at]->lists[0], node->rarest[at] = at;
    }
    for (uint32_t at = 1; node->opcode == OR && at < node->count; at++) {
        uint64_t hits = node->max_hits + node->children[at]->max_hits;
        node->max_hits = hits < query->documents ? hits : query->documents;
    }
    return 0;
}

static int read_opcode(Query *query, Node *node, PyObject *tuple, int depth)
{
    static const int8_t sizes[] = {[TERM] = 6,     [TERMS] = 5,    [PHRASE] = 7, [MASK] = 3, [EVERY] = 2,
                                   [NOTHING] = 1,  [AND] = -1,     [OR] = -1,    [NOT] = 3,  [MAYBE] = 3,
                                   [CONSTANT] = 3, [ADJACENT] = 7, [SATURATE] = 5, [SCORED] = 3};
    Py_ssize_t size = PyTuple_GET_SIZE(tuple);
    long opcode = PyLong_Check(PyTuple_GET_ITEM(tuple, 0)) ? PyLong_AsLong(PyTuple_GET_ITEM(tuple, 0)) : 0;
    if (opcode == -1 && PyErr_Occurred())
        PyErr_Clear();
    if (opcode < TERM || opcode > SCORED || (sizes[opcode] > 0 ? size != sizes[opcode] : size < -sizes[opcode])) {
        PyErr_Format(PyExc_ValueError, "no such node: %ld of %zd items", opcode, size);
        return -1;
    }
    node->opcode = (int)opcode;
    node->max_hits = query->documents;
    switch (opcode) {
    case TERM: return read_term(query, node, tuple);
    case TERMS: return read_terms(query, node, tuple);
    case PHRASE:
    case ADJACENT: return read_phrase(query, node, tuple);
    case MASK:
        return read_number(tuple, 2, &node->number) < 0
                   ? -1
                   : hold_mask(query, PyTuple_GET_ITEM(tuple, 1), "mask", &node->mask);
    case SCORED: return read_scores(query, node, tuple);
    case EVERY: return read_number(tuple, 1, &node->number);
    case NOTHING: node->max_hits = 0; return 0;
    default: return read_inner(query, node, tuple, depth);
    }
}

Node *read_node(Query *query, PyObject *tuple, int depth, int scratch)
{
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) == 0) {
        PyErr_Format(PyExc_TypeError, "not a node: %.100s", Py_TYPE(tuple)->tp_name);
        return NULL;
    }
    if (depth >= MAX_DEPTH || ++query->nodes > MAX_NODES) {
        PyErr_Format(PyExc_ValueError, "a tree deeper than %d or of more than %d nodes", MAX_DEPTH, MAX_NODES);
        return NULL;
    }
    Node *node = arena_alloc(query, 1, sizeof *node);
    if (!node)
        return NULL;
    node->scratch = scratch;
    node->part = ANYWHERE;
    return read_opcode(query, node, tuple, depth) < 0 ? NULL : node;
}
