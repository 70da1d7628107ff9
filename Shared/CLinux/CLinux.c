#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int tradewind_pidfd(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int tradewind_pidfd_signal(int descriptor, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0);
}

static cpu_set_t before;
static int is_known;

int tradewind_bind(const int *processors, size_t count) {
    cpu_set_t set;
    if (!is_known && sched_getaffinity(0, sizeof before, &before) != 0) return -1;
    is_known = 1;
    CPU_ZERO(&set);
    for (size_t at = 0; at < count; at++) {
        // The kernel passes over processors that are not there as long as one is; that would be a limit ignored.
        if (processors[at] < 0 || processors[at] >= CPU_SETSIZE || !CPU_ISSET(processors[at], &before)) {
            errno = EINVAL;
            return -1;
        }
        CPU_SET(processors[at], &set);
    }
    return sched_setaffinity(0, sizeof set, &set);
}

int tradewind_unbind(void) { return is_known ? sched_setaffinity(0, sizeof before, &before) : 0; }

int tradewind_limit_memory(pid_t process, uint64_t bytes) {
    struct rlimit limit = {bytes, bytes};
    return prlimit(process, RLIMIT_DATA, &limit, NULL);
}

static int redirect(const char *output) {
    int nothing = open("/dev/null", O_RDONLY);
    int file = open(output, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (nothing < 0 || file < 0) return -1;
    return dup2(nothing, 0) < 0 || dup2(file, 1) < 0 || dup2(file, 2) < 0 ? -1 : 0;
}

/// What the new process does; it comes back only where the program cannot be started.
static void become(const char *path, char *const arguments[], const char *output, pid_t starter) {
    // Whoever started it may have ended before this was said, and nobody would tell.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != starter) return;
    if (setpgid(0, 0) != 0 || redirect(output) != 0) return;
    execv(path, arguments);
}

pid_t tradewind_start_tied(const char *path, char *const arguments[], const char *output) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -1;
    pid_t starter = getpid();
    // A signal that comes before the program does is for the program, and not for what handles it here.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t process = fork();
    int code = errno;
    if (process == 0) {
        const int handled[] = {SIGTERM, SIGINT, SIGHUP};
        for (size_t at = 0; at < sizeof handled / sizeof *handled; at++) {
            struct sigaction action;
            if (sigaction(handled[at], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
                signal(handled[at], SIG_DFL);
        }
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        become(path, arguments, output, starter);
        code = errno;
        if (write(report[1], &code, sizeof code) < 0) _exit(126);
        _exit(127);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    if (process > 0) {
        ssize_t count;
        // Nothing is read where the program was started: the pipe closes with that.
        do count = read(report[0], &code, sizeof code);
        while (count < 0 && errno == EINTR);
        if (count > 0) {
            while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
            process = -1;
        }
    }
    close(report[0]);
    errno = code;
    return process;
}

int tradewind_stack_size(size_t bytes) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    int code = pthread_attr_setstacksize(&attributes, bytes);
    if (code == 0) code = pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
    errno = code;
    return code == 0 ? 0 : -1;
}

int tradewind_event(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int tradewind_watch(void) { return epoll_create1(EPOLL_CLOEXEC); }

int tradewind_watch_add(int watch, int file) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = file};
    return epoll_ctl(watch, EPOLL_CTL_ADD, file, &event);
}

int tradewind_watch_ready(int watch, int *files, int count) {
    struct epoll_event events[64];
    int found = epoll_wait(watch, events, count < 64 ? count : 64, 0);
    for (int at = 0; at < found; at++) files[at] = events[at].data.fd;
    return found < 0 ? 0 : found;
}

int tradewind_thread(void *(*work)(void *), void *argument) {
    // A thread begins with the signals of the one that begins it.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    pthread_t thread;
    int outcome = pthread_create(&thread, &attributes, work, argument);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return outcome;
}
