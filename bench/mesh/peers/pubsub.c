// The mesh's rival: the same pattern on bare libzmq. Two processes, PUB and SUB, two frames a message, a topic and a
// payload of the size of our envelope; nothing is encoded, numbered or kept.
//
//     pubsub publisher DATA ACKS count|latency MESSAGES WARM-UP
//     pubsub subscriber DATA ACKS count|latency MESSAGES WARM-UP
//
// Flow control is that of bench-mesh: an acknowledgement every ACK_EVERY messages, at most WINDOW on their way, sent
// in bursts of BURST. One JSON line at the end, by the side that measures.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { TOPICS = 16, ACK_EVERY = 1024, WINDOW = 16384, BURST = 256, PAYLOAD = 133, HIGH_WATER = 100000 };

static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static void fail(const char *what) {
    fprintf(stderr, "pubsub: %s: %s\n", what, zmq_strerror(zmq_errno()));
    exit(1);
}

static void *socket_of(void *context, int type) {
    void *socket = zmq_socket(context, type);
    int high_water = HIGH_WATER, linger = 500;
    zmq_setsockopt(socket, ZMQ_SNDHWM, &high_water, sizeof high_water);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &high_water, sizeof high_water);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    return socket;
}

// What a payload says here: its place in the row, and when it was sent.
struct content {
    uint64_t number;
    int64_t sent_at;
};

static char topics[TOPICS][32];
static int64_t latencies[1 << 20];

static int ascending(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void report_latency(uint64_t count) {
    qsort(latencies, count, sizeof latencies[0], ascending);
    printf("{\"p50_us\":%.2f,\"p99_us\":%.2f,\"messages\":%llu}\n", latencies[count / 2] / 1e3,
           latencies[count - 1 - count / 100] / 1e3, (unsigned long long)count);
}

static void publish(void *data, uint64_t number) {
    uint8_t payload[PAYLOAD] = {0};
    struct content content = {number, now_ns()};
    memcpy(payload, &content, sizeof content);
    const char *topic = topics[number % TOPICS];
    if (zmq_send(data, topic, strlen(topic), ZMQ_SNDMORE) < 0) fail("send");
    if (zmq_send(data, payload, sizeof payload, 0) < 0) fail("send");
}

// Takes the acknowledgements that have come; waits for one if told to.
static uint64_t acknowledged(void *acks, uint64_t before, int wait_ms) {
    zmq_pollitem_t item = {acks, 0, ZMQ_POLLIN, 0};
    if (wait_ms && zmq_poll(&item, 1, wait_ms) < 0) fail("poll");
    uint64_t number;
    while (zmq_recv(acks, &number, sizeof number, ZMQ_DONTWAIT) == sizeof number) before = number;
    return before;
}

static void run_publisher(void *data, void *acks, int for_latency, uint64_t messages, uint64_t warm_up) {
    // Until a first answer tells that the subscriber is there.
    for (uint64_t answer = UINT64_MAX; answer == UINT64_MAX;) {
        zmq_send(data, "probe", 5, ZMQ_SNDMORE);
        zmq_send(data, "", 0, 0);
        answer = acknowledged(acks, answer, 10);
    }
    uint64_t sent = 0, taken = 0, last = warm_up + messages;
    int64_t started = 0;
    int64_t next = now_ns();
    while (taken < last) {
        if (!started && taken >= warm_up) started = now_ns();
        uint64_t until = started ? last : warm_up;
        if (for_latency && started) {
            if (sent < last && now_ns() >= next) {
                publish(data, ++sent);
                next = now_ns() + 1000000;
            }
            taken = acknowledged(acks, taken, 1);
            continue;
        }
        for (int burst = 0; burst < BURST && sent < until && sent - taken < WINDOW; burst++) publish(data, ++sent);
        int must_wait = sent == until || sent - taken >= WINDOW;
        taken = acknowledged(acks, taken, must_wait ? 1000 : 0);
    }
    double seconds = (now_ns() - started) / 1e9;
    if (!for_latency) printf("{\"per_second\":%.0f,\"messages\":%llu}\n", messages / seconds, (unsigned long long)messages);
}

static void run_subscriber(void *data, void *acks, int for_latency, uint64_t messages, uint64_t warm_up) {
    zmq_msg_t topic, payload;
    zmq_msg_init(&topic);
    zmq_msg_init(&payload);
    uint64_t taken = 0, last = warm_up + messages;
    while (taken < last) {
        if (zmq_msg_recv(&topic, data, 0) < 0 || zmq_msg_recv(&payload, data, 0) < 0) fail("receive");
        if (zmq_msg_size(&payload) != PAYLOAD) {
            zmq_send(acks, &taken, sizeof taken, 0);
            continue;
        }
        struct content content;
        memcpy(&content, zmq_msg_data(&payload), sizeof content);
        if (content.number != ++taken) {
            fprintf(stderr, "pubsub: %llu came after %llu\n", (unsigned long long)content.number,
                    (unsigned long long)(taken - 1));
            exit(1);
        }
        if (for_latency && taken > warm_up) latencies[taken - warm_up - 1] = now_ns() - content.sent_at;
        if (taken % ACK_EVERY == 0 || taken == warm_up || taken == last) zmq_send(acks, &taken, sizeof taken, 0);
    }
    if (for_latency) report_latency(messages);
}

int main(int count, char **arguments) {
    if (count != 7) return 2;
    int is_publisher = !strcmp(arguments[1], "publisher");
    int for_latency = !strcmp(arguments[4], "latency");
    uint64_t messages = strtoull(arguments[5], NULL, 10), warm_up = strtoull(arguments[6], NULL, 10);
    for (int index = 0; index < TOPICS; index++) snprintf(topics[index], 32, "market/bar/1m/S%03d", index);
    void *context = zmq_ctx_new();
    void *data = socket_of(context, is_publisher ? ZMQ_PUB : ZMQ_SUB);
    void *acks = socket_of(context, is_publisher ? ZMQ_SUB : ZMQ_PUB);
    if (is_publisher) {
        if (zmq_bind(data, arguments[2]) || zmq_bind(acks, arguments[3])) fail("bind");
        zmq_setsockopt(acks, ZMQ_SUBSCRIBE, "", 0);
        run_publisher(data, acks, for_latency, messages, warm_up);
    } else {
        if (zmq_connect(data, arguments[2]) || zmq_connect(acks, arguments[3])) fail("connect");
        zmq_setsockopt(data, ZMQ_SUBSCRIBE, "", 0);
        run_subscriber(data, acks, for_latency, messages, warm_up);
    }
    zmq_close(data);
    zmq_close(acks);
    zmq_ctx_term(context);
    return 0;
}
