//! The structured part of a data card: what a buyer asks about data before asking for it, field by field, in Chinese
//! and/or English. The free text of the card stays with the dataset. A card describes; it never changes what was published.

mod facts;
mod rows;
mod update;

pub use facts::{CardField, Held, Personal, Rhythm};
pub use update::{CardError, Cover, change_details};

use crate::store::{Read, StoreError};
use crate::values::{DatasetId, Lang, Prose, Timestamp};
use std::collections::BTreeMap;

/// A text in one or both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Both {
    /// In Chinese; may be empty.
    pub zh: Prose,
    /// In English; may be empty.
    pub en: Prose,
}
impl Both {
    /// Gives the text in a language, else the other one.
    #[must_use]
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(self.zh.as_str(), self.en.as_str())
    }
    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.zh.as_str().is_empty() && self.en.as_str().is_empty()
    }
}

/// The structured part of a data card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// The texts that were written; a field that is missing says nothing.
    pub texts: BTreeMap<CardField, Both>,
    /// Whether the seller has the right to hold the data (持有权).
    pub right_holding: Held,
    /// Whether the seller has the right to use the data (使用权).
    pub right_use: Held,
    /// Whether the seller has the right to operate with the data (经营权).
    pub right_operation: Held,
    /// Whether there is personal data in it.
    pub personal: Personal,
    /// How often it is updated.
    pub rhythm: Rhythm,
    /// The first day, month or year that it covers.
    pub covers_from: Cover,
    /// The last day, month or year that it covers.
    pub covers_to: Cover,
}
impl Details {
    /// Gives the text of a field in a language, else in the other one; empty when nothing was written.
    #[must_use]
    pub fn text(&self, field: CardField, lang: Lang) -> &str {
        self.texts.get(&field).map_or("", |t| t.pick(lang))
    }
    /// Whether a field was filled in, in one language at least.
    #[must_use]
    pub fn has(&self, field: CardField) -> bool {
        self.texts.get(&field).is_some_and(|t| !t.is_empty())
    }
    /// Whether the seller said which of the three rights it holds.
    #[must_use]
    pub fn states_rights(&self) -> bool {
        [self.right_holding, self.right_use, self.right_operation].iter().all(|r| *r != Held::Unstated)
    }
}

/// The structured card of a dataset as it is kept.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// What it says.
    pub details: Details,
    /// When it was changed; never when there is none yet.
    pub updated_at: Option<Timestamp>,
    /// The revision; 0 when there is none yet.
    pub revision: i64,
}

/// Gives the structured card of a dataset; an empty one when nobody has written any.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn details(tx: &mut Read, dataset: DatasetId) -> Result<Kept, StoreError> {
    rows::find(tx, dataset)
}
