//! Signatures beside what they sign: a JWS whose payload stands elsewhere (RFC 7515, appendix F).

use super::{BadToken, SigningKeys};
use jsonwebtoken::{Algorithm, Header};

/// The `typ` of the signature over a manifest.
const MANIFEST: &str = "bourse-manifest+jws";
/// The longest signature that is looked at, in bytes.
const LONGEST: usize = 2048;

fn message(header: &str, payload: &[u8]) -> Vec<u8> {
    format!("{header}.{}", data_encoding::BASE64URL_NOPAD.encode(payload)).into_bytes()
}

impl SigningKeys {
    /// Signs a manifest, byte for byte, and gives the detached JWS: header, two dots, signature.
    ///
    /// # Errors
    /// [`BadToken::Forged`] when the key cannot sign, which is a bug.
    pub fn sign_manifest(&self, manifest: &str) -> Result<String, BadToken> {
        let pair = self.pairs.last().ok_or(BadToken::Forged)?;
        let header = serde_json::json!({ "alg": "EdDSA", "kid": pair.kid, "typ": MANIFEST });
        let header = data_encoding::BASE64URL_NOPAD.encode(header.to_string().as_bytes());
        let message = message(&header, manifest.as_bytes());
        let signature = jsonwebtoken::crypto::sign(&message, &pair.encoding, Algorithm::EdDSA);
        Ok(format!("{header}..{}", signature.map_err(|_| BadToken::Forged)?))
    }

    /// Verifies the signature over a manifest and gives the id of the key that made it; it never lapses.
    ///
    /// # Errors
    /// [`BadToken::Forged`].
    pub fn verify_manifest(&self, manifest: &[u8], jws: &str) -> Result<String, BadToken> {
        let jws = jws.trim();
        let (header, signature) = jws.split_once("..").filter(|_| jws.len() <= LONGEST).ok_or(BadToken::Forged)?;
        let raw = data_encoding::BASE64URL_NOPAD.decode(header.as_bytes()).map_err(|_| BadToken::Forged)?;
        let read: Header = serde_json::from_slice(&raw).map_err(|_| BadToken::Forged)?;
        let kid = read.kid.ok_or(BadToken::Forged)?;
        if read.typ.as_deref() != Some(MANIFEST) || read.alg != Algorithm::EdDSA || read.crit.is_some() {
            return Err(BadToken::Forged);
        }
        let key = self.decoding.get(&kid).ok_or(BadToken::Forged)?;
        let good = jsonwebtoken::crypto::verify(signature, &message(header, manifest), key, Algorithm::EdDSA);
        if good.is_ok_and(|good| good) { Ok(kid) } else { Err(BadToken::Forged) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_manifest_or_signature_is_forged() {
        let folder = std::env::temp_dir().join(format!("bourse-keys-{}", crate::values::random_uuid()));
        let keys = SigningKeys::open(&folder).unwrap();
        let jws = keys.sign_manifest("{\"a\":1}").unwrap();
        assert_eq!(keys.verify_manifest(b"{\"a\":1}", &jws).as_deref(), Ok(keys.kids().next().unwrap()));
        assert!(keys.verify_manifest(b"{\"a\":2}", &jws).is_err());
        let (header, signature) = jws.split_once("..").unwrap();
        for bad in [String::new(), "..".to_owned(), format!("{header}."), format!("{header}.x.{signature}")] {
            assert!(keys.verify_manifest(b"{\"a\":1}", &bad).is_err(), "{bad}");
        }
        // A signature of another use is none of a manifest.
        let receipt = keys.sign_receipt(&serde_json::json!({"a": 1})).unwrap();
        let parts: Vec<&str> = receipt.split('.').collect();
        assert!(keys.verify_manifest(b"{\"a\":1}", &format!("{}..{}", parts[0], parts[2])).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
