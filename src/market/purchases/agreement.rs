//! The agreement that a request leads to: its facts, and the hash over them that a signature names.

use super::rows::{self, Purchase};
use super::steps;
use crate::market::{datasets, licences, parties};
use crate::store::{Read, StoreError};
use crate::values::Sha256;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256 as Hasher};

/// One side of an agreement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AgreementParty {
    /// Legal name in Chinese; may be empty.
    pub name_zh: String,
    /// Legal name in English; may be empty.
    pub name_en: String,
    /// Registration number.
    pub registration: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
}

/// What is agreed on for one dataset.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AgreementLine {
    /// The dataset.
    pub dataset: String,
    /// Its title in Chinese; may be empty.
    pub title_zh: String,
    /// Its title in English; may be empty.
    pub title_en: String,
    /// The label of the version.
    pub version: String,
    /// What the offer covers.
    pub scope: String,
    /// Days that the grant lasts.
    pub term_days: Option<i64>,
    /// Months of the calendar that it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_months: Option<i64>,
    /// People who may use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<i64>,
    /// Bytes that may be taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_bytes: Option<i64>,
    /// Downloads of files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downloads: Option<i64>,
    /// The code of the licence.
    pub licence: String,
    /// The hash of the licence text.
    pub licence_sha256: String,
    /// Minor units without tax.
    pub net_minor: i64,
    /// Minor units of tax.
    pub tax_minor: i64,
}

/// An agreement as it stands. Whatever changes in it changes its hash.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Agreement {
    /// The number of the request.
    pub number: String,
    /// Who gets the data.
    pub buyer: AgreementParty,
    /// Who gives it.
    pub seller: AgreementParty,
    /// What is agreed on.
    pub lines: Vec<AgreementLine>,
    /// The currency of the amounts.
    pub currency: String,
    /// What the data is for.
    pub purpose: String,
}

impl Agreement {
    /// The hash over the facts, as JSON with the fields in this order.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when it cannot be written, which no content brings about.
    pub fn sha256(&self) -> Result<Sha256, StoreError> {
        Ok(Sha256::of(&Hasher::digest(self.wording()?.as_bytes()).into()))
    }
    /// The facts as JSON, with the fields in this order: what the hash is taken over.
    ///
    /// # Errors
    /// As [`Agreement::sha256`].
    pub fn wording(&self) -> Result<String, StoreError> {
        serde_json::to_string(self).map_err(|e| StoreError::Broken(e.to_string()))
    }
}

/// Gives the agreement of a request that was found already: in the wording that was signed, as soon as somebody signed
/// its present terms, else as it stands now.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn agreement_of(tx: &mut Read, p: &Purchase) -> Result<Agreement, StoreError> {
    let steps = steps::rows::last_round(tx, p)?;
    for d in steps::rows::decisions_of(tx, p.id)?.into_iter().filter(|d| steps.iter().any(|s| s.id == d.step_id)) {
        let Some((_, sha256)) = d.signed else { continue };
        if let Some(wording) = rows::signed(tx, p.id, &sha256)? {
            return serde_json::from_str(&wording).map_err(|e| StoreError::Broken(format!("agreement {sha256}: {e}")));
        }
    }
    drafted(tx, p)
}

fn drafted(tx: &mut Read, p: &Purchase) -> Result<Agreement, StoreError> {
    let party = |p: parties::Party| AgreementParty {
        name_zh: p.name_zh,
        name_en: p.name_en,
        registration: p.registration,
        country: p.country,
    };
    let (buyer, seller) = (party(parties::get(tx, p.buyer_id)?), party(parties::get(tx, p.seller_id)?));
    let mut lines = Vec::new();
    for line in rows::lines(tx, p)? {
        let dataset = datasets::get(tx, line.dataset_id)?;
        let version = datasets::version(tx, line.version_id)?.map(|v| v.label).unwrap_or_default();
        let licence = licences::find(tx, line.licence_id)?.map(|l| l.code).unwrap_or_default();
        lines.push(AgreementLine {
            dataset: dataset.id.to_string(),
            title_zh: dataset.title_zh,
            title_en: dataset.title_en,
            version,
            scope: line.scope.to_string(),
            term_days: line.term_days.filter(|_| line.pricing.term_months.is_none()),
            term_months: line.pricing.term_months,
            seats: line.limits.seats,
            volume_bytes: line.limits.volume_bytes,
            downloads: line.limits.downloads,
            licence,
            licence_sha256: line.licence_sha256.to_string(),
            net_minor: line.net.minor,
            tax_minor: line.tax.minor,
        });
    }
    Ok(Agreement {
        number: p.number.clone(),
        buyer,
        seller,
        lines,
        currency: p.net.currency.to_string(),
        purpose: p.purpose.clone(),
    })
}
