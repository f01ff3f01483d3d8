//! Changing the structured card: compare-and-set on its own revision, so that two editors never overwrite each other.

use super::{Details, rows};
use crate::market::conditions::Refused;
use crate::market::datasets::{MayChangeDataset, texts_condition};
use crate::market::journal::{self, Deed, Note, Thing};
use crate::store::{StoreError, Write};
use crate::values::{BadText, Timestamp};

/// A day, month or year that data covers: `2026-03-31`, `2026-03` or `2026`; or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover(String);
impl Cover {
    /// Reads a day, month or year.
    ///
    /// # Errors
    /// [`BadText::Shape`] when the calendar has none of this name.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let text = text.trim();
        let whole = match text.len() {
            0 => return Ok(Self::default()),
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            _ => text.to_owned(),
        };
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if plain && whole.len() == 10 && Timestamp::of_date(&whole).is_some() {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadText::Shape)
        }
    }
    /// Gives the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether it lies before another one, as far as both say.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        let shared = self.0.len().min(other.0.len());
        self.0.get(..shared) < other.0.get(..shared)
    }
}

/// Why a card was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// Somebody changed it meanwhile.
    #[error("somebody was first")]
    Overtaken,
    /// Conditions are not met.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes the structured card as a whole; `revision` is the one that the writer saw, 0 for none.
///
/// # Errors
/// [`CardError::Overtaken`] when somebody changed it meanwhile.
pub fn change_details(
    tx: &mut Write,
    may: MayChangeDataset,
    revision: i64,
    details: &Details,
    now: Timestamp,
) -> Result<(), CardError> {
    let (dataset, party, by) = may.into_parts();
    let before = rows::find(tx, dataset.id)?;
    if before.revision != revision {
        return Err(CardError::Overtaken);
    }
    if before.details == *details {
        return Ok(());
    }
    Refused::unless_met(vec![texts_condition(tx, &dataset)?])?;
    if !rows::write(tx, dataset.id, revision, details, now)? {
        return Err(CardError::Overtaken);
    }
    let note = Note::new(Deed::DatasetChanged, Thing::Dataset, dataset.id)
        .for_party(party.id)
        .detail(serde_json::json!({ "part": "card" }));
    Ok(journal::note(tx, &by, &note, now)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_are_days_months_or_years() {
        for good in ["", "2026", "2026-03", "2024-02-29"] {
            assert!(Cover::parse(good).is_ok(), "{good}");
        }
        for bad in ["26", "2026-13", "2026-02-30", "2026/03", "March", "2026-3", "20260301"] {
            assert!(Cover::parse(bad).is_err(), "{bad}");
        }
        let of = |text| Cover::parse(text).unwrap();
        assert!(of("2025").is_before(&of("2026-03")));
        assert!(!of("2026").is_before(&of("2026-03")) && !of("2026-03").is_before(&of("2026")));
    }
}
