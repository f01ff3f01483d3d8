//! Deciding on up to twenty requests at once: what was picked is shown first, and the password is asked for unless it
//! was shown within the last ten minutes. Each request is decided for itself; what somebody else decided first is told.

use super::decide::{Act, Said};
use super::forms::DecisionTyped;
use super::purchase_rows;
use crate::http::problem::{Fault, Problem, condition_json};
use crate::http::{Answer, Form, Json, Query, Typed, Visit, answer, see_other};
use crate::market::accounts;
use crate::market::grants::Side;
use crate::market::parties::refusals::{self, OwnReason};
use crate::market::purchases::{self, Desk, Purchase, Waiting};
use crate::routes;
use crate::urls;
use crate::values::PurchaseId;
use crate::web::accounts::acts::shown_again;
use crate::web::accounts::forms::fault;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Fields, FormView, Sheet, Table};
use crate::words;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

routes! {
    get "/inbox/decisions" SignedIn => check,
    post "/inbox/decisions" SignedIn => decide,
    post "/api/v1/inbox/decisions" SignedIn => decide_by_api,
}

/// The most requests at once.
pub(super) const MOST: usize = 20;

/// What was picked and what shall be done with it.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Picked {
    /// Identifiers with the revisions that were seen, `ID:REVISION`, between spaces.
    seen: String,
    verdict: String,
    reason: String,
    note: String,
    password: String,
    /// The check boxes of the inbox, `pick-ID`.
    #[serde(flatten)]
    boxes: BTreeMap<String, String>,
}
impl Typed for Picked {}

impl Picked {
    fn ids(&self) -> Vec<PurchaseId> {
        let boxes = self.boxes.keys().filter_map(|k| k.strip_prefix("pick-")?.parse().ok());
        let seen = self.seen.split(' ').filter_map(|s| s.split(':').next()?.parse().ok());
        boxes.chain(seen).collect()
    }
    fn revisions(&self) -> Vec<(PurchaseId, i64)> {
        let pair = |s: &str| {
            let (id, revision) = s.split_once(':')?;
            Some((id.parse().ok()?, revision.parse().ok()?))
        };
        self.seen.split(' ').filter_map(pair).collect()
    }
}

/// Loads what was picked and still waits for the reader.
async fn load(visit: &Visit, ids: Vec<PurchaseId>) -> Result<(Vec<Purchase>, Vec<OwnReason>, bool), Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let waiting = purchases::waiting_for(tx, actor, now)?;
            let mine: Vec<Waiting> =
                waiting.into_iter().filter(|w| w.step.is_some() && ids.contains(&w.purchase.id)).collect();
            let proved = accounts::is_proved(tx, actor, None, now)?;
            // Own reasons are offered where all that was picked waits for one organisation.
            let parties: BTreeSet<_> = mine.iter().filter_map(|w| w.step.as_ref().map(|s| s.party_id)).collect();
            let own = match parties.first().filter(|_| parties.len() == 1) {
                Some(party) => refusals::reasons_of(tx, actor, *party)?,
                None => Vec::new(),
            };
            Ok((mine.into_iter().map(|w| w.purchase).collect(), own, proved))
        })
        .await
}

async fn sheet(visit: &Visit, picked: &Picked, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let (list, own, proved) = load(visit, picked.ids()).await?;
    let title = Frame::titled(visit, "decide-picked");
    if list.is_empty() || list.len() > MOST {
        let key = if list.is_empty() { "bulk-none" } else { "bulk-too-many" };
        return Sheet::new(title)
            .crumb(say("nav-inbox"), urls::INBOX)
            .put(Block::Notice("warn", "info", say(key)))
            .put(Block::Links(vec![(say("nav-inbox"), urls::INBOX.to_owned(), "primary")]))
            .answer();
    }
    let rows = purchase_rows(visit, &list, Side::Seller).await?;
    let heads = ["request", "dataset", "head-state", "amount", "head-submitted"];
    let table = Table {
        label: say("decide-picked"),
        heads: heads.map(|k| (say(k), k == "amount")).to_vec(),
        rows,
        ..Table::default()
    };
    let seen: Vec<String> = list.iter().map(|p| format!("{}:{}", p.id, p.revision)).collect();
    let verdicts = ["approve", "refuse"].map(|v| (v.to_owned(), say(v), String::new()));
    let reasons = super::timeline::reason_choices(lang, Desk::Seller, &own);
    let verdict = if picked.verdict.is_empty() { "approve" } else { &picked.verdict };
    let reason = if picked.reason.is_empty() { "other" } else { &picked.reason };
    let mut fields = Fields::new(lang, faults)
        .keyed("verdict", "bulk_verdict", "radio", verdict, "")
        .choices(verdicts)
        .keyed("reason", "refusal_reason", "select", reason, "")
        .choices(reasons)
        .keyed("note", "bulk_note", "area", &picked.note, "");
    if !proved {
        fields = fields.keyed("password", "shown_again", "password", "", "current-password");
    }
    let form = FormView {
        action: format!("{}/decisions", urls::INBOX),
        fields: fields.field("seen", "hidden", &seen.join(" ")).done(),
        button: words::with(lang, "decide-count", &[("count", &list.len().to_string())]),
        class: "primary",
        other: Some((say("cancel"), urls::INBOX.to_owned())),
        ..FormView::default()
    };
    Sheet::new(title)
        .crumb(say("nav-inbox"), urls::INBOX)
        .lead(say("bulk-lead"))
        .faulty(faults)
        .put(Block::Table(table))
        .put(Block::Form(form))
        .answer()
}

async fn check(visit: Visit, Query(picked): Query<Picked>) -> Answer {
    sheet(&visit, &picked, &[]).await
}

/// How one request fared.
enum Fared {
    Done,
    Not(Problem),
}

impl Fared {
    const fn code(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Not(problem) => problem.code,
        }
    }
}

/// Decides on each for itself; the password must have been shown, by now at the latest.
async fn each(
    visit: &Visit,
    list: Vec<(PurchaseId, i64)>,
    act: Act,
    typed: &DecisionTyped,
) -> Result<Vec<(PurchaseId, Fared)>, Problem> {
    if list.is_empty() || list.len() > MOST {
        return Err(Problem::invalid(vec![fault("requests", "fault-choice")]));
    }
    // The password was shown to all of them.
    let said = Said { password: String::new(), ..act.said(typed).map_err(Problem::invalid)? };
    let proof = shown_again(visit, &typed.password).await?;
    let kept = proof.clone();
    let proved = visit
        .as_person()?
        .read(move |tx, actor, now| Ok(accounts::proof_condition(tx, actor, kept.as_deref(), now)?))
        .await?;
    if !proved.met {
        return Err(Problem::unmet(vec![proved]));
    }
    let mut fared = Vec::new();
    for (id, revision) in list {
        let done = act.carry_out(visit, id, revision, said.clone(), None).await;
        fared.push((id, done.map_or_else(Fared::Not, |()| Fared::Done)));
    }
    Ok(fared)
}

fn act_of(verdict: &str) -> Option<Act> {
    match verdict {
        "approve" => Some(Act::Approve),
        "refuse" => Some(Act::Refuse),
        _ => None,
    }
}

async fn decide(visit: Visit, form: Form<Picked>) -> Answer {
    let picked = form.typed;
    let Some(act) = act_of(&picked.verdict) else {
        return sheet(&visit, &picked, &[fault("verdict", "fault-choice")]).await;
    };
    let typed = DecisionTyped {
        note: picked.note.clone(),
        reason: picked.reason.clone(),
        password: picked.password.clone(),
        ..DecisionTyped::default()
    };
    let fared = match each(&visit, picked.revisions(), act, &typed).await {
        Ok(fared) => fared,
        Err(problem) if problem.code == "conditions" => {
            return sheet(&visit, &picked, &[fault("password", "fault-show-again")]).await;
        }
        Err(problem) => {
            let faults = problem.into_faults()?;
            return sheet(&visit, &picked, &faults).await;
        }
    };
    if fared.iter().all(|(_, f)| matches!(f, Fared::Done)) {
        return Ok(see_other(format!("{}?tab=decided&done=picked", urls::INBOX)));
    }
    let codes: Vec<(PurchaseId, &str)> = fared.iter().map(|(id, f)| (*id, f.code())).collect();
    Ok(see_other(super::outcome::address(&codes)))
}

/// Decisions on several requests.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkIn {
    /// `approve` or `refuse`.
    verdict: String,
    /// Up to 20 requests, each with the revision that was seen.
    requests: Vec<BulkItem>,
    /// A note, or the reason in words.
    #[serde(default)]
    note: String,
    /// For a refusal: a code out of the list of reasons.
    #[serde(default)]
    reason: String,
    /// The password; a session that showed it within the last ten minutes needs none.
    #[serde(default)]
    password: String,
}

/// One of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkItem {
    id: String,
    revision: i64,
}

/// How the requests fared.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkOut {
    items: Vec<FaredOut>,
}

/// How one of them fared.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaredOut {
    id: String,
    done: bool,
    /// The code of the problem, when it was not decided.
    code: Option<String>,
    /// Why, in words.
    why: Option<String>,
    /// The conditions that are not met, when that is why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<serde_json::Value>,
}

/// Approves or refuses up to 20 requests at once, each for itself. The password goes along, or the session showed it
/// within the last ten minutes.
#[utoipa::path(post, path = "/api/v1/inbox/decisions", tag = "requests", request_body = BulkIn, responses((status = 200, body = BulkOut), (status = 403), (status = 422)))]
pub(crate) async fn decide_by_api(visit: Visit, body: Json<BulkIn>) -> Answer {
    let sent = body.value;
    let act = act_of(&sent.verdict).ok_or_else(|| Problem::invalid(vec![fault("verdict", "fault-choice")]))?;
    let list: Option<Vec<(PurchaseId, i64)>> =
        sent.requests.iter().map(|r| Some((r.id.parse().ok()?, r.revision))).collect();
    let list = list.ok_or_else(|| Problem::invalid(vec![fault("requests", "fault-choice")]))?;
    let typed =
        DecisionTyped { note: sent.note, reason: sent.reason, password: sent.password, ..DecisionTyped::default() };
    let fared = each(&visit, list, act, &typed).await?;
    let lang = visit.lang();
    let mut items = Vec::new();
    for (id, fared) in fared {
        items.push(match fared {
            Fared::Done => FaredOut { id: id.to_string(), done: true, code: None, why: None, conditions: Vec::new() },
            Fared::Not(problem) => {
                let problem = super::first_one(&visit, id, problem).await;
                let title = words::say(lang, &words::key("problem", problem.code));
                let why = if problem.value.is_empty() { title } else { problem.value.clone() };
                let unmet = problem.conditions.iter().filter(|c| !c.met);
                let conditions = unmet.map(|c| condition_json(&visit.site, lang, c)).collect();
                let code = Some(problem.code.replace('-', "_"));
                FaredOut { id: id.to_string(), done: false, code, why: Some(why), conditions }
            }
        });
    }
    answer::json(&BulkOut { items })
}
