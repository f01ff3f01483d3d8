//! The pages of the builder: parameters, a preview with text and terms, and the licence that is made of it.

use super::builder_form::{BuildTyped, CIRCLES, DUTIES};
use super::page::{Parts, built_blocks};
use super::write_problem;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, see_other};
use crate::market::licences::builder::{
    Commercial, Derivation, Liability, Parameters, Preset, Redistribution, Results, Sublicensing, Training, presets,
};
use crate::market::licences::drafts::{self, MakeError};
use crate::market::licences::terms::{FIELDS, Purpose};
use crate::market::licences::{self, MayChangeLicenceDraft, MayWriteLicence};
use crate::market::parties::{self, Role};
use crate::routes;
use crate::urls;
use crate::values::{Lang, LicenceDraftId, LicenceId};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Field, Fields, FormView, Mark, Sheet};
use crate::words;
use serde::Deserialize;

routes! {
    get "/licences/build" SignedIn => new_page,
    post "/licences/build" SignedIn => begin,
    get "/licences/drafts/{id}" SignedIn => show,
    get "/licences/drafts/{id}/change" SignedIn => change_page,
    post "/licences/drafts/{id}/change" SignedIn => change,
    post "/licences/drafts/{id}/making" SignedIn => make,
}

/// From what the form is filled.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewQuery {
    organisation: String,
    preset: String,
    from: String,
}

/// Turns a licence that was not made into a problem.
pub(super) fn make_problem(error: MakeError) -> Problem {
    match error {
        MakeError::Write(error) => write_problem(error),
        MakeError::Overtaken => Problem::conflict("overtaken"),
        MakeError::Build(_) | MakeError::TooLong => {
            Problem::invalid(vec![crate::web::accounts::forms::fault("custom_en", "fault-custom-clauses")])
        }
    }
}

/// The choices of an enum of the builder, with their words.
macro_rules! choices {
    ($lang:expr, $stem:literal, $kind:ident) => {
        $kind::ALL.iter().map(|v| {
            let key = words::key(concat!("build-", $stem), v.as_str());
            (v.as_str().to_owned(), words::say($lang, &key), String::new())
        })
    };
}

fn names_part<'f>(fields: Fields<'f>, typed: &BuildTyped, own: &[(String, String)]) -> Fields<'f> {
    fields
        .keyed("organisation", "owner", "select", typed.get("organisation"), "")
        .choices(own.iter().map(|(s, n)| (s.clone(), n.clone(), String::new())))
        .field("title_zh", "text", typed.get("title_zh"))
        .field("title_en", "text", typed.get("title_en"))
        .keyed("name", "licence_name", "text", typed.get("name"), "")
        .keyed("label", "licence_label", "text", typed.get("label"), "")
        .half()
}

fn uses_part<'f>(fields: Fields<'f>, typed: &BuildTyped, lang: Lang) -> Fields<'f> {
    fields
        .keyed("h_uses", "build_uses", "heading", "", "")
        .keyed("training", "build_training", "select", typed.get("training"), "")
        .choices(choices!(lang, "training", Training))
        .keyed("derivation", "build_derivation", "select", typed.get("derivation"), "")
        .choices(choices!(lang, "derivation", Derivation))
        .keyed("results", "build_results", "select", typed.get("results"), "")
        .choices(choices!(lang, "results", Results))
        .keyed("commercial", "build_commercial", "select", typed.get("commercial"), "")
        .choices(choices!(lang, "commercial", Commercial))
        .keyed("redistribution", "build_redistribution", "select", typed.get("redistribution"), "")
        .choices(choices!(lang, "redistribution", Redistribution))
        .keyed("sublicensing", "build_sublicensing", "select", typed.get("sublicensing"), "")
        .choices(choices!(lang, "sublicensing", Sublicensing))
}

fn bounds_part<'f>(fields: Fields<'f>, typed: &BuildTyped, lang: Lang) -> Fields<'f> {
    let say = |key: &str| words::say(lang, key);
    let purposes = || Purpose::ALL.iter().map(|p| (format!("purpose_{}", p.code()), say(p.key()), String::new()));
    let sections = || {
        FIELDS.iter().map(|f| {
            let low = f.to_ascii_lowercase();
            (format!("field_{low}"), say(&format!("sector-{low}")), String::new())
        })
    };
    let circles = || CIRCLES.iter().map(|c| ((*c).to_owned(), say(&format!("recipient-{c}")), String::new()));
    fields
        .keyed("h_bounds", "build_bounds", "heading", "", "")
        .keyed("purposes", "build_purposes", "checks", &typed.chosen(purposes().map(|p| p.0)), "")
        .choices(purposes())
        .keyed("recipients", "build_recipients", "checks", &typed.chosen(circles().map(|c| c.0)), "")
        .choices(circles())
        .keyed("territories", "build_territories", "text", typed.get("territories"), "")
        .keyed("fields", "build_fields", "checks", &typed.chosen(sections().map(|f| f.0)), "")
        .choices(sections())
        .keyed("seats", "build_seats", "text", typed.get("seats"), "")
        .half()
        .keyed("duration_days", "build_duration", "text", typed.get("duration_days"), "")
        .half()
        .keyed("downloads", "build_downloads", "text", typed.get("downloads"), "")
        .half()
        .keyed("volume_gib", "build_volume", "text", typed.get("volume_gib"), "")
        .half()
        .keyed("networks", "build_networks", "text", typed.get("networks"), "")
}

fn duties_part<'f>(fields: Fields<'f>, typed: &BuildTyped, lang: Lang) -> Fields<'f> {
    let say = |key: &str| words::say(lang, key);
    let duties = || DUTIES.iter().map(|d| ((*d).to_owned(), say(&words::key("duty", duty_code(d))), String::new()));
    fields
        .keyed("h_duties", "build_duties", "heading", "", "")
        .keyed("duties", "duties", "checks", &typed.chosen(duties().map(|d| d.0)), "")
        .choices(duties())
        .keyed("liability", "build_liability", "select", typed.get("liability"), "")
        .choices(choices!(lang, "liability", Liability))
        .keyed("law_zh", "build_law_zh", "text", typed.get("law_zh"), "")
        .keyed("law_en", "build_law_en", "text", typed.get("law_en"), "")
        .keyed("h_custom", "build_custom", "heading", "", "")
        .keyed("custom_zh", "build_custom_zh", "area", typed.get("custom_zh"), "")
        .keyed("custom_en", "build_custom_en", "area", typed.get("custom_en"), "")
}

fn duty_code(field: &str) -> &str {
    if field == "attribution" { "attribute" } else { field }
}

fn fields(lang: Lang, typed: &BuildTyped, faults: &[Fault], own: &[(String, String)]) -> Vec<Field> {
    let fields = names_part(Fields::new(lang, faults), typed, own);
    let fields = duties_part(bounds_part(uses_part(fields, typed, lang), typed, lang), typed, lang);
    // Faults of a box are shown at its group.
    let mut fields = fields.keyed("revision", "revision", "hidden", typed.get("revision"), "").done();
    for field in &mut fields {
        let inside = |name: &str| field.kind == "checks" && field.choices.iter().any(|c| c.0 == name);
        if let Some(f) = faults.iter().find(|f| field.error.is_empty() && inside(&f.field)) {
            field.error = words::with(lang, f.message, &[("value", &f.value)]);
        }
    }
    fields
}

/// The organisations for which somebody may write a licence.
async fn writers(visit: &Visit) -> Result<Vec<(String, String)>, Problem> {
    let lang = visit.lang();
    let own = visit.as_person()?.read(move |tx, actor, _| Ok(parties::own(tx, actor)?)).await?;
    let writes = own.into_iter().filter(|(_, r)| r.has_any(&[Role::Publisher, Role::Licensor]));
    Ok(writes.map(|(p, _)| (p.slug.clone(), p.name(lang).to_owned())).collect())
}

async fn sheet(visit: &Visit, action: String, typed: &BuildTyped, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let own = writers(visit).await?;
    let mut sheet = Sheet::new(Frame::titled(visit, "build-licence"))
        .crumb(say("nav-licences"), urls::LICENCES)
        .lead(say("build-licence-lead"))
        .faulty(faults);
    if own.is_empty() {
        return sheet.put(Block::Notice("warn", "warn", say("no-organisation"))).answer();
    }
    if action == urls::LICENCE_BUILD {
        let starts = presets()
            .into_iter()
            .map(|p| {
                (lang.pick(p.title_zh, p.title_en).to_owned(), format!("{}?preset={}", urls::LICENCE_BUILD, p.name), "")
            })
            .collect();
        sheet = sheet.put(Block::Heading(say("build-start-from"))).put(Block::Links(starts));
    }
    sheet
        .put(Block::Notice("warn", "info", say("licence-is-template")))
        .put(Block::Form(FormView {
            action,
            fields: fields(lang, typed, faults, &own),
            button: say("build-preview"),
            class: "primary",
            other: Some((say("write-licence"), "/licences/new".to_owned())),
            ..FormView::default()
        }))
        .answer()
}

/// The label after this one: its last number rises by one.
pub(super) fn next_label(label: &str) -> String {
    let digits = label.chars().rev().take_while(char::is_ascii_digit).count();
    let (stem, number) = label.split_at(label.len().saturating_sub(digits));
    number.parse::<u64>().map_or_else(|_| format!("{label}-2"), |n| format!("{stem}{}", n.saturating_add(1)))
}

async fn new_page(visit: Visit, Query(query): Query<NewQuery>) -> Answer {
    if let Ok(from) = query.from.parse::<LicenceId>() {
        return next_page(&visit, from).await;
    }
    let preset: Option<Preset> = presets().into_iter().find(|p| p.name == query.preset);
    let typed = match preset {
        Some(p) => BuildTyped::of(&query.organisation, (p.name, "1.0"), (p.title_zh, p.title_en), &p.parameters),
        None => BuildTyped::of(&query.organisation, ("", "1.0"), ("", ""), &Parameters::default()),
    };
    sheet(&visit, urls::LICENCE_BUILD.to_owned(), &typed, &[]).await
}

/// The form filled for the next version of a licence; one that was not built goes to the form for own texts.
async fn next_page(visit: &Visit, from: LicenceId) -> Answer {
    let (licence, draft, slug) = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let licence = licences::find(tx, from)?.ok_or_else(Problem::not_found)?;
            let party = licence.party_id.ok_or_else(Problem::not_found)?;
            let may = MayWriteLicence::check(tx, actor, party)?;
            let draft = drafts::parameters_of(tx, from)?;
            Ok((licence, draft, may.party().slug.clone()))
        })
        .await?;
    let Some(draft) = draft else {
        return Ok(see_other(format!("/licences/new?organisation={slug}&from={from}")));
    };
    let label = next_label(&licence.label);
    let titles = (licence.title_zh.as_str(), licence.title_en.as_str());
    let typed = BuildTyped::of(&slug, (&draft.name, &label), titles, &draft.parameters);
    sheet(visit, urls::LICENCE_BUILD.to_owned(), &typed, &[]).await
}

async fn begin(visit: Visit, form: Form<BuildTyped>) -> Answer {
    let typed = form.typed;
    let outline = match typed.parse() {
        Ok(outline) => outline,
        Err(faults) => return sheet(&visit, urls::LICENCE_BUILD.to_owned(), &typed, &faults).await,
    };
    let slug = typed.get("organisation").to_owned();
    let id: LicenceDraftId = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let party = parties::find_by_slug(tx, &slug)?.ok_or_else(Problem::not_found)?;
            let may = MayWriteLicence::check(tx, actor, party.id)?;
            Ok(drafts::begin(tx, may, &outline, now)?)
        })
        .await?;
    Ok(see_other(urls::licence_draft(id)))
}

async fn show(visit: Visit, Path(id): Path<LicenceDraftId>) -> Answer {
    preview(&visit, id, &[]).await
}

/// The draft as it would be: with faults when it could not be made.
async fn preview(visit: &Visit, id: LicenceDraftId, faults: &[Fault]) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let (draft, party, taken) = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let (draft, party) = drafts::visible(tx, actor, id)?;
            let code = format!("LicenseRef-{}-{}", party.slug, draft.name);
            let taken = licences::find_by_code(tx, &code, &draft.label)?.is_some();
            Ok((draft, party, taken))
        })
        .await?;
    if let Some(made) = draft.licence_id {
        return Ok(see_other(urls::licence(made)));
    }
    let outline = draft.outline().ok_or_else(|| Problem::broken(&"a draft that is none"))?;
    let built = drafts::preview(&party, &outline).map_err(|e| Problem::broken(&e))?;
    let title = lang.pick(&draft.title_zh, &draft.title_en).to_owned();
    let mut before = vec![Block::Notice("warn", "info", say("licence-is-template"))];
    if !built.terms.custom().is_empty() {
        before.push(Block::Notice("warn", "warn", say("custom-flagged")));
    }
    if taken || !faults.is_empty() {
        before.push(Block::Notice("bad", "cross", say("build-taken")));
    } else {
        let fields = Fields::new(lang, &[]).field("revision", "hidden", &draft.revision.to_string()).done();
        before.push(Block::Form(FormView {
            lead: say("build-make-lead"),
            action: format!("{}/making", urls::licence_draft(id)),
            fields,
            button: say("build-make"),
            class: "primary",
            other: Some((say("build-change"), format!("{}/change", urls::licence_draft(id)))),
            ..FormView::default()
        }));
    }
    if taken {
        before.push(Block::Links(vec![(say("build-change"), format!("{}/change", urls::licence_draft(id)), "")]));
    }
    let mark = Mark { class: "draft", icon: "pen", text: say("version-draft") };
    let code = format!("LicenseRef-{}-{}", party.slug, draft.name);
    Parts {
        title,
        marks: vec![mark],
        summary: format!("{code} · {}", draft.label),
        before,
        after: built_blocks(lang, &built.terms),
        texts: (built.text_zh.clone(), built.text_en.clone(), false),
        status: if faults.is_empty() { 200 } else { 422 },
    }
    .answer(visit, &built.terms)
}

async fn change_page(visit: Visit, Path(id): Path<LicenceDraftId>) -> Answer {
    let (draft, party) = visit.as_person()?.read(move |tx, actor, _| Ok(drafts::visible(tx, actor, id)?)).await?;
    let titles = (draft.title_zh.as_str(), draft.title_en.as_str());
    let mut typed = BuildTyped::of(&party.slug, (&draft.name, &draft.label), titles, &draft.parameters);
    typed.0.insert("revision".to_owned(), draft.revision.to_string());
    sheet(&visit, format!("{}/change", urls::licence_draft(id)), &typed, &[]).await
}

fn revision(typed: &BuildTyped) -> Result<i64, Problem> {
    typed.get("revision").parse().map_err(|_| Problem::bad_request("form"))
}

async fn change(visit: Visit, Path(id): Path<LicenceDraftId>, form: Form<BuildTyped>) -> Answer {
    let typed = form.typed;
    let outline = match typed.parse() {
        Ok(outline) => outline,
        Err(faults) => return sheet(&visit, format!("{}/change", urls::licence_draft(id)), &typed, &faults).await,
    };
    let seen = revision(&typed)?;
    visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let may = MayChangeLicenceDraft::check(tx, actor, id, seen)?;
            Ok(drafts::change(tx, may, &outline, now)?)
        })
        .await?;
    Ok(see_other(urls::licence_draft(id)))
}

async fn make(visit: Visit, Path(id): Path<LicenceDraftId>, form: Form<BuildTyped>) -> Answer {
    let seen = revision(&form.typed)?;
    let made: Result<LicenceId, Problem> = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let may = MayChangeLicenceDraft::check(tx, actor, id, seen)?;
            drafts::make(tx, may, now).map(|l| l.id).map_err(make_problem)
        })
        .await;
    match made {
        Ok(id) => Ok(see_other(format!("{}?done=licence-written", urls::licence(id)))),
        Err(problem) if !problem.faults.is_empty() => preview(&visit, id, &problem.faults).await,
        Err(problem) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::next_label;

    #[test]
    fn the_next_label_counts_on() {
        for (label, next) in [("1.0", "1.1"), ("2", "3"), ("1.9", "1.10"), ("2026-a", "2026-a-2"), ("版本9", "版本10")]
        {
            assert_eq!(next_label(label), next);
        }
    }
}
