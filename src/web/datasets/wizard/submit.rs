//! The last look: what will be published, what stands in the way, what is still missing, and the button.

use super::super::edit::{frame, own};
use super::super::submission::{Standing, is_review};
use super::super::views;
use super::draft_of;
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit};
use crate::market::datasets::VersionState;
use crate::market::datasets::completeness;
use crate::urls;
use crate::values::VersionId;
use crate::web::sheet::{Block, FormView, Sheet, conditions};
use crate::words;

pub(super) async fn page(visit: Visit, Path((party, slug, id)): Path<(String, String, VersionId)>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let draft = draft_of(&visit, &own).await?;
    let version = draft
        .version
        .as_ref()
        .filter(|v| v.id == id && v.state == VersionState::Draft)
        .ok_or_else(Problem::not_found)?;
    let (met, all) = completeness::points(&draft.outcomes);
    let count = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), words::number);
    let facts = vec![
        (say("version"), version.label.clone(), version.change_note.clone()),
        (say("tab-files"), words::number(version.files_count), views::size(version.size_bytes)),
        (say("rows"), count(version.rows_count), String::new()),
        (say("offers"), draft.offers.len().to_string(), String::new()),
        (say("completeness"), format!("{met} / {all}"), String::new()),
    ];
    let sheet = Sheet::new(frame(&visit, &own.party, &own.dataset, "task-submit"))
        .crumb(own.dataset.title(lang), urls::dataset_part(&party, &slug, "edit"))
        .lead(say("publish-lead"))
        .put(Block::Facts(facts))
        .put(Block::Heading(say("before-publishing")))
        .put(Block::Conditions(conditions(lang, &draft.conditions)));
    let standing = Standing::of(&visit, &own.dataset, version).await?;
    let mut sheet = sheet;
    for block in standing.blocks(lang) {
        sheet = sheet.put(block);
    }
    if standing.held() || draft.conditions.iter().any(|c| !c.met && !is_review(c)) {
        return sheet.answer();
    }
    let offerless = draft.offers.is_empty().then(|| Block::Notice("warn", "info", say("no-offer-yet")));
    let other = Some((say("task-preview"), format!("{}?preview=1", urls::dataset(&party, &slug))));
    let form = match standing.form(lang, &own, version) {
        Some(form) => FormView { other, ..form },
        None => FormView {
            action: urls::version(&party, &slug, id, "publication"),
            button: say("publish"),
            class: "primary",
            other,
            ..FormView::default()
        },
    };
    sheet.put_if(offerless).put(Block::Form(form)).answer()
}
