//! A receipt as a W3C Verifiable Credential, data model 2.0: the same facts, for wallets and other software.

use crate::market::signing::did_web;
use serde_json::{Value, json};

/// Makes the credential of a receipt that was signed at an exchange; nothing is said that the receipt does not say.
#[must_use]
pub fn credential_of(receipt: &Value, public_url: &str) -> Value {
    let text = |path: &str| receipt.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let mut credential = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", {"@vocab": format!("{public_url}/schemas/receipt-1.json#")}],
        "id": format!("urn:uuid:{}", text("/jti")),
        "type": ["VerifiableCredential", "DataUseGrant"],
        "issuer": {"id": did_web(public_url), "name": text("/exchange")},
        "name": [
            {"@value": format!("Receipt of grant {}", text("/number")), "@language": "en"},
            {"@value": format!("数据使用授权凭证{}", text("/number")), "@language": "zh-CN"},
        ],
        "validFrom": text("/starts_at"),
        "credentialSchema": {"id": format!("{public_url}/schemas/receipt-credential-1.json"), "type": "JsonSchema"},
        "credentialStatus": {"id": format!("{public_url}/api/v1/receipts/{}/validity", text("/jti")), "type": "BourseValidity"},
        "credentialSubject": {"id": format!("urn:uuid:{}", text("/sub")), "receipt": receipt},
    });
    let end = receipt.pointer("/ends_at").filter(|end| end.is_string());
    if let (Some(map), Some(end)) = (credential.as_object_mut(), end) {
        map.insert("validUntil".to_owned(), end.clone());
    }
    credential
}

/// The published JSON Schema of the credential; that of the receipt inside stands at its own address.
#[must_use]
pub fn credential_schema(public_url: &str) -> Value {
    let text = json!({"type": "string"});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{public_url}/schemas/receipt-credential-1.json"),
        "title": "Receipt of a grant as a Verifiable Credential",
        "description": "Payload of a JWT (typ vc+jwt, alg EdDSA). The key stands under its kid in the DID document of the issuer, and at /.well-known/jwks.json.",
        "type": "object",
        "required": ["@context", "id", "type", "issuer", "validFrom", "credentialSubject"],
        "properties": {
            "id": text, "validFrom": text, "validUntil": text,
            "type": {"type": "array", "contains": {"const": "VerifiableCredential"}},
            "issuer": {"type": "object", "required": ["id"]},
            "credentialSubject": {"type": "object", "required": ["id", "receipt"], "properties": {"id": text, "receipt": super::receipt_schema()}},
        },
    })
}
