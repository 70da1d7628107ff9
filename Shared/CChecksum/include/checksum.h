#ifndef TRADEWIND_CHECKSUM_H
#define TRADEWIND_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// The CRC-32C (Castagnoli) of some bytes, going on from the CRC of what came before them (0 at first).
uint32_t tradewind_crc32c(uint32_t before, const void *bytes, size_t count);

/// The BLAKE2b hash of some bytes under a key.
void tradewind_blake2b(uint8_t hash[32], const void *bytes, size_t count, const uint8_t key[32]);

/// A BLAKE2b hash of some bytes under a key, by four of them at once: block n of 128 bytes goes to hash n mod 4 (the
/// last four are filled up with zeros), and the result is the hash of these four hashes and the count, 8 bytes, all
/// under the same key.
void tradewind_blake2b_lanes(uint8_t hash[32], const void *bytes, size_t count, const uint8_t key[32]);

#endif
