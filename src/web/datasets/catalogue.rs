//! The page of the catalogue: what is looked for, and what was found.

use super::forms::{SECTORS, USE_CASES};
use super::views::{self, CatalogueView, Choice};
use crate::http::problem::Problem;
use crate::http::{Answer, Query, Visit, answer};
use crate::market::offers::{CatalogueQuery, Eye, catalogue, numbers};
use crate::urls;
use crate::values::Lang;
use crate::web::layout::Frame;
use crate::web::listing::cursor;
use crate::words;
use serde::Deserialize;

/// Items of a page of the catalogue.
const SIZE: i64 = 20;

/// What is looked for, as it stands in the address.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct CatalogueTyped {
    q: String,
    sector: String,
    use_case: String,
    free: String,
    seller: String,
    after: String,
    /// The language, which the door has read already.
    #[serde(rename = "lang")]
    _lang: String,
    /// What was done, which the frame has read already.
    #[serde(rename = "done")]
    _done: String,
}

impl CatalogueTyped {
    pub(in crate::web) fn query(&self, size: i64) -> Result<CatalogueQuery, Problem> {
        let some = |t: &str| Some(t.trim().to_owned()).filter(|t| !t.is_empty());
        Ok(CatalogueQuery {
            words: self.q.chars().take(200).collect(),
            sector: some(&self.sector),
            use_case: some(&self.use_case),
            level: None,
            free: !self.free.is_empty(),
            seller: some(&self.seller),
            eye: Eye::default(),
            after: cursor(Some(&self.after))?,
            size,
        })
    }
    /// The address of the catalogue with these filters.
    fn address(&self, after: Option<&str>) -> String {
        let pairs = [
            ("q", self.q.as_str()),
            ("sector", &self.sector),
            ("use_case", &self.use_case),
            ("free", &self.free),
            ("seller", &self.seller),
            ("after", after.unwrap_or_default()),
        ];
        let kept: Vec<String> =
            pairs.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k}={}", urls::encode(v))).collect();
        if kept.is_empty() { urls::CATALOGUE.to_owned() } else { format!("{}?{}", urls::CATALOGUE, kept.join("&")) }
    }
}

/// The page.
pub(super) async fn page(visit: Visit, Query(typed): Query<CatalogueTyped>) -> Answer {
    let lang = visit.lang();
    let mut query = typed.query(SIZE)?;
    let (actor, now) = (visit.look.actor.clone(), visit.now());
    let ((page, count), (listings, sellers, bytes)) = visit
        .site
        .db
        .read(move |tx| {
            query.eye = Eye::of(tx, actor.as_ref(), now)?;
            Ok::<_, Problem>((catalogue(tx, &query)?, numbers(tx, &query.eye)?))
        })
        .await?;
    let choices = |list: &[&str], stem: &str, chosen: &str| {
        let all =
            std::iter::once(Choice { value: String::new(), text: words::say(lang, "all"), chosen: chosen.is_empty() });
        let rest = list.iter().map(|v| Choice {
            value: (*v).to_owned(),
            text: words::say(lang, &words::key(stem, &v.to_lowercase())),
            chosen: *v == chosen,
        });
        all.chain(rest).collect()
    };
    let mut f = Frame::titled(&visit, "catalogue");
    f.query.clone_from(&typed.q);
    let view = CatalogueView {
        numbers: (words::number(listings), words::number(sellers), views::size(bytes)),
        count: words::with(lang, "found-count", &[("count", &words::number(count))]),
        rows: page.items.iter().map(|l| views::row(lang, l, now)).collect(),
        sectors: choices(SECTORS, "sector", &typed.sector),
        use_cases: choices(USE_CASES, "use", &typed.use_case),
        free: !typed.free.is_empty(),
        seller: typed.seller.clone(),
        chips: chips(lang, &typed),
        next: page.next.map(|c| typed.address(Some(&c.to_string()))),
        f,
    };
    answer::html(&view)
}

/// The filters in force, each with the address of the catalogue without it.
fn chips(lang: Lang, typed: &CatalogueTyped) -> Vec<(String, String)> {
    let mut chips = Vec::new();
    let without = |change: fn(&mut CatalogueTyped)| {
        let mut other = typed.clone();
        change(&mut other);
        other.address(None)
    };
    if !typed.q.is_empty() {
        chips.push((typed.q.clone(), without(|t| t.q.clear())));
    }
    if SECTORS.contains(&typed.sector.as_str()) {
        chips.push((
            words::say(lang, &words::key("sector", &typed.sector.to_lowercase())),
            without(|t| t.sector.clear()),
        ));
    }
    if USE_CASES.contains(&typed.use_case.as_str()) {
        chips.push((words::say(lang, &words::key("use", &typed.use_case)), without(|t| t.use_case.clear())));
    }
    if !typed.free.is_empty() {
        chips.push((words::say(lang, "free"), without(|t| t.free.clear())));
    }
    if !typed.seller.is_empty() {
        chips.push((typed.seller.clone(), without(|t| t.seller.clear())));
    }
    chips
}
