// The rival of `tap --stats` over a transcript: reads and decompresses its segments, checks each record's CRC-32C, and
// unpacks each envelope with protobuf-c.
//
//     decode FOLDER
//
// Nothing is counted but the messages, and the running hash is left alone. One JSON line: milliseconds of the whole,
// and how many messages there were.
#include "envelope.pb-c.h"
#include <dirent.h>
#include <fcntl.h>
#include <nmmintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

enum { SEGMENT_HEADER = 512, RECORD_HEADER = 24, CHECKPOINT = 3 };

static unsigned long long messages, numbers;

static void fail(const char *name, const char *what) {
    fprintf(stderr, "decode: %s: %s\n", name, what);
    exit(1);
}

static double now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static uint32_t word32(const uint8_t *p) {
    uint32_t value;
    memcpy(&value, p, 4);
    return value;
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

static void decode(const char *name, const uint8_t *bytes, size_t size) {
    size_t at = SEGMENT_HEADER;
    while (at + RECORD_HEADER <= size) {
        uint32_t commit = word32(bytes + at);
        if (commit == 0) return;
        size_t length = commit & 0xFFFFFF;
        if (commit >> 24 != 0xA5 || at + RECORD_HEADER + length > size) fail(name, "a length that is none");
        if (crc32c(bytes + at + 8, RECORD_HEADER - 8 + length) != word32(bytes + at + 4)) fail(name, "a checksum");
        if (bytes[at + 8] != CHECKPOINT) {
            Tradewind__Envelope *envelope =
                tradewind__envelope__unpack(NULL, length, bytes + at + RECORD_HEADER);
            if (!envelope) fail(name, "an envelope that cannot be unpacked");
            numbers += envelope->number;
            messages++;
            tradewind__envelope__free_unpacked(envelope, NULL);
        }
        at += RECORD_HEADER + ((length + 7) & ~(size_t)7);
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
        decode(name, room, size);
        free(room);
    } else {
        decode(name, bytes, status.st_size);
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
    if (count != 2) return 2;
    struct dirent **names;
    int found = scandir(arguments[1], &names, is_segment, by_name);
    if (found <= 0) fail(arguments[1], "holds no segment");
    for (int index = 0; index < found; index++) read_segment(arguments[1], names[index]->d_name);
    printf("{\"ms\":%.2f,\"messages\":%llu,\"numbers\":%llu}\n", now_ms() - start, messages, numbers);
    return 0;
}
