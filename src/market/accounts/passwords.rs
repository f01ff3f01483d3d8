//! Passwords: Argon2id with 64 MiB, three passes, one lane (OWASP asks for 19 MiB and two at least).
//!
//! Pure functions that take a tenth of a second: call them through the bounded queue of `http::hashing`.

use crate::values::Secret;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::OnceLock;

/// The shortest password, in characters (NIST SP 800-63B).
pub const SHORTEST: usize = 12;
/// The longest password, in bytes.
pub const LONGEST: usize = 256;

/// Says why a password is refused; the edge has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Under twelve characters.
    #[error("use at least 12 characters")]
    Short,
    /// Over 256 bytes.
    #[error("use at most 256 bytes")]
    Long,
    /// Easy to guess: common, a pattern, or made of the own name or address.
    #[error("too easy to guess")]
    Guessable,
}

/// Checks a new password: length, and that it is neither common nor made of the given words.
///
/// # Errors
/// [`WeakPassword`] says why not.
pub fn check(password: &Secret<String>, words: &[&str]) -> Result<(), WeakPassword> {
    let password = password.reveal();
    if password.chars().count() < SHORTEST {
        return Err(WeakPassword::Short);
    }
    if password.len() > LONGEST {
        return Err(WeakPassword::Long);
    }
    // The estimate looks at the first 100 characters; the rest only adds strength.
    let head: String = password.chars().take(100).collect();
    if zxcvbn::zxcvbn(&head, words).score() >= zxcvbn::Score::Three { Ok(()) } else { Err(WeakPassword::Guessable) }
}

fn argon() -> Option<Argon2<'static>> {
    let params = Params::new(64 * 1024, 3, 1, None);
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params.ok()?))
}

/// Hashes a password into a PHC string.
///
/// # Errors
/// The algorithm's message when it fails.
pub fn hash(password: &Secret<String>) -> Result<String, String> {
    let argon = argon().ok_or("bad parameters")?;
    let hash = argon.hash_password(password.reveal().as_bytes()).map_err(|e| e.to_string())?;
    Ok(hash.to_string())
}

/// Verifies a password; without a stored hash it does the same work and says no, so that time tells nothing.
#[must_use]
pub fn verify(password: &Secret<String>, stored: Option<&str>) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let dummy = NOBODY.get_or_init(|| hash(&Secret::new("nobody has this password".to_owned())).unwrap_or_default());
    let Some(argon) = argon() else { return false };
    let Ok(parsed) = PasswordHash::new(stored.unwrap_or(dummy)) else { return false };
    argon.verify_password(password.reveal().as_bytes(), &parsed).is_ok() && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_verify_and_carry_their_parameters() {
        let secret = Secret::new("korrekte Batterie Pferd".to_owned());
        let stored = hash(&secret).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{stored}");
        assert!(verify(&secret, Some(&stored)));
        assert!(!verify(&Secret::new("other".to_owned()), Some(&stored)));
        assert!(!verify(&secret, None));
    }

    #[test]
    fn rules() {
        let check = |p: &str| check(&Secret::new(p.to_owned()), &["lin.zhiyuan", "haoyue"]);
        assert_eq!(check("short"), Err(WeakPassword::Short));
        assert_eq!(check("password1234"), Err(WeakPassword::Guessable));
        assert_eq!(check("aaaaaaaaaaaaaaaa"), Err(WeakPassword::Guessable));
        assert_eq!(check(&"x".repeat(257)), Err(WeakPassword::Long));
        assert_eq!(check("梅雨季节的轴承温度漂移记录"), Ok(()));
        assert_eq!(check("quiet-lathe-42-harbour"), Ok(()));
    }
}
