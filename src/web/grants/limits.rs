//! The limits of a grant: what is used of them, the licensor's form, the holder's own bounds, the seats.

use super::acts::sheet;
use super::forms::{self, LimitsTyped, OwnTyped};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Json, Path, Visit, answer, see_other};
use crate::market::conditions::all_met;
use crate::market::grants::{self, Bounds, Door, Grant, Limits, MayNarrow, MaySetLimits, Own, Side};
use crate::routes;
use crate::store::Read;
use crate::urls;
use crate::values::{GrantId, Lang, Line, Timestamp};
use crate::web::accounts::forms::{Faults, Nothing};
use crate::web::datasets::views::size;
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Table};
use crate::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/grants/{id}/limits" SignedIn => page,
    post "/grants/{id}/limits" SignedIn => set,
    post "/grants/{id}/own-limits" SignedIn => narrow,
    post "/grants/{id}/seats/{taker}/release" SignedIn => free,
    get "/api/v1/grants/{id}/limits" Caller => show_by_api,
    put "/api/v1/grants/{id}/limits" SignedIn => set_by_api,
    put "/api/v1/grants/{id}/own-limits" SignedIn => narrow_by_api,
    delete "/api/v1/grants/{id}/seats/{taker}" SignedIn => free_by_api,
}

struct Loaded {
    grant: Grant,
    side: Side,
    bounds: Bounds,
    seats: Vec<(String, String, Timestamp)>,
    may_set: bool,
    may_narrow: bool,
}

/// Names who takes: to the own side by name, to the other by kind only.
pub(super) fn taker_name(tx: &mut Read, lang: Lang, side: Side, taker: &str) -> Result<String, Problem> {
    let (kind, name) = crate::market::delivery::taker(tx, taker)?;
    let kind = words::say(lang, if kind { "actor-service" } else { "actor-person" });
    Ok(if side == Side::Buyer && !name.is_empty() { name } else { kind })
}

async fn load(visit: &Visit, id: GrantId) -> Result<Loaded, Problem> {
    let lang = visit.lang();
    visit
        .as_actor()?
        .read(move |tx, actor, now| {
            let (grant, side) = grants::visible(tx, actor, id)?;
            let mut seats = Vec::new();
            for (taker, at) in grants::seats_of(tx, id)? {
                seats.push((taker.clone(), taker_name(tx, lang, side, &taker)?, at));
            }
            Ok(Loaded {
                bounds: grants::bounds_of(tx, id)?.unwrap_or_default(),
                may_set: all_met(&grants::set_conditions(tx, actor, &grant, now)?),
                may_narrow: all_met(&grants::narrow_conditions(tx, actor, &grant, now)?),
                grant,
                side,
                seats,
            })
        })
        .await
}

fn door_words(lang: Lang, doors: &[Door]) -> String {
    doors.first().map_or_else(|| words::say(lang, "door-any"), |d| words::say(lang, &words::key("door", d.as_str())))
}

/// The limits in words: what, how much of it is used.
pub(super) fn pairs(lang: Lang, b: &Bounds, side: Side) -> Vec<(String, Cell)> {
    let say = |key: &str| words::say(lang, key);
    let of = |used: String, most: String| words::with(lang, "used-of", &[("used", &used), ("most", &most)]);
    let mut list = Vec::new();
    if let Some(most) = b.deal.downloads {
        list.push((
            say("limit-downloads"),
            Cell::text(of(words::number(b.used.downloads.max(0)), words::number(most))),
        ));
    }
    if let Some(most) = b.deal.volume_bytes {
        list.push((say("limit-volume"), Cell::text(of(size(b.used.volume_bytes.max(0)), size(most)))));
    }
    if let Some(most) = b.deal.seats {
        let kept = say(if b.deal.seats_enforced { "seats-enforced" } else { "seats-promised" });
        let used = of(words::number(b.used.seats.max(0)), words::number(most));
        list.push((say("limit-seats"), Cell::text(used).with_small(kept)));
    }
    if !b.deal.networks.is_empty() {
        list.push((say("limit-networks"), Cell::text(b.deal.networks.to_string())));
    }
    if !b.deal.doors.is_empty() {
        list.push((say("limit-doors"), Cell::text(door_words(lang, &b.deal.doors))));
    }
    if !b.deal.paths.is_empty() {
        list.push((say("limit-paths"), Cell::text(b.deal.paths.join(", "))));
    }
    if side == Side::Buyer && !b.own.networks.is_empty() {
        list.push((say("own-networks"), Cell::text(b.own.networks.to_string())));
    }
    if side == Side::Buyer && !b.own.doors.is_empty() {
        list.push((say("own-doors"), Cell::text(door_words(lang, &b.own.doors))));
    }
    list
}

fn choices(lang: Lang) -> Vec<(String, String, String)> {
    ["any", "browser", "program"]
        .map(|d| (d.to_owned(), words::say(lang, &format!("door-{d}")), String::new()))
        .to_vec()
}

fn deal_form(lang: Lang, id: GrantId, typed: &LimitsTyped, faults: &[Fault]) -> FormView {
    let say = |key: &str| words::say(lang, key);
    let kept = ["promised", "enforced"].map(|k| (k.to_owned(), say(&format!("seats-{k}")), String::new()));
    let fields = Fields::new(lang, faults)
        .keyed("downloads", "limit_downloads", "text", &typed.downloads, "")
        .half()
        .keyed("volume", "limit_volume", "text", &typed.volume, "")
        .half()
        .keyed("seats", "limit_seats", "text", &typed.seats, "")
        .half()
        .keyed("seats_kept", "seats_kept", "select", &typed.seats_kept, "")
        .half()
        .choices(kept)
        .keyed("networks", "limit_networks", "area", &typed.networks, "")
        .keyed("doors", "limit_doors", "select", &typed.doors, "")
        .half()
        .choices(choices(lang))
        .keyed("paths", "limit_paths", "area", &typed.paths, "")
        .keyed("reason", "end_reason", "text", &typed.reason, "")
        .keyed("revision", "revision", "hidden", &typed.revision, "")
        .done();
    FormView {
        heading: say("set-limits"),
        lead: say("set-limits-lead"),
        action: urls::grant_part(id, "limits"),
        fields,
        button: say("set-limits"),
        class: "primary",
        ..FormView::default()
    }
}

fn own_form(lang: Lang, id: GrantId, typed: &OwnTyped, faults: &[Fault]) -> FormView {
    let say = |key: &str| words::say(lang, key);
    let fields = Fields::new(lang, faults)
        .field("own_networks", "area", &typed.own_networks)
        .field("own_doors", "select", &typed.own_doors)
        .half()
        .choices(choices(lang))
        .keyed("revision", "revision", "hidden", &typed.revision, "")
        .done();
    FormView {
        heading: say("narrow-own"),
        lead: say("narrow-own-lead"),
        action: urls::grant_part(id, "own-limits"),
        fields,
        button: say("narrow-own"),
        class: "primary",
        ..FormView::default()
    }
}

fn seats_table(lang: Lang, x: &Loaded) -> Table {
    let say = |key: &str| words::say(lang, key);
    let rows = x
        .seats
        .iter()
        .map(|(taker, name, at)| {
            let free = Button {
                action: urls::grant_part(x.grant.id, &format!("seats/{taker}/release")),
                text: say("free-seat"),
                class: "",
                hidden: Vec::new(),
            };
            let act = if x.may_narrow { Cell::buttons(vec![free]) } else { Cell::text("–") };
            vec![Cell::text(name.clone()), Cell::time(lang, *at), act]
        })
        .collect();
    let heads = ["head-who", "head-since", "head-action"].map(|k| (say(k), false)).to_vec();
    Table { label: say("seats"), heads, rows, ..Table::default() }
}

async fn shown(
    visit: &Visit,
    id: GrantId,
    deal: Option<&LimitsTyped>,
    own: Option<&OwnTyped>,
    faults: &[Fault],
) -> Answer {
    let x = load(visit, id).await?;
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let list = pairs(lang, &x.bounds, x.side);
    let mut sheet = sheet(visit, &x.grant, "limits", faults).lead(say("limits-lead"));
    sheet = if list.is_empty() {
        sheet.put(Block::Notice("", "info", say("limits-none")))
    } else {
        sheet.put(Block::Pairs(list))
    };
    if !x.seats.is_empty() {
        sheet = sheet.put(Block::Heading(say("seats"))).put(Block::Table(seats_table(lang, &x)));
    }
    if x.may_set {
        let first = LimitsTyped::of(&x.bounds.deal, x.bounds.revision);
        sheet = sheet.put(Block::Form(deal_form(lang, id, deal.unwrap_or(&first), faults)));
    }
    if x.may_narrow {
        let first = OwnTyped::of(&x.bounds.own, x.bounds.revision);
        sheet = sheet.put(Block::Form(own_form(lang, id, own.unwrap_or(&first), faults)));
    }
    sheet.put(Block::Text(say("limits-rule"))).answer()
}

async fn page(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    shown(&visit, id, None, None, &[]).await
}

async fn set_them(visit: &Visit, id: GrantId, (limits, reason, revision): (Limits, Line, i64)) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MaySetLimits::check(tx, actor, id, now)?;
            Ok(grants::set_limits(tx, may, (&limits, &reason, revision), now)?)
        })
        .await
}

async fn narrow_own(visit: &Visit, id: GrantId, own: Own, revision: i64) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayNarrow::check(tx, actor, id, now)?;
            Ok(grants::narrow(tx, may, (&own, revision), now)?)
        })
        .await
}

async fn set(visit: Visit, Path(id): Path<GrantId>, form: Form<LimitsTyped>) -> Answer {
    match form.typed.parse() {
        Ok(values) => set_them(&visit, id, values).await?,
        Err(faults) => return shown(&visit, id, Some(&form.typed), None, &faults).await,
    }
    Ok(see_other(format!("{}?done=saved", urls::grant_part(id, "limits"))))
}

async fn narrow(visit: Visit, Path(id): Path<GrantId>, form: Form<OwnTyped>) -> Answer {
    match form.typed.parse() {
        Ok((own, revision)) => narrow_own(&visit, id, own, revision).await?,
        Err(faults) => return shown(&visit, id, None, Some(&form.typed), &faults).await,
    }
    Ok(see_other(format!("{}?done=saved", urls::grant_part(id, "limits"))))
}

async fn free_it(visit: &Visit, id: GrantId, taker: String) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayNarrow::check(tx, actor, id, now)?;
            Ok(grants::free_seat(tx, may, &taker, now)?)
        })
        .await
}

async fn free(visit: Visit, Path((id, taker)): Path<(GrantId, String)>, _form: Form<Nothing>) -> Answer {
    free_it(&visit, id, taker).await?;
    Ok(see_other(format!("{}?done=saved", urls::grant_part(id, "limits"))))
}

/// The limits of a grant, by the deal and by its holder, and what is used of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitsOut {
    /// What the deal bounds; what is left out is not bounded.
    deal: serde_json::Value,
    /// How the holder narrows the own use; only the holder sees it.
    own: Option<serde_json::Value>,
    used_downloads: i64,
    used_volume_bytes: i64,
    used_seats: i64,
    /// What a change sends as `revision`.
    revision: i64,
}

/// The limits of a grant and what is used of them. A download is one file, one taker, one day (UTC).
#[utoipa::path(get, path = "/api/v1/grants/{id}/limits", tag = "grants", params(("id" = String, Path)), responses((status = 200, body = LimitsOut), (status = 404)))]
pub(crate) async fn show_by_api(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    super::api::readable(&visit)?;
    let x = load(&visit, id).await?;
    let own = Limits { networks: x.bounds.own.networks, doors: x.bounds.own.doors, ..Limits::default() };
    answer::json(&LimitsOut {
        deal: x.bounds.deal.json(),
        own: (x.side == Side::Buyer).then(|| own.json()),
        used_downloads: x.bounds.used.downloads.max(0),
        used_volume_bytes: x.bounds.used.volume_bytes.max(0),
        used_seats: x.bounds.used.seats.max(0),
        revision: x.bounds.revision,
    })
}

/// What the deal bounds; what is left out is not bounded.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsIn {
    /// The revision that was seen; 0 without limits.
    pub revision: i64,
    /// Why, for the holder.
    pub reason: String,
    /// How many persons and machines.
    pub seats: Option<i64>,
    /// Whether the server counts seats; else the holder promises to keep them.
    pub seats_enforced: bool,
    /// How many bytes may leave.
    pub volume_bytes: Option<i64>,
    /// How many downloads.
    pub downloads: Option<i64>,
    /// Prefixes such as `192.0.2.0/24`.
    pub networks: Vec<String>,
    /// `browser` or `program`.
    pub door: Option<String>,
    /// Beginnings of paths.
    pub paths: Vec<String>,
}

/// Sets what the deal bounds, with a reason. For the seller's licensors and owners; the holder is told.
#[utoipa::path(put, path = "/api/v1/grants/{id}/limits", tag = "grants", params(("id" = String, Path)), request_body = LimitsIn, responses((status = 204), (status = 403), (status = 409), (status = 422)))]
pub(crate) async fn set_by_api(visit: Visit, Path(id): Path<GrantId>, body: Json<LimitsIn>) -> Answer {
    let asked = body.value;
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let typed = LimitsTyped {
        revision: asked.revision.to_string(),
        seats: number(asked.seats),
        seats_kept: if asked.seats_enforced { "enforced" } else { "promised" }.to_owned(),
        volume: String::new(),
        downloads: number(asked.downloads),
        networks: asked.networks.join("\n"),
        doors: asked.door.unwrap_or_default(),
        paths: asked.paths.join("\n"),
        reason: asked.reason,
    };
    let (mut limits, reason, revision) = typed.parse().map_err(Problem::invalid)?;
    if let Some(bytes) = asked.volume_bytes {
        let mut faults = Faults::default();
        limits.volume_bytes = faults.or("volume_bytes", Some(bytes).filter(|b| *b > 0), "fault-count");
        if !faults.0.is_empty() {
            return Err(Problem::invalid(faults.0));
        }
    }
    set_them(&visit, id, (limits, reason, revision)).await?;
    Ok(answer::no_content())
}

/// How the holder narrows the own use.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OwnIn {
    /// The revision that was seen; 0 without limits.
    pub revision: i64,
    /// Prefixes such as `192.0.2.0/24`.
    pub networks: Vec<String>,
    /// `browser` or `program`.
    pub door: Option<String>,
}

/// Narrows the own use of a held grant to networks and a door. For the holder's owners.
#[utoipa::path(put, path = "/api/v1/grants/{id}/own-limits", tag = "grants", params(("id" = String, Path)), request_body = OwnIn, responses((status = 204), (status = 403), (status = 409), (status = 422)))]
pub(crate) async fn narrow_by_api(visit: Visit, Path(id): Path<GrantId>, body: Json<OwnIn>) -> Answer {
    let mut faults = Faults::default();
    let networks = forms::networks(&mut faults, "networks", &body.value.networks.join("\n"));
    if !faults.0.is_empty() {
        return Err(Problem::invalid(faults.0));
    }
    let own = Own { networks, doors: forms::doors(&body.value.door.unwrap_or_default()) };
    narrow_own(&visit, id, own, body.value.revision).await?;
    Ok(answer::no_content())
}

/// Frees a seat, so that another person or machine of the holder can take it.
#[utoipa::path(delete, path = "/api/v1/grants/{id}/seats/{taker}", tag = "grants", params(("id" = String, Path), ("taker" = String, Path)), responses((status = 204), (status = 403), (status = 409)))]
pub(crate) async fn free_by_api(visit: Visit, Path((id, taker)): Path<(GrantId, String)>) -> Answer {
    free_it(&visit, id, taker).await?;
    Ok(answer::no_content())
}
