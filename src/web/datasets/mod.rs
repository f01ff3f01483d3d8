//! Pages of the catalogue and of datasets.

pub mod api;
mod card_view;
mod catalogue;
pub mod columns;
mod conflict;
pub mod conformance;
pub mod edit;
mod file_list;
pub mod forms;
pub mod grading;
pub mod lineage;
pub mod offers;
pub mod package;
pub mod plan_words;
mod preview;
pub mod quality;
pub mod releases;
pub mod sample;
pub mod submission;
mod upload;
pub mod uploads;
mod version_desk;
pub mod views;
pub mod wizard;

use super::layout::Frame;
use super::sheet::{Cell, Table};
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Query, Visit, answer, see_other};
use crate::market::datasets::{self, Dataset, File, Level, State, Version, VersionState};
use crate::market::offers::{Eye, Listing, listing_of};
use crate::market::parties::{self, Party, Role};
use crate::market::purchases;
use crate::packages;
use crate::routes;
use crate::store::Read;
use crate::urls;
use crate::values::{DatasetId, Lang};
use crate::words;
use serde::Deserialize;
use views::DatasetView;

routes! {
    get "/datasets" Anybody => catalogue::page,
    get "/datasets/by-id/{id}" Anybody => by_id,
    get "/datasets/{party}/{slug}" Anybody => overview,
    get "/datasets/{party}/{slug}/files" Anybody => file_list::page,
    get "/datasets/{party}/{slug}/versions" Anybody => releases::tab::page,
}

async fn by_id(visit: Visit, Path(id): Path<DatasetId>) -> Answer {
    let actor = visit.look.actor.clone();
    let to = visit
        .site
        .db
        .read(move |tx| {
            let dataset = datasets::find(tx, id)?.ok_or_else(Problem::not_found)?;
            datasets::visible(tx, actor.as_ref(), &dataset)?;
            Ok::<_, Problem>(urls::dataset(&parties::get(tx, dataset.party_id)?.slug, &dataset.slug))
        })
        .await?;
    Ok(see_other(to))
}

/// A dataset found by its address, with what its pages need.
pub(super) struct Found {
    pub dataset: Dataset,
    pub party: Party,
    pub publishes: bool,
    pub listing: Option<Listing>,
    pub versions: Vec<Version>,
    /// Whether the draft is shown to its publisher as buyers will see it.
    pub preview: bool,
    /// The advice against the current version.
    pub advice: Option<String>,
    /// What the current version declares.
    pub declared: Vec<datasets::standards::Declared>,
    /// The median time in which the seller answers, in seconds, and of how many answers.
    pub answers: Option<(i64, usize)>,
}

/// Finds a dataset by its address, for those who may know of it.
pub(super) fn named(
    tx: &mut Read,
    visit_actor: Option<&crate::market::accounts::Actor>,
    party: &str,
    slug: &str,
) -> Result<(Dataset, Party), Problem> {
    let party = parties::find_by_slug(tx, party)?.ok_or_else(Problem::not_found)?;
    let dataset = datasets::find_by_slug(tx, party.id, slug)?.ok_or_else(Problem::not_found)?;
    datasets::visible(tx, visit_actor, &dataset)?;
    Ok((dataset, party))
}

async fn find(visit: &Visit, (party, slug): (String, String)) -> Result<Found, Problem> {
    let (actor, now) = (visit.look.actor.clone(), visit.now());
    let asked = preview::is_asked(&visit.look.address);
    visit
        .site
        .db
        .read(move |tx| {
            let (dataset, party) = named(tx, actor.as_ref(), &party, &slug)?;
            let publishes = match &actor {
                Some(actor) => parties::roles_of(tx, actor, party.id)?.has(Role::Publisher),
                None => false,
            };
            let eye = Eye::of(tx, actor.as_ref(), now)?;
            if asked && publishes {
                return preview::found(tx, dataset, party, &eye);
            }
            let versions = datasets::versions_of(tx, dataset.id, false)?;
            let listing = listing_of(tx, dataset.clone(), &eye)?;
            let advice = listing.as_ref().map(|l| datasets::releases::deprecation(tx, l.version.id)).transpose()?;
            let advice = advice.flatten().map(|d| d.note);
            let declared = listing.as_ref().map(|l| datasets::standards::of_version(tx, l.version.id)).transpose()?;
            let declared = declared.unwrap_or_default();
            let answers = purchases::steps::median_answer(tx, party.id)?;
            Ok::<_, Problem>(Found {
                dataset,
                party,
                publishes,
                listing,
                versions,
                preview: false,
                advice,
                declared,
                answers,
            })
        })
        .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OfferQuery {
    offer: String,
}

/// The view of a dataset with one tab open; each page fills in its own part.
fn view(visit: &Visit, found: &Found, tab: &str, chosen: &str) -> DatasetView {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let Found { dataset, party, listing, versions, .. } = found;
    let at = |part: &str| preview::kept(found, part);
    let offers = listing.as_ref().map(|l| l.offers.as_slice()).unwrap_or_default();
    let current = offers.iter().find(|(o, _)| o.id.as_str() == chosen).or_else(|| offers.first());
    let bill = listing.as_ref().zip(current);
    let bill =
        bill.map(|(l, (o, licence))| views::bill(lang, l, o, licence, visit.now()).answered(lang, o, found.answers));
    let tab_of = |key: &str, part: &str, count: i64| (say(key), at(part), count, tab == part);
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let plain = match tab {
        "" => urls::dataset(&party.slug, &dataset.slug),
        part => urls::dataset_part(&party.slug, &dataset.slug, part),
    };
    DatasetView {
        canonical: visit.site.absolute(&plain),
        described_by: described_by(found),
        f: Frame::of(visit, dataset.title(lang)),
        crumbs: vec![
            (say("nav-catalogue"), urls::CATALOGUE.to_owned()),
            (say(&words::key("use", &dataset.use_case)), format!("{}?use_case={}", urls::CATALOGUE, dataset.use_case)),
        ],
        marks: marks(lang, found),
        summary: dataset.summary(lang).to_owned(),
        seller: (party.name(lang).to_owned(), urls::organisation(&party.slug)),
        languages: views::languages(dataset).to_owned(),
        facts: listing.as_ref().map(|l| facts(lang, dataset, &l.version)).unwrap_or_default(),
        tabs: [
            tab_of("tab-overview", "", -1),
            tab_of("tab-files", "files", listing.as_ref().map_or(0, |l| l.version.files_count)),
            tab_of("tab-quality", "quality", -1),
            tab_of("tab-sample", "sample", -1),
            tab_of("tab-versions", "versions", count(versions.len())),
        ]
        .into_iter()
        .chain(lineage_tab(lang, found))
        .collect(),
        warning: warning(lang, found),
        card: String::new(),
        pairs: Vec::new(),
        sections: Vec::new(),
        described: None,
        find: None,
        table: None,
        samples: Vec::new(),
        measured: String::new(),
        offers: if offers.len() > 1 {
            let here = |o: &crate::market::offers::Offer| preview::with(at(tab), "offer", o.id.as_str());
            offers.iter().map(|(o, _)| (o.title.clone(), here(o), current.is_some_and(|(c, _)| c.id == o.id))).collect()
        } else {
            Vec::new()
        },
        bill,
        edit: found.publishes.then(|| urls::dataset_part(&party.slug, &dataset.slug, "edit")),
    }
}

/// Where the current version is described for programs: Croissant and Data Package.
fn described_by(found: &Found) -> Option<(String, String)> {
    let version = &found.listing.as_ref().filter(|_| !found.preview)?.version;
    let page = urls::release(&found.party.slug, &found.dataset.slug, &version.label);
    Some((format!("{page}/{}", packages::CROISSANT), format!("{page}/{}", packages::NAME)))
}

/// What is checked of the seller and of the current version.
fn marks(lang: Lang, found: &Found) -> Vec<super::sheet::Mark> {
    let mut marks = vec![super::parties::verified_mark(lang, &found.party)];
    if found.listing.as_ref().is_some_and(|l| l.version.manifest_sha256.is_some()) {
        marks.push(super::sheet::Mark { class: "", icon: "deed", text: words::say(lang, "manifest-fixed") });
    }
    marks.extend(found.declared.iter().map(|d| conformance::badge(lang, d)));
    marks
}

/// The tab that leads to where the current version comes from; a draft has that page among its own.
fn lineage_tab(lang: Lang, found: &Found) -> Option<(String, String, i64, bool)> {
    let version = &found.listing.as_ref().filter(|_| !found.preview)?.version;
    let page = urls::release(&found.party.slug, &found.dataset.slug, &version.label);
    Some((words::say(lang, "lineage"), format!("{page}/lineage"), -1, false))
}

fn warning(lang: Lang, found: &Found) -> String {
    if found.preview {
        return words::say(lang, "preview-text");
    }
    if let Some(v) = found.listing.as_ref().map(|l| &l.version).filter(|v| v.state == VersionState::Recalled) {
        return words::with(
            lang,
            "recalled-because",
            &[("label", &v.label), ("reason", v.recall_reason.as_deref().unwrap_or_default())],
        );
    }
    if let (Some(listing), Some(note)) = (&found.listing, &found.advice) {
        return words::with(lang, "deprecated-because", &[("label", &listing.version.label), ("note", note)]);
    }
    match found.dataset.state {
        State::Draft => words::say(lang, "dataset-draft-text"),
        State::Withdrawn => words::say(lang, "dataset-withdrawn-text"),
        State::Listed if found.listing.as_ref().is_none_or(|l| l.offers.is_empty()) => {
            words::say(lang, "dataset-no-offer")
        }
        State::Listed => String::new(),
    }
}

fn facts(lang: Lang, dataset: &Dataset, v: &Version) -> Vec<(String, String, String)> {
    let say = |key: &str| words::say(lang, key);
    let released = v.published_at.map(|t| words::date(lang, t)).unwrap_or_default();
    let digest = v.manifest_sha256.as_ref().map(|d| d.short()).unwrap_or_default();
    let count = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), words::number);
    let level = match dataset.level {
        Level::General => "level-general-word",
        Level::Important => "level-important-word",
        Level::Core => "level-core-word",
    };
    vec![
        (say("version"), v.label.clone(), words::with(lang, "released", &[("date", &released)])),
        (say("rows"), count(v.rows_count), say("rows-counted")),
        (say("columns"), count(v.columns_count), say("widest-file")),
        (
            say("size"),
            views::size(v.size_bytes),
            words::with(lang, "files-count", &[("count", &words::number(v.files_count))]),
        ),
        (say("level"), say(level), say(&words::key("kind", &dataset.kind))),
        (say("manifest"), digest, "SHA-256".to_owned()),
    ]
}

async fn overview(visit: Visit, Path(at): Path<(String, String)>, Query(query): Query<OfferQuery>) -> Answer {
    let found = find(&visit, at).await?;
    let lang = visit.lang();
    let mut view = view(&visit, &found, "", &query.offer);
    let d = &found.dataset;
    view.card = views::markdown(lang.pick(&d.card_zh, &d.card_en));
    card_view::fill(&visit, &found, &mut view).await?;
    answer::html(&view)
}

/// The table of files, as every page of a dataset or grant shows them.
pub(in crate::web) fn files_table(lang: Lang, files: &[File], link: impl Fn(&File) -> Option<String>) -> Table {
    let say = |key: &str| words::say(lang, key);
    let rows = files
        .iter()
        .map(|f| {
            let name = link(f).map_or_else(|| Cell::text(f.path.clone()), |href| Cell::link(f.path.clone(), href));
            let count = |n: Option<i64>| Cell::number(n.map_or_else(|| "–".to_owned(), words::number));
            vec![
                name.with_small(f.media_type.clone()),
                Cell::number(views::size(f.size_bytes)).with_small(format!("{} B", words::number(f.size_bytes))),
                count(f.rows_count),
                count(f.columns_count),
                Cell::digest(&f.sha256),
            ]
        })
        .collect();
    let heads = vec![
        (say("head-path"), false),
        (say("size"), true),
        (say("rows"), true),
        (say("columns"), true),
        ("SHA-256".to_owned(), false),
    ];
    Table {
        label: say("tab-files"),
        heads,
        rows,
        empty: (say("files-empty"), say("files-empty-text"), None),
        next: None,
    }
}
