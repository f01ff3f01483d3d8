//! What makes a dataset of the demo more than texts and files: the structured card, columns, samples, declared standards,
//! lineage. It stands in descriptions of the kind that `bourse publish` reads, with a few words of the demo's own.

use super::content::Dataset;
use super::fill::{Broken, Ground, Stored, line, prose};
use crate::market::accounts::Actor;
use crate::market::datasets::cards;
use crate::market::datasets::columns::{self, Schema};
use crate::market::datasets::lineage::{self, NewStep};
use crate::market::datasets::standards::{self as declared, Outcome};
use crate::market::datasets::{MayChangeDataset, samples};
use crate::market::grants::{NamedInput, name_input};
use crate::market::standards;
use crate::measure::rules::Checker;
use crate::measure::source::Source;
use crate::measure::{sniff, tables};
use crate::packages::{self, Start};
use crate::store::Write;
use crate::values::{DatasetId, Timestamp, VersionId};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// The descriptions, by the names of their datasets.
const ALL: &[(&str, &str)] = &[
    ("spindle-bearing-run-to-failure", include_str!("content/extras/spindle-bearing-run-to-failure.json")),
    ("titanium-milling-tool-wear", include_str!("content/extras/titanium-milling-tool-wear.json")),
    ("press-fit-force-curves", include_str!("content/extras/press-fit-force-curves.json")),
    ("casting-order-lead-times", include_str!("content/extras/casting-order-lead-times.json")),
    ("rooftop-photovoltaic", include_str!("content/extras/rooftop-photovoltaic.json")),
    ("reheating-furnace-energy", include_str!("content/extras/reheating-furnace-energy.json")),
];

/// What is said of one dataset.
pub(super) struct Extras {
    start: Start,
    whole: Value,
}

/// Finds what is said of a dataset beyond its texts.
pub(super) fn of(d: &Dataset) -> Result<Option<Extras>, Broken> {
    let Some((_, text)) = ALL.iter().find(|(slug, _)| *slug == d.slug) else { return Ok(None) };
    let start = packages::read(text).map_err(|wrongs| Broken::at(d.slug, &wrongs))?;
    let whole = serde_json::from_str(text).map_err(|e| Broken::at(d.slug, &e))?;
    Ok(Some(Extras { start, whole }))
}

impl Extras {
    fn list(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.whole[name].as_array().into_iter().flatten()
    }
    /// Writes the structured card.
    pub(super) fn card(&self, tx: &mut Write, may: MayChangeDataset, now: Timestamp) -> Result<(), Broken> {
        let slug = may.dataset().slug.clone();
        cards::change_details(tx, may, 0, &self.start.details, now).map_err(|e| Broken::at(&slug, &e))
    }
    /// Describes a draft whose files are there: columns, samples, inputs, steps, standards.
    pub(super) fn draft(
        &self,
        tx: &mut Write,
        (ground, actor, id): (&Ground, &Actor, DatasetId),
        (version, files): (VersionId, &BTreeMap<String, Stored>),
        now: Timestamp,
    ) -> Result<(), Broken> {
        let broke = |e: &dyn std::fmt::Debug| Broken::at(self.start.name.as_str(), e);
        let may = |tx: &mut Write| MayChangeDataset::check(tx, actor, id).map_err(|e| broke(&e));
        for resource in &self.start.resources {
            if !resource.columns.is_empty() {
                let revision =
                    columns::declared(tx, version, &resource.path.folded())?.map_or(0, |declared| declared.revision);
                let schema = Schema {
                    path: Some(resource.path.clone()),
                    columns: resource.columns.clone(),
                    primary_key: resource.primary_key.clone(),
                };
                let permit = may(tx)?;
                columns::declare(tx, permit, version, revision, &schema, now).map_err(|e| broke(&e))?;
            }
            if let Some(rule) = &resource.sample {
                let permit = may(tx)?;
                samples::choose(tx, permit, (version, resource.path.as_str()), 0, rule, now).map_err(|e| broke(&e))?;
            }
        }
        self.lineage(tx, (ground, actor, id), version, now)?;
        self.standards(tx, (actor, id), version, now)?;
        check(tx, files, now)
    }
    /// Names inputs and steps.
    fn lineage(
        &self,
        tx: &mut Write,
        (ground, actor, id): (&Ground, &Actor, DatasetId),
        version: VersionId,
        now: Timestamp,
    ) -> Result<(), Broken> {
        let broke = |e: &dyn std::fmt::Debug| Broken::at(self.start.name.as_str(), e);
        let may = |tx: &mut Write| MayChangeDataset::check(tx, actor, id).map_err(|e| broke(&e));
        for input in self.list("inputs") {
            let named = NamedInput {
                address: text(input, "address"),
                name: text(input, "name"),
                licence: text(input, "licence"),
                confidential: false,
            };
            let permit = may(tx)?;
            name_input(tx, permit, (actor, &ground.public_url), (version, &named), now).map_err(|e| broke(&e))?;
        }
        for step in self.list("steps") {
            let new = NewStep {
                name: line(&text(step, "name"))?,
                tool: line(&text(step, "tool"))?,
                note: prose(&text(step, "note"))?,
                started_at: None,
                ended_at: None,
            };
            let permit = may(tx)?;
            lineage::add_step(tx, permit, version, &new, now).map_err(|e| broke(&e))?;
        }
        Ok(())
    }
    /// Declares the standards that the version before did not.
    fn standards(
        &self,
        tx: &mut Write,
        (actor, id): (&Actor, DatasetId),
        version: VersionId,
        now: Timestamp,
    ) -> Result<(), Broken> {
        let broke = |e: &dyn std::fmt::Debug| Broken::at(self.start.name.as_str(), e);
        let may = |tx: &mut Write| MayChangeDataset::check(tx, actor, id).map_err(|e| broke(&e));
        let library = standards::newest(tx)?;
        let carried = declared::of_version(tx, version)?;
        for wanted in self.list("standards") {
            let code = text(wanted, "code");
            let standard =
                library.iter().find(|s| s.code == code).ok_or_else(|| Broken::at(&code, &"no such standard"))?;
            if carried.iter().any(|d| d.standard.id == standard.id) {
                continue;
            }
            let permit = may(tx)?;
            declared::declare(tx, permit, version, (standard.id, &text(wanted, "files")), now)
                .map_err(|e| broke(&e))?;
        }
        Ok(())
    }
}

/// A text of a description.
fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Checks what was declared, as the job does, so that the version can be published at once.
fn check(tx: &mut Write, files: &BTreeMap<String, Stored>, now: Timestamp) -> Result<(), Broken> {
    let house = Actor::house("demo");
    while let Some(due) = declared::take_next(tx, &house, "demo", now)? {
        let broke = |e: &dyn std::fmt::Debug| Broken::at(&due.path, e);
        let stored = files.values().find(|f| f.new.blob == due.blob.id);
        let bytes = stored.map(|f| f.bytes.clone()).ok_or_else(|| broke(&"no bytes"))?;
        let source: Arc<dyn Source> = Arc::new(bytes);
        let facts = sniff(&source, &due.path).map_err(|e| broke(&e))?;
        let mut checker = Checker::new(&due.standard.definition, &facts);
        tables::walk(&source, &facts, &mut |row, cells| {
            checker.row(row, cells);
            ControlFlow::Continue(())
        })
        .map_err(|e| broke(&e))?;
        declared::finish(tx, &house, &due, &Outcome::Read(checker.report()), now)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::content;

    #[test]
    fn every_description_belongs_to_a_dataset_and_names_its_files() {
        for d in content::datasets() {
            let Some(extras) = super::of(d).unwrap() else { continue };
            assert!(!extras.start.details.texts.is_empty(), "{}", d.slug);
            let last = d.versions.last().unwrap();
            for resource in &extras.start.resources {
                assert!(
                    last.files.iter().any(|f| f.path == resource.path.as_str()),
                    "{}: {}",
                    d.slug,
                    resource.path.as_str()
                );
            }
        }
        assert!(super::ALL.iter().all(|(slug, _)| content::datasets().any(|d| d.slug == *slug)));
    }
}
