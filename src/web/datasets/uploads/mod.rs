//! Uploads under way on the page of a draft: the uploader (for which `static/upload.js` is needed), the list of what can be
//! continued, and the ways without a script.

pub mod api;

use super::named;
use crate::http::problem::{Fault, Problem};
use crate::http::uploads::delete;
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::datasets::{self, Dataset, Storage, Version};
use crate::market::parties::Party;
use crate::market::uploads::{self, Upload};
use crate::routes;
use crate::urls;
use crate::values::{Lang, UploadId, VersionId};
use crate::web::accounts::forms::Nothing;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Table};
use crate::words;
use askama::Template;

routes! {
    post "/datasets/{party}/{slug}/versions/{version}/uploads/{upload}/cancellation" SignedIn => cancel,
}

/// The uploader: markup for the script, with all its words.
#[derive(Template)]
#[template(path = "pages/uploader.html")]
struct Uploader<'v> {
    f: &'v Frame,
    /// Where uploads begin.
    begin: String,
    /// Where the open ones are listed.
    list: String,
    /// The largest file in words.
    limit: String,
    /// How much is stored and reserved.
    storage: String,
}

/// What the page of a draft shows of uploads: the uploader, the open ones, a plain form, and lines to copy.
///
/// # Errors
/// 404 for everybody who does not publish for the owner.
pub(super) async fn blocks(
    visit: &Visit,
    f: &Frame,
    (party, dataset, version): (&Party, &Dataset, &Version),
    faults: &[Fault],
) -> Result<Vec<Block>, Problem> {
    let (lang, id, owner) = (visit.lang(), version.id, party.id);
    let (open, storage) = visit
        .as_person()?
        .read(move |tx, actor, now| {
            Ok((uploads::open_of(tx, actor, id, now)?, datasets::storage_of(tx, actor, owner)?))
        })
        .await?;
    let facts = &visit.site.facts;
    let address = format!("/api/v1/datasets/{}/{}/versions/{id}", party.slug, dataset.slug);
    let uploader = Uploader {
        f,
        begin: urls::tus_version(id),
        list: format!("{address}/uploads"),
        limit: words::bytes(facts.upload_limit_bytes),
        storage: storage_words(lang, storage, facts.quota_bytes),
    };
    let say = |key: &str| words::say(lang, key);
    let mut blocks = vec![Block::Html(uploader.render().map_err(|e| Problem::broken(&e))?)];
    if !open.is_empty() {
        let cancel = |upload: &Upload| {
            urls::version(&party.slug, &dataset.slug, id, &format!("uploads/{}/cancellation", upload.id))
        };
        // The script shows the same list with its bars, and hides this one.
        blocks.push(Block::Html(r#"<div class="stack" id="uploads-open">"#.to_owned()));
        blocks.push(Block::Heading(say("uploads-open")));
        blocks.push(Block::Text(say("uploads-open-text")));
        blocks.push(Block::Table(open_table(lang, &open, cancel)));
        blocks.push(Block::Html("</div>".to_owned()));
    }
    let limit = words::bytes(facts.form_upload_limit_bytes);
    blocks.push(Block::Form(FormView {
        heading: say("upload-form"),
        lead: words::with(lang, "upload-lead", &[("limit", &limit)]),
        action: urls::version(&party.slug, &dataset.slug, id, "files"),
        multipart: true,
        fields: Fields::new(lang, faults).field("path", "text", "").field("file", "file", "").done(),
        button: say("upload-file"),
        ..FormView::default()
    }));
    let put = visit.site.absolute(&format!("{address}/files/NAME.csv"));
    blocks.push(Block::Heading(say("upload-by-tus")));
    blocks.push(Block::Snippet(
        "curl".to_owned(),
        format!("curl -T NAME.csv -H \"Authorization: Bearer $BOURSE_KEY\" {put}"),
    ));
    let tus = visit.site.absolute(&urls::tus_version(id));
    blocks.push(Block::Snippet("tus 1.0".to_owned(), tus));
    Ok(blocks)
}

fn storage_words(lang: Lang, storage: Storage, quota: i64) -> String {
    let bytes = |n: i64| words::bytes(u64::try_from(n).unwrap_or(0));
    let (used, reserved, quota) = (bytes(storage.used_bytes), bytes(storage.reserved_bytes), bytes(quota));
    words::with(lang, "upload-storage", &[("used", &used), ("reserved", &reserved), ("quota", &quota)])
}

fn open_table(lang: Lang, open: &[Upload], cancel: impl Fn(&Upload) -> String) -> Table {
    let say = |key: &str| words::say(lang, key);
    let bytes = |n: i64| words::bytes(u64::try_from(n).unwrap_or(0));
    let rows = open
        .iter()
        .map(|u| {
            let received = [("received", &*bytes(u.offset_bytes)), ("size", &*bytes(u.size_bytes))];
            let button = Button { action: cancel(u), text: say("upload-cancel"), class: "danger", hidden: Vec::new() };
            vec![
                Cell::text(u.path.clone()),
                Cell::number(words::with(lang, "upload-received", &received)),
                Cell::text(u.begun_by_name.clone()),
                Cell::time(lang, u.expires_at),
                Cell::buttons(vec![button]),
            ]
        })
        .collect();
    let heads = ["head-path", "upload-head-received", "upload-head-by", "upload-head-until", "head-action"];
    let heads = heads.map(|key| (say(key), key == "upload-head-received")).to_vec();
    Table { label: say("uploads-open"), heads, rows, ..Table::default() }
}

/// Checks that an upload goes into this version, so that an address does not name it under another.
async fn within(
    visit: &Visit,
    (party, slug): (String, String),
    version: VersionId,
    id: UploadId,
) -> Result<(), Problem> {
    let found = visit.as_person()?.read(move |tx, actor, _| {
        let (dataset, _) = named(tx, Some(actor), &party, &slug)?;
        let upload = uploads::find(tx, actor, id)?;
        Ok(upload.dataset_id == dataset.id && upload.version_id == version)
    });
    if found.await? { Ok(()) } else { Err(Problem::not_found()) }
}

async fn cancel(
    visit: Visit,
    Path((party, slug, version, id)): Path<(String, String, VersionId, UploadId)>,
    _form: Form<Nothing>,
) -> Answer {
    within(&visit, (party.clone(), slug.clone()), version, id).await?;
    delete(&visit, id).await?;
    Ok(see_other(format!("{}?done=upload-cancelled", urls::version(&party, &slug, version, "edit"))))
}
