#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "config/web_address.hpp"
#include "signaling/web/publisher.hpp"

namespace confab::web {

struct web_options {
  std::vector<std::string> listen;  ///< what `parse_web_address` takes
  std::string certificate_file;     ///< PEM; needed where one of them is https
  std::string private_key_file;
  std::string public_url;            ///< what URLs begin with; empty: worked out by `host`
  std::string host;                  ///< the machine as participants reach it
  uint32_t requests_per_second = 0;  ///< of one source; 0: no limit
};

/// The web server: HTTP and HTTPS on TCP, HTTP on Unix sockets, on a thread of its own.
class web_server final : public publisher {
 public:
  struct listener {
    std::string scheme;   ///< "http", "https" or "unix"
    std::string address;  ///< with the port that is really had, or the path
  };

  /// Opens every listener and runs. An address that the machine does not have is skipped; the error says
  /// which one is taken, or what is wrong with the certificate. Main thread.
  static result<std::unique_ptr<web_server>> start(const web_options& options);
  ~web_server() override;  ///< closes everything and joins
  web_server(const web_server&) = delete;
  web_server& operator=(const web_server&) = delete;

  [[nodiscard]] const std::vector<listener>& listeners() const noexcept;

  void publish(room_page_ptr page) override;
  void publish_frame(const std::string& screen_token, frame_ptr frame) override;
  void link(const std::string& room_token, const std::string& link) override;
  void unlink(const std::string& link) override;
  void move(const std::string& old_token, room_page_ptr page, std::vector<std::string> links) override;
  void withdraw(const std::string& room_token) override;
  [[nodiscard]] std::string new_token() const override;
  [[nodiscard]] std::string room_url(const std::string& token) const override;
  [[nodiscard]] std::string screen_url(const std::string& token) const override;
  [[nodiscard]] std::string file_url(const std::string& token, const std::string& name) const override;

 private:
  struct impl;
  explicit web_server(std::unique_ptr<impl> made);
  std::unique_ptr<impl> impl_;
};

}  // namespace confab::web
