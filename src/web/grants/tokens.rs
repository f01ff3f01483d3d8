//! Download tokens of a grant: made, listed, rolled with an overlap, revoked. A token itself is shown once.

use super::api::{self, TokenOut};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Json, Path, Typed, Visit, answer, see_other};
use crate::market::delivery::{self, MayFetch, MayRevokeToken, MayRollToken, Token};
use crate::market::grants::{self, Asking, Side};
use crate::market::signing::DownloadClaims;
use crate::routes;
use crate::urls;
use crate::values::{GrantId, Line, Timestamp, TokenId};
use crate::web::accounts::forms::{Faults, Nothing};
use crate::web::accounts::{key_mark, secret_page};
use crate::web::layout::Frame;
use crate::web::listing::{Items, stamp};
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Sheet, Table};
use crate::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/tokens" SignedIn => own,
    get "/api/v1/download-tokens" Caller => own_by_api,
    post "/grants/{id}/tokens" SignedIn => issue,
    post "/grants/{id}/tokens/{token}/successor" SignedIn => roll,
    post "/grants/{id}/tokens/{token}/revocation" SignedIn => revoke,
}

/// Seconds that a rolled token goes on when nothing else is asked: an hour.
const OVERLAP_SECONDS: i64 = 3600;

/// A token as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TokenTyped {
    token_name: String,
}
impl Typed for TokenTyped {}

/// Reads what a token is called; nothing is a name too.
pub(super) fn name(text: &str) -> Result<String, Vec<Fault>> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    let mut faults = Faults::default();
    faults.text("name", Line::parse(text)).map(|n| n.to_string()).ok_or(faults.0)
}

/// The tokens of a grant on its page, and the form that makes one.
pub(super) fn block(visit: &Visit, sheet: Sheet, (id, tokens): (GrantId, &[Token]), usable: bool) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let rows = tokens.iter().map(|t| row(visit, t)).collect();
    let heads = ["head-token", "head-state", "head-since", "head-ends", "head-last-used", "head-action"];
    let table = Table {
        label: say("tokens"),
        heads: heads.map(|k| (say(k), false)).to_vec(),
        rows,
        empty: (say("tokens-empty"), say("tokens-empty-text"), None),
        next: None,
    };
    let sheet = sheet.put(Block::Heading(say("tokens"))).put(Block::Table(table));
    if !usable {
        return sheet;
    }
    sheet.put(Block::Form(FormView {
        lead: say("make-token-lead"),
        action: urls::grant_part(id, "tokens"),
        fields: Fields::new(lang, &[]).field("token_name", "text", "").half().done(),
        button: say("make-token"),
        ..FormView::default()
    }))
}

/// One token in a list.
pub(super) fn row(visit: &Visit, t: &Token) -> Vec<Cell> {
    let (lang, now) = (visit.lang(), visit.now());
    let say = |key: &str| words::say(lang, key);
    let at = |part: &str| urls::grant_part(t.grant_id, &format!("tokens/{}/{part}", t.id));
    let button = |part: &str, key: &str, class| Button { action: at(part), text: say(key), class, hidden: Vec::new() };
    let over = t.revoked_at.is_some() || t.expires_at <= now;
    let called = if t.name.is_empty() { say("token-nameless") } else { t.name.clone() };
    let id = t.id.to_string();
    let tail = id.get(id.len().saturating_sub(4)..).unwrap_or_default();
    let who = say(if t.service_id.is_some() { "actor-service" } else { "actor-person" });
    let acts = vec![button("successor", "roll-token", ""), button("revocation", "revoke", "danger")];
    vec![
        Cell::text(called).with_small(format!("…{tail} · {who}")),
        Cell::mark(key_mark(lang, t.revoked_at.is_some(), t.expires_at <= now)),
        Cell::time(lang, t.created_at),
        Cell::time(lang, t.expires_at),
        Cell::time_or(lang, t.used_at, "never-used"),
        if over { Cell::text("–") } else { Cell::buttons(acts) },
    ]
}

/// The page that shows a new token once.
fn once(visit: &Visit, claims: &DownloadClaims, lead: Option<String>) -> Answer {
    let token = visit.site.signing.sign_download(claims).map_err(|e| Problem::broken(&e))?;
    let say = |key: &str| words::say(visit.lang(), key);
    let end = words::date_time(visit.lang(), Timestamp(claims.exp.saturating_mul(1000)));
    let sheet = Sheet::new(Frame::titled(visit, "token-made"))
        .lead(lead.unwrap_or_default())
        .put(Block::Notice("warn", "warn", say("shown-once")))
        .put(Block::Snippet(words::with(visit.lang(), "token-until", &[("date", &end)]), token))
        .put(Block::Links(vec![(say("i-stored-it"), format!("/grants/{}", claims.grant), "primary")]));
    secret_page(sheet)
}

async fn issue(visit: Visit, Path(id): Path<GrantId>, form: Form<TokenTyped>) -> Answer {
    let (exchange, seconds) = (visit.site.facts.public_url.clone(), visit.site.facts.token_seconds);
    let name = name(&form.typed.token_name).map_err(Problem::invalid)?;
    let claims = visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayFetch::check(tx, actor, (id, None), &Asking::with_token(actor), now)?;
            Ok(delivery::issue_token(tx, may, &exchange, (&name, seconds), now)?)
        })
        .await?;
    once(&visit, &claims, None)
}

async fn rolled(visit: &Visit, at: (GrantId, TokenId), seconds: i64, overlap: i64) -> Result<DownloadClaims, Problem> {
    let exchange = visit.site.facts.public_url.clone();
    visit
        .as_actor()?
        .write(move |tx, actor, now| {
            let may = MayRollToken::check(tx, actor, at, now)?;
            Ok(delivery::roll_token(tx, may, &exchange, (seconds, overlap), now)?)
        })
        .await
}

async fn roll(visit: Visit, Path((id, token)): Path<(GrantId, TokenId)>, _form: Form<Nothing>) -> Answer {
    let claims = rolled(&visit, (id, token), visit.site.facts.token_seconds, OVERLAP_SECONDS).await?;
    let until = words::date_time(visit.lang(), visit.now().plus_seconds(OVERLAP_SECONDS));
    once(&visit, &claims, Some(words::with(visit.lang(), "rolled-lead", &[("date", &until)])))
}

async fn revoke(visit: Visit, Path((id, token)): Path<(GrantId, TokenId)>, _form: Form<Nothing>) -> Answer {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayRevokeToken::check(tx, actor, id, token)?;
            Ok(delivery::revoke_token(tx, may, now)?)
        })
        .await?;
    Ok(see_other(format!("{}?done=revoked", urls::grant(id))))
}

/// Every token under the grants of the own organisations.
async fn own(visit: Visit) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let tokens = visit.as_person()?.read(move |tx, actor, _| Ok(delivery::own_tokens(tx, actor)?)).await?;
    let rows = tokens
        .iter()
        .map(|(t, number)| {
            let mut cells = row(&visit, t);
            cells.insert(1, Cell::link(number.clone(), urls::grant(t.grant_id)));
            cells
        })
        .collect();
    let heads = ["head-token", "grant", "head-state", "head-since", "head-ends", "head-last-used", "head-action"];
    let table = Table {
        label: say("tokens"),
        heads: heads.map(|k| (say(k), false)).to_vec(),
        rows,
        empty: (say("tokens-empty"), say("all-tokens-empty"), Some((say("nav-grants"), urls::GRANTS.to_owned()))),
        next: None,
    };
    Sheet::new(Frame::titled(&visit, "all-tokens"))
        .crumb(say("nav-grants"), urls::GRANTS)
        .crumb(say("all-tokens"), "")
        .lead(say("all-tokens-lead"))
        .put(Block::Table(table))
        .answer()
}

/// A download token in a list; the token itself is never kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenItem {
    id: String,
    grant: String,
    name: String,
    /// The one file that it opens, if it is for one only.
    file: Option<String>,
    service: Option<String>,
    member: Option<String>,
    created_at: String,
    expires_at: String,
    last_used_at: Option<String>,
    revoked_at: Option<String>,
    /// The token whose place it takes.
    takes_place_of: Option<String>,
}

/// The download tokens of a grant, newest first, for the holder's side.
#[utoipa::path(get, path = "/api/v1/grants/{id}/download-tokens", tag = "grants", params(("id" = String, Path)), responses((status = 200, body = Items<TokenItem>), (status = 404)))]
pub(crate) async fn list_by_api(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    api::readable(&visit)?;
    let tokens = visit
        .as_actor()?
        .read(move |tx, actor, _| {
            let (_, side) = grants::visible(tx, actor, id)?;
            if side == Side::Seller { Err(Problem::not_found()) } else { Ok(delivery::tokens_of(tx, actor, id)?) }
        })
        .await?;
    answer::json(&Items::all(tokens.into_iter().map(item).collect()))
}

/// The newest 500 download tokens under the grants of the own organisations.
#[utoipa::path(get, path = "/api/v1/download-tokens", tag = "grants", responses((status = 200, body = Items<TokenItem>)))]
pub(crate) async fn own_by_api(visit: Visit) -> Answer {
    api::readable(&visit)?;
    let tokens = visit.as_actor()?.read(move |tx, actor, _| Ok(delivery::own_tokens(tx, actor)?)).await?;
    answer::json(&Items::all(tokens.into_iter().map(|(t, _)| item(t)).collect()))
}

fn item(t: Token) -> TokenItem {
    TokenItem {
        grant: t.grant_id.to_string(),
        id: t.id.to_string(),
        name: t.name,
        file: t.file_id.map(|f| f.to_string()),
        service: t.service_id.map(|s| s.to_string()),
        member: t.member_id.map(|m| m.to_string()),
        created_at: t.created_at.rfc3339(),
        expires_at: t.expires_at.rfc3339(),
        last_used_at: stamp(t.used_at),
        revoked_at: stamp(t.revoked_at),
        takes_place_of: t.takes_place_of.map(|o| o.to_string()),
    }
}

/// How a token is rolled.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RollIn {
    /// Seconds that the new one lives, 60 to 86400.
    seconds: Option<i64>,
    /// Seconds that the old one goes on beside it, 0 to 86400; an hour when nothing is said.
    overlap_seconds: Option<i64>,
}

/// Issues a token in the place of another, which goes on for the overlap. Many at the same time all get a working one.
#[utoipa::path(post, path = "/api/v1/grants/{id}/download-tokens/{token}/successor", tag = "grants", params(("id" = String, Path), ("token" = String, Path)), request_body = RollIn, responses((status = 201, body = TokenOut), (status = 403), (status = 404), (status = 409)))]
pub(crate) async fn roll_by_api(visit: Visit, Path(at): Path<(GrantId, TokenId)>, body: Json<RollIn>) -> Answer {
    let seconds = body.value.seconds.unwrap_or(visit.site.facts.token_seconds);
    let claims = rolled(&visit, at, seconds, body.value.overlap_seconds.unwrap_or(OVERLAP_SECONDS)).await?;
    api::signed(&visit, &claims)
}
