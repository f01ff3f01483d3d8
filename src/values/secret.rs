//! Secrets: random texts with a checkable shape, their hashes, and the server's own key.

use super::digest::{Sha256, hash_text};
use std::fmt;
use subtle::ConstantTimeEq;

/// Wraps what must never be shown: `Debug` hides it and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }
    /// Shows the value to the one place that needs it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}
impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Fills bytes from the operating system's random source.
///
/// # Panics
/// When the operating system has no random source: nothing can go on safely then.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "the one place that makes random numbers; without them no secret is safe"
)]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Makes a time-ordered UUID, version 7.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that makes identifiers")]
pub fn random_uuid() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// Compares two secrets in constant time.
#[must_use]
pub fn same_secret(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// An opaque credential: a prefix that names its kind, 32 random bytes in base 62, a check of six characters.
///
/// Scanners recognise it by `brs_[us]_[0-9A-Za-z]{49}` and the check; the server keeps only its SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct Opaque(Secret<String>);

impl Opaque {
    /// The prefix of a person's API key.
    pub const KEY: &'static str = "brs_u_";
    /// The prefix of a service account's secret.
    pub const SERVICE: &'static str = "brs_s_";

    /// Makes a new credential with one of the prefixes above.
    #[must_use]
    pub fn fresh(prefix: &str) -> Self {
        let body = base62(&random_bytes::<32>());
        let check = check_of(prefix, &body);
        Self(Secret::new(format!("{prefix}{body}{check}")))
    }
    /// Reads a credential with this prefix; a typing error is found by the check, without any table.
    #[must_use]
    pub fn parse(text: &str, prefix: &str) -> Option<Self> {
        let rest = text.strip_prefix(prefix)?;
        let (body, check) = rest.split_at_checked(43)?;
        let fits = rest.len() == 49 && rest.bytes().all(|b| b.is_ascii_alphanumeric());
        (fits && same_secret(&check_of(prefix, body), check)).then(|| Self(Secret::new(text.to_owned())))
    }
    /// Gives the SHA-256 under which it is stored.
    #[must_use]
    pub fn hash(&self) -> Sha256 {
        hash_text(self.0.reveal())
    }
    /// Gives the text, for the one page that shows it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
    /// Gives prefix and last four characters, for lists.
    #[must_use]
    pub fn hint(&self) -> String {
        let text = self.0.reveal();
        format!(
            "{}…{}",
            text.get(..6).unwrap_or_default(),
            text.get(text.len().saturating_sub(4)..).unwrap_or_default()
        )
    }
}

/// Writes 32 bytes as exactly 43 characters.
fn base62(bytes: &[u8; 32]) -> String {
    let mut number = bytes.to_vec();
    let mut out = Vec::with_capacity(43);
    for _ in 0..43 {
        let mut rest: u32 = 0;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or_default();
            rest = value % 62;
        }
        out.push(BASE62.get(usize::try_from(rest).unwrap_or_default()).copied().unwrap_or(b'0'));
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

/// The check: the first 32 bits of a SHA-256, in six characters. It finds typing errors and false positives of scanners.
fn check_of(prefix: &str, body: &str) -> String {
    let sum = hash_text(&format!("{prefix}{body}")).bytes();
    let mut wide = [0_u8; 32];
    for (to, from) in wide.iter_mut().skip(28).zip(sum) {
        *to = from;
    }
    base62(&wide).split_off(37)
}

/// The server's own symmetric key, from which the secrets of mailed links are derived when they are rendered.
#[derive(Clone, Debug)]
pub struct ServerKey(Secret<[u8; 32]>);

impl ServerKey {
    /// Takes 32 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }
    /// Derives a secret text for a purpose from parts (HMAC-SHA-256, base64url).
    #[must_use]
    pub fn derive(&self, purpose: &str, parts: &[&str]) -> String {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, self.0.reveal());
        let mut context = aws_lc_rs::hmac::Context::with_key(&key);
        for part in std::iter::once(&purpose).chain(parts) {
            // The length goes first, so that no two lists of parts read alike.
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part.as_bytes());
        }
        data_encoding::BASE64URL_NOPAD.encode(context.sign().as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_survives_no_change_of_a_character() {
        let key = Opaque::fresh(Opaque::KEY);
        let text = key.reveal().to_owned();
        assert_eq!(text.len(), 6 + 49);
        assert!(Opaque::parse(&text, Opaque::KEY).is_some());
        assert!(Opaque::parse(&text, Opaque::SERVICE).is_none());
        let flipped = text.replacen(&text[10..11], if &text[10..11] == "a" { "b" } else { "a" }, 1);
        assert!(flipped == text || Opaque::parse(&flipped, Opaque::KEY).is_none());
        assert!(Opaque::parse("brs_u_", Opaque::KEY).is_none());
        assert!(Opaque::parse("brs_u_é", Opaque::KEY).is_none());
    }

    #[test]
    fn nothing_shows_a_secret() {
        assert_eq!(format!("{:?}", Secret::new("x")), "[redacted]");
    }

    #[test]
    fn derived_secrets_depend_on_every_part() {
        let key = ServerKey::new([7; 32]);
        assert_eq!(key.derive("a", &["b", "c"]), key.derive("a", &["b", "c"]));
        assert_ne!(key.derive("a", &["b", "c"]), key.derive("a", &["bc"]));
        assert_ne!(key.derive("a", &["b"]), ServerKey::new([8; 32]).derive("a", &["b"]));
    }
}
