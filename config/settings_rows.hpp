#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/settings_table.hpp"

/// The rows of `settings_table`, one function a group of keys, in the order of the sample file.
namespace confab::settings_table {

// settings_rows_sip.cpp
std::vector<key> scheduler_and_sip();
std::vector<key> sip_callers();
std::vector<key> sip_users();
std::vector<key> referring();
std::vector<key> tls();

// settings_rows_net.cpp
std::vector<key> net_and_dns();

// settings_rows_media.cpp
std::vector<key> media_network_and_threads();
std::vector<key> media_streams();
std::vector<key> media_sound();

// settings_rows_streams.cpp
std::vector<key> streams_and_msrp();

// settings_rows_files.cpp
std::vector<key> files();

// settings_rows_web.cpp
std::vector<key> web();
std::vector<key> screens();

// settings_rows_rooms.cpp
std::vector<key> rooms();
std::vector<key> room_running();
std::vector<key> room_rules();  ///< what `[room."user@domain"]` may say otherwise
std::vector<key> state_log();

// A setter's body is `std::get` of the one alternative that the row's type allows.
template <class T>
T take(value& v) {
  return std::get<T>(std::move(v));
}

template <class To, class From>
std::vector<To> take_list(value& v) {
  const auto list = take<std::vector<From>>(v);
  return std::vector<To>(list.begin(), list.end());
}

using text = std::string;
using texts = std::vector<std::string>;
using milliseconds = std::chrono::milliseconds;

}  // namespace confab::settings_table
