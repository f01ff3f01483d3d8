//! The exchange's own keys: Ed25519 pairs in a folder, the newest signs, all of them verify.
//!
//! Tokens and receipts are JWTs (RFC 7519, RFC 8725): one algorithm (EdDSA), an explicit `typ` for each use,
//! the key looked up by `kid` in this set and nowhere else. Every replica is given the same folder.

mod credential;
mod detached;

pub use credential::{Signed, did_web, verify_any};

use crate::values::{ServerKey, Timestamp, random_bytes};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The `typ` of an access token of a service account (RFC 9068).
const ACCESS: &str = "at+jwt";
/// The `typ` of a download token.
const DOWNLOAD: &str = "dl+jwt";
/// The `typ` of a receipt.
pub const RECEIPT: &str = "bourse-receipt+jwt";
/// Clocks may differ by this many seconds.
const LEEWAY: u64 = 30;
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 2048;

/// Says why a signed text is not good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// It is no token of ours, or was changed.
    #[error("not a token of this exchange")]
    Forged,
    /// It was good once.
    #[error("the token ended")]
    Lapsed,
}

/// Says why the keys could not be read or made.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the key folder {0}: {1}\n  check `keys_dir` and that the folder can be written by this user")]
pub struct KeysError(String, String);

/// The claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Issuer: the public address.
    pub iss: String,
    /// The service account.
    pub sub: String,
    /// Audience: the public address.
    pub aud: String,
    /// End, seconds since 1970.
    pub exp: i64,
    /// Start.
    pub nbf: i64,
    /// When it was issued.
    pub iat: i64,
    /// Its own identifier.
    pub jti: String,
    /// The service account again, as RFC 9068 wants it.
    pub client_id: String,
    /// Scopes, separated by spaces.
    pub scope: String,
}

/// The claims of a download token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadClaims {
    /// Issuer: the public address.
    pub iss: String,
    /// The holder: the organisation that the grant belongs to.
    pub sub: String,
    /// Audience: the public address.
    pub aud: String,
    /// End, seconds since 1970.
    pub exp: i64,
    /// Start.
    pub nbf: i64,
    /// When it was issued.
    pub iat: i64,
    /// Its own identifier, by which it is revoked.
    pub jti: String,
    /// The grant that it opens.
    pub grant: String,
    /// The one file that it opens; every file of the grant without it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// Always `download`.
    pub scope: String,
}

struct Pair {
    kid: String,
    encoding: EncodingKey,
    x: String,
}

/// The set of key pairs.
pub struct SigningKeys {
    pairs: Vec<Pair>,
    decoding: BTreeMap<String, DecodingKey>,
}

impl SigningKeys {
    /// Reads the key folder, newest last, and makes the first pair when there is none.
    ///
    /// # Errors
    /// [`KeysError`] when the folder or a key cannot be read or written.
    pub fn open(folder: &Path) -> Result<Self, KeysError> {
        let fail = |e: &dyn std::fmt::Display| KeysError(folder.display().to_string(), e.to_string());
        private_folder(folder).map_err(|e| fail(&e))?;
        let mut files = key_files(folder).map_err(|e| fail(&e))?;
        if files.is_empty() {
            files.push(new_pair(folder).map_err(|e| fail(&e))?);
        }
        let mut keys = Self { pairs: Vec::new(), decoding: BTreeMap::new() };
        for file in files {
            let der = std::fs::read(&file).map_err(|e| fail(&e))?;
            let pair = Ed25519KeyPair::from_pkcs8(&der).map_err(|e| fail(&format!("{}: {e}", file.display())))?;
            let x = data_encoding::BASE64URL_NOPAD.encode(pair.public_key().as_ref());
            let kid = thumbprint(&x);
            let decoding = DecodingKey::from_ed_components(&x).map_err(|e| fail(&e))?;
            keys.decoding.insert(kid.clone(), decoding);
            keys.pairs.push(Pair { kid, encoding: EncodingKey::from_ed_der(&der), x });
        }
        Ok(keys)
    }

    /// Adds a pair to the folder; it signs from the next start on, and the old ones go on verifying.
    ///
    /// # Errors
    /// [`KeysError`] when the folder cannot be written.
    pub fn rotate(folder: &Path) -> Result<PathBuf, KeysError> {
        new_pair(folder).map_err(|e| KeysError(folder.display().to_string(), e.to_string()))
    }

    /// Gives the public keys as a JWK set (RFC 7517, RFC 8037).
    #[must_use]
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self
            .pairs
            .iter()
            .rev()
            .map(|p| serde_json::json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": p.kid, "x": p.x}))
            .collect();
        serde_json::json!({ "keys": keys })
    }

    /// Gives the key ids, newest first.
    pub fn kids(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().rev().map(|p| p.kid.as_str())
    }

    /// Gives the id of the key that a text says it was signed with.
    ///
    /// # Errors
    /// [`BadToken::Forged`] when it says none.
    pub fn kid_of(text: &str) -> Result<String, BadToken> {
        jsonwebtoken::decode_header(text).ok().and_then(|h| h.kid).ok_or(BadToken::Forged)
    }

    fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, BadToken> {
        self.sign_as(typ, None, claims)
    }

    /// Signs with the newest key; `controller` is what the key id stands behind, when it is written as a DID URL.
    fn sign_as(&self, typ: &str, controller: Option<&str>, claims: &impl Serialize) -> Result<String, BadToken> {
        let pair = self.pairs.last().ok_or(BadToken::Forged)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(typ.to_owned());
        header.kid = Some(controller.map_or_else(|| pair.kid.clone(), |did| format!("{did}#{}", pair.kid)));
        jsonwebtoken::encode(&header, claims, &pair.encoding).map_err(|_| BadToken::Forged)
    }

    fn verify<C: DeserializeOwned>(&self, typ: &str, text: &str, longest: usize) -> Result<C, BadToken> {
        if text.len() > longest {
            return Err(BadToken::Forged);
        }
        let header = jsonwebtoken::decode_header(text).map_err(|_| BadToken::Forged)?;
        let kid = header.kid.as_deref().ok_or(BadToken::Forged)?;
        // A DID URL names the key behind its hash.
        let key = self.decoding.get(kid.rsplit('#').next().unwrap_or(kid)).ok_or(BadToken::Forged)?;
        if header.typ.as_deref() != Some(typ) || header.alg != Algorithm::EdDSA || header.crit.is_some() {
            return Err(BadToken::Forged);
        }
        // Times, issuer and audience are checked by us, against our own clock.
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.validate_exp = false;
        rules.validate_nbf = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        jsonwebtoken::decode(text, key, &rules).map(|d| d.claims).map_err(|_| BadToken::Forged)
    }

    /// Signs an access token.
    ///
    /// # Errors
    /// [`BadToken::Forged`] when the key cannot sign, which is a bug.
    pub fn sign_access(&self, claims: &AccessClaims) -> Result<String, BadToken> {
        self.sign(ACCESS, claims)
    }
    /// Verifies an access token for this exchange at this time.
    ///
    /// # Errors
    /// [`BadToken`].
    pub fn verify_access(&self, text: &str, exchange: &str, now: Timestamp) -> Result<AccessClaims, BadToken> {
        let claims: AccessClaims = self.verify(ACCESS, text, LONGEST)?;
        in_force(exchange, (&claims.iss, &claims.aud), (claims.nbf, claims.exp), now)?;
        Ok(claims)
    }
    /// Signs a download token.
    ///
    /// # Errors
    /// [`BadToken::Forged`] when the key cannot sign, which is a bug.
    pub fn sign_download(&self, claims: &DownloadClaims) -> Result<String, BadToken> {
        self.sign(DOWNLOAD, claims)
    }
    /// Verifies a download token for this exchange at this time.
    ///
    /// # Errors
    /// [`BadToken`].
    pub fn verify_download(&self, text: &str, exchange: &str, now: Timestamp) -> Result<DownloadClaims, BadToken> {
        let claims: DownloadClaims = self.verify(DOWNLOAD, text, LONGEST)?;
        in_force(exchange, (&claims.iss, &claims.aud), (claims.nbf, claims.exp), now)?;
        Ok(claims)
    }
    /// Signs a receipt: the JSON object as it is, with sorted keys.
    ///
    /// # Errors
    /// [`BadToken::Forged`] when the key cannot sign, which is a bug.
    pub fn sign_receipt(&self, receipt: &serde_json::Value) -> Result<String, BadToken> {
        self.sign(RECEIPT, receipt)
    }
    /// Verifies a receipt and gives what it says; a receipt never lapses.
    ///
    /// # Errors
    /// [`BadToken::Forged`].
    pub fn verify_receipt(&self, text: &str) -> Result<serde_json::Value, BadToken> {
        self.verify(RECEIPT, text, 256 * 1024)
    }
}

fn in_force(exchange: &str, (iss, aud): (&str, &str), (nbf, exp): (i64, i64), now: Timestamp) -> Result<(), BadToken> {
    let leeway = i64::try_from(LEEWAY).unwrap_or(30);
    if iss != exchange || aud != exchange || nbf > now.seconds() + leeway {
        return Err(BadToken::Forged);
    }
    // No leeway at the end: our own clock wrote it.
    if exp <= now.seconds() { Err(BadToken::Lapsed) } else { Ok(()) }
}

/// The JWK thumbprint of an Ed25519 key (RFC 7638, RFC 8037).
fn thumbprint(x: &str) -> String {
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    data_encoding::BASE64URL_NOPAD.encode(&crate::values::hash_text(&canonical).bytes())
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The key files by name, which begins with the time they were made.
fn key_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "pk8") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn new_pair(folder: &Path) -> std::io::Result<PathBuf> {
    let document =
        Ed25519KeyPair::generate_pkcs8v1(&aws_lc_rs::rand::SystemRandom::new()).map_err(std::io::Error::other)?;
    let path = folder.join(format!("signing-{}.pk8", crate::values::random_uuid()));
    write_private(&path, document.as_ref())?;
    Ok(path)
}

/// Writes a new file that only its owner reads, and makes it durable.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    path.parent().map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
}

/// Reads the server's symmetric key from the key folder, and makes it when there is none.
///
/// # Errors
/// [`KeysError`] when the folder cannot be read or written.
pub fn server_key(folder: &Path) -> Result<ServerKey, KeysError> {
    let fail = |e: &dyn std::fmt::Display| KeysError(folder.display().to_string(), e.to_string());
    private_folder(folder).map_err(|e| fail(&e))?;
    let path = folder.join("server.key");
    if !path.exists() {
        write_private(&path, &random_bytes::<32>()).map_err(|e| fail(&e))?;
    }
    let bytes: [u8; 32] =
        std::fs::read(&path).map_err(|e| fail(&e))?.try_into().map_err(|_| fail(&"server.key is not 32 bytes"))?;
    Ok(ServerKey::new(bytes))
}

/// Reads published keys (a JWK set, or the keys of a DID document), which verify and cannot sign.
///
/// # Errors
/// [`BadToken::Forged`] when a key of the set is no Ed25519 key.
pub fn published(jwks: &serde_json::Value) -> Result<SigningKeys, BadToken> {
    let mut keys = SigningKeys { pairs: Vec::new(), decoding: BTreeMap::new() };
    let list = |name: &str| jwks.get(name).and_then(|k| k.as_array()).into_iter().flatten();
    let methods = list("verificationMethod").filter_map(|m| m.get("publicKeyJwk"));
    for key in list("keys").chain(methods) {
        let part = |name: &str| key.get(name).and_then(|v| v.as_str());
        if let (Some(kid), Some(x), Some("Ed25519")) = (part("kid"), part("x"), part("crv")) {
            let decoding = DecodingKey::from_ed_components(x).map_err(|_| BadToken::Forged)?;
            keys.decoding.insert(kid.to_owned(), decoding);
        }
    }
    Ok(keys)
}

/// Verifies a receipt with published keys alone, as anybody can years later.
///
/// # Errors
/// [`BadToken::Forged`].
pub fn verify_with(jwks: &serde_json::Value, text: &str) -> Result<serde_json::Value, BadToken> {
    published(jwks)?.verify_receipt(text)
}
