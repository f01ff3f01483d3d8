//! A publisher declares a standard for files of a draft, or takes that back.

use super::{load, views};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Typed, Visit, see_other};
use crate::market::datasets::MayChangeDataset;
use crate::market::datasets::standards::{self as declared, DeclareError};
use crate::urls;
use crate::values::{DatasetId, DeclarationId, StandardId, VersionId};
use crate::web::accounts::forms::{Nothing, fault};
use crate::web::datasets::releases::At;
use serde::Deserialize;
use utoipa::ToSchema;

/// Which standard, for which files.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct DeclarationTyped {
    /// The standard's identifier.
    pub standard: String,
    /// The form of the paths; `*` stands for anything.
    pub files: String,
}
impl Typed for DeclarationTyped {}
impl DeclarationTyped {
    /// Gives the standard.
    pub(super) fn standard(&self) -> Result<StandardId, Vec<Fault>> {
        self.standard.parse().map_err(|_| vec![fault("standard", "fault-choice")])
    }
}

/// Turns a refused declaration into a problem.
fn declare_problem(error: DeclareError) -> Problem {
    match error {
        DeclareError::NotThere => Problem::not_found(),
        DeclareError::Final => Problem::conflict("wrong-state"),
        DeclareError::Taken => Problem::invalid(vec![fault("files", "fault-declared")]),
        DeclareError::Pattern => Problem::invalid(vec![fault("files", "fault-pattern")]),
        DeclareError::TooMany => Problem::conflict("too-many"),
        DeclareError::Store(error) => error.into(),
    }
}

/// Declares a standard for files of a draft.
pub(super) async fn add(
    visit: &Visit,
    (dataset, version): (DatasetId, VersionId),
    typed: &DeclarationTyped,
) -> Result<DeclarationId, Problem> {
    let (standard, files) = (typed.standard().map_err(Problem::invalid)?, typed.files.clone());
    let act = visit.as_actor()?;
    act.write(move |tx, actor, now| {
        let may = MayChangeDataset::check(tx, actor, dataset)?;
        declared::declare(tx, may, version, (standard, &files), now).map_err(declare_problem)
    })
    .await
}

/// Takes a declaration back.
pub(super) async fn remove(
    visit: &Visit,
    (dataset, version): (DatasetId, VersionId),
    declaration: DeclarationId,
) -> Result<(), Problem> {
    let act = visit.as_actor()?;
    act.write(move |tx, actor, now| {
        let may = MayChangeDataset::check(tx, actor, dataset)?;
        declared::undeclare(tx, may, (version, declaration), now).map_err(declare_problem)
    })
    .await
}

pub(super) async fn declare(visit: Visit, Path(at): Path<At>, form: Form<DeclarationTyped>) -> Answer {
    let checks = load(&visit, at).await?;
    let here = urls::version(&checks.party.slug, &checks.dataset.slug, checks.version.id, "conformance");
    match add(&visit, (checks.dataset.id, checks.version.id), &form.typed).await {
        Ok(_) => Ok(see_other(format!("{here}?done=declared"))),
        Err(problem) => views::sheet(&visit, &checks, &form.typed, &problem.into_faults()?).answer(),
    }
}

pub(super) async fn undeclare(
    visit: Visit,
    Path((party, slug, version, declaration)): Path<(String, String, String, DeclarationId)>,
    _form: Form<Nothing>,
) -> Answer {
    let checks = load(&visit, (party, slug, version)).await?;
    remove(&visit, (checks.dataset.id, checks.version.id), declaration).await?;
    let here = urls::version(&checks.party.slug, &checks.dataset.slug, checks.version.id, "conformance");
    Ok(see_other(format!("{here}?done=undeclared")))
}
