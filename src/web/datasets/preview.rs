//! The preview: a publisher sees the draft on the very pages that buyers will see, with `?preview=1` in the address.

use super::Found;
use crate::http::problem::Problem;
use crate::market::datasets::{self, Dataset, State, VersionState};
use crate::market::offers::{Eye, listing_of};
use crate::market::parties::Party;
use crate::store::Read;
use crate::urls;

/// Whether an address asks for the preview.
pub(super) fn is_asked(address: &str) -> bool {
    address.split_once('?').is_some_and(|(_, query)| query.split('&').any(|pair| pair == "preview=1"))
}

/// Adds a value to the query of an address.
pub(super) fn with(address: String, name: &str, value: &str) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{name}={}", urls::encode(value))
}

/// The address of a tab: a preview stays one from tab to tab.
pub(super) fn kept(found: &Found, part: &str) -> String {
    let (party, slug) = (&found.party.slug, &found.dataset.slug);
    let address = if part.is_empty() { urls::dataset(party, slug) } else { urls::dataset_part(party, slug, part) };
    if found.preview { with(address, "preview", "1") } else { address }
}

/// Puts the draft in the place of the current version, as publishing would.
pub(super) fn found(tx: &mut Read, mut dataset: Dataset, party: Party, eye: &Eye) -> Result<Found, Problem> {
    let mut versions = datasets::versions_of(tx, dataset.id, true)?;
    let draft = versions.iter().find(|v| v.state == VersionState::Draft).map(|v| v.id);
    if draft.is_some() {
        dataset.current_version_id = draft;
        dataset.state = State::Listed;
    }
    let mut listing = listing_of(tx, dataset.clone(), eye)?;
    if let Some(listing) = &mut listing {
        listing.version = datasets::with_numbers(tx, listing.version.clone())?;
    }
    let declared = draft.map(|id| datasets::standards::of_version(tx, id)).transpose()?.unwrap_or_default();
    versions.retain(|v| v.state != VersionState::Draft || Some(v.id) == draft);
    Ok(Found {
        dataset,
        party,
        publishes: true,
        listing,
        versions,
        preview: true,
        advice: None,
        declared,
        answers: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_says_it() {
        assert!(is_asked("/datasets/a/b?lang=en&preview=1"));
        assert!(!is_asked("/datasets/a/b") && !is_asked("/datasets/a/preview=1") && !is_asked("/x?preview=10"));
        assert_eq!(with("/x?preview=1".to_owned(), "q", "a b"), "/x?preview=1&q=a%20b");
    }
}
