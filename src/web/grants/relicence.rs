//! A newer version of a licence for running grants: the seller asks on the page of the dataset, each holder answers on
//! the page of the grant.

pub mod api;

use super::acts::sheet as grant_sheet;
use crate::http::problem::Problem;
use crate::http::{Answer, Form, Path, Typed, Visit, see_other};
use crate::market::accounts::Actor;
use crate::market::conditions::{Condition, all_met};
use crate::market::datasets::MayChangeDataset;
use crate::market::grants::relicence::{self, AnswerError, AnswerState, AskError, MayAnswer};
use crate::market::grants::{self, Grant, Side};
use crate::market::licences::{self, Licence};
use crate::market::offers;
use crate::routes;
use crate::store::Read;
use crate::urls;
use crate::values::{GrantId, Lang, LicenceId, RelicenceId, Sha256, Timestamp};
use crate::web::accounts::forms::{Nothing, fault};
use crate::web::datasets::edit::{Own, frame, own};
use crate::web::licences::compare;
use crate::web::purchases::hand;
use crate::web::sheet::{Block, Cell, Fields, FormView, Mark, Sheet, Table, conditions};
use crate::words;
use actix_web::HttpResponse;
use serde::Deserialize;
use utoipa::ToSchema;

routes! {
    get "/grants/{id}/relicence" SignedIn => page,
    post "/grants/{id}/relicence/acceptance" SignedIn => accept,
    post "/grants/{id}/relicence/refusal" SignedIn => decline,
    get "/grants/{id}/addenda/{relicence}" Caller => addendum,
    get "/datasets/{party}/{slug}/relicence" SignedIn => desk,
    post "/datasets/{party}/{slug}/relicence" SignedIn => ask,
}

/// What was asked about a grant, with the versions before and after.
pub(super) struct Asked {
    answer: relicence::Answer,
    before: Licence,
    licence: Licence,
}

fn with_licences(tx: &mut Read, answer: relicence::Answer) -> Result<Asked, Problem> {
    let before = licences::find(tx, answer.before_licence_id)?.ok_or_else(Problem::not_found)?;
    let licence = licences::find(tx, answer.licence_id)?.ok_or_else(Problem::not_found)?;
    Ok(Asked { answer, before, licence })
}

/// What was asked about a grant, newest first.
pub(super) fn asked_of(tx: &mut Read, actor: &Actor, id: GrantId) -> Result<Vec<Asked>, Problem> {
    relicence::of_grant(tx, actor, id)?.into_iter().map(|a| with_licences(tx, a)).collect()
}

/// The licence by which a grant is held now.
pub(super) fn in_force(grant: &Grant, asked: &[Asked]) -> LicenceId {
    let accepted = asked.iter().filter(|a| a.answer.state == AnswerState::Accepted);
    accepted.max_by_key(|a| (a.answer.answered_at, a.answer.asked_at)).map_or(grant.licence_id, |a| a.licence.id)
}

fn problem(error: AnswerError) -> Problem {
    match error {
        AnswerError::OtherText => Problem::conflict("licence-changed"),
        AnswerError::Refused(refused) => refused.into(),
        AnswerError::Store(error) => error.into(),
    }
}

fn ask_problem(error: AskError) -> Problem {
    match error {
        AskError::NotOffered => Problem::invalid(vec![fault("licence", "fault-choice")]),
        AskError::Nobody => Problem::conflict("wrong-state"),
        AskError::Store(error) => error.into(),
    }
}

/// The newest question about a grant, on its page.
pub(super) fn notices(lang: Lang, sheet: Sheet, grant: &Grant, side: Side, asked: &Asked) -> Sheet {
    let at = asked.answer.answered_at.map(|t| words::date_time(lang, t)).unwrap_or_default();
    let by = asked.answer.answered_by.clone().unwrap_or_default();
    let values = [("label", asked.licence.label.as_str()), ("by", by.as_str()), ("date", at.as_str())];
    let (class, icon, key) = match asked.answer.state {
        AnswerState::Asked => ("warn", "deed", "relicence-wanted"),
        AnswerState::Accepted => ("ok", "check", "relicence-accepted-note"),
        AnswerState::Declined => ("", "info", "relicence-declined-note"),
    };
    let sheet = sheet.put(Block::Notice(class, icon, words::with(lang, key, &values)));
    let mut links = Vec::new();
    if asked.answer.state == AnswerState::Asked && side == Side::Buyer {
        links.push((words::say(lang, "relicence-answer"), urls::grant_part(grant.id, "relicence"), "primary"));
    }
    if asked.answer.addendum.is_some() {
        let at = urls::grant_part(grant.id, &format!("addenda/{}", asked.answer.relicence_id));
        links.push((words::say(lang, "relicence-addendum"), at, ""));
    }
    if links.is_empty() { sheet } else { sheet.put(Block::Links(links)) }
}

struct Question {
    grant: Grant,
    open: Option<Asked>,
    list: Vec<Condition>,
}

async fn question(visit: &Visit, id: GrantId) -> Result<Question, Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let (grant, side) = grants::visible(tx, actor, id)?;
            if side != Side::Buyer {
                return Err(Problem::not_found());
            }
            let newest = asked_of(tx, actor, id)?.into_iter().next();
            let open = newest.filter(|a| a.answer.state == AnswerState::Asked);
            Ok(Question { list: relicence::conditions(tx, actor, &grant, now)?, grant, open })
        })
        .await
}

async fn shown(visit: &Visit, id: GrantId, faults: &[crate::http::problem::Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let q = question(visit, id).await?;
    let mut sheet = grant_sheet(visit, &q.grant, "relicence", faults);
    let Some(open) = &q.open else {
        return sheet
            .put(Block::Heading(say("relicence-nothing")))
            .put(Block::Text(say("relicence-nothing-text")))
            .answer();
    };
    let name = |l: &Licence| format!("{} {}", l.title(lang), l.label);
    sheet = sheet.lead(say("relicence-lead")).put(Block::Pairs(vec![
        (say("relicence-in-force"), Cell::link(name(&open.before), urls::licence(open.before.id))),
        (
            say("relicence-asked-for"),
            Cell::link(name(&open.licence), urls::licence(open.licence.id)).with_small(open.licence.sha256.to_string()),
        ),
    ]));
    for block in compare::changes(lang, &open.before, &open.licence)? {
        sheet = sheet.put(block);
    }
    if !all_met(&q.list) {
        return sheet.put(Block::Heading(say("why-not"))).put(Block::Conditions(conditions(lang, &q.list))).answer();
    }
    let fields = Fields::new(lang, faults)
        .field("accept", "checks", "")
        .choices([(
            "accept".to_owned(),
            words::with(lang, "i-accept", &[("licence", &name(&open.licence))]),
            open.licence.sha256.short(),
        )])
        .field("licence_sha256", "hidden", open.licence.sha256.as_str())
        .done();
    sheet
        .put(Block::Form(FormView {
            action: urls::grant_part(id, "relicence/acceptance"),
            fields,
            button: say("relicence-accept"),
            class: "primary",
            ..FormView::default()
        }))
        .put(Block::Form(FormView {
            action: urls::grant_part(id, "relicence/refusal"),
            button: say("relicence-decline"),
            class: "danger",
            ..FormView::default()
        }))
        .answer()
}

async fn page(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    shown(&visit, id, &[]).await
}

/// An acceptance as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AcceptTyped {
    accept: String,
    licence_sha256: String,
}
impl Typed for AcceptTyped {}

async fn answer_it(
    visit: &Visit,
    id: GrantId,
    sha256: Option<Sha256>,
    once: Option<crate::store::OnceKey>,
) -> Result<(), Problem> {
    let (hand, lang) = (hand(&visit.site), visit.lang());
    visit
        .as_actor()?
        .write_once(once, move |tx, actor, now| {
            let may = MayAnswer::check(tx, actor, id, now)?;
            match &sha256 {
                Some(sha256) => relicence::accept(tx, may, (sha256, lang), &hand, now).map_err(problem),
                None => relicence::decline(tx, may, lang, now).map_err(problem),
            }
        })
        .await
}

async fn accept(visit: Visit, Path(id): Path<GrantId>, form: Form<AcceptTyped>) -> Answer {
    let sha256 = Sha256::parse(&form.typed.licence_sha256).ok().filter(|_| !form.typed.accept.is_empty());
    let Some(sha256) = sha256 else { return shown(&visit, id, &[fault("accept", "fault-accept")]).await };
    answer_it(&visit, id, Some(sha256), form.once).await?;
    Ok(see_other(format!("{}?done=relicence-accepted", urls::grant(id))))
}

async fn decline(visit: Visit, Path(id): Path<GrantId>, form: Form<Nothing>) -> Answer {
    answer_it(&visit, id, None, form.once).await?;
    Ok(see_other(format!("{}?done=relicence-declined", urls::grant(id))))
}

/// The signed addendum: a JWS that anybody can check offline, like the receipt, which stays as it is.
async fn addendum(visit: Visit, Path((id, which)): Path<(GrantId, RelicenceId)>) -> Answer {
    let list = visit.as_actor()?.read(move |tx, actor, _| Ok(relicence::of_grant(tx, actor, id)?)).await?;
    let found = list.into_iter().find(|a| a.relicence_id == which).and_then(|a| a.addendum);
    let text = found.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok().content_type("application/jose").body(text))
}

/// A newer version under an open offer, and the grants that stand under earlier ones.
struct Offered {
    licence: Licence,
    behind: usize,
    asked: bool,
}

struct Desk {
    offered: Vec<Offered>,
    asked: Vec<(relicence::Relicence, Licence, Vec<relicence::Answer>)>,
}

fn load_desk(tx: &mut Read, actor: &Actor, own: &Own, now: Timestamp) -> Result<Desk, Problem> {
    let mut asked = Vec::new();
    for (question, answers) in relicence::of_dataset(tx, actor, own.dataset.id)? {
        let licence = licences::find(tx, question.licence_id)?.ok_or_else(Problem::not_found)?;
        asked.push((question, licence, answers));
    }
    let mut offered: Vec<Offered> = Vec::new();
    for offer in offers::open_of(tx, own.dataset.id)? {
        let Some(licence) = licences::find(tx, offer.licence_id)?.filter(|l| l.party_id == Some(own.party.id)) else {
            continue;
        };
        let known = offered.iter().any(|o| o.licence.id == licence.id);
        let behind = relicence::behind(tx, own.dataset.id, &licence, now)?.len();
        if !known && behind > 0 {
            let asked = asked.iter().any(|(q, ..)| q.licence_id == licence.id);
            offered.push(Offered { licence, behind, asked });
        }
    }
    Ok(Desk { offered, asked })
}

fn answers_table(lang: Lang, desk: &Desk) -> Table {
    let say = |key: &str| words::say(lang, key);
    let mut rows = Vec::new();
    for (question, licence, answers) in &desk.asked {
        for a in answers {
            let (class, icon) = match a.state {
                AnswerState::Asked => ("wait", "clock"),
                AnswerState::Accepted => ("ok", "check"),
                AnswerState::Declined => ("bad", "cross"),
            };
            let mark = Mark { class, icon, text: say(&format!("relicence-state-{}", a.state.as_str())) };
            rows.push(vec![
                Cell::link(licence.label.clone(), urls::licence(licence.id)).with_small(question.asked_by.clone()),
                Cell::link(say("grant"), urls::grant(a.grant_id)),
                Cell::mark(mark).with_small(a.answered_by.clone().unwrap_or_default()),
                Cell::time_or(lang, a.answered_at, "relicence-state-asked"),
            ]);
        }
    }
    let heads = ["head-label", "grant", "head-state", "head-answered"].map(|k| (say(k), false)).to_vec();
    Table { label: say("relicence-asked"), heads, rows, ..Table::default() }
}

async fn desk(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let own = own(&visit, &party, &slug).await?;
    let begun = Sheet::new(frame(&visit, &own.party, &own.dataset, "relicence-holders"));
    let desk = visit.as_person()?.read(move |tx, actor, now| load_desk(tx, actor, &own, now)).await?;
    let mut sheet = begun.lead(say("relicence-holders-lead"));
    for offered in desk.offered.iter().filter(|o| !o.asked) {
        let name = format!("{} {}", offered.licence.title(lang), offered.licence.label);
        let fields = Fields::new(lang, &[]).field("licence", "hidden", offered.licence.id.as_str()).done();
        sheet = sheet
            .put(Block::Pairs(vec![
                (say("licence"), Cell::link(name, urls::licence(offered.licence.id))),
                (say("relicence-behind"), Cell::text(offered.behind.to_string())),
            ]))
            .put(Block::Form(FormView {
                action: urls::dataset_part(&party, &slug, "relicence"),
                fields,
                button: say("relicence-ask"),
                class: "primary",
                ..FormView::default()
            }));
    }
    if desk.offered.is_empty() && desk.asked.is_empty() {
        sheet = sheet.put(Block::Notice("", "info", say("relicence-none-text")));
    }
    if !desk.asked.is_empty() {
        sheet = sheet.put(Block::Heading(say("relicence-asked"))).put(Block::Table(answers_table(lang, &desk)));
    }
    sheet.answer()
}

/// Which newer version is asked for.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct RelicenceTyped {
    /// The identifier of the newer version: an own licence under an open offer of the dataset.
    pub licence: String,
}
impl Typed for RelicenceTyped {}

async fn ask_for(
    visit: &Visit,
    (party, slug): (&str, &str),
    licence: &str,
    once: Option<crate::store::OnceKey>,
) -> Result<RelicenceId, Problem> {
    let own = own(visit, party, slug).await?;
    let licence: LicenceId = licence.parse().map_err(|_| Problem::invalid(vec![fault("licence", "fault-choice")]))?;
    visit
        .as_person()?
        .write_once(once, move |tx, actor, now| {
            let may = MayChangeDataset::beside_review(tx, actor, own.dataset.id)?;
            relicence::ask(tx, may, licence, now).map_err(ask_problem)
        })
        .await
}

async fn ask(visit: Visit, Path((party, slug)): Path<(String, String)>, form: Form<RelicenceTyped>) -> Answer {
    ask_for(&visit, (&party, &slug), &form.typed.licence, form.once).await?;
    Ok(see_other(format!("{}?done=relicence-asked", urls::dataset_part(&party, &slug, "relicence"))))
}
