//! One step of the buyer's policy: its form writes into the draft.

use super::forms::{StepTyped, chosen};
use super::{Loaded, change_draft, load, parts};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::parties;
use crate::market::parties::policy::StepKind;
use crate::market::rules::Level;
use crate::urls;
use crate::values::PartyId;
use crate::web::accounts::forms::Nothing;
use crate::web::parties::{currencies, frame, owner};
use crate::web::rules::level_word;
use crate::web::sheet::{Block, Field, Fields, FormView, Sheet};
use crate::words;

/// Which step an address names: its place, or a new one.
fn place(loaded: &Loaded, step: &str) -> Result<Option<usize>, Problem> {
    if step == "new" {
        return Ok(None);
    }
    let at = step.parse::<usize>().ok().filter(|i| *i < loaded.working().steps.len());
    at.map(Some).ok_or_else(Problem::not_found)
}

fn fields(visit: &Visit, loaded: &Loaded, typed: &StepTyped, faults: &[Fault]) -> Vec<Field> {
    let lang = visit.lang();
    let say = |key: String| words::say(lang, &key);
    let kinds = StepKind::ALL.iter().map(|k| {
        let key = format!("step-kind-{}", k.as_str());
        (k.to_string(), say(key.clone()), say(format!("{key}-text")))
    });
    let levels = Level::ALL.iter().map(|l| (format!("level-{}", l.as_str()), level_word(lang, *l), String::new()));
    let first = [("first-time".to_owned(), words::say(lang, "when-first-time"), String::new())];
    Fields::new(lang, faults)
        .keyed("name_zh", "step_name_zh", "text", &typed.name_zh, "")
        .half()
        .keyed("name_en", "step_name_en", "text", &typed.name_en, "")
        .half()
        .keyed("kind", "step_kind", "radio", &typed.kind, "")
        .choices(kinds)
        .keyed("amount", "step_amount", "text", &typed.amount, "")
        .half()
        .field("currency", "select", parts::currency(&typed.currency, &loaded.party))
        .choices(currencies())
        .half()
        .keyed("levels", "step_levels", "checks", &chosen(&typed.boxes, "level-"), "")
        .choices(levels)
        .keyed("licences", "step_licences", "checks", &chosen(&typed.boxes, "licence-"), "")
        .choices(parts::classes(lang))
        .keyed("sellers", "step_sellers", "area", &typed.sellers, "")
        .keyed("first_time", "step_first_time", "checks", &chosen(&typed.boxes, "first-time"), "")
        .choices(first)
        .keyed("members", "step_members", "checks", &chosen(&typed.boxes, "member-"), "")
        .choices(parts::people(&loaded.members))
        .keyed("need", "step_need", "text", &typed.need, "")
        .half()
        .keyed("group", "step_group", "text", &typed.group, "")
        .half()
        .keyed("due_days", "step_due_days", "text", &typed.due_days, "")
        .half()
        .keyed("escalate_to", "step_escalate_to", "select", &typed.escalate_to, "")
        .choices(parts::late(lang, &loaded.members))
        .half()
        .done()
}

fn sheet(visit: &Visit, loaded: &Loaded, step: &str, typed: &StepTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let home = urls::organisation_part(&loaded.party.slug, "policy");
    let form = FormView {
        action: format!("{home}/steps/{step}"),
        fields: fields(visit, loaded, typed, faults),
        button: words::say(lang, "save-in-draft"),
        class: "primary",
        other: Some((words::say(lang, "cancel"), home.clone())),
        ..FormView::default()
    };
    Sheet::new(frame(visit, &loaded.party, &owner(), "policy-step"))
        .crumb(words::say(lang, "policy"), home)
        .lead(words::say(lang, "policy-step-lead"))
        .faulty(faults)
        .put(Block::Form(form))
        .answer()
}

pub(super) async fn page(visit: Visit, Path((slug, step)): Path<(String, String)>) -> Answer {
    let loaded = load(&visit, slug).await?;
    let typed = match place(&loaded, &step)?.and_then(|i| loaded.working().steps.get(i)) {
        Some(step) => {
            let slugs = step.when.sellers.iter().filter_map(|s| loaded.sellers.get(s.as_str()).cloned());
            StepTyped::of(step, &slugs.collect::<Vec<_>>())
        }
        None => StepTyped {
            kind: StepKind::Approve.to_string(),
            need: "1".to_owned(),
            group: loaded.working().steps.iter().map(|s| s.group + 1).max().unwrap_or(1).min(12).to_string(),
            due_days: "5".to_owned(),
            ..StepTyped::default()
        },
    };
    sheet(&visit, &loaded, &step, &typed, &[])
}

pub(super) async fn save(visit: Visit, Path((slug, step)): Path<(String, String)>, form: Form<StepTyped>) -> Answer {
    let loaded = load(&visit, slug.clone()).await?;
    let at = place(&loaded, &step)?;
    let slugs = form.typed.seller_slugs();
    let sellers: Vec<Option<PartyId>> = visit
        .site
        .db
        .read(move |tx| {
            let mut found = Vec::new();
            for slug in slugs.iter().take(50) {
                found.push(parties::find_by_slug(tx, slug)?.map(|p| p.id));
            }
            Ok::<_, Problem>(found)
        })
        .await?;
    let parsed = match form.typed.parse(&sellers) {
        Ok(parsed) => parsed,
        Err(faults) => return sheet(&visit, &loaded, &step, &form.typed, &faults),
    };
    let home = urls::organisation_part(&slug, "policy");
    let saved = change_draft(&visit, slug, move |draft| {
        match at.map(|i| draft.steps.get_mut(i)) {
            Some(Some(old)) => *old = parsed,
            Some(None) => return Err(Problem::conflict("overtaken")),
            None => draft.steps.push(parsed),
        }
        Ok(())
    });
    match saved.await.map_err(Problem::into_faults) {
        Ok(()) => Ok(see_other(format!("{home}?done=saved"))),
        Err(faults) => sheet(&visit, &loaded, &step, &form.typed, &faults?),
    }
}

pub(super) async fn remove(visit: Visit, Path((slug, step)): Path<(String, String)>, _form: Form<Nothing>) -> Answer {
    let loaded = load(&visit, slug.clone()).await?;
    let at = place(&loaded, &step)?.ok_or_else(Problem::not_found)?;
    let seen = loaded.working().steps.get(at).cloned();
    let home = urls::organisation_part(&slug, "policy");
    change_draft(&visit, slug, move |draft| {
        if draft.steps.get(at) != seen.as_ref() {
            return Err(Problem::conflict("overtaken"));
        }
        draft.steps.remove(at);
        Ok(())
    })
    .await?;
    Ok(see_other(format!("{home}?done=saved")))
}
