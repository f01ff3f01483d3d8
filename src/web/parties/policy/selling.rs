//! The page of the seller's rules: when nobody needs to look, who decides otherwise, and a dry run of what is typed.

use super::forms::{RulesTyped, chosen};
use super::{parts, plain_table, policy_problem};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, see_other};
use crate::market::conditions::Condition;
use crate::market::parties::policy::{self, PolicyEdition, SellerRules};
use crate::market::parties::{self, MayManage, MemberView, Party};
use crate::market::purchases::steps::{self, TriedSale};
use crate::market::{datasets, purchases};
use crate::routes;
use crate::store::Read;
use crate::urls;
use crate::values::{DatasetId, Prose};
use crate::web::accounts::forms::text_fault;
use crate::web::parties::api::named;
use crate::web::parties::{currencies, frame, owner};
use crate::web::sheet::{Block, Cell, Field, Fields, FormView, Mark, Sheet, Table};
use crate::words;
use serde::Deserialize;

routes! {
    get "/organisations/{slug}/selling-rules" SignedIn => page,
    post "/organisations/{slug}/selling-rules" SignedIn => save,
    get "/organisations/{slug}/selling-rules/dry-run" SignedIn => dry_run,
}

/// For which dataset.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AboutQuery {
    dataset: String,
}

/// What the page knows.
struct Loaded {
    party: Party,
    /// The dataset for which the rules are, by its name and title.
    dataset: Option<(DatasetId, String, String)>,
    edition: PolicyEdition<SellerRules>,
    /// Whether the rules in force are of this very place.
    own: bool,
    members: Vec<MemberView>,
    /// All datasets: name and title.
    all: Vec<(String, String)>,
}

/// Finds the dataset of an organisation that a form names; none for the default.
pub(super) fn dataset_of(tx: &mut Read, party: &Party, slug: &str) -> Result<Option<datasets::Dataset>, Problem> {
    if slug.is_empty() {
        return Ok(None);
    }
    datasets::find_by_slug(tx, party.id, slug)?.map(Some).ok_or_else(Problem::not_found)
}

async fn load(visit: &Visit, slug: String, dataset: String) -> Result<Loaded, Problem> {
    let lang = visit.lang();
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            MayManage::check(tx, actor, party.id)?;
            let found = dataset_of(tx, &party, &dataset)?;
            let (edition, own) = policy::seller_rules(tx, party.id, found.as_ref().map(|d| d.id))?;
            let members = parties::members_of(tx, actor, party.id)?;
            let all = datasets::of_party(tx, party.id)?;
            let all = all.iter().map(|d| (d.slug.clone(), d.title(lang).to_owned())).collect();
            let dataset = found.map(|d| (d.id, d.slug.clone(), d.title(lang).to_owned()));
            Ok(Loaded { party, dataset, edition, own, members, all })
        })
        .await
}

fn fields(visit: &Visit, loaded: &Loaded, typed: &RulesTyped, faults: &[Fault]) -> Vec<Field> {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let automatic = ["yes", "no"].map(|v| {
        let key = format!("automatic-{v}");
        (v.to_owned(), say(&key), say(&format!("{key}-text")))
    });
    let flags = ["if-verified", "if-general", "if-known"].map(|f| (f.to_owned(), say(f), String::new()));
    let intended = ["", "allowed", "conditional"].map(|v| {
        let key = if v.is_empty() { "rules-intended-any".to_owned() } else { format!("rules-intended-{v}") };
        (v.to_owned(), say(&key), String::new())
    });
    let slug = loaded.dataset.as_ref().map_or("", |d| d.1.as_str());
    let edition = if loaded.own { loaded.edition.number } else { 0 };
    Fields::new(lang, faults)
        .keyed("automatic", "rules_automatic", "radio", &typed.automatic, "")
        .choices(automatic)
        .keyed("flags", "rules_flags", "checks", &chosen(&typed.boxes, "if-"), "")
        .choices(flags)
        .keyed("countries", "rules_countries", "text", &typed.countries, "")
        .half()
        .keyed("purpose_length", "rules_purpose_length", "text", &typed.purpose_length, "")
        .half()
        .keyed("amount", "rules_amount", "text", &typed.amount, "")
        .half()
        .field("currency", "select", parts::currency(&typed.currency, &loaded.party))
        .choices(currencies())
        .half()
        .keyed("licences", "rules_licences", "checks", &chosen(&typed.boxes, "licence-"), "")
        .choices(parts::classes(lang))
        .keyed("intended", "rules_intended", "select", &typed.intended, "")
        .choices(intended)
        .keyed("members", "rules_members", "checks", &chosen(&typed.boxes, "member-"), "")
        .choices(parts::people(&loaded.members))
        .keyed("need", "step_need", "text", &typed.need, "")
        .half()
        .keyed("due_days", "step_due_days", "text", &typed.due_days, "")
        .half()
        .keyed("escalate_to", "step_escalate_to", "select", &typed.escalate_to, "")
        .choices(parts::late(lang, &loaded.members))
        .keyed("note", "policy_note", "text", &typed.note, "")
        .field("dataset", "hidden", slug)
        .field("edition", "hidden", &edition.to_string())
        .done()
}

/// The default and each dataset as tabs would be: a table of places with a link.
fn places(visit: &Visit, loaded: &Loaded) -> Table {
    let lang = visit.lang();
    let home = urls::organisation_part(&loaded.party.slug, "selling-rules");
    let current = loaded.dataset.as_ref().map_or("", |d| d.1.as_str());
    let here = |slug: &str| if slug == current { words::say(lang, "rules-this-page") } else { String::new() };
    let first = vec![Cell::link(words::say(lang, "rules-for-all"), home.clone()).with_small(here(""))];
    let row = |(slug, title): &(String, String)| {
        vec![Cell::link(title.clone(), format!("{home}?dataset={slug}")).with_small(here(slug))]
    };
    let rows = std::iter::once(first).chain(loaded.all.iter().map(row)).collect();
    plain_table(visit, "selling-rules", &["rules-for"], rows, "policy-empty")
}

fn sheet(
    visit: &Visit,
    loaded: &Loaded,
    typed: &RulesTyped,
    faults: &[Fault],
    tried: Option<(Block, Table)>,
) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let home = urls::organisation_part(&loaded.party.slug, "selling-rules");
    let lead = match (&loaded.dataset, loaded.own) {
        (None, _) => say("rules-lead-all"),
        (Some((.., title)), true) => words::with(lang, "rules-lead-own", &[("dataset", title)]),
        (Some((.., title)), false) => words::with(lang, "rules-lead-default", &[("dataset", title)]),
    };
    let form = FormView {
        action: home.clone(),
        fields: fields(visit, loaded, typed, faults),
        button: say("save"),
        class: "primary",
        second: Some((say("policy-dry-run"), format!("{home}/dry-run"))),
        ..FormView::default()
    };
    let mut page = Sheet::new(frame(visit, &loaded.party, &owner(), "selling-rules")).lead(lead).faulty(faults);
    if let Some((sum, table)) = tried {
        page = page.put(Block::Heading(say("policy-dry-run"))).put(sum).put(Block::Table(table));
    }
    page.put(Block::Form(form))
        .put(Block::Heading(say("rules-places")))
        .put(Block::Table(places(visit, loaded)))
        .answer()
}

async fn page(visit: Visit, Path(slug): Path<String>, Query(query): Query<AboutQuery>) -> Answer {
    let loaded = load(&visit, slug, query.dataset).await?;
    let typed = RulesTyped::of(&loaded.edition.body);
    sheet(&visit, &loaded, &typed, &[], None)
}

async fn save(visit: Visit, Path(slug): Path<String>, form: Form<RulesTyped>) -> Answer {
    let typed = form.typed;
    let parsed = typed.parse().and_then(|rules| {
        let note = Prose::optional(&typed.note).map_err(|bad| vec![text_fault("note", bad)])?;
        Ok((rules, note))
    });
    let (rules, note) = match parsed {
        Ok(values) => values,
        Err(faults) => {
            let loaded = load(&visit, slug, typed.dataset.clone()).await?;
            return sheet(&visit, &loaded, &typed, &faults, None);
        }
    };
    let seen: i64 = typed.edition.parse().map_err(|_| Problem::bad_request("form"))?;
    let (place, at) = (typed.dataset.clone(), slug.clone());
    let saved = visit.as_person()?.write(move |tx, actor, now| {
        let party = named(tx, &at)?;
        let may = MayManage::check(tx, actor, party.id)?;
        let dataset = dataset_of(tx, &party, &place)?.map(|d| d.id);
        policy::put_seller(tx, may, dataset, seen, &rules, &note, now).map_err(policy_problem)
    });
    match saved.await.map_err(Problem::into_faults) {
        Ok(_) => {
            let home = urls::organisation_part(&slug, "selling-rules");
            Ok(see_other(format!("{home}?dataset={}&done=in-force", urls::encode(&typed.dataset))))
        }
        Err(faults) => {
            let faults = faults?;
            let loaded = load(&visit, slug, typed.dataset.clone()).await?;
            sheet(&visit, &loaded, &typed, &faults, None)
        }
    }
}

fn why_not(lang: crate::values::Lang, list: &[Condition]) -> String {
    let unmet: Vec<String> = list.iter().filter(|c| !c.met).map(|c| words::condition(lang, c)).collect();
    unmet.join(if lang == crate::values::Lang::Zh { "；" } else { "; " })
}

fn tried_row(lang: crate::values::Lang, t: &TriedSale, title: &str, buyer: &str) -> Vec<Cell> {
    let p = &t.purchase;
    let gross = p.gross().map_or_else(|_| "–".to_owned(), |m| words::money(lang, m));
    let mark = if t.automatic {
        Mark { class: "ok", icon: "check", text: words::say(lang, "would-be-automatic") }
    } else {
        Mark { class: "wait", icon: "clock", text: words::say(lang, "would-be-looked-at") }
    };
    vec![
        Cell::link(p.number.clone(), urls::purchase(p.id)).with_small(buyer),
        Cell::text(title),
        Cell::number(gross),
        Cell::mark(mark).with_small(why_not(lang, &t.conditions)),
    ]
}

async fn dry_run(visit: Visit, Path(slug): Path<String>, Query(typed): Query<RulesTyped>) -> Answer {
    let loaded = load(&visit, slug.clone(), typed.dataset.clone()).await?;
    let rules = match typed.parse() {
        Ok(rules) => rules,
        Err(faults) => return sheet(&visit, &loaded, &typed, &faults, None),
    };
    let (lang, dataset) = (visit.lang(), loaded.dataset.as_ref().map(|d| d.0));
    let rows: Vec<(bool, Vec<Cell>)> = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            let mut rows = Vec::new();
            for t in steps::try_rules(tx, &may, dataset, &rules)? {
                let line = purchases::lines_of(tx, &t.purchase)?.into_iter().next();
                let title = match line {
                    Some(line) => datasets::get(tx, line.dataset_id)?.title(lang).to_owned(),
                    None => String::new(),
                };
                let buyer = parties::get(tx, t.purchase.buyer_id)?.name(lang).to_owned();
                rows.push((t.automatic, tried_row(lang, &t, &title, &buyer)));
            }
            Ok(rows)
        })
        .await?;
    let (automatic, all) = (rows.iter().filter(|(a, _)| *a).count().to_string(), rows.len().to_string());
    let sum = words::with(lang, "dry-run-sale-sum", &[("automatic", &automatic), ("all", &all)]);
    let table = plain_table(
        &visit,
        "policy-dry-run",
        &["request", "dataset", "amount", "head-would-be"],
        rows.into_iter().map(|(_, row)| row).collect(),
        "dry-run-empty",
    );
    sheet(&visit, &loaded, &typed, &[], Some((Block::Notice("info", "info", sum), table)))
}
