/* Products of one vector of signed bytes with each row of a matrix of them. */

#include "native.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__)
#if __GNUC__ >= 12
#define FOR_NEWER_CPUS __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define FOR_NEWER_CPUS __attribute__((target_clones("avx2", "default")))
#endif
#else
#define FOR_NEWER_CPUS
#endif

FOR_NEWER_CPUS static void multiply(const int8_t *restrict rows, const int8_t *restrict vector, size_t count,
                                    size_t width, int32_t *restrict products)
{
    for (size_t row = 0; row < count; row++, rows += width) {
        int32_t sum = 0;
        for (size_t at = 0; at < width; at++)
            sum += (int16_t)rows[at] * (int16_t)vector[at];
        products[row] = sum;
    }
}

PyObject *dot_products(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    (void)module;
    if (count != 2)
        return PyErr_Format(PyExc_TypeError, "dot_products(rows, vector)");
    Py_buffer rows, vector;
    PyObject *products = NULL;
    if (get_array(args[0], "rows", "b", &rows) < 0)
        return NULL;
    if (get_array(args[1], "vector", "b", &vector) < 0) {
        PyBuffer_Release(&rows);
        return NULL;
    }
    size_t width = items_of(&vector), items = items_of(&rows);
    if (!width || width > INT32_MAX / (128 * 128) || items % width)
        PyErr_Format(PyExc_ValueError, "rows of %zu numbers, a vector of %zu", items, width);
    else
        products = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(items / width * sizeof(int32_t)));
    if (products) {
        int32_t *sums = (int32_t *)(void *)PyBytes_AS_STRING(products);
        Py_BEGIN_ALLOW_THREADS
        multiply(rows.buf, vector.buf, items / width, width, sums);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&rows);
    PyBuffer_Release(&vector);
    return products;
}
