// SPDX-License-Identifier: Apache-2.0
// What mpm_event calls instead of the system in the build for tests of faults; the points of the
// plan are the strings below. CMakeLists.txt lists the functions.
#include <cstddef>
#include <new>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/faults/fails.hpp"

extern "C" {

int __real_accept4(int, sockaddr*, socklen_t*, int);
int __wrap_accept4(int listener, sockaddr* address, socklen_t* size, int flags) {
  return fails("accept") ? -1 : __real_accept4(listener, address, size, flags);
}

ssize_t __real_recv(int, void*, std::size_t, int);
ssize_t __wrap_recv(int socket, void* into, std::size_t size, int flags) {
  return fails("recv") ? -1 : __real_recv(socket, into, size, flags);
}

ssize_t __real_sendmsg(int, const msghdr*, int);
ssize_t __wrap_sendmsg(int socket, const msghdr* message, int flags) {
  return fails("send") ? -1 : __real_sendmsg(socket, message, flags);
}

ssize_t __real_sendfile(int, int, off_t*, std::size_t);
ssize_t __wrap_sendfile(int socket, int file, off_t* offset, std::size_t size) {
  return fails("sendfile") ? -1 : __real_sendfile(socket, file, offset, size);
}

ssize_t __real_pread(int, void*, std::size_t, off_t);
ssize_t __wrap_pread(int file, void* into, std::size_t size, off_t offset) {
  return fails("read") ? -1 : __real_pread(file, into, size, offset);
}

int __real_epoll_wait(int, epoll_event*, int, int);
int __wrap_epoll_wait(int epoll, epoll_event* events, int count, int milliseconds) {
  return fails("wait") ? -1 : __real_epoll_wait(epoll, events, count, milliseconds);
}

int __real_epoll_ctl(int, int, int, epoll_event*);
int __wrap_epoll_ctl(int epoll, int action, int fd, epoll_event* event) {
  // Removing cannot fail for want of anything, and what is not a connection is there from the
  // start.
  const bool may_fail = action != EPOLL_CTL_DEL && event->data.ptr != nullptr;
  return may_fail && fails("watch") ? -1 : __real_epoll_ctl(epoll, action, fd, event);
}

int __real_eventfd_write(int, eventfd_t);
int __wrap_eventfd_write(int fd, eventfd_t value) {
  return fails("post") ? -1 : __real_eventfd_write(fd, value);
}

void* __real__ZnamRKSt9nothrow_t(std::size_t, const std::nothrow_t&);
void* __wrap__ZnamRKSt9nothrow_t(std::size_t size, const std::nothrow_t& tag) {
  return fails("buffer") ? nullptr : __real__ZnamRKSt9nothrow_t(size, tag);
}

}  // extern "C"
