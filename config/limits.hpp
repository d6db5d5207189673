#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Bounds of everything that queues or is parsed, and what happens at each. Data sheet, not settings:
/// operators turn `settings`, these keep the server alive.
namespace confab::limits {

// SIP and SDP
inline constexpr size_t sip_request_bytes_datagram = 1'300;  // larger: by TCP, where the peer has it
inline constexpr size_t file_icon_bytes = 16'384;            // a larger picture of a file is left out
inline constexpr size_t sip_datagram_bytes = 65'000;         // larger: no request by UDP
inline constexpr size_t tcp_peers_known = 10'000;        // whether they take TCP; more: some are tried again
inline constexpr std::chrono::minutes tcp_shunned{10};   // where TCP failed: not tried again before
inline constexpr std::chrono::seconds tcp_patience{4};   // for an answer by TCP where none came before
inline constexpr size_t sip_message_bytes = 65'536;      // larger: 513
inline constexpr size_t sdp_bytes = 32'768;              // larger: 488
inline constexpr size_t sdp_line_bytes = 4'096;          // longer: 488
inline constexpr size_t sdp_media_lines = 32;            // more m-lines: 488, nothing allocated
inline constexpr size_t sdp_attributes_per_media = 256;  // more: 488
inline constexpr size_t sdp_file_hashes = 8;             // more in one file-selector: not read
inline constexpr size_t sdp_label_bytes = 64;            // longer a=label: as if there were none
inline constexpr size_t uri_bytes = 512;                 // longer user@host: 414
inline constexpr size_t multipart_parts = 16;            // more in one body: 413
inline constexpr size_t multipart_head_bytes = 4'096;    // longer head of a body part: 413
inline constexpr size_t digest_bytes = 4'096;            // larger Authorization: 400
inline constexpr size_t digest_parameters = 32;          // more in one Authorization: 400
inline constexpr size_t digest_answers = 8;              // Authorization lines looked at in one request
inline constexpr size_t digest_nonces = 20'000;          // in use at once; full: the oldest is stale
inline constexpr size_t guesses_counted =
    20'000;  // sources and users with wrong passwords; full: the oldest is forgotten
inline constexpr size_t certificate_names = 64;         // of one certificate; those behind are not looked at
inline constexpr size_t users_file_bytes = 16'777'216;  // larger: refused at start
inline constexpr size_t users_line_bytes = 1'024;       // longer: refused at start

// Subscriptions (RFC 6665)
inline constexpr size_t subscriptions_per_process = 40'000;  // more: 503
inline constexpr size_t notifies_queued_per_watcher = 8;  // more: all dropped, a full document is asked for
inline constexpr size_t notify_body_bytes_datagram = 60'000;  // what fits a UDP datagram, with the headers
inline constexpr size_t notify_body_bytes_stream = 1'048'576;
inline constexpr size_t full_document_bytes_per_second =
    20'000'000;  // of one room; more: they come more seldom
inline constexpr std::chrono::milliseconds full_documents_slowest{5'000};  // but never more seldom than this
inline constexpr std::chrono::seconds subscription_longest{3'600};         // asks for more are granted this

// REFER (RFC 3515)
inline constexpr size_t referrals_per_process = 2'000;  // under way at once; more: 503
inline constexpr size_t refer_sources = 10'000;         // addresses whose rate is known; more: 503
inline constexpr double refers_at_once = 5;             // seconds' worth of sip.refers-per-second; more: 503

// Instant messages (RFC 3428)
inline constexpr size_t messages_unjudged = 2'000;  // by their rooms; more: 503
inline constexpr size_t message_sources = 10'000;   // addresses whose rate is known; more: 503
inline constexpr double messages_at_once = 5;       // seconds' worth of sip.messages-per-second; more: 503
inline constexpr size_t messages_remembered =
    4'096;  // so that a copy is known; more: the oldest is forgotten
inline constexpr size_t messages_queued_per_call = 32;    // for one phone; more: dropped
inline constexpr size_t message_bytes_queued = 262'144;   // of them all; more: dropped
inline constexpr size_t message_bytes_to_phone = 32'768;  // longer: it is told of instead
inline constexpr unsigned messages_unanswered = 2;        // in a row; then the phone gets no more

// Calls that participants ask for
inline constexpr size_t callers_counted = 10'000;         // whose rate is known; more: 503
inline constexpr size_t recipients_per_list = 1'000;      // rooms.max-list goes no higher; more: 413
inline constexpr size_t recipient_list_depth = 8;         // lists within lists; deeper: 413
inline constexpr size_t recipient_list_elements = 8'192;  // of XML, in one list; more: 413

// PINs
inline constexpr size_t pin_digits = 16;                // of the longest PIN; more: refused at start
inline constexpr size_t conference_number_digits = 32;  // dialled in the lobby: the entry ends
inline constexpr unsigned pin_failures = 6;  // of one source in one room; more: refused unchecked …
inline constexpr std::chrono::minutes pin_window{15};  // … until so long after the first of them
inline constexpr size_t pin_sources = 20'000;          // whose failures are counted; more: refused unchecked

// XML
inline constexpr size_t xml_depth = 64;       // deeper: refused; parsers that recurse stay within the stack
inline constexpr size_t xml_attributes = 64;  // more at one element: refused
inline constexpr size_t xml_namespaces = 32;  // more in scope at once: refused
inline constexpr size_t xml_elements = 131'072;             // more in one document: refused
inline constexpr size_t conference_info_bytes = 4'194'304;  // a document of 5,000 users; larger: refused

// RTP
inline constexpr size_t rtp_packet_bytes = 1'500;             // longer datagrams: counted, dropped
inline constexpr size_t jitter_buffer_packets = 64;           // full: the oldest leaves
inline constexpr std::chrono::milliseconds dtmf_max{10'000};  // longer tones are cut
inline constexpr size_t srtp_ssrcs_per_leg = 32;              // more sources under one key: refused
inline constexpr size_t srtp_own_ssrcs_per_leg = 4;           // a leg sends with one; more: refused

// Streams (MSRP, XMPP)
inline constexpr size_t streams_per_shard = 100'000;  // connections; more: closed as they come
inline constexpr size_t stream_unread_bytes =
    262'144;  // received and not worked on; more: TCP holds the peer

// Rooms and legs
inline constexpr size_t legs_per_process = 20'000;   // max-legs=0 stands for this; more: 503
inline constexpr size_t prompts_queued_per_leg = 8;  // more: the newest is dropped
inline constexpr size_t dtmf_digits_queued = 32;     // more: the oldest leaves
inline constexpr size_t put_out_per_room = 256;      // remembered; more: the oldest may come back

inline constexpr size_t nickname_bytes = 64;           // longer: 424
inline constexpr size_t chat_subject_bytes = 256;      // set by chat, in every document; longer: refused
inline constexpr size_t chat_history_bytes = 524'288;  // of one room; more: the oldest leave
inline constexpr size_t chat_held_messages = 16;   // of one leg, until stored history comes; more: it is …
inline constexpr size_t chat_held_bytes = 65'536;  // … not waited for
inline constexpr std::chrono::seconds chat_history_wait{2};  // then newcomers get none of what was stored
inline constexpr size_t history_db_rooms = 20'000;  // stored; more: the one silent longest is forgotten
inline constexpr size_t history_db_bytes = 1'073'741'824;    // of all rooms; the same
inline constexpr size_t history_unwritten_messages = 4'096;  // on their way to the disk; more: not stored …
inline constexpr size_t history_unwritten_bytes = 16'777'216;  // … and counted

inline constexpr size_t sections_per_room = 64;  // shards one room is spread over; then they fill up
inline constexpr size_t speakers_per_room = 64;  // media.speakers goes no higher

// Sounds
inline constexpr size_t sound_bytes = 33'554'432;  // a WAV file of 17 minutes; larger: refused at start

// MSRP (RFC 4975) and CPIM (RFC 3862)
inline constexpr size_t msrp_uri_bytes = 512;            // longer: the connection is closed after 400
inline constexpr size_t msrp_path_uris = 16;             // more in one To-Path or From-Path: the same
inline constexpr size_t msrp_line_bytes = 8'192;         // a longer header line: the same
inline constexpr size_t msrp_head_bytes = 16'384;        // a longer start line with all headers: the same
inline constexpr size_t msrp_headers = 64;               // more in one message: the same
inline constexpr size_t msrp_open_messages = 32;         // of one peer, begun and not ended; more: 413
inline constexpr size_t msrp_gaps_per_message = 64;      // pieces that do not join; more: 413
inline constexpr size_t msrp_ids_remembered = 64;        // messages that ended, so that a repeat is known
inline constexpr size_t msrp_window_bytes = 65'536;      // written and not taken by the kernel, of one stream
inline constexpr std::chrono::seconds msrp_binding{30};  // a connection without a session: closed
inline constexpr size_t msrp_refused_claims = 8;         // of one connection that has no session; then closed
inline constexpr size_t msrp_early_claims = 4;           // of one session that an offer names; more: 481
inline constexpr std::chrono::seconds msrp_early_claim{2};  // waits so long for the answer to that; then 481
inline constexpr size_t msrp_shared_sessions = 64;          // on one connection, besides the first; more: 481
inline constexpr std::chrono::seconds msrp_stalled{30};     // the kernel takes nothing: closed
inline constexpr uint64_t msrp_reader_pace = 16'384;  // bytes a second of what waits; slower readers: closed
inline constexpr std::chrono::seconds msrp_reader_grace{60};  // not before so long
inline constexpr uint64_t msrp_backlog = 4;  // messages of the largest size that wait; more: closed
inline constexpr std::chrono::seconds msrp_keep_alive{60};  // nothing comes: an empty SEND asks
inline constexpr size_t msrp_open_bytes = 1'048'576;  // of them, besides one of the largest size; more: 413
inline constexpr size_t msrp_free_bytes = 65'536;    // of each stream, that count towards no budget of others
inline constexpr uint64_t msrp_writer_pace = 4'096;  // bytes a second of a message, past its first
inline constexpr std::chrono::seconds msrp_writer_grace{180};  // this long; slower ones are given up
inline constexpr size_t room_persons_remembered = 4'096;       // who were verified in a room and have left it
inline constexpr size_t msrp_unjudged = 32;      // not judged, or one of the largest size: then no reading on
inline constexpr uint64_t msrp_rooms_share = 4;  // a room has this part of msrp.max-unfinished; more: 413
inline constexpr std::chrono::seconds msrp_message_idle{60};  // no chunk of an open message: given up
inline constexpr std::chrono::seconds msrp_transaction{30};   // no response (RFC 4975 §7.1.1): as if 408
inline constexpr size_t msrp_transactions = 1'024;  // unanswered SENDs of one stream; more: not tracked
inline constexpr size_t msrp_quiet_chunks = 32;     // whose failure alone is answered, kept; oldest leaves
inline constexpr size_t msrp_deliveries = 512;  // messages of one stream that wait for REPORTs; oldest leaves
inline constexpr size_t msrp_chunk_least = 2'048;               // bytes; a chunk is not cut before
inline constexpr size_t msrp_chunk_shared = 16'384;             // of a chunk while other messages wait
inline constexpr size_t msrp_chunk_most = 65'536;               // of a chunk that has the stream to itself
inline constexpr size_t msrp_queued_messages = 1'024;           // of one stream; more: refused
inline constexpr size_t msrp_queued_replies_bytes = 1'048'576;  // responses and REPORTs; more: refused
inline constexpr size_t cpim_head_bytes = 16'384;               // larger: 400
inline constexpr size_t cpim_headers = 128;                     // more, of CPIM and MIME together: 400

// Files (RFC 5547)
inline constexpr size_t files_per_call = 16;        // file streams of one call at once; more: port 0
inline constexpr size_t file_name_bytes = 255;      // longer: cut, the extension stays
inline constexpr size_t file_block_bytes = 65'536;  // one read or write; larger ones cost fresh pages each
inline constexpr size_t file_unwritten_bytes =
    524'288;                                          // of one push, for the disk; more: TCP holds the peer
inline constexpr size_t file_window_bytes = 262'144;  // of one pull, written and not taken by the kernel
inline constexpr std::chrono::minutes file_resumable{10};      // a part that nobody goes on with is deleted
inline constexpr std::chrono::seconds file_failure_shown{60};  // a file that failed stays in documents
inline constexpr size_t file_failures_shown = 20;              // of a room; more: the oldest are forgotten
inline constexpr std::chrono::seconds file_idle{60};           // no byte of a file moves: its transfer ends
inline constexpr std::chrono::seconds file_offset_wait{30};    // FILE_OFFSET not answered: as if 0

// Web
inline constexpr size_t web_connections = 2'000;          // more: closed as they come
inline constexpr size_t web_connections_per_source = 64;  // of one address; more: 429, twice as many: closed
inline constexpr size_t web_sources = 20'000;             // whose rate is known; more: 429
inline constexpr double web_requests_at_once = 5;  // seconds' worth of web.requests-per-second; more: 429
inline constexpr size_t web_miss_requests = 10;    // that one for what is not there counts as
inline constexpr size_t web_head_bytes = 8'192;    // of a request, headers and all; more: 431
inline constexpr size_t web_target_bytes = 2'048;  // longer: 414
inline constexpr size_t web_piece_bytes = 65'536;  // of a body, read and written at a time
inline constexpr size_t web_requests_per_connection = 1'000;  // then it is closed
inline constexpr std::chrono::seconds web_head_patience{10};  // from its first byte to its last; then 408
inline constexpr std::chrono::seconds web_idle{30};           // between requests; then closed
inline constexpr std::chrono::seconds web_stalled{30};        // a piece that is not taken; then closed
inline constexpr std::chrono::seconds web_ping{15};           // an event stream that says nothing says so
inline constexpr size_t web_people_shown = 500;          // of a room, on its page; the others are counted
inline constexpr size_t web_files_shown = 500;           // the newest; the others are counted
inline constexpr size_t web_name_bytes = 256;            // of a name on a page; the rest is cut off
inline constexpr size_t page_links_of_departed = 1'000;  // of a room; more: the first who left loses its own

// Screens
inline constexpr size_t screens_per_room = 16;          // shared at once; more: 403
inline constexpr uint32_t screen_side_pixels = 16'384;  // wider or higher: 413
inline constexpr uint64_t screen_pixels = 33'554'432;  // more: 413; a browser decodes it into four bytes each
inline constexpr size_t jpeg_segments = 4'096;         // before the picture; more: 413
inline constexpr size_t screen_bytes_per_process = 536'870'912;  // frames held; more: 403
inline constexpr std::chrono::seconds screen_quiet{10};          // no frame for so long: withdrawn
inline constexpr size_t screen_name_bytes = 200;  // of a room or person in a path; longer: a hash ends it

// Config file
inline constexpr size_t config_file_bytes = 1'048'576;  // larger: refused, exit 2
inline constexpr size_t config_line_bytes =
    4'096;  // longer: refused, so that nesting in a line stays within the stack

}  // namespace confab::limits
