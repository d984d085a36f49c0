// SPDX-License-Identifier: Apache-2.0
#include "event/command_server.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace tenon::mpm {
namespace {

constexpr int kRequestMs = 2'000;  // a client that says nothing
constexpr int kBacklog = 16;
// The last reply of a server that ends is given moments before.
constexpr int kLastReplyMs = 1'000;

// One reply on its way from the control thread to the thread that writes it. Both hold it, for the
// control thread may end first.
struct Pending {
  Flag given;
  Outcome outcome;
};

sockaddr_un address_of(int folder, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(folder) + "/" + name;
  std::memcpy(address.sun_path, path.c_str(), std::min(path.size(), sizeof address.sun_path - 1));
  return address;
}

UniqueFd new_socket() {
  return UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

std::string read_line(int client) {
  std::string line;
  while (line.size() < kRequestBytesMax && !line.ends_with('\n')) {
    std::array<char, kRequestBytesMax> bytes;
    const std::array fds = {client};
    if (wait_any(fds, kRequestMs) != 0) return {};
    const std::size_t room = kRequestBytesMax - line.size();
    const std::size_t n = read_pipe(client, std::span(bytes).first(room));
    if (n == 0) return {};
    line.append(bytes.data(), n);
  }
  return line;
}

}  // namespace

Result<CommandAddress> CommandAddress::open(
    std::string_view data_root, std::string_view instance, bool make
) {
  const std::string folder = std::string(data_root) + "/run";
  constexpr mode_t kFolderMode = 0755;
  if (make && ::mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST) {
    return fail(last_error("making the folder " + folder));
  }
  CommandAddress address;
  address.folder_.reset(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!address.folder_) return fail(last_error("opening the folder " + folder));
  address.name_ = std::string(instance) + ".sock";
  return address;
}

Result<UniqueFd> CommandAddress::listen() const {
  const sockaddr_un address = address_of(folder_.get(), name_);
  UniqueFd socket = new_socket();
  ::unlinkat(folder_.get(), name_.c_str(), 0);  // of a server that was killed
  const mode_t before = ::umask(0177);
  const bool bound =
      socket &&
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::umask(before);
  if (!bound || ::listen(socket.get(), kBacklog) != 0) {
    return fail(last_error("listening for commands on run/" + name_));
  }
  return socket;
}

Result<UniqueFd, int> CommandAddress::connect() const {
  const sockaddr_un address = address_of(folder_.get(), name_);
  UniqueFd socket = new_socket();
  if (!socket ||
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail(errno);
  }
  return socket;
}

CommandServer::CommandServer(CommandAddress address, Inbox& inbox)
    : address_(std::move(address)),
      inbox_(inbox) {}

CommandServer::~CommandServer() {
  stop_.set();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  if (listener_) ::unlinkat(address_.folder(), address_.name().c_str(), 0);
}

Result<Done> CommandServer::start() {
  Result<Done> locked = take_lock();
  if (!locked) return locked;
  Result<UniqueFd> listener = address_.listen();
  if (!listener) return fail(listener.error());
  listener_ = std::move(*listener);
  ::fcntl(listener_.get(), F_SETFL, O_NONBLOCK);
  for (std::thread& thread : threads_)
    thread = start_thread("tenon commands", [this] { run(); });
  return Done{};
}

// The lock goes with the process, however it ends; the socket's file would stay.
Result<Done> CommandServer::take_lock() {
  const std::string name = address_.name() + ".lock";
  lock_.reset(::openat(address_.folder(), name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_) return fail(last_error("opening run/" + name));
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) {
    const std::string pid = std::to_string(::getpid());
    if (::ftruncate(lock_.get(), 0) == 0) write_pipe(lock_.get(), pid);
    return Done{};
  }
  std::array<char, 16> pid{};
  const std::size_t n = read_pipe(lock_.get(), pid);
  return fail(Error{
      {},
      "a server runs with this configuration already (process " + std::string(pid.data(), n) +
          "); `tenon stop` stops it, `tenon reload` lets it take up a changed configuration"});
}

void CommandServer::run() {
  const std::array fds = {listener_.get(), stop_.fd()};
  while (wait_any(fds, -1) == 0) {
    const UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client) serve(client);
  }
}

void CommandServer::serve(const UniqueFd& client) {
  const std::string line = read_line(client.get());
  const std::optional<Request> request = decode_request(line);
  if (!request) {
    constexpr std::string_view kUnknown = "this server has no such command";
    if (!line.empty()) write_pipe(client.get(), encode_reply({kConfig, std::string(kUnknown)}));
    return;
  }
  const auto pending = std::make_shared<Pending>();
  inbox_.put(*request, [pending](const Outcome& outcome) {
    pending->outcome = outcome;
    pending->given.set();
  });
  const std::array both = {pending->given.fd(), stop_.fd()};
  wait_any(both, -1);
  const std::array given = {pending->given.fd()};
  if (wait_any(given, kLastReplyMs) != 0) return;
  write_pipe(client.get(), encode_reply(pending->outcome));
}

}  // namespace tenon::mpm
