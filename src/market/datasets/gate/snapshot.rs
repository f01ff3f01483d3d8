//! What a reviewer sees of a version, frozen: its texts and what describes its files. It never holds rows of data.

use crate::market::datasets::cards::{self, CardField, Details};
use crate::market::datasets::columns::{self, Column};
use crate::market::datasets::manifest::canonical;
use crate::market::datasets::{Dataset, File, Version, files_of, grading_of, sampled_of};
use crate::measure::Sample;
use crate::store::{Read, StoreError};
use crate::values::VersionId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A file as the snapshot shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotFile {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size_bytes: i64,
    /// Its SHA-256.
    pub sha256: String,
    /// Its rows, when it is a table.
    pub rows: Option<i64>,
    /// Its columns: as they were declared, else the names that the sample knows.
    pub columns: Vec<String>,
}

/// Texts and files of a version at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The label of the version.
    pub label: String,
    /// Texts and facts by the names of their fields.
    pub texts: BTreeMap<String, String>,
    /// The files by path.
    pub files: Vec<SnapshotFile>,
}

impl Snapshot {
    /// What the seller says of the dataset, without what the questionnaire leads to.
    pub(super) fn said(&self) -> BTreeMap<&str, &str> {
        let graded = ["level", "class", "filing_reference"];
        let texts = self.texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        texts.filter(|(name, _)| !graded.contains(name)).collect()
    }
    /// Writes it in one fixed form, so that equal snapshots are equal texts.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when it cannot be written, which is a bug.
    pub fn text(&self) -> Result<String, StoreError> {
        Ok(canonical(&serde_json::to_value(self).map_err(|e| StoreError::Broken(e.to_string()))?))
    }
}

/// Files whose sample is read for the names of their columns.
const SAMPLED: i64 = 200;

/// A declared column in one line.
fn column(c: &Column) -> String {
    let meaning = [c.description.zh.as_str(), c.description.en.as_str()];
    let parts = [c.name.as_str(), c.kind.as_str(), c.unit.as_str()];
    parts.into_iter().chain(meaning).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The columns of every table by the path of its file.
fn columns_of(tx: &mut Read, version: VersionId) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
    let mut all = BTreeMap::new();
    for file in sampled_of(tx, version, SAMPLED)? {
        let sample: Option<Sample> = file.sample.as_deref().and_then(|s| serde_json::from_str(s).ok());
        all.extend(sample.map(|s| (file.path, s.columns)));
    }
    for (_, declared) in columns::declared_of(tx, version)? {
        all.insert(declared.path, declared.columns.iter().map(column).collect());
    }
    Ok(all)
}

/// The structured card by the names of its fields, each behind `card:`.
fn card_texts(details: &Details) -> Vec<(String, String)> {
    let mut list = Vec::new();
    for field in CardField::ALL {
        if let Some(text) = details.texts.get(field) {
            list.push((format!("card:{field}:zh"), text.zh.to_string()));
            list.push((format!("card:{field}:en"), text.en.to_string()));
        }
    }
    let facts = [
        ("right_holding", details.right_holding.as_str()),
        ("right_use", details.right_use.as_str()),
        ("right_operation", details.right_operation.as_str()),
        ("personal", details.personal.as_str()),
        ("rhythm", details.rhythm.as_str()),
        ("covers_from", details.covers_from.as_str()),
        ("covers_to", details.covers_to.as_str()),
    ];
    list.extend(facts.map(|(name, value)| (format!("card:{name}"), value.to_owned())));
    list.retain(|(_, value)| !value.is_empty() && value != "unstated");
    list
}

/// Takes the snapshot of a version as it is now.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn snapshot(tx: &mut Read, dataset: &Dataset, version: &Version) -> Result<Snapshot, StoreError> {
    let grading = grading_of(tx, dataset.id)?;
    let (class, filing) = grading.map(|g| (g.class, g.filing_reference)).unwrap_or_default();
    let texts = [
        ("change_note", version.change_note.clone()),
        ("title_zh", dataset.title_zh.clone()),
        ("title_en", dataset.title_en.clone()),
        ("summary_zh", dataset.summary_zh.clone()),
        ("summary_en", dataset.summary_en.clone()),
        ("card_zh", dataset.card_zh.clone()),
        ("card_en", dataset.card_en.clone()),
        ("sector", dataset.sector.clone()),
        ("kind", dataset.kind.clone()),
        ("use_case", dataset.use_case.clone()),
        ("level", dataset.level.to_string()),
        ("class", class),
        ("filing_reference", filing),
        ("source_statement", dataset.source_statement.clone()),
        ("contact", dataset.contact.clone()),
    ];
    let mut texts: BTreeMap<String, String> = texts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    texts.extend(card_texts(&cards::details(tx, dataset.id)?.details));
    let mut columns = columns_of(tx, version.id)?;
    let file = |f: File| SnapshotFile {
        columns: columns.remove(&f.path).unwrap_or_default(),
        path: f.path,
        size_bytes: f.size_bytes,
        sha256: f.sha256.to_string(),
        rows: f.rows_count,
    };
    let files = files_of(tx, version.id)?.into_iter().map(file).collect();
    Ok(Snapshot { label: version.label.clone(), texts, files })
}
