//! A filed event goes out to a webhook: signed in the form of [Standard Webhooks](https://www.standardwebhooks.com),
//! and only to where this server may call. reqwest for outgoing calls of others' making lives here only.
//!
//! What a name stands for is looked up once, every address of the answer is checked, and only those are connected to:
//! a name that stands for another address a moment later gains nothing. No redirect is followed, no proxy of the
//! environment is asked, five seconds and 64 KiB of answer are enough.

mod guard;

pub use guard::{Lookup, SystemLookup};

use crate::values::{Egress, Forbidden, Secret, Timestamp};
use guard::{Guard, NotFound, NotPublic};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, redirect};
use std::error::Error;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

/// How long the whole exchange with a receiver may take.
const SECONDS: u64 = 5;
/// How much of an answer is read, in bytes.
const ANSWER: usize = 64 * 1024;

/// What goes out.
#[derive(Debug)]
pub struct Parcel<'p> {
    /// The identifier, the same in every attempt.
    pub id: &'p str,
    /// Where it goes.
    pub url: &'p str,
    /// The body.
    pub body: &'p str,
    /// The secrets that sign it, as `whsec_…`.
    pub secrets: &'p [Secret<String>],
    /// The moment of this attempt.
    pub now: Timestamp,
}

/// Why something did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The status of the answer, when there was one.
    pub status: Option<u16>,
    /// What happened, as a code with words `webhook-error-…`; it tells nothing of the network here.
    pub error: &'static str,
}

impl Failure {
    const fn plain(error: &'static str) -> Self {
        Self { status: None, error }
    }
}

/// The code of an address that may not be called.
const fn forbidden(why: &Forbidden) -> &'static str {
    match why {
        Forbidden::Shape => "shape",
        Forbidden::Scheme => "scheme",
        Forbidden::Host => "host",
        Forbidden::Address => "not-public",
    }
}

/// Sends parcels.
#[derive(Clone)]
pub struct Sender {
    client: Client,
    egress: Arc<Egress>,
}

impl Sender {
    /// Makes a sender that calls where the rules allow it, and looks names up as the system does.
    ///
    /// # Errors
    /// A text when the system's certificates cannot be read.
    pub fn new(egress: Arc<Egress>) -> Result<Self, String> {
        Self::with_lookup(egress, Arc::new(SystemLookup))
    }
    /// The same with another way to look names up.
    ///
    /// # Errors
    /// As [`Sender::new`].
    pub fn with_lookup(egress: Arc<Egress>, lookup: Arc<dyn Lookup>) -> Result<Self, String> {
        let client = Client::builder()
            .dns_resolver(Arc::new(Guard { egress: egress.clone(), lookup }))
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(Duration::from_secs(SECONDS))
            // A kept connection would be one to an address that was checked long ago.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("Bourse/", env!("CARGO_PKG_VERSION"), " (webhooks)"))
            .build()
            .map_err(|e| e.to_string())?;
        Ok(Self { client, egress })
    }

    /// Sends a parcel; gives the status of the answer, which is one of 200 to 299.
    ///
    /// # Errors
    /// [`Failure`]: the address may not be called, nobody answered in time, or the answer was another one.
    pub async fn send(&self, parcel: &Parcel<'_>) -> Result<u16, Failure> {
        // An address in numbers is never looked up, so it is checked here.
        let url = self.egress.url(parcel.url).map_err(|e| Failure::plain(forbidden(&e)))?;
        let seconds = parcel.now.seconds();
        let mut request = self.client.post(url).body(parcel.body.to_owned());
        request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request = request.header("webhook-id", parcel.id).header("webhook-timestamp", seconds.to_string());
        request = request.header("webhook-signature", signatures(parcel, seconds));
        let mut response = request.send().await.map_err(|e| Failure::plain(said(&e)))?;
        let status = response.status();
        // Taken in so that the receiver can finish; what it says is of no use to us.
        let mut read = 0;
        while let Ok(Some(piece)) = response.chunk().await {
            read += piece.len();
            if read > ANSWER {
                break;
            }
        }
        if status.is_success() {
            return Ok(status.as_u16());
        }
        let error = if status.is_redirection() { "redirect" } else { "status" };
        Err(Failure { status: Some(status.as_u16()), error })
    }
}

/// The signatures of a parcel, one for each secret: `v1,` and base64 of HMAC-SHA-256 over identifier, time and body.
fn signatures(parcel: &Parcel<'_>, seconds: i64) -> String {
    let text = format!("{}.{seconds}.{}", parcel.id, parcel.body);
    let sign = |secret: &Secret<String>| {
        let encoded = secret.reveal().trim_start_matches("whsec_");
        let bytes = data_encoding::BASE64.decode(encoded.as_bytes()).unwrap_or_default();
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &bytes);
        let tag = aws_lc_rs::hmac::sign(&key, text.as_bytes());
        format!("v1,{}", data_encoding::BASE64.encode(tag.as_ref()))
    };
    parcel.secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
}

/// Says by a code why nobody answered.
fn said(error: &reqwest::Error) -> &'static str {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = cause {
        if one.is::<NotPublic>() {
            return forbidden(&Forbidden::Address);
        }
        if one.is::<NotFound>() {
            return "name";
        }
        let io = one.downcast_ref::<std::io::Error>();
        match io.map(std::io::Error::kind) {
            Some(ErrorKind::ConnectionRefused) => return "refused",
            Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof) => return "reset",
            Some(ErrorKind::InvalidData) => return "tls",
            Some(_) | None => {}
        }
        // What an I/O error wraps is not its source: the source of that is.
        cause = match io.and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => one.source(),
        };
    }
    match (error.is_timeout(), error.is_connect()) {
        (true, _) => "timeout",
        (_, true) => "unreachable",
        (..) => "broken",
    }
}

#[cfg(test)]
mod tests;
