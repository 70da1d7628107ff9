// Recovery's rival: reads, decompresses and checks the segments of a transcript, and does nothing with what they say.
//
//     recover FOLDER
//
// Every record's CRC-32C and sequence, and the BLAKE2b chain at every checkpoint and from segment to segment. One
// JSON line: milliseconds of the whole, and how many records there were.
#include <dirent.h>
#include <fcntl.h>
#include <nmmintrin.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

enum { SEGMENT_HEADER = 512, RECORD_HEADER = 24, HASH = 32, BLOCK = 128, LANES = 4, SEQUENCE_AT = 32, HASH_AT = 304 };

static double now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void fail(const char *name, const char *what) {
    fprintf(stderr, "recover: %s: %s\n", name, what);
    exit(1);
}

__attribute__((target("sse4.2"))) static uint32_t crc32c(const uint8_t *p, size_t n) {
    uint64_t crc = 0xFFFFFFFF, word;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&word, p, 8);
        crc = _mm_crc32_u64(crc, word);
    }
    while (n--) crc = _mm_crc32_u8((uint32_t)crc, *p++);
    return ~(uint32_t)crc;
}

static uint64_t word64(const uint8_t *p) {
    uint64_t value;
    memcpy(&value, p, 8);
    return value;
}

static uint32_t word32(const uint8_t *p) {
    uint32_t value;
    memcpy(&value, p, 4);
    return value;
}

static uint8_t chain[HASH];
static uint64_t sequence, records;

// Four hashes, each of every fourth block, filled up with zeros to whole rows; and a hash of these and the count.
static void absorb(const uint8_t *from, size_t count) {
    static const uint8_t zeros[BLOCK];
    crypto_generichash_state lanes[LANES];
    uint8_t root[LANES * HASH + 8];
    for (int lane = 0; lane < LANES; lane++) crypto_generichash_init(&lanes[lane], chain, HASH, HASH);
    size_t blocks = (count + LANES * BLOCK - 1) / (LANES * BLOCK) * LANES;
    for (size_t block = 0; block < blocks; block++) {
        size_t at = block * BLOCK, there = at >= count ? 0 : count - at < BLOCK ? count - at : BLOCK;
        crypto_generichash_update(&lanes[block % LANES], from + at, there);
        crypto_generichash_update(&lanes[block % LANES], zeros, BLOCK - there);
    }
    for (int lane = 0; lane < LANES; lane++) crypto_generichash_final(&lanes[lane], root + lane * HASH, HASH);
    memcpy(root + LANES * HASH, &(uint64_t){count}, 8);
    uint8_t next[HASH];
    crypto_generichash(next, HASH, root, sizeof root, chain, HASH);
    memcpy(chain, next, HASH);
}

static void check(const char *name, const uint8_t *bytes, size_t size) {
    if (size < SEGMENT_HEADER || memcmp(bytes, "TWTRANS1", 8)) {
        if (size && bytes[0] == 0) return;  // allocated ahead, and blank
        fail(name, "no segment");
    }
    if (memcmp(bytes + HASH_AT, chain, HASH) || word64(bytes + SEQUENCE_AT) != sequence) fail(name, "does not continue");
    size_t at = SEGMENT_HEADER, hashed = SEGMENT_HEADER;
    while (at + RECORD_HEADER <= size) {
        uint32_t commit = word32(bytes + at);
        if (commit == 0) return;
        size_t length = commit & 0xFFFFFF;
        if (commit >> 24 != 0xA5 || at + RECORD_HEADER + length > size) fail(name, "a length that is none");
        if (crc32c(bytes + at + 8, RECORD_HEADER - 8 + length) != word32(bytes + at + 4)) fail(name, "a checksum");
        if (word32(bytes + at + 12) != (uint32_t)sequence) fail(name, "a sequence");
        const uint8_t *payload = bytes + at + RECORD_HEADER;
        if (bytes[at + 8] == 3) {
            absorb(bytes + hashed, at - hashed);
            hashed = at;
            if (memcmp(payload, chain, HASH)) fail(name, "the running hash");
        } else {
            records++;
        }
        int ends_batch = bytes[at + 9] & 1, ends_segment = bytes[at + 8] == 3 && payload[HASH + 8] != 0;
        at += RECORD_HEADER + ((length + 7) & ~(size_t)7);
        if (ends_batch) sequence++;
        if (ends_segment) return;
    }
}

static void read_segment(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) < 0) fail(name, "cannot be opened");
    uint8_t *bytes = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) fail(name, "cannot be mapped");
    close(file);
    if (strstr(name, ".zst")) {
        size_t size = ZSTD_getFrameContentSize(bytes, status.st_size);
        uint8_t *room = malloc(size);
        if (!room || ZSTD_decompress(room, size, bytes, status.st_size) != size) fail(name, "cannot be decompressed");
        check(name, room, size);
        free(room);
    } else {
        check(name, bytes, status.st_size);
    }
    munmap(bytes, status.st_size);
}

static int by_name(const struct dirent **left, const struct dirent **right) {
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int is_segment(const struct dirent *entry) {
    return entry->d_name[0] != '.' && strstr(entry->d_name, ".segment") != NULL;
}

int main(int count, char **arguments) {
    double start = now_ms();
    // Not initialised on purpose: libsodium would choose its AVX2 code, which is slower on recent processors.
    if (count != 2) return 2;
    struct dirent **names;
    int found = scandir(arguments[1], &names, is_segment, by_name);
    if (found <= 0) fail(arguments[1], "holds no segment");
    for (int index = 0; index < found; index++) read_segment(arguments[1], names[index]->d_name);
    printf("{\"ms\":%.2f,\"records\":%llu}\n", now_ms() - start, (unsigned long long)records);
    return 0;
}
