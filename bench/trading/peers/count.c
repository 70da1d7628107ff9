/* Takes the quotes of a feed and looks at their numbers, which have no holes: whatever lacks one was lost on the way.
   `count MARKET COUNT` prints how many are missing between the first quote of each topic and the last, and the seconds
   from the first to the last. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { TOPICS = 4096, NAME = 64, BUNDLE = 0x7A };

struct topic {
    char name[NAME];
    size_t size;
    uint64_t last;
};

static struct topic topics[TOPICS];
static uint64_t seen, lost;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static uint64_t varint(const unsigned char **at, const unsigned char *end)
{
    uint64_t value = 0;
    for (int shift = 0; *at < end; shift += 7) {
        unsigned char byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    fprintf(stderr, "a number is cut off\n");
    exit(2);
}

static struct topic *find(const unsigned char *name, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t at = 0; at < size; at++) hash = (hash ^ name[at]) * 16777619u;
    for (uint32_t place = hash;; place++) {
        struct topic *topic = &topics[place % TOPICS];
        if (topic->size == 0) {
            memcpy(topic->name, name, size);
            topic->size = size;
            return topic;
        }
        if (topic->size == size && memcmp(topic->name, name, size) == 0) return topic;
    }
}

/* An envelope begins with its topic and its number. */
static void take(const unsigned char *at, const unsigned char *end)
{
    if (at == end || *at++ != 0x0A) exit(2);
    size_t size = varint(&at, end);
    if (size == 0 || size > NAME || size > (size_t)(end - at)) exit(2);
    struct topic *topic = find(at, size);
    at += size;
    if (at == end || *at++ != 0x10) exit(2);
    uint64_t number = varint(&at, end);
    if (topic->last > 0) {
        if (number <= topic->last) exit(2);
        lost += number - topic->last - 1;
    }
    topic->last = number;
    seen++;
}

int main(int count, char **words)
{
    if (count != 3) return 2;
    uint64_t wanted = strtoull(words[2], NULL, 10);
    int all = 0, patience = 60000;
    double begun = 0;
    void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_SUB);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &all, sizeof all);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "market/quote/", 13);
    if (zmq_connect(socket, words[1]) != 0) return 2;
    while (seen < wanted) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, 0) < 0) return 3;
        if (zmq_msg_more(&frame)) {
            zmq_msg_close(&frame);
            continue;
        }
        const unsigned char *at = zmq_msg_data(&frame), *end = at + zmq_msg_size(&frame);
        if (begun == 0) begun = now();
        if (at < end && *at == BUNDLE) {
            while (at < end) {
                at++;
                size_t size = varint(&at, end);
                if (size > (size_t)(end - at)) return 2;
                take(at, at + size);
                at += size;
            }
        } else {
            take(at, end);
        }
        zmq_msg_close(&frame);
    }
    printf("%llu %.3f\n", (unsigned long long)lost, now() - begun);
    return 0;
}
