//! Receipts as W3C Verifiable Credentials (VC-JOSE-COSE: a JWT of the media type `application/vc+jwt`), and the index of an
//! evidence pack. The issuer is a `did:web`, so that anybody finds the keys from the credential alone.

use super::{BadToken, RECEIPT, SigningKeys};
use serde_json::{Value, json};

/// The `typ` of a Verifiable Credential (VC-JOSE-COSE, section 3.1.1).
const CREDENTIAL: &str = "vc+jwt";
/// The `typ` of the index of an evidence pack.
const EVIDENCE: &str = "bourse-evidence+jwt";
/// The longest signed text that is looked at, in bytes.
const LONGEST: usize = 256 * 1024;

/// Gives the `did:web` of a public address: host and port, then the parts of the path.
#[must_use]
pub fn did_web(public_url: &str) -> String {
    let rest = public_url.split_once("://").map_or(public_url, |(_, rest)| rest).trim_end_matches('/');
    let parts: Vec<String> = rest.split('/').map(|p| p.replace(':', "%3A")).collect();
    format!("did:web:{}", parts.join(":"))
}

/// What a signed text is, by its own word, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub enum Signed {
    /// A receipt.
    Receipt(Value),
    /// A receipt as a Verifiable Credential.
    Credential(Value),
}

impl Signed {
    /// Gives the receipt, which a credential holds as its subject's.
    #[must_use]
    pub fn receipt(&self) -> Option<&Value> {
        match self {
            Self::Receipt(receipt) => Some(receipt),
            Self::Credential(credential) => credential.pointer("/credentialSubject/receipt"),
        }
    }
}

/// Verifies a receipt in either form.
///
/// # Errors
/// [`BadToken::Forged`].
pub fn verify_any(keys: &SigningKeys, text: &str) -> Result<Signed, BadToken> {
    let header = jsonwebtoken::decode_header(text).map_err(|_| BadToken::Forged)?;
    match header.typ.as_deref() {
        Some(RECEIPT) => keys.verify_receipt(text).map(Signed::Receipt),
        Some(CREDENTIAL) => keys.verify(CREDENTIAL, text, LONGEST).map(Signed::Credential),
        Some(_) | None => Err(BadToken::Forged),
    }
}

impl SigningKeys {
    /// Signs a credential in the name of a DID.
    ///
    /// # Errors
    /// [`BadToken::Forged`] when the key cannot sign, which is a bug.
    pub fn sign_credential(&self, did: &str, credential: &Value) -> Result<String, BadToken> {
        self.sign_as(CREDENTIAL, Some(did), credential)
    }
    /// Signs the index of an evidence pack.
    ///
    /// # Errors
    /// [`BadToken::Forged`] when the key cannot sign, which is a bug.
    pub fn sign_evidence(&self, index: &Value) -> Result<String, BadToken> {
        self.sign(EVIDENCE, index)
    }
    /// Verifies the index of an evidence pack; it never lapses.
    ///
    /// # Errors
    /// [`BadToken::Forged`].
    pub fn verify_evidence(&self, text: &str) -> Result<Value, BadToken> {
        self.verify(EVIDENCE, text, LONGEST)
    }
    /// The DID document with every key, newest first (DID Core, did:web).
    #[must_use]
    pub fn did_document(&self, did: &str) -> Value {
        let id = |kid: &str| format!("{did}#{kid}");
        let methods: Vec<Value> = self
            .pairs
            .iter()
            .rev()
            .map(|p| {
                let jwk = json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": p.kid, "x": p.x});
                json!({"id": id(&p.kid), "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk})
            })
            .collect();
        let ids: Vec<String> = self.kids().map(id).collect();
        json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
            "id": did,
            "verificationMethod": methods,
            "assertionMethod": ids,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::signing::published;

    #[test]
    fn a_public_address_has_a_did() {
        assert_eq!(did_web("https://data.example"), "did:web:data.example");
        assert_eq!(did_web("http://127.0.0.1:8090/"), "did:web:127.0.0.1%3A8090");
        assert_eq!(did_web("https://data.example/market"), "did:web:data.example:market");
    }

    #[test]
    fn one_use_is_not_another() {
        let folder = std::env::temp_dir().join(format!("bourse-keys-{}", crate::values::random_uuid()));
        let keys = SigningKeys::open(&folder).unwrap();
        let value = json!({"jti": "x"});
        let vc = keys.sign_credential("did:web:a", &json!({"credentialSubject": {"receipt": value}})).unwrap();
        let index = keys.sign_evidence(&value).unwrap();
        assert_eq!(verify_any(&keys, &vc).unwrap().receipt(), Some(&value));
        assert!(keys.verify_receipt(&vc).is_err());
        assert!(verify_any(&keys, &index).is_err());
        // The DID document verifies as well as the JWK set does.
        let from_did = published(&keys.did_document("did:web:a")).unwrap();
        assert!(verify_any(&from_did, &vc).is_ok());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
