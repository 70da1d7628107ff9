/* A message through as many bare ZeroMQ hops as a decision takes, with one fdatasync before the last: what the mesh is held
   against. `chain FOLDER HOPS COUNT PAUSE_US` starts a process for each hop and prints the microseconds of each message. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { SIZE = 200 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static void *bound(void *context, const char *folder, int number)
{
    char address[200];
    void *socket = zmq_socket(context, ZMQ_PUB);
    snprintf(address, sizeof address, "ipc://%s/%d", folder, number);
    if (zmq_bind(socket, address) != 0) exit(2);
    return socket;
}

static void *connected(void *context, const char *folder, int number)
{
    char address[200];
    void *socket = zmq_socket(context, ZMQ_SUB);
    snprintf(address, sizeof address, "ipc://%s/%d", folder, number);
    if (zmq_connect(socket, address) != 0 || zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0) != 0) exit(2);
    return socket;
}

/* Takes from the process before it and hands on; the last but one makes what it hands on durable first. */
static void pass(const char *folder, int number, int durable)
{
    char buffer[SIZE], path[200];
    void *context = zmq_ctx_new();
    void *out = bound(context, folder, number), *in = connected(context, folder, number - 1);
    int file = -1;
    if (durable) {
        snprintf(path, sizeof path, "%s/intent", folder);
        file = open(path, O_RDWR | O_CREAT, 0600);
        if (file < 0 || posix_fallocate(file, 0, 8 << 20) != 0) exit(2);
    }
    for (;;) {
        int count = zmq_recv(in, buffer, sizeof buffer, 0);
        if (count < 0) exit(2);
        if (durable && (write(file, buffer, count) != count || fdatasync(file) != 0)) exit(2);
        zmq_send(out, buffer, count, 0);
    }
}

int main(int count, char **words)
{
    if (count != 5) return 2;
    const char *folder = words[1];
    int hops = atoi(words[2]), messages = atoi(words[3]), pause = atoi(words[4]);
    pid_t children[64];
    for (int number = 1; number < hops; number++) {
        children[number] = fork();
        if (children[number] == 0) pass(folder, number, number == hops - 1);
    }
    char buffer[SIZE] = {0};
    void *context = zmq_ctx_new();
    void *out = bound(context, folder, 0), *in = connected(context, folder, hops - 1);
    int patience = 20;
    zmq_setsockopt(in, ZMQ_RCVTIMEO, &patience, sizeof patience);
    /* Until a message comes through, somebody is not there yet. */
    int tries = 0;
    do {
        zmq_send(out, buffer, SIZE, 0);
        if (++tries > 500) return 2;
    } while (zmq_recv(in, buffer, SIZE, 0) < 0);
    while (zmq_recv(in, buffer, SIZE, 0) >= 0) {}
    patience = 2000;
    zmq_setsockopt(in, ZMQ_RCVTIMEO, &patience, sizeof patience);
    for (int number = 0; number < messages; number++) {
        usleep(pause);
        double begin = now();
        zmq_send(out, buffer, SIZE, 0);
        if (zmq_recv(in, buffer, SIZE, 0) < 0) return 2;
        printf("%.1f\n", now() - begin);
    }
    for (int number = 1; number < hops; number++) {
        kill(children[number], SIGKILL);
        waitpid(children[number], NULL, 0);
    }
    return 0;
}
