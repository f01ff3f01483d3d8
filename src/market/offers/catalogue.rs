//! The catalogue: listed datasets with a published version and an open offer. Searching folds both sides and looks
//! for every word; a later index takes its place behind the same call.

use super::{Eye, Offer, PlanKind, rows};
use crate::market::datasets::{self, Dataset, Level, State, Version, VersionState};
use crate::market::licences::{self, Licence};
use crate::market::parties::{self, Party};
use crate::store::schema::{
    datasets as d, offer_parties as n, offers as o, parties as p, price_plans as q, versions as v,
};
use crate::store::{Cursor, Page, Read, StoreError};
use crate::values::{Timestamp, fold};
use diesel::dsl::exists;
use diesel::prelude::*;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct CatalogueQuery {
    /// Words, all of which must occur.
    pub words: String,
    /// Section of the economy.
    pub sector: Option<String>,
    /// What it is made for.
    pub use_case: Option<String>,
    /// The level.
    pub level: Option<Level>,
    /// Only what has a free offer.
    pub free: bool,
    /// Only this seller, by its name in addresses.
    pub seller: Option<String>,
    /// Who looks, and when.
    pub eye: Eye,
    /// Where the page begins.
    pub after: Option<Cursor>,
    /// Items of the page.
    pub size: i64,
}

/// A dataset as the catalogue shows it.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The dataset.
    pub dataset: Dataset,
    /// Its current version.
    pub version: Version,
    /// Its owner.
    pub party: Party,
    /// Its open offers, each with its licence.
    pub offers: Vec<(Offer, Licence)>,
}

/// Writes a word as a pattern that matches it anywhere.
fn pattern(word: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// The offers of a dataset that show to who looks: the rule of [`Eye::sees`], as a query.
macro_rules! open {
    ($query:expr) => {{
        let (now, own) = ($query.eye.now, $query.eye.parties.clone());
        let named = n::table.filter(n::offer_id.eq(o::id)).filter(n::party_id.eq_any(own.clone()));
        o::table
            .inner_join(q::table.on(q::offer_id.eq(o::id)))
            .filter(o::dataset_id.eq(d::id))
            .filter(o::closed_at.is_null())
            .filter(q::starts_at.is_null().or(q::starts_at.le(now)))
            .filter(q::ends_at.is_null().or(q::ends_at.gt(now)))
            .filter(q::named.eq(0).or(d::party_id.eq_any(own)).or(exists(named)))
    }};
}

macro_rules! listed {
    ($query:expr) => {{
        let query = $query;
        let open = open!(query);
        // A dataset whose current version was recalled has nothing to offer until the next one.
        let current = v::table
            .filter(v::id.nullable().eq(d::current_version_id))
            .filter(v::state.eq_any([VersionState::Published, VersionState::Deprecated]));
        let mut found =
            d::table.filter(d::state.eq(State::Listed)).filter(exists(current)).filter(exists(open)).into_boxed();
        for word in fold(&query.words).split(' ').filter(|w| !w.is_empty()).take(10) {
            found = found.filter(d::search_text.like(pattern(word)).escape('\\'));
        }
        if let Some(sector) = &query.sector {
            found = found.filter(d::sector.eq(sector));
        }
        if let Some(use_case) = &query.use_case {
            found = found.filter(d::use_case.eq(use_case));
        }
        if let Some(level) = query.level {
            found = found.filter(d::level.eq(level));
        }
        if query.free {
            let free = open!(query).filter(o::price_minor.eq(0));
            found = found.filter(exists(free.filter(q::kind.eq_any([PlanKind::Free, PlanKind::OneOff]))));
        }
        if let Some(seller) = &query.seller {
            found = found.filter(exists(p::table.filter(p::id.eq(d::party_id)).filter(p::slug.eq(seller))));
        }
        found
    }};
}

/// Gives a page of the catalogue, newest first, and how many there are in all.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn catalogue(tx: &mut Read, query: &CatalogueQuery) -> Result<(Page<Listing>, i64), StoreError> {
    let count: i64 = listed!(query).count().get_result(tx.conn())?;
    let mut page = listed!(query);
    if let Some(Cursor { at, id }) = &query.after {
        page = page.filter(d::listed_at.lt(at.0).or(d::listed_at.eq(at.0).and(d::id.lt(id.clone()))));
    }
    let found: Vec<Dataset> = page.order((d::listed_at.desc(), d::id.desc())).limit(query.size + 1).load(tx.conn())?;
    let size = usize::try_from(query.size).unwrap_or(20);
    let page =
        Page::cut(found, size, |x: &Dataset| Cursor { at: x.listed_at.unwrap_or(Timestamp(0)), id: x.id.to_string() });
    let mut items = Vec::with_capacity(page.items.len());
    for dataset in page.items {
        items.extend(listing_of(tx, dataset, &query.eye)?);
    }
    Ok((Page { items, next: page.next }, count))
}

/// Puts together how a dataset is listed for who looks; nothing without a current version.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn listing_of(tx: &mut Read, dataset: Dataset, eye: &Eye) -> Result<Option<Listing>, StoreError> {
    let version = dataset.current_version_id.map(|id| datasets::version(tx, id)).transpose()?.flatten();
    let Some(version) = version else { return Ok(None) };
    let party = parties::get(tx, dataset.party_id)?;
    let mut offers = Vec::new();
    for offer in rows::of_dataset(tx, dataset.id, true)?.into_iter().filter(|o| eye.sees(o, dataset.party_id)) {
        if let Some(licence) = licences::find(tx, offer.licence_id)? {
            offers.push((offer, licence));
        }
    }
    Ok(Some(Listing { dataset, version, party, offers }))
}

/// Gives the numbers over the catalogue: listings, sellers, published bytes of the current versions.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn numbers(tx: &mut Read, eye: &Eye) -> Result<(i64, i64, i64), StoreError> {
    let all = CatalogueQuery { eye: eye.clone(), ..CatalogueQuery::default() };
    let listings: i64 = listed!(&all).count().get_result(tx.conn())?;
    let sellers: Vec<crate::values::PartyId> = listed!(&all).select(d::party_id).distinct().load(tx.conn())?;
    let sellers = i64::try_from(sellers.len()).unwrap_or(i64::MAX);
    let current: Vec<Option<crate::values::VersionId>> = listed!(&all).select(d::current_version_id).load(tx.conn())?;
    let sizes: Vec<i64> =
        v::table.filter(v::id.eq_any(current.into_iter().flatten())).select(v::size_bytes).load(tx.conn())?;
    Ok((listings, sellers, sizes.iter().sum()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn patterns_hold_no_wildcards_of_users() {
        assert_eq!(super::pattern("100%_\\"), "%100\\%\\_\\\\%");
    }
}
