//! The gate in the demo: every dataset is graded, important data goes through its officer, and the queues are filled.

use super::content::{self, Dataset, PEOPLE};
use super::fill::{Broken, Ground, line, prose, publisher};
use crate::market::accounts::{Actor, MayOperate};
use crate::market::datasets::{self, Answers, Card, Level, MayChangeDataset};
use crate::market::reviews::{self, MayReview, MaySubmit};
use crate::market::rules::{self, Moderation};
use crate::market::{grants, parties};
use crate::store::Write;
use crate::values::{DatasetId, ReviewId, Timestamp, VersionId};
use std::collections::BTreeMap;

/// The datasets whose last version waits for its review: slug of the owner, name in addresses.
const LATEST_IN_REVIEW: &[(&str, &str)] = &[
    ("hexu-electronics", "compressor-station-energy"),
    ("maasbrug-logistics", "spare-parts-warehouse-movements"),
    ("ostwerk-antriebe", "gearmotor-end-of-line-test"),
    ("qingling-steel", "reheating-furnace-energy"),
];

/// Tells whether the last version of a dataset stays a draft until [`queues`] submits it.
pub(super) fn waits(d: &Dataset) -> bool {
    LATEST_IN_REVIEW.contains(&(d.owner, d.slug))
}

fn holder(office: &str) -> &'static str {
    PEOPLE.iter().find(|p| p.office == Some(office)).map_or("", |p| p.email)
}

/// Answers the questionnaire of a dataset, as its level in the content says.
pub(super) fn grade(tx: &mut Write, actor: &Actor, id: DatasetId, d: &Dataset, now: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(d.slug, e);
    let edition = rules::current(tx)?;
    let class = match d.use_case {
        "supply_chain" => "management",
        "predictive_maintenance" => "operation",
        _ => "production",
    };
    let important = d.level == Level::Important.as_str();
    let mut answers = BTreeMap::new();
    for q in edition.book.asked(class) {
        let wanted = if important && q.code == "catalogue" { Level::Important } else { Level::General };
        let answer = q.answers.iter().find(|a| a.level == wanted).ok_or_else(|| broke(&q.code))?;
        answers.insert(q.code.clone(), answer.code.clone());
    }
    let (reason, filing) = if important {
        ("集团重要数据目录第17项（产能与能耗），已备案。", "GXSJ-2025-0417")
    } else {
        ("单台设备或单条产线的数据，影响限于本单位。", "")
    };
    let given = Answers {
        edition: edition.number,
        class: class.to_owned(),
        answers,
        reason: prose(reason)?,
        filing: line(filing)?,
    };
    let may = MayChangeDataset::check(tx, actor, id).map_err(|e| broke(&e))?;
    datasets::grade(tx, may, &given, now).map(|_| ()).map_err(|e| broke(&e))
}

fn submit(tx: &mut Write, actor: &Actor, version: VersionId, note: &str, now: Timestamp) -> Result<ReviewId, Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(note, e);
    let may = MaySubmit::check(tx, actor, version).map_err(|e| broke(&e))?;
    reviews::submit(tx, may, &prose(note)?, now).map_err(|e| broke(&e))
}

/// Approves at the desk where a review lies, with every point checked.
fn approve(tx: &mut Write, ground: &Ground, office: &str, id: ReviewId, now: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(office, e);
    let reviewer = ground.person(tx, holder(office), now)?;
    let review = reviews::visible(tx, &reviewer, id).map_err(|e| broke(&e))?;
    let book = rules::current(tx)?.book;
    let checks = [book.moderator_checks, book.compliance_checks].concat();
    let checked: Vec<String> = checks.into_iter().map(|p| p.code).collect();
    let may = MayReview::check(tx, &reviewer, id, review.revision).map_err(|e| broke(&e))?;
    grants::approve_review(tx, may, &checked, &prose("")?, &ground.signing, now).map(|_| ()).map_err(|e| broke(&e))
}

/// Publishes a version of important data: submitted by its publisher, approved by the compliance officer a day later.
pub(super) fn clear(
    tx: &mut Write,
    ground: &Ground,
    actor: &Actor,
    version: VersionId,
    now: Timestamp,
) -> Result<(), Broken> {
    let id = submit(tx, actor, version, "", now)?;
    approve(tx, ground, "compliance", id, now.plus_days(1))
}

fn moderate(tx: &mut Write, ground: &Ground, which: Moderation, note: &str, now: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(note, e);
    let operator = ground.person(tx, holder("operator"), now)?;
    let mut edition = rules::current(tx)?;
    edition.book.moderation = which;
    let may = MayOperate::check(tx, &operator).map_err(|e| broke(&e))?;
    rules::change(tx, may, edition.number, &edition.book, &prose(note)?, now).map(|_| ()).map_err(|e| broke(&e))
}

/// The draft that waits, with its publisher.
fn draft(
    tx: &mut Write,
    ground: &Ground,
    (owner, slug): (&str, &str),
    now: Timestamp,
) -> Result<(Actor, DatasetId, VersionId), Broken> {
    let broke = |what: &str| Broken::at(slug, &what);
    let d = content::datasets().find(|d| d.owner == owner && d.slug == slug).ok_or_else(|| broke("content"))?;
    let actor = ground.person(tx, publisher(d), now)?;
    let party = parties::find_by_slug(tx, owner)?.ok_or_else(|| broke("owner"))?;
    let dataset = datasets::find_by_slug(tx, party.id, slug)?.ok_or_else(|| broke("dataset"))?;
    let versions = datasets::versions_of(tx, dataset.id, true)?;
    let draft = versions.iter().find(|v| v.state == datasets::VersionState::Draft).ok_or_else(|| broke("draft"))?;
    Ok((actor, dataset.id, draft.id))
}

/// Changes the English summary of a dataset, so that a reviewer sees a difference in its texts.
fn resummarise(tx: &mut Write, actor: &Actor, id: DatasetId, more: &str, now: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(more, e);
    let d = datasets::get(tx, id)?;
    let card = Card {
        title_zh: line(&d.title_zh)?,
        title_en: line(&d.title_en)?,
        summary_zh: prose(&d.summary_zh)?,
        summary_en: prose(&format!("{} {more}", d.summary_en))?,
        card_zh: prose(&d.card_zh)?,
        card_en: prose(&d.card_en)?,
        sector: d.sector.clone(),
        kind: d.kind.clone(),
        use_case: d.use_case.clone(),
        level: d.level,
        source_statement: prose(&d.source_statement)?,
        contact: line(&d.contact)?,
    };
    let may = MayChangeDataset::check(tx, actor, id).map_err(|e| broke(&e))?;
    datasets::change(tx, may, d.revision, &card, now).map_err(|e| broke(&e))
}

/// Fills the queues: two versions wait for the moderator, one of important data for the compliance officer, one was
/// returned. From then on a moderator sees the first listing of each organisation.
pub(super) fn queues(tx: &mut Write, ground: &Ground, today: Timestamp) -> Result<(), Broken> {
    let [air, warehouse, gearmotors, furnace] = LATEST_IN_REVIEW else { return Ok(()) };
    let at = |hours: i64| today.plus_seconds(-hours * 3600);
    // Where every version is reviewed, texts of a listed dataset no longer change beside a review.
    let (actor, dataset, _) = draft(tx, ground, *air, at(141))?;
    resummarise(tx, &actor, dataset, "The dew point sensor was calibrated on 9 January 2026.", at(141))?;
    moderate(tx, ground, Moderation::Every, "季度核查：所有版本先审核", at(140))?;
    let (actor, _, version) = draft(tx, ground, *gearmotors, at(120))?;
    let returned = submit(tx, &actor, version, "For the November audit.", at(120))?;
    let reviewer = ground.person(tx, holder("moderator"), at(100))?;
    let broke = |e: &dyn std::fmt::Debug| Broken::at("returned", e);
    let review = reviews::visible(tx, &reviewer, returned).map_err(|e| broke(&e))?;
    let may = MayReview::check(tx, &reviewer, returned, review.revision).map_err(|e| broke(&e))?;
    let words = prose("Please say whether the works council agreed that bench numbers stay in.")?;
    reviews::give_back(tx, may, &["source".to_owned()], &words, at(99)).map_err(|e| broke(&e))?;
    let (actor, _, version) = draft(tx, ground, *furnace, at(96))?;
    let important = submit(tx, &actor, version, "新增热装率字段，备案号不变。", at(96))?;
    approve(tx, ground, "moderator", important, at(70))?;
    let (actor, _, version) = draft(tx, ground, *air, at(84))?;
    submit(tx, &actor, version, "文件不变，只补充了说明。", at(83))?;
    let (actor, _, version) = draft(tx, ground, *warehouse, at(30))?;
    submit(tx, &actor, version, "Same period, same columns.", at(30))?;
    moderate(tx, ground, Moderation::First, "核查结束：仅审核组织的首次挂牌", at(20))
}
