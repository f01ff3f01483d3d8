//! Budgets by cost centre and period: kept by owners and finance, read by every member.

use super::api::{AmountOut, named};
use super::{currencies, frame};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Json, Path, Typed, Visit, answer, see_other};
use crate::market::parties::budgets::{self, Budget, BudgetError, MayBudget, NewBudget};
use crate::market::parties::{self, Party, Role, Roles};
use crate::routes;
use crate::urls;
use crate::values::{BudgetId, Currency, Line, Money, Timestamp};
use crate::web::accounts::forms::{Faults, Nothing, fault};
use crate::web::listing::{Items, Made};
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Sheet, Table};
use crate::words;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

routes! {
    get "/organisations/{slug}/budgets" SignedIn => page,
    post "/organisations/{slug}/budgets" SignedIn => make,
    post "/organisations/{slug}/budgets/{id}/closing" SignedIn => close,
    get "/api/v1/organisations/{slug}/budgets" SignedIn => list,
    post "/api/v1/organisations/{slug}/budgets" SignedIn => make_by_api,
    put "/api/v1/organisations/{slug}/budgets/{id}" SignedIn => change_by_api,
    delete "/api/v1/organisations/{slug}/budgets/{id}" SignedIn => close_by_api,
}

/// A budget as typed.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct BudgetTyped {
    /// What the organisation calls the cost centre.
    pub cost_centre: String,
    /// The amount, such as 50000.00, tax included.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The first day, 2026-01-01.
    pub from: String,
    /// The last day, 2026-12-31.
    pub until: String,
}
impl Typed for BudgetTyped {}
impl BudgetTyped {
    fn amount(&self, faults: &mut Faults) -> Option<Money> {
        let currency: Option<Currency> = faults.or("currency", self.currency.parse().ok(), "fault-currency");
        currency.and_then(|c| faults.or("amount", Money::parse(&self.amount, c).ok(), "fault-amount"))
    }
    fn parse(&self) -> Result<NewBudget, Vec<Fault>> {
        let mut faults = Faults::default();
        let cost_centre = faults.text("cost_centre", Line::parse(&self.cost_centre));
        let amount = self.amount(&mut faults);
        let starts_at = faults.or("from", Timestamp::of_date(&self.from), "fault-day");
        let ends_at = faults.or("until", Timestamp::of_date(&self.until).map(|d| d.plus_days(1)), "fault-day");
        match (cost_centre, amount, starts_at, ends_at) {
            (Some(cost_centre), Some(amount), Some(starts_at), Some(ends_at)) => {
                Ok(NewBudget { cost_centre, amount, starts_at, ends_at })
            }
            _ => Err(faults.0),
        }
    }
}

fn budget_problem(error: BudgetError) -> Problem {
    match error {
        BudgetError::Dates => Problem::invalid(vec![fault("until", "fault-period")]),
        BudgetError::Overlap => Problem::invalid(vec![fault("cost_centre", "fault-budget-overlap")]),
        BudgetError::TooMany => Problem::conflict("too-many"),
        BudgetError::Overtaken => Problem::conflict("overtaken"),
        BudgetError::Store(error) => error.into(),
    }
}

async fn load(visit: &Visit, slug: String) -> Result<(Party, Roles, Vec<Budget>), Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let list = budgets::budgets_of(tx, actor, party.id, now)?;
            let roles = parties::roles_of(tx, actor, party.id)?;
            Ok((party, roles, list))
        })
        .await
}

fn table(visit: &Visit, party: &Party, keeps: bool, list: &[Budget]) -> Table {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let row = |b: &Budget| {
        let money = |minor: i64| words::money(lang, Money::new(minor, b.amount.currency));
        let action = urls::organisation_part(&party.slug, &format!("budgets/{}/closing", b.id));
        let close = Button { action, text: say("close-budget"), class: "danger", hidden: Vec::new() };
        let period = format!("{} – {}", words::date(lang, b.starts_at), words::date(lang, b.ends_at.plus_seconds(-1)));
        vec![
            Cell::text(b.cost_centre.clone()).with_small(period),
            Cell::number(words::money(lang, b.amount)),
            Cell::number(money(b.reserved_minor)),
            Cell::number(money(b.spent_minor)),
            Cell::number(words::money(lang, b.left())),
            if keeps { Cell::buttons(vec![close]) } else { Cell::text("–") },
        ]
    };
    let heads = [
        ("head-cost-centre", false),
        ("head-budget", true),
        ("head-reserved", true),
        ("head-spent", true),
        ("budget-left", true),
        ("head-action", false),
    ];
    Table {
        label: say("budgets"),
        heads: heads.map(|(k, n)| (say(k), n)).to_vec(),
        rows: list.iter().map(row).collect(),
        empty: (say("budgets-empty"), say("budgets-empty-text"), None),
        next: None,
    }
}

async fn sheet(visit: &Visit, slug: String, typed: &BudgetTyped, faults: &[Fault]) -> Answer {
    let (party, roles, list) = load(visit, slug).await?;
    let lang = visit.lang();
    let keeps = roles.has_any(&[Role::Owner, Role::Finance]);
    let currency = if typed.currency.is_empty() { party.approval_currency.code() } else { &typed.currency };
    let fields = Fields::new(lang, faults)
        .keyed("cost_centre", "cost_centre", "text", &typed.cost_centre, "")
        .keyed("amount", "budget_amount", "text", &typed.amount, "")
        .half()
        .field("currency", "select", currency)
        .choices(currencies())
        .half()
        .keyed("from", "budget_from", "date", &typed.from, "")
        .half()
        .keyed("until", "budget_until", "date", &typed.until, "")
        .half()
        .done();
    let form = FormView {
        heading: words::say(lang, "make-budget"),
        action: urls::organisation_part(&party.slug, "budgets"),
        fields,
        button: words::say(lang, "make-budget"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(frame(visit, &party, &roles, "budgets"))
        .lead(words::say(lang, "budgets-lead"))
        .faulty(faults)
        .put(Block::Table(table(visit, &party, keeps, &list)))
        .put_if(keeps.then_some(Block::Form(form)))
        .answer()
}

async fn page(visit: Visit, Path(slug): Path<String>) -> Answer {
    sheet(&visit, slug, &BudgetTyped::default(), &[]).await
}

async fn keep(visit: &Visit, slug: String, new: NewBudget) -> Result<BudgetId, Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayBudget::check(tx, actor, party.id)?;
            budgets::make(tx, may, &new, now).map_err(budget_problem)
        })
        .await
}

async fn make(visit: Visit, Path(slug): Path<String>, form: Form<BudgetTyped>) -> Answer {
    let home = urls::organisation_part(&slug, "budgets");
    let kept = match form.typed.parse() {
        Ok(new) => keep(&visit, slug.clone(), new).await.map_err(Problem::into_faults),
        Err(faults) => Err(Ok(faults)),
    };
    match kept {
        Ok(_) => Ok(see_other(format!("{home}?done=saved"))),
        Err(faults) => sheet(&visit, slug, &form.typed, &faults?).await,
    }
}

async fn end(visit: &Visit, slug: String, id: BudgetId) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayBudget::check(tx, actor, party.id)?;
            budgets::close(tx, may, id, now).map_err(budget_problem)
        })
        .await
}

async fn close(visit: Visit, Path((slug, id)): Path<(String, BudgetId)>, _form: Form<Nothing>) -> Answer {
    let home = urls::organisation_part(&slug, "budgets");
    end(&visit, slug, id).await?;
    Ok(see_other(format!("{home}?done=saved")))
}

/// A budget.
#[derive(Debug, Serialize, ToSchema)]
pub struct BudgetOut {
    id: String,
    cost_centre: String,
    amount: AmountOut,
    reserved_minor: i64,
    spent_minor: i64,
    left_minor: i64,
    starts_at: String,
    ends_at: String,
    revision: i64,
}

fn out(b: &Budget) -> BudgetOut {
    BudgetOut {
        id: b.id.to_string(),
        cost_centre: b.cost_centre.clone(),
        amount: AmountOut { amount_minor: b.amount.minor, currency: b.amount.currency.to_string() },
        reserved_minor: b.reserved_minor,
        spent_minor: b.spent_minor,
        left_minor: b.left().minor,
        starts_at: b.starts_at.rfc3339(),
        ends_at: b.ends_at.rfc3339(),
        revision: b.revision,
    }
}

/// Budgets that have not ended.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/budgets", tag = "organisations", params(("slug" = String, Path)), responses((status = 200, body = Items<BudgetOut>)))]
pub(crate) async fn list(visit: Visit, Path(slug): Path<String>) -> Answer {
    let (_, _, list) = load(&visit, slug).await?;
    answer::json(&Items::all(list.iter().map(out).collect()))
}

/// Makes a budget (owner, finance).
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/budgets", tag = "organisations", params(("slug" = String, Path)), request_body = BudgetTyped, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(crate) async fn make_by_api(visit: Visit, Path(slug): Path<String>, body: Json<BudgetTyped>) -> Answer {
    let new = body.value.parse().map_err(Problem::invalid)?;
    let id = keep(&visit, slug, new).await?;
    answer::json_as(StatusCode::CREATED, &Made { id: id.to_string() })
}

/// Changes the amount of a budget; `If-Match` carries the revision. What is reserved and spent stays.
#[utoipa::path(put, path = "/api/v1/organisations/{slug}/budgets/{id}", tag = "organisations", params(("slug" = String, Path), ("id" = String, Path), ("If-Match" = String, Header)), request_body = BudgetTyped, responses((status = 204), (status = 409), (status = 422)))]
pub(crate) async fn change_by_api(
    visit: Visit,
    Path((slug, id)): Path<(String, BudgetId)>,
    body: Json<BudgetTyped>,
) -> Answer {
    let mut faults = Faults::default();
    let amount = body.value.amount(&mut faults).ok_or_else(|| Problem::invalid(faults.0))?;
    let revision = body.revision.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if-match"))?;
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayBudget::check(tx, actor, party.id)?;
            budgets::change(tx, may, id, revision, amount.minor, now).map_err(budget_problem)
        })
        .await?;
    Ok(answer::no_content())
}

/// Closes a budget: nothing is reserved from it any more.
#[utoipa::path(delete, path = "/api/v1/organisations/{slug}/budgets/{id}", tag = "organisations", params(("slug" = String, Path), ("id" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn close_by_api(visit: Visit, Path((slug, id)): Path<(String, BudgetId)>) -> Answer {
    end(&visit, slug, id).await?;
    Ok(answer::no_content())
}
