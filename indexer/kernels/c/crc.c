/* CRC-32 as zlib has it, by multiplying without carries where the processor can: some five times faster.
 *
 * The bytes are a polynomial over GF(2), and the CRC is what is left of it modulo P = 0x104C11DB7. Four rows of 16 bytes
 * are folded 64 bytes ahead at a time: x^n is replaced by x^n mod P, which is the constant it is multiplied with (Gopal
 * et al., "Fast CRC Computation Using PCLMULQDQ", 2009; bits are reflected, as zlib's are). Barrett's reduction ends it.
 * The constants are fold_64, fold_16 and fold_8 = x^(512+-32), x^(128+-32) and x^64 mod P.
 */

#include "native.h"

#define LEAST 64 /* bytes that are worth it, and that the folding begins with */

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

typedef __m128i Row;

__attribute__((target("pclmul,sse4.1"))) static inline Row fold(Row row, Row by, Row next)
{
    Row low = _mm_clmulepi64_si128(row, by, 0x00), high = _mm_clmulepi64_si128(row, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

static inline Row row_at(const uint8_t *bytes) { return _mm_loadu_si128((const Row *)(const void *)bytes); }

/* Return the CRC of `size` bytes, a multiple of 16 and at least LEAST, behind what `crc` is of; both inverted. */
__attribute__((target("pclmul,sse4.1"))) static uint32_t folded(uint32_t crc, const uint8_t *bytes, size_t size)
{
    const Row fold_64 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
    const Row fold_16 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
    const Row fold_8 = _mm_set_epi64x(0, 0x0163cd6124);
    const Row barrett = _mm_set_epi64x(0x01f7011641, 0x01db710641);
    const Row low_half = _mm_setr_epi32(-1, 0, -1, 0);
    Row rows[4];
    for (int row = 0; row < 4; row++)
        rows[row] = row_at(bytes + 16 * row);
    rows[0] = _mm_xor_si128(rows[0], _mm_cvtsi32_si128((int)crc));
    for (bytes += 64, size -= 64; size >= 64; bytes += 64, size -= 64)
        for (int row = 0; row < 4; row++)
            rows[row] = fold(rows[row], fold_64, row_at(bytes + 16 * row));
    Row sum = rows[0];
    for (int row = 1; row < 4; row++)
        sum = fold(sum, fold_16, rows[row]);
    for (; size >= 16; bytes += 16, size -= 16)
        sum = fold(sum, fold_16, row_at(bytes));
    /* 16 bytes to 8, and those to 4 */
    sum = _mm_xor_si128(_mm_srli_si128(sum, 8), _mm_clmulepi64_si128(sum, fold_16, 0x10));
    sum = _mm_xor_si128(_mm_srli_si128(sum, 4), _mm_clmulepi64_si128(_mm_and_si128(sum, low_half), fold_8, 0x00));
    Row quotient = _mm_clmulepi64_si128(_mm_and_si128(sum, low_half), barrett, 0x10);
    quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low_half), barrett, 0x00);
    return (uint32_t)_mm_extract_epi32(_mm_xor_si128(sum, quotient), 1);
}

static int can_fold(void) { return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1"); }

#else

static uint32_t folded(uint32_t crc, const uint8_t *bytes, size_t size)
{
    (void)bytes, (void)size;
    return crc;
}

static int can_fold(void) { return 0; }

#endif

/* Return the CRC behind what `crc` is of, and how many bytes of `view` it has: none where the processor cannot. */
PyObject *crc32_of(PyObject *module, PyObject *args)
{
    Py_buffer view;
    unsigned long long before;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*K:crc32", &view, &before))
        return NULL;
    size_t size = can_fold() && view.len >= LEAST ? (size_t)view.len / 16 * 16 : 0;
    uint32_t crc = (uint32_t)before;
    if (size) {
        Py_BEGIN_ALLOW_THREADS
        crc = ~folded(~crc, view.buf, size);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&view);
    return Py_BuildValue("In", crc, (Py_ssize_t)size);
}
