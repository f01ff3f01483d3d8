//! The data card as buyers read it: the structured fields in sections, only those that say something, and how complete
//! the description is by the published rules.

use super::Found;
use super::views::DatasetView;
use crate::http::Visit;
use crate::http::problem::Problem;
use crate::market::datasets::cards::{self, CardField, Details, Held};
use crate::market::datasets::columns;
use crate::market::datasets::completeness::{self, Standing};
use crate::urls;
use crate::values::Lang;
use crate::words;

/// The sections of the card, each with its fields, in reading order.
pub(super) const SECTIONS: &[(&str, &[CardField])] = &[
    (
        "card-making",
        &[
            CardField::Equipment,
            CardField::SamplingRate,
            CardField::Units,
            CardField::Collection,
            CardField::Processing,
        ],
    ),
    ("card-labels", &[CardField::Labelling, CardField::LabelSchema, CardField::LabelAgreement]),
    ("card-uses", &[CardField::Intended, CardField::Unsuitable, CardField::Limits]),
    ("card-reach", &[CardField::Place]),
    ("card-rights", &[CardField::PersonalData]),
    ("card-citing", &[CardField::Citation]),
];

/// Says in words which rights the seller has.
fn rights(lang: Lang, details: &Details) -> String {
    let of = |key: &str, held: Held| match held {
        Held::Unstated => None,
        Held::Yes => Some(words::say(lang, key)),
        Held::No => Some(words::with(lang, "right-not-held", &[("right", &words::say(lang, key))])),
    };
    let all = [
        of("right-holding", details.right_holding),
        of("right-use", details.right_use),
        of("right-operation", details.right_operation),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(words::say(lang, "list-comma").as_str())
}

/// Says in words which time is covered.
fn time(lang: Lang, details: &Details) -> String {
    let (from, to) = (details.covers_from.as_str(), details.covers_to.as_str());
    match (from.is_empty(), to.is_empty()) {
        (true, true) => String::new(),
        (false, true) => words::with(lang, "covers-since", &[("from", from)]),
        (true, false) => words::with(lang, "covers-until", &[("to", to)]),
        (false, false) if from == to => from.to_owned(),
        (false, false) => words::with(lang, "covers-span", &[("from", from), ("to", to)]),
    }
}

/// The sections of a card in words; a section that says nothing is left out.
pub(super) fn sections(lang: Lang, details: &Details) -> Vec<(String, Vec<(String, String)>)> {
    let say = |key: &str| words::say(lang, key);
    let chosen = |stem: &str, code: &str| if code == "unstated" { String::new() } else { say(&words::key(stem, code)) };
    let mut all = Vec::new();
    for (title, fields) in SECTIONS {
        let mut pairs: Vec<(String, String)> = Vec::new();
        if *title == "card-reach" {
            pairs.push((say("card-time"), time(lang, details)));
        }
        if *title == "card-rights" {
            pairs.push((say("card-rights-held"), rights(lang, details)));
            pairs.push((say("card-personal"), chosen("personal", details.personal.as_str())));
        }
        for field in *fields {
            pairs.push((say(&words::key("card", field.as_str())), details.text(*field, lang).to_owned()));
        }
        if *title == "card-reach" {
            pairs.push((say("card-rhythm"), chosen("rhythm", details.rhythm.as_str())));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        if !pairs.is_empty() {
            all.push((say(title), pairs));
        }
    }
    all
}

/// Puts the card into the page of a dataset.
pub(super) async fn fill(visit: &Visit, found: &Found, view: &mut DatasetView) -> Result<(), Problem> {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let d = &found.dataset;
    view.pairs = [
        (say("made-for"), say(&words::key("use", &d.use_case))),
        (say("sector"), say(&words::key("sector", &d.sector.to_lowercase()))),
        (say("source-statement"), d.source_statement.clone()),
        (say("contact"), d.contact.clone()),
    ]
    .into_iter()
    .filter(|(_, v)| !v.is_empty())
    .collect();
    let (id, version) = (d.id, found.listing.as_ref().map(|l| l.version.id));
    let (kept, coverage) = visit
        .site
        .db
        .read(move |tx| {
            let coverage = version.map(|v| columns::coverage(tx, v)).transpose()?.unwrap_or_default();
            Ok::<_, Problem>((cards::details(tx, id)?, coverage))
        })
        .await?;
    view.sections = sections(lang, &kept.details);
    let standing = Standing {
        dataset: d,
        details: &kept.details,
        coverage: &coverage,
        files: found.listing.as_ref().map_or(0, |l| l.version.files_count),
        tabular: found.listing.as_ref().is_some_and(|l| l.version.columns_count.is_some()),
        offers: found.listing.as_ref().map_or(0, |l| l.offers.len()),
    };
    let (met, all) = completeness::points(&completeness::assess(&standing));
    let words = words::with(lang, "described", &[("met", &met.to_string()), ("all", &all.to_string())]);
    view.described = Some((words, urls::COMPLETENESS.to_owned()));
    Ok(())
}
