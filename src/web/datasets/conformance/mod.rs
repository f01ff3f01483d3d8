//! The report on the standards that a version declares: every broken rule with its count and row numbers; in a draft
//! also the forms that declare one and take it back.

pub mod api;
mod desk;
mod views;

use super::releases::{At, version_named};
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit};
use crate::market::datasets::standards::{self as declared, Declared};
use crate::market::datasets::{Dataset, Version, VersionState};
use crate::market::parties::Party;
use crate::market::standards::{self, Standard};
use crate::routes;
use crate::values::Lang;
use crate::web::sheet::Mark;
use crate::words;

routes! {
    get "/datasets/{party}/{slug}/versions/{version}/conformance" Anybody => page,
    post "/datasets/{party}/{slug}/versions/{version}/declarations" SignedIn => desk::declare,
    post "/datasets/{party}/{slug}/versions/{version}/declarations/{declaration}/removal" SignedIn => desk::undeclare,
}

/// A version with what it declares.
pub(super) struct Checks {
    pub dataset: Dataset,
    pub party: Party,
    pub version: Version,
    pub publishes: bool,
    pub declared: Vec<Declared>,
    /// What may be declared: for the publisher of a draft only.
    pub library: Vec<Standard>,
}
impl Checks {
    /// Whether the reader may declare.
    pub fn editable(&self) -> bool {
        self.publishes && self.version.state == VersionState::Draft
    }
}

/// Loads a version with what it declares and what was found.
pub(super) async fn load(visit: &Visit, at: At) -> Result<Checks, Problem> {
    let actor = visit.look.actor.clone();
    let read = visit.site.db.read(move |tx| {
        let (dataset, party, version, publishes) = version_named(tx, actor.as_ref(), (&at.0, &at.1, &at.2))?;
        let declared = declared::of_version(tx, version.id)?;
        let mut checks = Checks { dataset, party, version, publishes, declared, library: Vec::new() };
        if checks.editable() {
            checks.library = standards::newest(tx)?;
        }
        Ok::<_, Problem>(checks)
    });
    read.await
}

/// The name of a standard with its label.
pub(super) fn name(lang: Lang, standard: &Standard) -> String {
    format!("{} {}", standard.title(lang), standard.label)
}

/// How a version stands to a standard that it declares, as a mark.
pub(super) fn badge(lang: Lang, declared: &Declared) -> Mark {
    let (class, icon, key) = match declared.conforms() {
        Some(true) => ("ok", "check", "conforms-to"),
        Some(false) => ("warn", "warn", "breaks-standard"),
        None if declared.files.is_empty() => ("plain", "info", "no-file-for-standard"),
        None => ("wait", "clock", "checking-standard"),
    };
    Mark { class, icon, text: words::with(lang, key, &[("standard", &name(lang, &declared.standard))]) }
}

async fn page(visit: Visit, Path(at): Path<At>) -> Answer {
    let checks = load(&visit, at).await?;
    views::sheet(&visit, &checks, &desk::DeclarationTyped::default(), &[]).answer()
}
