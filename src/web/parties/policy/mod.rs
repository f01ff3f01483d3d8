//! Pages of the buyer's policy: the simple form, the steps in force, a draft that is tried before it is put in force.

pub mod api;
mod forms;
mod parts;
pub mod selling;
mod step;
mod tables;

use super::api::named;
use super::forms::PolicyTyped;
use super::{currencies, frame, owned, owner};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::parties::policy::{self, BadPolicy, BuyerPolicy, Limit, PolicyEdition, PolicyError};
use crate::market::parties::{self, MayManage, MemberView, Party};
use crate::routes;
use crate::store::Read;
use crate::urls;
use crate::values::{Money, Prose};
use crate::web::accounts::forms::{Nothing, fault, text_fault};
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Sheet, Table};
use crate::words;
use forms::{EditionTyped, LimitTyped};
use std::collections::BTreeMap;

routes! {
    get "/organisations/{slug}/policy" SignedIn => page,
    post "/organisations/{slug}/policy" SignedIn => simple,
    post "/organisations/{slug}/policy/limits" SignedIn => limit,
    get "/organisations/{slug}/policy/dry-run" SignedIn => dry_run,
    post "/organisations/{slug}/policy/edition" SignedIn => put_in_force,
    post "/organisations/{slug}/policy/draft/removal" SignedIn => discard,
    get "/organisations/{slug}/policy/steps/{step}" SignedIn => step::page,
    post "/organisations/{slug}/policy/steps/{step}" SignedIn => step::save,
    post "/organisations/{slug}/policy/steps/{step}/removal" SignedIn => step::remove,
}

/// Turns what did not happen to a policy into a problem.
#[must_use]
pub fn policy_problem(error: PolicyError) -> Problem {
    match error {
        PolicyError::Bad(bad) => Problem::invalid(vec![bad_policy(bad)]),
        PolicyError::Overtaken => Problem::conflict("overtaken"),
        PolicyError::Refused(refused) => refused.into(),
        PolicyError::Store(error) => error.into(),
    }
}

fn bad_policy(bad: BadPolicy) -> Fault {
    match bad {
        BadPolicy::Name => fault("name_en", "fault-one-language"),
        BadPolicy::Need => fault("need", "fault-need"),
        BadPolicy::Days => fault("due_days", "fault-due-days"),
        BadPolicy::Group => fault("group", "fault-group"),
        BadPolicy::Amount => fault("amount", "fault-amount"),
        BadPolicy::Country => fault("countries", "fault-country"),
        BadPolicy::TooMany => fault("steps", "fault-too-many-steps"),
        BadPolicy::Stranger => fault("members", "fault-stranger"),
    }
}

/// The policy page's matter.
pub(super) struct Loaded {
    pub party: Party,
    pub edition: PolicyEdition<BuyerPolicy>,
    pub draft: Option<BuyerPolicy>,
    pub members: Vec<MemberView>,
    /// Names of the sellers that are mentioned.
    pub sellers: BTreeMap<String, String>,
}
impl Loaded {
    /// The draft, else what is in force.
    pub(super) fn working(&self) -> &BuyerPolicy {
        self.draft.as_ref().unwrap_or(&self.edition.body)
    }
}

fn sellers_of(tx: &mut Read, policy: &BuyerPolicy, into: &mut BTreeMap<String, String>) -> Result<(), Problem> {
    for id in policy.steps.iter().flat_map(|s| &s.when.sellers) {
        if let Some(party) = parties::find(tx, *id)? {
            into.insert(id.to_string(), party.slug);
        }
    }
    Ok(())
}

pub(super) async fn load(visit: &Visit, slug: String) -> Result<Loaded, Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            let edition = policy::buyer_policy(tx, &party)?;
            let draft = policy::draft_of(tx, &may)?;
            let members = parties::members_of(tx, actor, party.id)?;
            let mut sellers = BTreeMap::new();
            sellers_of(tx, &edition.body, &mut sellers)?;
            if let Some(draft) = &draft {
                sellers_of(tx, draft, &mut sellers)?;
            }
            Ok(Loaded { party, edition, draft, members, sellers })
        })
        .await
}

fn simple_form(visit: &Visit, loaded: &Loaded, typed: Option<&PolicyTyped>, faults: &[Fault]) -> FormView {
    let (lang, party) = (visit.lang(), &loaded.party);
    let over = loaded.edition.body.as_simple().flatten();
    let amount = typed.map_or_else(|| over.map(Money::number).unwrap_or_default(), |t| t.amount.clone());
    let currency = typed.map_or_else(|| party.approval_currency.to_string(), |t| t.currency.clone());
    let fields = Fields::new(lang, faults)
        .keyed("amount", "approval_over", "text", &amount, "")
        .half()
        .field("currency", "select", &currency)
        .choices(currencies())
        .half()
        .field("revision", "hidden", &party.revision.to_string())
        .done();
    let lead = if loaded.edition.body.as_simple().is_some() { "policy-simple-text" } else { "policy-simple-replaces" };
    FormView {
        heading: words::say(lang, "policy-simple"),
        lead: words::say(lang, lead),
        action: urls::organisation_part(&party.slug, "policy"),
        fields,
        button: words::say(lang, "save"),
        ..FormView::default()
    }
}

fn limit_form(visit: &Visit, loaded: &Loaded, typed: &LimitTyped, faults: &[Fault]) -> FormView {
    let lang = visit.lang();
    let people = loaded.members.iter().map(|m| (m.member_id.to_string(), m.name.clone(), String::new()));
    let currency =
        if typed.limit_currency.is_empty() { loaded.party.approval_currency.code() } else { &typed.limit_currency };
    let fields = Fields::new(lang, faults)
        .keyed("member", "limit_member", "select", &typed.member, "")
        .choices(people)
        .keyed("limit_amount", "limit_amount", "text", &typed.limit_amount, "")
        .half()
        .keyed("limit_currency", "currency", "select", currency, "")
        .choices(currencies())
        .half()
        .done();
    FormView {
        heading: words::say(lang, "policy-limits"),
        lead: words::say(lang, "policy-limits-text"),
        action: urls::organisation_part(&loaded.party.slug, "policy/limits"),
        fields,
        button: words::say(lang, "save-in-draft"),
        ..FormView::default()
    }
}

/// What is being written: what may be done with the draft.
fn draft_blocks(visit: &Visit, loaded: &Loaded, typed: &EditionTyped, faults: &[Fault]) -> Vec<Block> {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let at = |part: &str| urls::organisation_part(&loaded.party.slug, part);
    let mut blocks = Vec::new();
    if loaded.draft.is_some() {
        blocks.push(Block::Heading(say("policy-draft")));
        blocks.push(Block::Notice("warn", "info", say("policy-draft-text")));
    } else {
        blocks.push(Block::Heading(say("policy-steps")));
        blocks.push(Block::Text(words::with(
            lang,
            "policy-edition",
            &[("number", &loaded.edition.number.to_string())],
        )));
    }
    blocks.push(Block::Table(tables::steps(visit, loaded, loaded.working(), true)));
    blocks.push(Block::Links(vec![
        (say("policy-add-step"), at("policy/steps/new"), ""),
        (say("policy-dry-run"), at("policy/dry-run"), ""),
    ]));
    if loaded.draft.is_some() {
        let fields = Fields::new(lang, faults)
            .keyed("note", "policy_note", "text", &typed.note, "")
            .field("edition", "hidden", &loaded.edition.number.to_string())
            .done();
        blocks.push(Block::Form(FormView {
            heading: say("policy-put-in-force"),
            lead: say("policy-put-in-force-text"),
            action: at("policy/edition"),
            fields,
            button: say("policy-put-in-force"),
            class: "primary",
            ..FormView::default()
        }));
        let discard =
            Button { action: at("policy/draft/removal"), text: say("policy-discard"), class: "danger", hidden: vec![] };
        blocks.push(Block::Pairs(vec![(say("policy-draft"), Cell::buttons(vec![discard]))]));
        blocks.push(Block::Heading(say("policy-in-force")));
        blocks.push(Block::Table(tables::steps(visit, loaded, &loaded.edition.body, false)));
    }
    blocks
}

/// Which form comes back with faults.
#[derive(Default)]
struct Again<'a> {
    simple: Option<&'a PolicyTyped>,
    limit: LimitTyped,
    edition: EditionTyped,
    faults: &'a [Fault],
    form: &'static str,
}

async fn sheet(visit: &Visit, slug: String, again: &Again<'_>) -> Answer {
    let loaded = load(visit, slug).await?;
    let lang = visit.lang();
    let of = |form: &str| if again.form == form { again.faults } else { &[] };
    let mut sheet = Sheet::new(frame(visit, &loaded.party, &owner(), "policy"))
        .lead(words::say(lang, "policy-lead"))
        .faulty(again.faults);
    for block in draft_blocks(visit, &loaded, &again.edition, of("edition")) {
        sheet = sheet.put(block);
    }
    sheet
        .put_if(tables::limits(visit, &loaded).map(Block::Table))
        .put(Block::Form(limit_form(visit, &loaded, &again.limit, of("limit"))))
        .put(Block::Form(simple_form(visit, &loaded, again.simple, of("simple"))))
        .answer()
}

async fn page(visit: Visit, Path(slug): Path<String>) -> Answer {
    sheet(&visit, slug, &Again::default()).await
}

async fn simple(visit: Visit, Path(slug): Path<String>, form: Form<PolicyTyped>) -> Answer {
    let over = match form.typed.parse() {
        Ok(over) => over,
        Err(faults) => {
            let again = Again { simple: Some(&form.typed), faults: &faults, form: "simple", ..Again::default() };
            return sheet(&visit, slug, &again).await;
        }
    };
    let revision: i64 = form.typed.revision.parse().map_err(|_| Problem::bad_request("form"))?;
    let on = urls::organisation_part(&slug, "policy");
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            Ok(parties::change_policy(tx, may, revision, over, now)?)
        })
        .await?;
    Ok(see_other(format!("{on}?done=saved")))
}

/// Changes the draft, which begins with what is in force.
pub(super) async fn change_draft(
    visit: &Visit,
    slug: String,
    change: impl FnOnce(&mut BuyerPolicy) -> Result<(), Problem> + Send + 'static,
) -> Result<(), Problem> {
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            let mut draft = match policy::draft_of(tx, &may)? {
                Some(draft) => draft,
                None => policy::buyer_policy(tx, &party)?.body,
            };
            change(&mut draft)?;
            policy::set_draft(tx, may, &draft, now).map_err(policy_problem)
        })
        .await
}

async fn limit(visit: Visit, Path(slug): Path<String>, form: Form<LimitTyped>) -> Answer {
    let (member, cap) = match form.typed.parse() {
        Ok(values) => values,
        Err(faults) => {
            let again = Again { limit: form.typed.clone(), faults: &faults, form: "limit", ..Again::default() };
            return sheet(&visit, slug, &again).await;
        }
    };
    let on = urls::organisation_part(&slug, "policy");
    change_draft(&visit, slug, move |draft| {
        draft.limits.retain(|l| l.member != member);
        draft.limits.extend(cap.map(|most| Limit { member, most }));
        Ok(())
    })
    .await?;
    Ok(see_other(format!("{on}?done=saved")))
}

async fn put_in_force(visit: Visit, Path(slug): Path<String>, form: Form<EditionTyped>) -> Answer {
    let note = match Prose::optional(&form.typed.note) {
        Ok(note) => note,
        Err(bad) => {
            let faults = [text_fault("note", bad)];
            let again = Again { edition: form.typed.clone(), faults: &faults, form: "edition", ..Again::default() };
            return sheet(&visit, slug, &again).await;
        }
    };
    let seen: i64 = form.typed.edition.parse().map_err(|_| Problem::bad_request("form"))?;
    let on = urls::organisation_part(&slug, "policy");
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            let draft = policy::draft_of(tx, &may)?.ok_or_else(|| Problem::conflict("overtaken"))?;
            policy::put_buyer(tx, may, seen, &draft, &note, now).map_err(policy_problem)
        })
        .await?;
    Ok(see_other(format!("{on}?done=in-force")))
}

async fn discard(visit: Visit, Path(slug): Path<String>, _form: Form<Nothing>) -> Answer {
    let on = urls::organisation_part(&slug, "policy");
    visit
        .as_person()?
        .write(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            Ok(policy::discard_draft(tx, may)?)
        })
        .await?;
    Ok(see_other(format!("{on}?done=discarded")))
}

async fn dry_run(visit: Visit, Path(slug): Path<String>) -> Answer {
    let loaded = load(&visit, slug.clone()).await?;
    owned(&visit, slug.clone()).await?;
    let lang = visit.lang();
    let policy = loaded.working().clone();
    let table = tables::tried(&visit, slug, policy).await?;
    let (asked, all) = (table.1, table.0.rows.len());
    let key = if loaded.draft.is_some() { "dry-run-draft" } else { "dry-run-in-force" };
    let values = [("asked", asked.to_string()), ("all", all.to_string())];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    Sheet::new(frame(&visit, &loaded.party, &owner(), "policy-dry-run"))
        .crumb(words::say(lang, "policy"), urls::organisation_part(&loaded.party.slug, "policy"))
        .lead(words::say(lang, key))
        .put(Block::Notice("info", "info", words::with(lang, "dry-run-sum", &values)))
        .put(Block::Table(table.0))
        .answer()
}

/// A table without rows says so in these words.
pub(super) fn empty(visit: &Visit, key: &str) -> (String, String, Option<(String, String)>) {
    let lang = visit.lang();
    (words::say(lang, key), words::say(lang, &format!("{key}-text")), None)
}

/// The table of a page about policies.
pub(super) fn plain_table(visit: &Visit, label: &str, heads: &[&str], rows: Vec<Vec<Cell>>, none: &str) -> Table {
    let lang = visit.lang();
    Table {
        label: words::say(lang, label),
        heads: heads.iter().map(|k| (words::say(lang, k), false)).collect(),
        rows,
        empty: empty(visit, none),
        next: None,
    }
}
