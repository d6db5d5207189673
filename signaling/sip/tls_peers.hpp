#pragma once

struct tls;

namespace confab::sip {

/// `tls.verify-peers`: a peer without a certificate that the CA file vouches for gets no connection,
/// whichever side opened it. libre's own switch for it (`tls_set_verify_client`) asks for a certificate and
/// then trusts any.
void demand_peer_certificates(tls* context);

}  // namespace confab::sip
