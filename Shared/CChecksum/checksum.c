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

uint32_t tradewind_crc32c(uint32_t before, const void *bytes, size_t count) {
    uint32_t crc = ~before;
    return ~(__builtin_cpu_supports("sse4.2") ? by_instruction(crc, bytes, count) : by_table(crc, bytes, count));
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
