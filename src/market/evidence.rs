//! The evidence pack of a deal: who dealt on what, who decided, on which texts, what was given and taken. Readable entries,
//! and an index over their SHA-256 that the exchange signs, so that nothing can be changed, added or left out afterwards.
//!
//! The last room: it looks at all others and changes nothing.

use super::accounts::{self, Actor, Office};
use super::conditions::Refused;
use super::grants::{self, Grant, Hand};
use super::journal::Entry as Deed;
use super::parties::{self, Party};
use super::purchases::{self, Line, Purchase, Whole};
use super::{datasets, delivery, journal, licences};
use crate::store::{Read, StoreError};
use crate::values::{Lang, PurchaseId, Sha256, Timestamp};
use serde_json::{Value, json};
use sha2::Digest;
use std::io::{Cursor, Write as _};

/// One entry of a pack.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its path in the pack.
    pub path: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// The entries of a pack, and the number of the deal.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The number of the request.
    pub number: String,
    /// The request.
    pub purchase: PurchaseId,
    /// The entries.
    pub entries: Vec<Entry>,
}

impl Pack {
    fn text(&mut self, path: impl Into<String>, content: impl Into<String>) {
        self.entries.push(Entry { path: path.into(), content: content.into().into_bytes() });
    }
    fn json(&mut self, path: impl Into<String>, value: &Value) {
        self.text(path, format!("{value:#}\n"));
    }
}

/// Gathers the evidence of a deal, for both of its sides, the compliance officer where it came by there, and the site
/// auditor.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn gather(tx: &mut Read, actor: &Actor, id: PurchaseId, now: Timestamp) -> Result<Pack, Refused> {
    let whole = if accounts::office_of(tx, actor)? == Some(Office::SiteAuditor) {
        purchases::whole_for_audit(tx, actor, id, now)?
    } else {
        purchases::whole(tx, actor, id, now)?
    };
    let p = &whole.purchase;
    let mut pack = Pack { number: p.number.clone(), purchase: p.id, entries: Vec::new() };
    pack.json("deal.json", &deal(&whole));
    pack.json("identities.json", &identities(tx, p)?);
    pack.json("approvals.json", &approvals(tx, &whole)?);
    pack.text("agreement.json", purchases::agreement_of(tx, p)?.wording()?);
    for line in &whole.lines {
        goods(tx, &mut pack, line, p.submitted_at)?;
    }
    if let Some(order) = &whole.order {
        pack.json(
            format!("invoice/{}.json", order.number),
            &json!({
                "number": order.number, "net_minor": order.net.minor, "tax_minor": order.tax.minor,
                "currency": order.net.currency.code(), "payee": order.payee, "opened_at": order.opened_at.rfc3339(),
                "due_at": order.due_at.rfc3339(), "paid_at": order.paid_at.map(Timestamp::rfc3339),
                "paid_on": order.paid_on, "paid_reference": order.paid_reference,
            }),
        );
    }
    let mut entries = whole.entries.clone();
    for grant in &whole.grants {
        given(tx, &mut pack, grant)?;
        entries.extend(journal::of_thing(tx, grant.id.as_str())?);
    }
    entries.sort_by_key(|e| e.seq);
    record(&mut pack, &entries);
    pack.text("README.md", readme(&pack));
    pack.entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(pack)
}

fn deal(whole: &Whole) -> Value {
    let p = &whole.purchase;
    let lines: Vec<Value> = whole
        .lines
        .iter()
        .map(|l| {
            json!({
                "position": l.position, "dataset": l.dataset_id.as_str(), "version": l.version_id.as_str(),
                "licence_sha256": l.licence_sha256.as_str(), "scope": l.scope.as_str(), "term_days": l.term_days,
                "net_minor": l.net.minor, "tax_minor": l.tax.minor, "payment_days": l.payment_days,
            })
        })
        .collect();
    let grants: Vec<&str> = whole.grants.iter().map(|g| g.number.as_str()).collect();
    json!({
        "number": p.number, "state": p.state.name(), "buyer": p.buyer_id.as_str(), "seller": p.seller_id.as_str(),
        "requested_by": {"kind": p.requested_by_kind, "id": p.requested_by, "name": p.requested_by_name},
        "answers": {"purpose": p.purpose},
        "accepted": {"at": p.accepted_at.rfc3339(), "lang": p.accepted_lang},
        "net_minor": p.net.minor, "tax_minor": p.tax.minor, "currency": p.net.currency.code(),
        "submitted_at": p.submitted_at.rfc3339(), "state_at": p.state_at.rfc3339(), "lines": lines, "grants": grants,
    })
}

fn identities(tx: &mut Read, p: &Purchase) -> Result<Value, StoreError> {
    let mut out = serde_json::Map::new();
    for (side, id) in [("buyer", p.buyer_id), ("seller", p.seller_id)] {
        let party = parties::get(tx, id)?;
        out.insert(side.to_owned(), identity(tx, &party)?);
    }
    Ok(out.into())
}

/// Who an organisation is, and how the exchange checked that.
fn identity(tx: &mut Read, party: &Party) -> Result<Value, StoreError> {
    let by = party.verified_by.map(|m| accounts::find_member(tx, m)).transpose()?.flatten().map(|m| m.name);
    Ok(json!({
        "id": party.id.as_str(), "name_zh": party.name_zh, "name_en": party.name_en, "kind": party.kind.as_str(),
        "country": party.country, "registration": party.registration,
        "verified_at": party.verified_at.map(Timestamp::rfc3339), "verified_by": by, "method": party.verification,
    }))
}

fn approvals(tx: &mut Read, whole: &Whole) -> Result<Value, StoreError> {
    let mut list = Vec::new();
    for d in &whole.decisions {
        let name = accounts::find_member(tx, d.member_id)?.map(|m| m.name).unwrap_or_default();
        list.push(json!({
            "side": d.side.as_str(), "verdict": d.verdict.as_str(), "round": d.round, "note": d.note,
            "by": {"id": d.member_id.as_str(), "name": name}, "at": d.decided_at.rfc3339(),
        }));
    }
    // Each voice at a step, also of rounds that count no more: who spoke, for whom it counts, and what was signed.
    for (step, d) in purchases::steps::voices_of(tx, whole.purchase.id)? {
        let counts = whole.steps.iter().any(|v| v.step.id == step.id);
        list.push(json!({
            "side": d.desk.as_str(), "verdict": d.verdict.as_str(), "round": d.round, "counts": counts, "note": d.note,
            "step": {"name_zh": step.name(Lang::Zh), "name_en": step.name(Lang::En), "kind": d.kind.as_str()},
            "by": {"id": d.member_id.as_str(), "name": d.member_name}, "for": d.stands_for.as_str(), "reason": d.reason,
            "signed": d.signed.as_ref().map(|(lang, sha256)| json!({"language": lang, "sha256": sha256})),
            "at": d.decided_at.rfc3339(),
        }));
    }
    Ok(list.into())
}

/// What was dealt in: source statement and grading, the manifest with its signature, the text of the licence.
fn goods(tx: &mut Read, pack: &mut Pack, line: &Line, at: Timestamp) -> Result<(), StoreError> {
    let dataset = datasets::get(tx, line.dataset_id)?;
    let kept = datasets::kept_before(tx, dataset.id, at)?;
    let gradings: Vec<Value> = datasets::gradings_of(tx, dataset.id)?
        .iter()
        .map(|g| {
            json!({
                "edition_of_rules": g.edition, "class": g.class, "answers": g.answers, "level": g.level.as_str(),
                "reason": g.reason, "filing_reference": g.filing_reference, "decided_by": g.decided_by,
                "decided_at": g.decided_at.rfc3339(),
            })
        })
        .collect();
    let stem = format!("goods/{}", line.position);
    pack.json(
        format!("{stem}/source.json"),
        &json!({
            "dataset": dataset.id.as_str(), "title_zh": dataset.title_zh, "title_en": dataset.title_en,
            "level": dataset.level.as_str(), "source_statement": dataset.source_statement,
            "when_asked_for": kept.map(|k| json!({
                "level": k.level.as_str(), "kept_at": k.kept_at.rfc3339(),
                "source_statement": k.snapshot.texts.get("source_statement"),
            })),
            "gradings": gradings,
        }),
    );
    if let Some(version) = datasets::version(tx, line.version_id)? {
        if let Some(manifest) = version.manifest {
            pack.text(format!("{stem}/manifest.json"), manifest);
        }
        if let Some(jws) = datasets::releases::signature(tx, version.id)? {
            pack.text(format!("{stem}/manifest.jws"), jws);
        }
    }
    if let Some(licence) = licences::find(tx, line.licence_id)? {
        for (lang, text) in [("zh", &licence.text_zh), ("en", &licence.text_en)] {
            if !text.is_empty() {
                pack.text(format!("{stem}/licence.{lang}.md"), text.clone());
            }
        }
        pack.json(
            format!("{stem}/licence.json"),
            &json!({
                "code": licence.code, "label": licence.label, "title_zh": licence.title_zh, "title_en": licence.title_en,
                "sha256": licence.sha256.as_str(), "terms": licence.terms,
            }),
        );
    }
    Ok(())
}

/// What was given and taken under a grant.
fn given(tx: &mut Read, pack: &mut Pack, grant: &Grant) -> Result<(), StoreError> {
    pack.text(format!("receipts/{}.jws", grant.number), grant.receipt.clone());
    let taken: Vec<Value> = delivery::all_usage(tx, grant)?
        .iter()
        .map(|u| {
            json!({
                "file": u.file_id.as_str(), "taken_by": u.taken_by, "day": u.day, "requests": u.requests,
                "sent_bytes": u.sent_bytes, "last_at": u.last_at.rfc3339(),
            })
        })
        .collect();
    let bounds = grants::bounds_of(tx, grant.id)?.unwrap_or_default();
    pack.json(
        format!("deliveries/{}.json", grant.number),
        &json!({
            "grant": grant.number, "starts_at": grant.starts_at.rfc3339(),
            "ends_at": grants::end_of(grant).map(Timestamp::rfc3339), "limits": bounds.deal.json(), "taken": taken,
        }),
    );
    Ok(())
}

fn record(pack: &mut Pack, entries: &[Deed]) {
    let list: Vec<Value> = entries
        .iter()
        .map(|e| {
            json!({
                "seq": e.seq, "id": e.id.as_str(), "at": e.at.rfc3339(), "by": {"kind": e.by.kind.to_string(), "id": e.by.id, "name": e.by.name},
                "deed": e.deed.as_str(), "subject": e.thing.as_str(), "subject_id": e.thing_id, "detail": e.detail,
            })
        })
        .collect();
    pack.json("journal.json", &list.into());
    let cell = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    let rows: Vec<String> = entries
        .iter()
        .map(|e| {
            format!("| {} | {} | {} | {} |\n", e.at.rfc3339(), cell(&e.by.name), e.deed.as_str(), e.thing.as_str())
        })
        .collect();
    pack.text("journal.md", format!("| at | by | deed | subject |\n| --- | --- | --- | --- |\n{}", rows.concat()));
}

fn readme(pack: &Pack) -> String {
    let list: Vec<String> = pack.entries.iter().map(|e| format!("- `{}`\n", e.path)).collect();
    format!(
        "# Evidence of {number} · {number}存证材料\n\n\
         What both sides agreed, who decided, on which texts, what was given and taken. `index.jws` is signed by the exchange \
         and binds the SHA-256 of every entry: `bourse verify PACK.zip --keys jwks.json`.\n\n\
         双方的约定、审批、所依据的文本、交付与取用记录。`index.jws`由交易所签名，绑定每个条目的SHA-256：\
         `bourse verify PACK.zip --keys jwks.json`。\n\n{list}",
        number = pack.number,
        list = list.concat(),
    )
}

/// Puts a pack into a zip, with the signed index.
///
/// # Errors
/// [`StoreError::Broken`] when it cannot be written or signed, which is a bug.
pub fn zipped(pack: &Pack, hand: &Hand, now: Timestamp) -> Result<Vec<u8>, StoreError> {
    let broken = |e: &dyn std::fmt::Display| StoreError::Broken(e.to_string());
    let entries: Vec<Value> = pack
        .entries
        .iter()
        .map(|e| {
            let digest = Sha256::of(&sha2::Sha256::digest(&e.content).into());
            json!({"path": e.path, "bytes": e.content.len(), "sha256": digest.as_str()})
        })
        .collect();
    let index = json!({
        "iss": hand.public_url, "jti": pack.purchase.as_str(), "iat": now.seconds(), "number": pack.number,
        "exchange": hand.exchange, "made_at": now.rfc3339(), "entries": entries,
    });
    let signed = hand.signing.sign_evidence(&index).map_err(|e| broken(&e))?;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let index = Entry { path: "index.jws".to_owned(), content: signed.into_bytes() };
    for entry in pack.entries.iter().chain([&index]) {
        zip.start_file(entry.path.as_str(), options).map_err(|e| broken(&e))?;
        zip.write_all(&entry.content).map_err(|e| broken(&e))?;
    }
    Ok(zip.finish().map_err(|e| broken(&e))?.into_inner())
}
