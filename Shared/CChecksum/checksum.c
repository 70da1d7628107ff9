// CRC-32C by the processor's own instruction where it has one. It is C because Swift has no intrinsic for it;
// a table-driven loop costs about ten times as much for a record of 150 bytes.
#include "checksum.h"

#include <string.h>

static uint32_t by_table(uint32_t crc, const unsigned char *p, size_t n) {
    while (n--) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1u)));
    }
    return crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <wmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t crc, const unsigned char *p, size_t n) {
    uint64_t wide = crc;
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        wide = _mm_crc32_u64(wide, word);
    }
    crc = (uint32_t)wide;
    while (n--) crc = _mm_crc32_u8(crc, *p++);
    return crc;
}

// The instruction takes three cycles and could begin anew in each, so long bytes are read in three lanes beside each
// other. A CRC goes over n bytes of zeros as a product with x^8n; of two reflected numbers the product is off by x, and
// the instruction brings another x^32, so the factors are x^(8n - 33) modulo the polynomial, of one lane and of two.
#define LANE 2048
#define AHEAD (6 * LANE)
#define OVER_ONE_LANE 0xa51b6135u
#define OVER_TWO_LANES 0x82f89c77u

__attribute__((target("sse4.2,pclmul"))) static uint64_t over(uint64_t crc, uint32_t lanes) {
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((int64_t)crc), _mm_cvtsi64_si128(lanes), 0);
    return _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
}

__attribute__((target("sse4.2,pclmul"))) static uint32_t by_lanes(uint32_t crc, const unsigned char *p, size_t n) {
    for (; n >= 3 * LANE; p += 3 * LANE, n -= 3 * LANE) {
        uint64_t first = crc, second = 0, third = 0;
        for (size_t at = 0; at < LANE; at += 64) {
            // Three lanes are more than what the processor fetches ahead by itself: without this it waits half of the time.
            for (int lane = 0; lane < 3; lane++) {
                _mm_prefetch((const char *)p + AHEAD + lane * LANE + at, _MM_HINT_T0);
            }
            for (size_t word = at; word < at + 64; word += 8) {
                uint64_t words[3];
                memcpy(&words[0], p + word, 8);
                memcpy(&words[1], p + LANE + word, 8);
                memcpy(&words[2], p + 2 * LANE + word, 8);
                first = _mm_crc32_u64(first, words[0]);
                second = _mm_crc32_u64(second, words[1]);
                third = _mm_crc32_u64(third, words[2]);
            }
        }
        crc = (uint32_t)(over(first, OVER_TWO_LANES) ^ over(second, OVER_ONE_LANE) ^ third);
    }
    return by_instruction(crc, p, n);
}

uint32_t tradewind_crc32c(uint32_t before, const void *bytes, size_t count) {
    uint32_t crc = ~before;
    if (!__builtin_cpu_supports("sse4.2")) return ~by_table(crc, bytes, count);
    int is_long = count >= 3 * LANE && __builtin_cpu_supports("pclmul");
    return ~(is_long ? by_lanes(crc, bytes, count) : by_instruction(crc, bytes, count));
}
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

uint32_t tradewind_crc32c(uint32_t before, const void *bytes, size_t count) {
    uint32_t crc = ~before;
    const unsigned char *p = bytes;
    for (; count >= 8; p += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        crc = __crc32cd(crc, word);
    }
    while (count--) crc = __crc32cb(crc, *p++);
    return ~crc;
}
#else
uint32_t tradewind_crc32c(uint32_t before, const void *bytes, size_t count) {
    return ~by_table(~before, bytes, count);
}
#endif
