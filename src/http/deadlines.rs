//! Deadlines on slow readers: a connection whose client does not take its answer is closed.
//!
//! actix waits for ever when a client stops reading. The kernel closes such a connection for us
//! (`TCP_USER_TIMEOUT`, RFC 5482): bytes that stay unacknowledged, or unsent before a closed window, for
//! the given time end it. Resume is the promise: the client asks again with `Range`.

use std::any::Any;

/// How long a client may take nothing at all of what it asked for, in milliseconds.
const STALLED_MS: u32 = 30_000;

/// Sets the deadline on a new connection; for `HttpServer::on_connect`.
pub fn on_connect(connection: &dyn Any, _: &mut actix_web::dev::Extensions) {
    if let Some(stream) = connection.downcast_ref::<actix_web::rt::net::TcpStream>() {
        // A socket without the option only loses the deadline.
        if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, STALLED_MS) {
            tracing::debug!(%error, "no deadline for slow readers on this connection");
        }
    }
}
