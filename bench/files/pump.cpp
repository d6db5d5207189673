// The ends of file transfers for bench/files/run: a plain OpenSSL sender and receiver, which do nothing but
// that and so are the measure, and the clients that push files to the server and pull them from it. Blocking
// sockets, a thread for each connection.
//
//     pump receive CERTIFICATE FILE       one connection: to a file with SHA-1 ("-": thrown away), prints its
//     port, bytes, CPU seconds pump send CERTIFICATE FILE          one connection: the file, prints its port,
//     bytes, CPU seconds pump source PORT BYTES              the other end of `receive` pump sink PORT the
//     other end of `send` pump push PORT FILE LOCAL REMOTE    the MSRP side of a push; LOCAL and REMOTE are
//     paths pump pull PORT (LOCAL REMOTE)…      the MSRP side of pulls, all at once; prints the bytes of all
//
// Only bytes and answers are right here: a peer that says anything else than it should ends the run.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr size_t block_bytes = 65'536;
constexpr size_t record_bytes = 16'384;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "pump: %s\n", why.c_str());
  std::exit(1);
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

struct release {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* session) const { SSL_free(session); }
  void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
};

/// One TLS connection over a blocking socket.
class connection {
 public:
  static connection accept(const std::string& certificate) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 1) != 0)
      fail("no listener");
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    const int fd = ::accept(listener, nullptr, nullptr);
    connection made(fd, TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(made.context_.get(), certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(made.context_.get(), certificate.c_str(), SSL_FILETYPE_PEM) != 1)
      fail("no certificate in " + certificate);
    made.begin();
    if (SSL_accept(made.session_.get()) != 1) fail("no TLS");
    return made;
  }

  static connection connect(uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) fail("no connection");
    connection made(fd, TLS_client_method());
    made.begin();
    if (SSL_connect(made.session_.get()) != 1) fail("no TLS");
    return made;
  }

  /// 0: the end.
  size_t read(char* into, size_t count) {
    const int got = SSL_read(session_.get(), into, static_cast<int>(count));
    return got > 0 ? static_cast<size_t>(got) : 0;
  }
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const int sent =
          SSL_write(session_.get(), bytes.data(), static_cast<int>(std::min(bytes.size(), block_bytes)));
      if (sent <= 0) fail("the peer takes no more");
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  /// Says so, and waits for the peer to close: what it has not read would be lost with a reset.
  void end() {
    SSL_shutdown(session_.get());
    ::shutdown(fd_, SHUT_WR);
    std::array<char, 256> rest{};
    while (::read(fd_, rest.data(), rest.size()) > 0) {
    }
  }

 private:
  connection(int fd, const SSL_METHOD* method) : fd_(fd), context_(SSL_CTX_new(method)) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  void begin() {
    session_.reset(SSL_new(context_.get()));
    SSL_set_fd(session_.get(), fd_);
  }
  int fd_;
  std::unique_ptr<SSL_CTX, release> context_;
  std::unique_ptr<SSL, release> session_;
};

void report(uint64_t bytes, double since) {
  std::printf("%llu %.6f\n", static_cast<unsigned long long>(bytes), cpu_seconds() - since);
}

// ---- the measure

void receive(const std::string& certificate, const std::string& path) {
  auto peer = connection::accept(certificate);
  const bool keeps = path != "-";
  const int file = keeps ? ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
  std::unique_ptr<EVP_MD_CTX, release> digest(EVP_MD_CTX_new());
  EVP_DigestInit_ex(digest.get(), EVP_sha1(), nullptr);
  std::vector<char> buffer(record_bytes);
  const double since = cpu_seconds();
  uint64_t bytes = 0;
  while (const size_t got = peer.read(buffer.data(), buffer.size())) {
    bytes += got;
    if (!keeps) continue;
    if (::write(file, buffer.data(), got) != static_cast<ssize_t>(got)) fail("the disk takes no more");
    EVP_DigestUpdate(digest.get(), buffer.data(), got);
  }
  report(bytes, since);
}

void send(const std::string& certificate, const std::string& path) {
  auto peer = connection::accept(certificate);
  const int file = ::open(path.c_str(), O_RDONLY);
  std::vector<char> buffer(block_bytes);
  const double since = cpu_seconds();
  uint64_t bytes = 0;
  for (ssize_t got = 0; (got = ::read(file, buffer.data(), buffer.size())) > 0;) {
    peer.write({buffer.data(), static_cast<size_t>(got)});
    bytes += static_cast<uint64_t>(got);
  }
  peer.end();
  report(bytes, since);
}

void source(uint16_t port, uint64_t bytes) {
  auto peer = connection::connect(port);
  const std::string block(block_bytes, 'x');
  for (uint64_t left = bytes; left > 0;) {
    const auto count = static_cast<size_t>(std::min<uint64_t>(left, block.size()));
    peer.write(std::string_view(block).substr(0, count));
    left -= count;
  }
  peer.end();
}

void sink(uint16_t port) {
  auto peer = connection::connect(port);
  std::vector<char> buffer(record_bytes);
  while (peer.read(buffer.data(), buffer.size()) > 0) {
  }
}

// ---- MSRP

std::string request(const std::string& id, const std::string& local, const std::string& remote,
                    const std::string& headers) {
  return "MSRP " + id + " SEND\r\nTo-Path: " + remote + "\r\nFrom-Path: " + local + "\r\n" + headers;
}

/// Reads until a response to `id` has come; it must be a 200.
void await(connection& peer, const std::string& id) {
  std::string text;
  std::array<char, record_bytes> buffer{};
  const std::string end = "-------" + id + "$\r\n";
  while (text.find(end) == std::string::npos) {
    const size_t got = peer.read(buffer.data(), buffer.size());
    if (got == 0) fail("the server closed before it answered " + id);
    text.append(buffer.data(), got);
  }
  if (text.find("MSRP " + id + " 200") == std::string::npos)
    fail("the server refused: " + text.substr(0, 300));
}

void bind(connection& peer, const std::string& local, const std::string& remote) {
  peer.write(request("bind0", local, remote, "Message-ID: bind0000\r\n") + "-------bind0$\r\n");
  await(peer, "bind0");
}

/// Only failures and the last chunk are answered: nothing piles up that nobody reads.
void push(uint16_t port, const std::string& path, const std::string& local, const std::string& remote) {
  auto peer = connection::connect(port);
  bind(peer, local, remote);
  const int file = ::open(path.c_str(), O_RDONLY);
  const auto size = static_cast<uint64_t>(::lseek(file, 0, SEEK_END));
  std::string block(block_bytes, '\0');
  std::string last;
  for (uint64_t at = 0; at < size;) {
    const ssize_t got = ::pread(file, block.data(), block.size(), static_cast<off_t>(at));
    if (got <= 0) fail("the file cannot be read");
    const auto count = static_cast<uint64_t>(got);
    last = "tid" + std::to_string(100'000 + at / block_bytes);
    const bool ends = at + count == size;
    std::string chunk = request(last, local, remote,
                                "Message-ID: file0000\r\nByte-Range: " + std::to_string(at + 1) + "-" +
                                    std::to_string(at + count) + "/" + std::to_string(size) + "\r\n" +
                                    (ends ? "" : "Failure-Report: partial\r\n") +
                                    "Content-Type: application/octet-stream\r\n\r\n");
    chunk.append(block.data(), count);
    chunk += "\r\n-------" + last + (ends ? "$\r\n" : "+\r\n");
    peer.write(chunk);
    at += count;
  }
  await(peer, last);
  std::printf("%llu\n", static_cast<unsigned long long>(size));
}

/// Finds the chunks in what the server sends, counts their bytes and answers each.
class puller {
 public:
  puller(connection& peer, std::string local, std::string remote)
      : peer_(peer), local_(std::move(local)), remote_(std::move(remote)) {}

  uint64_t run() {
    std::vector<char> buffer(record_bytes);
    while (!done_) {
      const size_t got = peer_.read(buffer.data(), buffer.size());
      if (got == 0) fail("the server closed before the end of the file");
      held_.append(buffer.data(), got);
      while (!done_ && step()) {
      }
    }
    return bytes_;
  }

 private:
  /// False: more bytes are needed.
  bool step() {
    if (end_.empty()) {
      const size_t head = held_.find("\r\n\r\n");
      const size_t line = held_.find("\r\n");
      if (line == std::string::npos || !held_.starts_with("MSRP ")) return false;
      id_ = held_.substr(5, held_.find(' ', 5) - 5);
      const size_t bare = held_.find("\r\n-------" + id_);
      if (bare != std::string::npos && (head == std::string::npos || bare < head))
        return skip(bare + 9 + id_.size() + 3);
      if (head == std::string::npos) return false;
      end_ = "\r\n-------" + id_;
      held_.erase(0, head + 4);
      searched_ = 0;
    }
    const size_t at = held_.find(end_, searched_);
    if (at == std::string::npos || held_.size() < at + end_.size() + 3) {
      searched_ = held_.size() > end_.size() ? held_.size() - end_.size() : 0;
      return false;
    }
    bytes_ += at;
    done_ = held_[at + end_.size()] == '$';
    if (held_[at + end_.size()] == '#') fail("the server gave up");
    held_.erase(0, at + end_.size() + 3);
    peer_.write("MSRP " + id_ + " 200 OK\r\nTo-Path: " + remote_ + "\r\nFrom-Path: " + local_ +
                "\r\n-------" + id_ + "$\r\n");
    end_.clear();
    return true;
  }

  bool skip(size_t count) {
    if (held_.size() < count) return false;
    held_.erase(0, count);
    return true;
  }

  connection& peer_;
  std::string local_, remote_, held_, id_, end_;
  size_t searched_ = 0;
  uint64_t bytes_ = 0;
  bool done_ = false;
};

void pull(uint16_t port, const std::vector<std::string>& paths) {
  std::atomic<uint64_t> all{0};
  std::vector<std::thread> threads;
  for (size_t i = 0; i + 1 < paths.size(); i += 2) {
    threads.emplace_back([&all, port, local = paths[i], remote = paths[i + 1]] {
      auto peer = connection::connect(port);
      bind(peer, local, remote);
      all += puller(peer, local, remote).run();
    });
  }
  for (auto& one : threads) one.join();
  std::printf("%llu\n", static_cast<unsigned long long>(all.load()));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto is = [&](const char* word, size_t arguments) {
    return words.size() >= arguments + 1 && words[0] == word;
  };
  const auto port = [&] { return static_cast<uint16_t>(std::stoul(words[1])); };
  if (is("receive", 2)) return receive(words[1], words[2]), 0;
  if (is("send", 2)) return send(words[1], words[2]), 0;
  if (is("source", 2)) return source(port(), std::stoull(words[2])), 0;
  if (is("sink", 1)) return sink(port()), 0;
  if (is("push", 4)) return push(port(), words[2], words[3], words[4]), 0;
  if (is("pull", 3)) return pull(port(), {words.begin() + 2, words.end()}), 0;
  fail("pump (receive|send|source|sink|push|pull) …, see its first lines");
}
