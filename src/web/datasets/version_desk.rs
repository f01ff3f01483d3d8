//! Pages of a seller for one version: its files, publication and recall.

use super::edit::{Own, frame, own, version_problem};
use super::file_list::{self, PartQuery};
use super::forms::ReasonTyped;
use super::submission::Standing;
use super::{upload, views};
use crate::http::body::declared_length;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, see_other};
use crate::market::datasets::{self, FilesPart, MayChangeDataset, MayRecall, Version, VersionState};
use crate::market::grants;
use crate::urls;
use crate::values::{FileId, VersionId};
use crate::web::accounts::forms::{Nothing, fault};
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Sheet};
use crate::words;
use actix_multipart::Multipart;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;

struct OwnVersion {
    own: Own,
    version: Version,
    files: FilesPart,
    asked: PartQuery,
}

async fn own_version(visit: &Visit, party: &str, slug: &str, version: VersionId) -> Result<OwnVersion, Problem> {
    own_part(visit, party, slug, version, PartQuery::default()).await
}

async fn own_part(
    visit: &Visit,
    party: &str,
    slug: &str,
    version: VersionId,
    asked: PartQuery,
) -> Result<OwnVersion, Problem> {
    let own = own(visit, party, slug).await?;
    let version = own.versions.iter().find(|v| v.id == version).cloned().ok_or_else(Problem::not_found)?;
    let files = file_list::part(visit, version.id, asked.query()).await?;
    Ok(OwnVersion { own, version, files, asked })
}

#[expect(clippy::too_many_lines, reason = "a page from top to bottom")]
async fn version_sheet(visit: &Visit, at: &OwnVersion, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let OwnVersion { own, version, files, asked } = at;
    let (party, dataset) = (&own.party, &own.dataset);
    let here = |part: &str| urls::version(&party.slug, &dataset.slug, version.id, part);
    let mut f = frame(visit, party, dataset, "version");
    f.title = format!("{} {}", say("version"), version.label);
    let mut table = super::files_table(lang, &files.files, |_| None);
    asked.go_on(&mut table, files, &here("edit"));
    let draft = version.state == VersionState::Draft;
    let standing = Standing::of(visit, dataset, version).await?;
    if draft && !standing.held() {
        table.heads.push((say("head-action"), false));
        for (row, file) in table.rows.iter_mut().zip(&files.files) {
            let remove = Button {
                action: here(&format!("files/{}/removal", file.id)),
                text: say("remove"),
                class: "danger",
                hidden: Vec::new(),
            };
            row.push(Cell::buttons(vec![remove]));
        }
        table.empty = (say("files-empty"), say("files-begin-text"), None);
    }
    let mut sheet = Sheet::new(f)
        .crumb(dataset.title(lang), urls::dataset_part(&party.slug, &dataset.slug, "edit"))
        .mark(views::version_mark(lang, version.state))
        .lead(version.change_note.clone())
        .faulty(faults)
        .put(Block::Table(table))
        .put(Block::Links(vec![(say("measuring-title"), here("measurement"), "")]));
    for block in standing.blocks(lang) {
        sheet = sheet.put(block);
    }
    if draft && standing.held() {
        return sheet.answer();
    }
    if draft {
        let uploads = super::uploads::blocks(visit, &sheet.f, (party, dataset, version), faults).await?;
        let desk = urls::dataset_part(&party.slug, &dataset.slug, "edit");
        let next = vec![
            (say("task-submit"), here("submit"), "primary"),
            (say("dataset-desk"), desk, ""),
            (say("lineage"), here("lineage"), ""),
        ];
        return uploads.into_iter().fold(sheet, Sheet::put).put(Block::Links(next)).answer();
    }
    let digest = version.manifest_sha256.as_ref().map(|d| d.to_string()).unwrap_or_default();
    let sheet = sheet.put(Block::Pairs(vec![
        (say("manifest"), Cell::mono(digest)),
        (say("head-released"), Cell::time_or(lang, version.published_at, "not-yet")),
    ]));
    let public = urls::release(&party.slug, &dataset.slug, &version.label);
    let sheet = sheet.put(Block::Links(vec![(say("version-page"), public, "")]));
    if version.state == VersionState::Recalled {
        return sheet.put(Block::Notice("bad", "ban", version.recall_reason.clone().unwrap_or_default())).answer();
    }
    let fields = Fields::new(lang, faults).keyed("reason", "recall_reason", "text", "", "").done();
    sheet
        .put(Block::Form(FormView {
            heading: say("recall"),
            lead: say("recall-lead"),
            action: here("recall"),
            fields,
            button: say("recall"),
            class: "danger",
            ..FormView::default()
        }))
        .answer()
}

pub(super) async fn version_page(
    visit: Visit,
    Path((party, slug, version)): Path<(String, String, VersionId)>,
    Query(asked): Query<PartQuery>,
) -> Answer {
    version_sheet(&visit, &own_part(&visit, &party, &slug, version, asked).await?, &[]).await
}

/// Takes a file out of a form: the field `path` (if any) must come before the field `file`.
pub(super) async fn upload_form(
    visit: Visit,
    Path((party, slug, version)): Path<(String, String, VersionId)>,
    request: HttpRequest,
    payload: web::Payload,
) -> Answer {
    let at = own_version(&visit, &party, &slug, version).await?;
    let limit = visit.site.facts.form_upload_limit_bytes;
    if declared_length(&request).is_some_and(|n| n > limit + 65_536) {
        return Err(Problem::too_large(limit));
    }
    let mut form = Multipart::new(request.headers(), payload);
    let mut typed_path = String::new();
    while let Some(part) = form.next().await {
        let mut part = part.map_err(|_| Problem::bad_request("form"))?;
        let name = part.name().unwrap_or_default().to_owned();
        if name == "path" {
            let mut pace = crate::http::body::Pace::default();
            let mut text = Vec::new();
            while let Some(bytes) = pace.next(&mut part).await? {
                if text.len() + bytes.len() > 1024 {
                    return Err(Problem::too_large(1024));
                }
                text.extend_from_slice(&bytes);
            }
            typed_path = String::from_utf8_lossy(&text).trim().to_owned();
        } else if name == "file" {
            let given = part.content_disposition().and_then(|d| d.get_filename()).unwrap_or_default().to_owned();
            if given.is_empty() {
                return version_sheet(&visit, &at, &[fault("file", "fault-file")]).await;
            }
            let wanted = if typed_path.is_empty() { given } else { typed_path.clone() };
            let kept = match upload::path(&wanted) {
                Ok(path) => upload::keep(&visit, at.own.dataset.id, version, path, &mut part, limit).await,
                Err(problem) => Err(problem),
            };
            return match kept {
                Ok(_) => Ok(see_other(format!("{}?done=uploaded", urls::version(&party, &slug, version, "edit")))),
                Err(problem) if !problem.faults.is_empty() => version_sheet(&visit, &at, &problem.faults).await,
                Err(problem) => Err(problem),
            };
        }
    }
    version_sheet(&visit, &at, &[fault("file", "fault-file")]).await
}

pub(super) async fn remove_file(
    visit: Visit,
    Path((party, slug, version, file)): Path<(String, String, VersionId, FileId)>,
    _form: Form<Nothing>,
) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let (actor, now, id) = (visit.person()?.clone(), visit.now(), own.dataset.id);
    let blob = visit
        .site
        .db
        .write(move |tx| {
            let may = MayChangeDataset::check(tx, &actor, id)?;
            datasets::remove_file(tx, may, file, now).map_err(upload::file_problem)
        })
        .await?;
    if let Some(blob) = blob
        && let Err(error) = visit.site.blobs.remove(blob.uuid()).await
    {
        tracing::warn!(%error, %blob, "bytes of a removed file stay until they are swept");
    }
    Ok(see_other(format!("{}?done=removed", urls::version(&party, &slug, version, "edit"))))
}

pub(super) async fn publish(
    visit: Visit,
    Path((party, slug, version)): Path<(String, String, VersionId)>,
    _form: Form<Nothing>,
) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let (actor, now, id) = (visit.person()?.clone(), visit.now(), own.dataset.id);
    let keys = visit.site.signing.clone();
    visit
        .site
        .db
        .write(move |tx| {
            let may = MayChangeDataset::check(tx, &actor, id)?;
            grants::publish_version(tx, may, version, &keys, now).map_err(version_problem)
        })
        .await?;
    Ok(see_other(format!("{}?done=published", urls::dataset_part(&party, &slug, "edit"))))
}

pub(super) async fn recall(
    visit: Visit,
    Path((party, slug, version)): Path<(String, String, VersionId)>,
    form: Form<ReasonTyped>,
) -> Answer {
    let reason = match form.typed.parse() {
        Ok(reason) => reason,
        Err(faults) => {
            return version_sheet(&visit, &own_version(&visit, &party, &slug, version).await?, &faults).await;
        }
    };
    let (actor, now) = (visit.person()?.clone(), visit.now());
    visit
        .site
        .db
        .write(move |tx| {
            let may = MayRecall::check(tx, &actor, version)?;
            grants::recall_version(tx, may, &reason, now).map_err(version_problem)
        })
        .await?;
    visit.site.mail_bell.notify_one();
    Ok(see_other(format!("{}?done=recalled", urls::dataset_part(&party, &slug, "edit"))))
}
