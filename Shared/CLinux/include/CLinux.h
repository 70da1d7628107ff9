#ifndef TRADEWIND_LINUX_H
#define TRADEWIND_LINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Calls of Linux that have no place in Glibc's module. Each gives -1 and sets errno where it fails.

/// A descriptor that stands for one process, even if its number is used again; readable when the process has ended.
int tradewind_pidfd(pid_t process);

/// Sends a signal to the process that a descriptor stands for.
int tradewind_pidfd_signal(int descriptor, int signal);

/// Binds the calling thread, and what it starts, to some processors.
int tradewind_bind(const int *processors, size_t count);

/// Lets the calling thread run everywhere that it could at the start of the process.
int tradewind_unbind(void);

/// Bounds the private memory of a process that has just been started.
int tradewind_limit_memory(pid_t process, uint64_t bytes);

/// Starts a program that is killed when the thread that started it ends, in whatever way: a process group of its own,
/// nothing to read, and what it writes added to a file. Gives its number.
pid_t tradewind_start_tied(const char *path, char *const arguments[], const char *output);

/// How much room threads that are begun from now on have for their stacks, where they do not say it themselves.
int tradewind_stack_size(size_t bytes);

/// Begins a thread that nobody joins, and that takes no signals; 0 where it began.
int tradewind_thread(void *(*work)(void *), void *argument);

/// A file that becomes readable when eight bytes are written to it.
int tradewind_event(void);

/// A file that is readable while any of the files added to it is. A file leaves it when it is closed.
int tradewind_watch(void);
int tradewind_watch_add(int watch, int file);

/// Which of the files are readable now; gives how many.
int tradewind_watch_ready(int watch, int *files, int count);

#endif
