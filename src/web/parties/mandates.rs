//! The mandate of a service account: what it may accept without a person, and who answers for it.

use super::api::{AmountOut, named};
use super::{currencies, frame, owner};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Json, Path, Typed, Visit, answer, see_other};
use crate::market::parties::mandates::{self, Cover, Mandate, MandateError, NewMandate};
use crate::market::parties::policy::LicenceClass;
use crate::market::parties::{self, MayManage, MemberView, Party, ServiceAccount};
use crate::market::rules::Level;
use crate::routes;
use crate::store::Read;
use crate::urls;
use crate::values::{Currency, MemberId, Money, PartyId, ServiceId};
use crate::web::accounts::forms::{Faults, Nothing, fault};
use crate::web::rules::level_word;
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Sheet};
use crate::words;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

routes! {
    get "/organisations/{slug}/service-accounts/{service}/mandate" SignedIn => page,
    post "/organisations/{slug}/service-accounts/{service}/mandate" SignedIn => save,
    post "/organisations/{slug}/service-accounts/{service}/mandate/end" SignedIn => end,
    get "/api/v1/organisations/{slug}/service-accounts/{service}/mandate" Caller => show,
    put "/api/v1/organisations/{slug}/service-accounts/{service}/mandate" SignedIn => put,
    delete "/api/v1/organisations/{slug}/service-accounts/{service}/mandate" SignedIn => end_by_api,
}

/// A mandate as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct MandateTyped {
    per_request: String,
    per_month: String,
    currency: String,
    sellers: String,
    answers: String,
    revision: String,
    #[serde(flatten)]
    boxes: BTreeMap<String, String>,
}
impl Typed for MandateTyped {}

impl MandateTyped {
    fn slugs(&self) -> Vec<String> {
        let parts = self.sellers.split([',', '，', '\n', ' ']).map(str::trim).filter(|s| !s.is_empty());
        parts.map(str::to_ascii_lowercase).take(50).collect()
    }
    fn checked<'t>(&'t self, stem: &'t str) -> impl Iterator<Item = &'t str> {
        self.boxes.keys().filter_map(move |k| k.strip_prefix(stem))
    }
    fn parse(&self, sellers: &[Option<PartyId>]) -> Result<NewMandate, Vec<Fault>> {
        let mut faults = Faults::default();
        let licences: Vec<_> = self.checked("licence-").filter_map(LicenceClass::parse).collect();
        let levels: Vec<_> = self.checked("level-").filter_map(Level::parse).collect();
        let licences = faults.or("licences", Some(licences).filter(|l| !l.is_empty()), "fault-scopes");
        let levels = faults.or("levels", Some(levels).filter(|l| !l.is_empty()), "fault-scopes");
        let sellers: Option<Vec<PartyId>> = sellers.iter().copied().collect();
        let sellers = faults.or("sellers", sellers, "fault-no-such-seller");
        let currency: Option<Currency> = faults.or("currency", self.currency.parse().ok(), "fault-currency");
        let money = |text: &str| currency.and_then(|c| Money::parse(text, c).ok());
        let request = faults.or("per_request", money(&self.per_request), "fault-amount");
        let month = money(&self.per_month).filter(|m| request.is_none_or(|r| m.minor >= r.minor));
        let month = faults.or("per_month", month, "fault-month");
        let answers: Option<MemberId> = faults.or("answers", self.answers.parse().ok(), "fault-choice");
        match (licences, levels, sellers, request, month, answers) {
            (Some(licences), Some(levels), Some(sellers), Some(per_request), Some(month), Some(answers)) => {
                let cover = Cover { licences, levels, sellers };
                Ok(NewMandate { cover, per_request, per_month_minor: month.minor, answers })
            }
            _ => Err(faults.0),
        }
    }
    fn of(m: &Mandate, slugs: &[String]) -> Self {
        let on = |name: String| (name, "on".to_owned());
        let mut boxes: BTreeMap<String, String> =
            m.cover.licences.iter().map(|c| on(format!("licence-{}", c.as_str()))).collect();
        boxes.extend(m.cover.levels.iter().map(|l| on(format!("level-{}", l.as_str()))));
        Self {
            per_request: m.per_request.number(),
            per_month: Money::new(m.per_month_minor, m.per_request.currency).number(),
            currency: m.per_request.currency.to_string(),
            sellers: slugs.join("\n"),
            answers: m.answers.to_string(),
            revision: m.revision.to_string(),
            boxes,
        }
    }
}

fn mandate_problem(error: MandateError) -> Problem {
    match error {
        MandateError::NoService => Problem::not_found(),
        MandateError::Stranger => Problem::invalid(vec![fault("answers", "fault-stranger")]),
        MandateError::Empty => Problem::invalid(vec![fault("per_month", "fault-month")]),
        MandateError::Overtaken => Problem::conflict("overtaken"),
        MandateError::Store(error) => error.into(),
    }
}

struct Loaded {
    party: Party,
    service: ServiceAccount,
    members: Vec<MemberView>,
    mandate: Option<(Mandate, i64)>,
    slugs: Vec<String>,
}

fn slugs_of(tx: &mut Read, mandate: Option<&Mandate>) -> Result<Vec<String>, Problem> {
    let mut slugs = Vec::new();
    for id in mandate.into_iter().flat_map(|m| &m.cover.sellers) {
        slugs.extend(parties::find(tx, *id)?.map(|p| p.slug));
    }
    Ok(slugs)
}

async fn load(visit: &Visit, slug: String, id: ServiceId) -> Result<Loaded, Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            MayManage::check(tx, actor, party.id)?;
            let services = parties::services_of(tx, actor, party.id)?;
            let service = services.into_iter().find(|s| s.id == id).ok_or_else(Problem::not_found)?;
            let members = parties::members_of(tx, actor, party.id)?;
            let mandate = mandates::mandate_of(tx, actor, party.id, id, now)?;
            let slugs = slugs_of(tx, mandate.as_ref().map(|(m, _)| m))?;
            Ok(Loaded { party, service, members, mandate, slugs })
        })
        .await
}

fn sheet(visit: &Visit, x: &Loaded, typed: &MandateTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let chosen = |stem: &str| typed.checked(stem).map(|r| format!("{stem}{r}")).collect::<Vec<_>>().join(" ");
    let levels = Level::ALL.iter().map(|l| (format!("level-{}", l.as_str()), level_word(lang, *l), String::new()));
    let classes = LicenceClass::ALL
        .iter()
        .map(|c| (format!("licence-{}", c.as_str()), say(&format!("licence-class-{}", c.as_str())), String::new()));
    let people = x.members.iter().map(|m| (m.member_id.to_string(), m.name.clone(), String::new()));
    let currency = if typed.currency.is_empty() { x.party.approval_currency.code() } else { &typed.currency };
    let fields = Fields::new(lang, faults)
        .keyed("licences", "mandate_licences", "checks", &chosen("licence-"), "")
        .choices(classes)
        .keyed("levels", "step_levels", "checks", &chosen("level-"), "")
        .choices(levels)
        .keyed("sellers", "step_sellers", "area", &typed.sellers, "")
        .keyed("per_request", "per_request", "text", &typed.per_request, "")
        .half()
        .keyed("per_month", "per_month", "text", &typed.per_month, "")
        .half()
        .field("currency", "select", currency)
        .choices(currencies())
        .half()
        .keyed("answers", "mandate_answers", "select", &typed.answers, "")
        .choices(people)
        .field("revision", "hidden", &typed.revision)
        .done();
    let at = urls::organisation_part(&x.party.slug, &format!("service-accounts/{}/mandate", x.service.id));
    let form = FormView { action: at.clone(), fields, button: say("save"), class: "primary", ..FormView::default() };
    let used = x.mandate.as_ref().map(|(m, used)| {
        let money = |minor: i64| words::money(lang, Money::new(minor, m.per_request.currency));
        Block::Facts(vec![(
            say("mandate-used"),
            money(*used),
            words::with(lang, "mandate-of", &[("amount", &money(m.per_month_minor))]),
        )])
    });
    let end = x.mandate.is_some().then(|| {
        let button =
            Button { action: format!("{at}/end"), text: say("end-mandate"), class: "danger", hidden: Vec::new() };
        Block::Pairs(vec![(say("mandate"), Cell::buttons(vec![button]))])
    });
    Sheet::new(frame(visit, &x.party, &owner(), "mandate"))
        .crumb(say("service-accounts"), urls::organisation_part(&x.party.slug, "service-accounts"))
        .lead(words::with(lang, "mandate-lead", &[("name", &x.service.name)]))
        .faulty(faults)
        .put_if(used)
        .put(Block::Form(form))
        .put_if(end)
        .answer()
}

async fn page(visit: Visit, Path((slug, id)): Path<(String, ServiceId)>) -> Answer {
    let x = load(&visit, slug, id).await?;
    let typed = x.mandate.as_ref().map_or_else(
        || MandateTyped { revision: "0".to_owned(), ..MandateTyped::default() },
        |(m, _)| MandateTyped::of(m, &x.slugs),
    );
    sheet(&visit, &x, &typed, &[])
}

async fn sellers_of(visit: &Visit, slugs: Vec<String>) -> Result<Vec<Option<PartyId>>, Problem> {
    visit
        .site
        .db
        .read(move |tx| {
            let mut found = Vec::new();
            for slug in &slugs {
                found.push(parties::find_by_slug(tx, slug)?.map(|p| p.id));
            }
            Ok::<_, Problem>(found)
        })
        .await
}

async fn keep(visit: &Visit, slug: String, id: ServiceId, seen: i64, new: NewMandate) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            mandates::put_mandate(tx, may, id, seen, &new, now).map_err(mandate_problem)
        })
        .await
}

async fn save(visit: Visit, Path((slug, id)): Path<(String, ServiceId)>, form: Form<MandateTyped>) -> Answer {
    let at = urls::organisation_part(&slug, &format!("service-accounts/{id}/mandate"));
    let sellers = sellers_of(&visit, form.typed.slugs()).await?;
    let seen: i64 = form.typed.revision.parse().map_err(|_| Problem::bad_request("form"))?;
    let kept = match form.typed.parse(&sellers) {
        Ok(new) => keep(&visit, slug.clone(), id, seen, new).await.map_err(Problem::into_faults),
        Err(faults) => Err(Ok(faults)),
    };
    match kept {
        Ok(()) => Ok(see_other(format!("{at}?done=saved"))),
        Err(faults) => {
            let faults = faults?;
            let x = load(&visit, slug, id).await?;
            sheet(&visit, &x, &form.typed, &faults)
        }
    }
}

async fn stop(visit: &Visit, slug: String, id: ServiceId) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            mandates::end_mandate(tx, may, id, now).map_err(mandate_problem)
        })
        .await
}

async fn end(visit: Visit, Path((slug, id)): Path<(String, ServiceId)>, _form: Form<Nothing>) -> Answer {
    let home = urls::organisation_part(&slug, "service-accounts");
    stop(&visit, slug, id).await?;
    Ok(see_other(format!("{home}?done=saved")))
}

/// A mandate by API.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MandateIn {
    /// Classes of licences: `open`, `standard`, `custom`.
    licences: Vec<String>,
    /// Levels of the data: `general`, `important`, `core`.
    levels: Vec<String>,
    /// Names in addresses of sellers; every seller when empty.
    #[serde(default)]
    sellers: Vec<String>,
    /// The most for one request, tax included.
    per_request: AmountOut,
    /// The most for a calendar month in the same currency, minor units.
    per_month_minor: i64,
    /// The member who answers for it.
    answers: String,
}

/// A mandate with what was used of this month.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateOut {
    #[serde(flatten)]
    mandate: MandateIn,
    used_this_month_minor: i64,
    revision: i64,
}

/// The mandate of a service account, to owners, auditors and the machine itself.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/service-accounts/{service}/mandate", tag = "organisations", params(("slug" = String, Path), ("service" = String, Path)), responses((status = 200, body = MandateOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path((slug, id)): Path<(String, ServiceId)>) -> Answer {
    let (m, used, sellers) = visit
        .as_actor()?
        .read(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let (m, used) = mandates::mandate_of(tx, actor, party.id, id, now)?.ok_or_else(Problem::not_found)?;
            let sellers = slugs_of(tx, Some(&m))?;
            Ok((m, used, sellers))
        })
        .await?;
    let mandate = MandateIn {
        licences: m.cover.licences.iter().map(ToString::to_string).collect(),
        levels: m.cover.levels.iter().map(ToString::to_string).collect(),
        sellers,
        per_request: AmountOut { amount_minor: m.per_request.minor, currency: m.per_request.currency.to_string() },
        per_month_minor: m.per_month_minor,
        answers: m.answers.to_string(),
    };
    answer::json(&MandateOut { mandate, used_this_month_minor: used, revision: m.revision })
}

/// Writes the mandate of a service account (owner); `If-Match` carries its revision, 0 for the first.
#[utoipa::path(put, path = "/api/v1/organisations/{slug}/service-accounts/{service}/mandate", tag = "organisations", params(("slug" = String, Path), ("service" = String, Path), ("If-Match" = String, Header)), request_body = MandateIn, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(crate) async fn put(visit: Visit, Path((slug, id)): Path<(String, ServiceId)>, body: Json<MandateIn>) -> Answer {
    let seen = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    let sent = body.value;
    let on = |name: String| (name, "on".to_owned());
    let mut boxes: BTreeMap<String, String> = sent.licences.iter().map(|c| on(format!("licence-{c}"))).collect();
    boxes.extend(sent.levels.iter().map(|l| on(format!("level-{l}"))));
    let currency: Option<Currency> = sent.per_request.currency.parse().ok();
    let number = |minor: i64| currency.map_or_else(String::new, |c| Money::new(minor, c).number());
    let typed = MandateTyped {
        per_request: number(sent.per_request.amount_minor),
        per_month: number(sent.per_month_minor),
        currency: sent.per_request.currency.clone(),
        sellers: sent.sellers.join("\n"),
        answers: sent.answers.clone(),
        revision: String::new(),
        boxes,
    };
    let sellers = sellers_of(&visit, typed.slugs()).await?;
    let new = typed.parse(&sellers).map_err(Problem::invalid)?;
    keep(&visit, slug, id, seen, new).await?;
    Ok(answer::no_content())
}

/// Ends a mandate (owner): the machine asks for everything that costs money again.
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/service-accounts/{service}/mandate", tag = "organisations", params(("slug" = String, Path), ("service" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn end_by_api(visit: Visit, Path((slug, id)): Path<(String, ServiceId)>) -> Answer {
    stop(&visit, slug, id).await?;
    Ok(answer::no_content())
}
