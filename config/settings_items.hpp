#pragma once

#include <string>
#include <string_view>

/// What one text of a setting, one item of a list or one pair of a table must be; for the rows of the table.
/// Each says what is wrong, or nothing when all is well. The first argument is the name of a pair, and unused
/// for what has none.
namespace confab::settings_table {

std::string check_listener(std::string_view name, std::string_view item);
std::string check_range(std::string_view name, std::string_view item);
std::string check_address(std::string_view name, std::string_view item);
std::string check_name_server(std::string_view name, std::string_view item);
std::string check_host(std::string_view name, std::string_view item);
std::string check_sip_uri(std::string_view name, std::string_view item);
std::string check_digits(std::string_view name, std::string_view item);
std::string check_room_or_user(std::string_view name, std::string_view item);
std::string check_person(std::string_view name, std::string_view item);
std::string check_file(std::string_view name, std::string_view item);
std::string check_pin(std::string_view name, std::string_view item);
std::string check_media_type(std::string_view name, std::string_view item);
std::string check_lobby(std::string_view name, std::string_view item);

}  // namespace confab::settings_table
