//! What somebody's leaving touches: shown before it is done, to owners and to whoever leaves, as a page's part and by API.

use super::api::named;
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit, answer};
use crate::market::delivery::{self, Leaver, Touched};
use crate::routes;
use crate::urls;
use crate::values::{Lang, MemberId, PartyId, PurchaseId};
use crate::web::listing::stamp;
use crate::web::sheet::{Block, Cell, FormView};
use crate::words;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/organisations/{slug}/members/{member}/dependents" SignedIn => by_api,
}

pub(super) async fn touched(visit: &Visit, party: PartyId, leaver: Leaver) -> Result<Touched, Problem> {
    visit.as_person()?.read(move |tx, actor, now| Ok(delivery::touched_by(tx, actor, party, leaver, now)?)).await
}

/// What somebody's leaving touches, in words.
pub(super) fn depends(lang: Lang, touched: &Touched) -> Block {
    let say = |key: &str| words::say(lang, key);
    let between = if lang == Lang::Zh { "、" } else { ", " };
    let none = || Cell::text(say("depends-none"));
    let listed = |list: Vec<String>, note: &str| {
        if list.is_empty() { none() } else { Cell::text(list.join(between)).with_small(say(note)) }
    };
    let numbers = |list: &[(PurchaseId, String)], note: &str| match list {
        [] => none(),
        [(id, number)] => Cell::link(number.clone(), urls::purchase(*id)).with_small(say(note)),
        more => {
            Cell::text(more.iter().map(|(_, n)| n.as_str()).collect::<Vec<_>>().join(between)).with_small(say(note))
        }
    };
    let tokens = touched.tokens.iter().map(|(name, _, used)| {
        let name = if name.is_empty() { say("token-nameless") } else { name.clone() };
        used.map_or_else(|| name.clone(), |at| format!("{name} ({})", words::date_time(lang, at)))
    });
    let keys = touched.keys.iter().map(|(name, hint)| format!("{name} ({hint})"));
    let grants = if touched.grants == 0 {
        none()
    } else {
        Cell::text(touched.grants.to_string()).with_small(say("depends-stay"))
    };
    let steps = touched.steps.iter().map(|(zh, en)| lang.pick(zh, en).to_owned()).collect();
    let mandates = touched.mandates.iter().map(|(_, name)| name.clone()).collect();
    Block::Pairs(vec![
        (say("tokens"), listed(tokens.collect(), "depends-stop")),
        (say("depends-keys"), listed(keys.collect(), "depends-end")),
        (say("depends-requests"), numbers(&touched.requests, "depends-go-on")),
        (say("depends-grants"), grants),
        (say("depends-decisions"), numbers(&touched.decisions, "depends-others-decide")),
        (say("depends-steps"), listed(steps, "depends-change-policy")),
        (say("depends-delegations"), listed(touched.delegations.clone(), "depends-count-no-more")),
        (say("depends-mandates"), listed(mandates, "depends-nobody-answers")),
    ])
}

/// The button that removes somebody, or with which somebody leaves; the last owner stays.
pub(super) fn removal(lang: Lang, action: &str, own: bool, last_owner: bool) -> Block {
    let say = |key: &str| words::say(lang, key);
    if last_owner {
        return Block::Notice("warn", "info", say("last-owner-stays"));
    }
    Block::Form(FormView {
        lead: say(if own { "leaving-text" } else { "removal-text" }),
        action: action.to_owned(),
        button: say(if own { "leave-organisation" } else { "remove-member" }),
        class: "danger",
        ..FormView::default()
    })
}

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub struct NumberOut {
    id: String,
    number: String,
}

/// A download token that stops.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoppedOut {
    name: String,
    grant: String,
    used_at: Option<String>,
}

/// What depends on a member.
#[derive(Debug, Serialize, ToSchema)]
pub struct DependentsOut {
    /// Download tokens that stop.
    tokens: Vec<StoppedOut>,
    /// API keys for the organisation that end: their names.
    keys: Vec<String>,
    /// Their requests under way, which go on.
    requests: Vec<NumberOut>,
    /// Grants of their requests, which stay: how many.
    grants: usize,
    /// Requests that wait for their decision.
    decisions: Vec<NumberOut>,
    /// Steps of the policy that name them.
    steps: Vec<String>,
    /// For whom they stand in, and who stands in for them.
    delegations: Vec<String>,
    /// Service accounts for whose mandates they answer.
    mandates: Vec<String>,
}

/// What a member's leaving touches, for owners and for themselves.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/members/{member}/dependents", tag = "organisations", params(("slug" = String, Path), ("member" = String, Path)), responses((status = 200, body = DependentsOut), (status = 404)))]
pub(crate) async fn by_api(visit: Visit, Path((slug, member)): Path<(String, MemberId)>) -> Answer {
    let lang = visit.lang();
    let touched = visit
        .as_person()?
        .read(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            Ok(delivery::touched_by(tx, actor, party.id, Leaver::Member(member), now)?)
        })
        .await?;
    let numbers = |list: Vec<(PurchaseId, String)>| {
        list.into_iter().map(|(id, number)| NumberOut { id: id.to_string(), number }).collect()
    };
    let stopped = |(name, grant, used): (String, crate::values::GrantId, Option<crate::values::Timestamp>)| {
        StoppedOut { name, grant: grant.to_string(), used_at: stamp(used) }
    };
    answer::json(&DependentsOut {
        tokens: touched.tokens.into_iter().map(stopped).collect(),
        keys: touched.keys.into_iter().map(|(name, _)| name).collect(),
        requests: numbers(touched.requests),
        grants: touched.grants,
        decisions: numbers(touched.decisions),
        steps: touched.steps.iter().map(|(zh, en)| lang.pick(zh, en).to_owned()).collect(),
        delegations: touched.delegations,
        mandates: touched.mandates.into_iter().map(|(id, _)| id.to_string()).collect(),
    })
}
