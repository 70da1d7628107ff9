/* Stands beside a mesh and looks at the clock: when an instant's first bar is published, and when the message that it
   waits for is. `watch MARKET TRADING PREFIX COUNT` prints the microseconds between them, one line an instant. Steps
   close every instant in turn; of another message the first of the latest instant counts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

enum { KEPT = 1 << 16 };

/* Takes what waits at a socket; tells for each message whether its topic begins with the prefix. */
static int next(void *socket, const char *prefix, int *begins)
{
    static char buffer[1 << 16];
    int parts = 0, more = 1;
    size_t size = sizeof more;
    while (more) {
        int count = zmq_recv(socket, buffer, sizeof buffer, ZMQ_DONTWAIT);
        if (count < 0) return 0;
        if (parts++ == 0) *begins = count >= (int)strlen(prefix) && memcmp(buffer, prefix, strlen(prefix)) == 0;
        zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size);
    }
    return 1;
}

static void *connected(void *context, const char *address, const char *prefix, const char *other)
{
    int all = 0;
    void *socket = zmq_socket(context, ZMQ_SUB);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &all, sizeof all);
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, prefix, strlen(prefix));
    if (other) zmq_setsockopt(socket, ZMQ_SUBSCRIBE, other, strlen(other));
    if (zmq_connect(socket, address) != 0) exit(2);
    return socket;
}

int main(int count, char **words)
{
    static double begun[KEPT];
    if (count != 5) return 2;
    const char *prefix = words[3];
    int wanted = atoi(words[4]), seen = 0, closed = 1, begins = 0;
    int inTurn = strncmp(prefix, "trading/step", 12) == 0;
    unsigned first = 0, last = 0;
    void *context = zmq_ctx_new();
    void *market = connected(context, words[1], "market/bar/", "market/step/");
    void *trading = connected(context, words[2], prefix, NULL);
    zmq_pollitem_t items[] = {{market, 0, ZMQ_POLLIN, 0}, {trading, 0, ZMQ_POLLIN, 0}};
    while (seen < wanted && zmq_poll(items, 2, 10000) > 0) {
        double at = now();
        while (next(market, "market/step/", &begins)) {
            if (closed) begun[last++ % KEPT] = at;
            closed = begins;
        }
        while (next(trading, prefix, &begins)) {
            if (first == last || !begins) continue;
            printf("%.1f\n", at - begun[(inTurn ? first : last - 1) % KEPT]);
            fflush(stdout);
            first = inTurn ? first + 1 : last;
            seen++;
        }
    }
    return seen == 0;
}
