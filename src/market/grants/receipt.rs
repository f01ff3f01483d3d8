//! The receipt of a grant: one signed file (JWS, EdDSA) that anybody can check offline with the published keys.

use super::{Grant, Limits};
use crate::market::datasets::{Dataset, File, Version};
use crate::market::licences::Licence;
use crate::market::parties::Party;
use crate::market::signing::SigningKeys;
use crate::store::StoreError;
use crate::values::{Money, Timestamp, hash_text};
use serde_json::{Value, json};
use std::sync::Arc;

/// The most files whose digests stand in a receipt.
const MOST_FILES: usize = 200;

/// The hand that signs: the keys, and in whose name.
#[derive(Clone)]
pub struct Hand {
    /// The keys.
    pub signing: Arc<SigningKeys>,
    /// The exchange's name.
    pub exchange: String,
    /// The public address.
    pub public_url: String,
}

/// What a receipt binds beside the grant itself.
pub(in crate::market) struct ReceiptFacts<'a> {
    pub licensor: &'a Party,
    pub licensee: &'a Party,
    pub dataset: &'a Dataset,
    pub version: &'a Version,
    pub licence: &'a Licence,
    pub net: Money,
    pub tax: Money,
    pub purpose: &'a str,
    pub requested_by: &'a str,
    pub accepted_at: Timestamp,
    pub accepted_lang: &'a str,
    /// Side, name, instant of each approval.
    pub approvals: Vec<(String, String, Timestamp)>,
    /// What the deal bounds.
    pub limits: Limits,
}

fn party(p: &Party) -> Value {
    json!({
        "id": p.id.as_str(), "name_zh": p.name_zh, "name_en": p.name_en, "country": p.country, "registration": p.registration,
        "verified_at": p.verified_at.map(Timestamp::rfc3339),
    })
}

/// Signs the receipt of a grant.
pub(super) fn sign(
    grant: &Grant,
    (facts, files): (&ReceiptFacts<'_>, &[File]),
    hand: &Hand,
    now: Timestamp,
) -> Result<String, StoreError> {
    let approvals: Vec<Value> =
        facts.approvals.iter().map(|(side, by, at)| json!({"side": side, "by": by, "at": at.rfc3339()})).collect();
    let receipt = json!({
        "schema": format!("{}/schemas/receipt-1.json", hand.public_url),
        "iss": hand.public_url,
        "sub": grant.holder_id.as_str(),
        "jti": grant.id.as_str(),
        "iat": now.seconds(),
        "number": grant.number,
        "exchange": hand.exchange,
        "issued_at": now.rfc3339(),
        "licensor": party(facts.licensor),
        "licensee": party(facts.licensee),
        "dataset": {
            "id": facts.dataset.id.as_str(), "title_zh": facts.dataset.title_zh, "title_en": facts.dataset.title_en,
            "address": format!("{}/datasets/{}/{}", hand.public_url, facts.licensor.slug, facts.dataset.slug),
        },
        "version": {
            "id": facts.version.id.as_str(), "label": facts.version.label,
            "manifest_sha256": facts.version.manifest_sha256.as_ref().map(|d| d.to_string()),
        },
        "scope": grant.scope.as_str(),
        "level": facts.dataset.level.as_str(),
        "licence": {
            "code": facts.licence.code, "label": facts.licence.label, "sha256": facts.licence.sha256.as_str(),
            "title_zh": facts.licence.title_zh, "title_en": facts.licence.title_en,
            "address": format!("{}/licences/{}", hand.public_url, facts.licence.id),
        },
        "policy": { "sha256": hash_text(&facts.licence.terms.canonical()).as_str(), "terms": facts.licence.terms },
        "limits": facts.limits.json(),
        "price": {"net_minor": facts.net.minor, "tax_minor": facts.tax.minor, "currency": facts.net.currency.code()},
        "purpose": facts.purpose,
        "requested_by": facts.requested_by,
        "accepted": {"by": facts.requested_by, "at": facts.accepted_at.rfc3339(), "lang": facts.accepted_lang, "licence_sha256": facts.licence.sha256.as_str()},
        "approvals": approvals,
        "starts_at": grant.starts_at.rfc3339(),
        "ends_at": grant.ends_at.map(Timestamp::rfc3339),
    });
    let mut receipt = receipt;
    // With few files their digests stand in the receipt itself; with many the manifest says them, whose digest it binds.
    if files.len() <= MOST_FILES
        && let Some(map) = receipt.as_object_mut()
    {
        let covered = files.iter().filter(|f| facts.limits.cover(&f.path));
        let list: Vec<Value> =
            covered.map(|f| json!({"path": f.path, "bytes": f.size_bytes, "sha256": f.sha256.as_str()})).collect();
        map.insert("files".to_owned(), list.into());
    }
    hand.signing.sign_receipt(&receipt).map_err(|e| StoreError::Broken(e.to_string()))
}

/// The published JSON Schema of a receipt's payload.
#[must_use]
pub fn receipt_schema() -> Value {
    let text = json!({"type": "string"});
    let party = json!({"type": "object", "required": ["id", "name_zh", "name_en", "country", "registration"]});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Receipt of a grant",
        "description": "Payload of a JWS (typ bourse-receipt+jwt, alg EdDSA). The key stands under its kid at /.well-known/jwks.json of the issuer.",
        "type": "object",
        "required": ["schema", "iss", "sub", "jti", "iat", "number", "issued_at", "licensor", "licensee", "dataset", "version", "scope", "licence", "price", "purpose", "accepted", "approvals", "starts_at", "ends_at"],
        "properties": {
            "schema": text, "iss": text, "sub": text, "jti": text, "iat": {"type": "integer"}, "number": text, "exchange": text, "issued_at": text,
            "licensor": party, "licensee": party,
            "dataset": {"type": "object", "required": ["id", "title_zh", "title_en", "address"]},
            "version": {"type": "object", "required": ["id", "label", "manifest_sha256"]},
            "scope": {"enum": ["version", "all_versions"]}, "level": {"enum": ["general", "important", "core"]},
            "licence": {"type": "object", "required": ["code", "label", "sha256"]},
            "policy": {"type": "object", "required": ["sha256", "terms"], "description": "The terms that the server understands, and the SHA-256 of their canonical JSON (RFC 8785)."},
            "limits": {"type": "object", "properties": {
                "seats": {"type": "integer"}, "seats_enforced": {"type": "boolean"}, "volume_bytes": {"type": "integer"}, "downloads": {"type": "integer"},
                "networks": {"type": "array", "items": text}, "doors": {"type": "array", "items": {"enum": ["browser", "program"]}}, "paths": {"type": "array", "items": text},
            }},
            "files": {"type": "array", "description": "The covered files of the version, when they are few; else its manifest names them.",
                "items": {"type": "object", "required": ["path", "bytes", "sha256"], "properties": {"path": text, "bytes": {"type": "integer"}, "sha256": text}}},
            "price": {"type": "object", "required": ["net_minor", "tax_minor", "currency"]},
            "purpose": text, "requested_by": text, "accepted": {"type": "object"}, "approvals": {"type": "array"},
            "starts_at": text, "ends_at": {"type": ["string", "null"]},
        },
    })
}
