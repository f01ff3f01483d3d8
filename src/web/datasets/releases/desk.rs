//! A publisher advises against a version, or takes the advice back.

use super::{At, load, views};
use crate::http::problem::Problem;
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::datasets::{self, MayDeprecate};
use crate::market::grants;
use crate::urls;
use crate::values::{Line, VersionId};
use crate::web::accounts::forms::Nothing;
use crate::web::datasets::edit::version_problem;
use crate::web::datasets::forms::ReasonTyped;

/// Advises against a version.
pub(super) async fn advise(visit: &Visit, version: VersionId, note: Line) -> Result<(), Problem> {
    let act = visit.as_person()?;
    act.write(move |tx, actor, now| {
        let may = MayDeprecate::check(tx, actor, version)?;
        grants::deprecate_version(tx, may, &note, now).map_err(version_problem)
    })
    .await
}

/// Takes the advice against a version back.
pub(super) async fn take_back(visit: &Visit, version: VersionId) -> Result<(), Problem> {
    let act = visit.as_person()?;
    act.write(move |tx, actor, now| {
        let may = MayDeprecate::check(tx, actor, version)?;
        datasets::restore(tx, may, now).map_err(version_problem)
    })
    .await
}

pub(super) async fn deprecate(visit: Visit, Path(at): Path<At>, form: Form<ReasonTyped>) -> Answer {
    let release = load(&visit, at).await?;
    let note = match form.typed.parse() {
        Ok(note) => note,
        Err(faults) => return views::sheet(&visit, &release, &faults).answer(),
    };
    let version = release.version.id;
    advise(&visit, version, note).await?;
    let here = urls::release(&release.party.slug, &release.dataset.slug, &release.version.label);
    Ok(see_other(format!("{here}?done=deprecated")))
}

pub(super) async fn restore(visit: Visit, Path(at): Path<At>, _form: Form<Nothing>) -> Answer {
    let release = load(&visit, at).await?;
    take_back(&visit, release.version.id).await?;
    let here = urls::release(&release.party.slug, &release.dataset.slug, &release.version.label);
    Ok(see_other(format!("{here}?done=restored")))
}
