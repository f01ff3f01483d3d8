//! Offers: a licence at a price on a dataset; and the catalogue of what is offered.
//!
//! An offer never changes. Closing one touches no running request and no grant.

mod catalogue;
mod rows;
#[cfg(test)]
mod tests;

pub use catalogue::{CatalogueQuery, Listing, catalogue, listing_of, numbers};
pub use rows::Offer;

use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::datasets::MayChangeDataset;
use crate::market::journal::{self, Deed, Note, Thing};
use crate::market::licences;
use crate::store::{Read, StoreError, Write};
use crate::values::{BadMoney, DatasetId, LicenceId, Line, Money, OfferId, Timestamp, text_enum};

text_enum! {
    /// What an offer covers.
    Scope {
        /// The version that is current when it is asked for.
        Version = "version",
        /// That version and all later ones during the term.
        AllVersions = "all_versions",
    }
}
text_enum! {
    /// Who decides for the seller.
    Approval {
        /// Nobody: the offer itself is the consent.
        Instant = "instant",
        /// A licensor.
        Licensor = "licensor",
    }
}
text_enum! {
    /// When is paid.
    Payment {
        /// Nothing is owed.
        None = "none",
        /// Before the grant.
        Prepaid = "prepaid",
        /// After the grant, within some days.
        Later = "later",
    }
}
text_enum! {
    /// To whom it is offered.
    Audience {
        /// To everybody with an organisation.
        Public = "public",
        /// To verified organisations.
        Verified = "verified",
    }
}

/// What a line, and the grant that comes of it, is limited to; nothing said is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// People who may use it at the holder.
    pub seats: Option<i64>,
    /// Bytes that may be taken in all.
    pub volume_bytes: Option<i64>,
    /// Downloads of files in all.
    pub downloads: Option<i64>,
}

/// A new offer.
#[derive(Debug, Clone)]
pub struct NewOffer {
    /// The licence.
    pub licence: LicenceId,
    /// What it is called, such as “Commercial”.
    pub title: Line,
    /// What it covers.
    pub scope: Scope,
    /// The price without tax; zero is free.
    pub price: Money,
    /// Tax in basis points, 0 to 10,000.
    pub tax_basis_points: i64,
    /// Who decides for the seller.
    pub approval: Approval,
    /// When is paid; free offers have none.
    pub payment: Payment,
    /// Days within which is paid, 0 to 365.
    pub payment_days: i64,
    /// Days that a grant lasts; without end when none.
    pub term_days: Option<i64>,
    /// To whom.
    pub audience: Audience,
}

/// Why an offer was not made or closed.
#[derive(Debug, thiserror::Error)]
pub enum OfferError {
    /// There is no such licence.
    #[error("no such licence")]
    NoLicence,
    /// Price and payment do not go together, a number is out of its range, or the sum is too large.
    #[error("price and payment do not go together")]
    Price,
    /// The licence ends grants sooner than the offer's term.
    #[error("the licence ends grants sooner")]
    Term,
    /// It is closed already, or not of this dataset.
    #[error("no such open offer")]
    NotOpen,
    /// The actor may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Offer {
    /// Gives the tax.
    ///
    /// # Errors
    /// [`BadMoney::Overflow`] beyond 64 bits.
    pub fn tax(&self) -> Result<Money, BadMoney> {
        self.price.share(self.tax_basis_points)
    }
    /// Gives price and tax together.
    ///
    /// # Errors
    /// [`BadMoney::Overflow`] beyond 64 bits.
    pub fn gross(&self) -> Result<Money, BadMoney> {
        self.price.plus(self.tax()?)
    }
    /// Whether nothing is owed.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        self.price.minor == 0
    }
}

/// Finds an offer.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn find(tx: &mut Read, id: OfferId) -> Result<Option<Offer>, StoreError> {
    rows::find(tx, id)
}

/// Gives the offers of a dataset that can be asked for.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn open_of(tx: &mut Read, dataset: DatasetId) -> Result<Vec<Offer>, StoreError> {
    rows::of_dataset(tx, dataset, true)
}

/// Gives the offers of a dataset that could be asked for at an instant.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn open_at(tx: &mut Read, dataset: DatasetId, at: Timestamp) -> Result<Vec<Offer>, StoreError> {
    let mut all = rows::of_dataset(tx, dataset, false)?;
    all.retain(|o| o.created_at <= at && o.closed_at.is_none_or(|closed| closed > at));
    Ok(all)
}

/// Gives all offers of a dataset to its publisher.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn all_of(tx: &mut Read, actor: &Actor, dataset: DatasetId) -> Result<Vec<Offer>, Refused> {
    MayChangeDataset::beside_review(tx, actor, dataset)?;
    Ok(rows::of_dataset(tx, dataset, false)?)
}

/// Makes an offer on a dataset.
///
/// # Errors
/// [`OfferError`].
pub fn make(tx: &mut Write, may: MayChangeDataset, new: &NewOffer, now: Timestamp) -> Result<OfferId, OfferError> {
    let (dataset, party, by) = may.into_parts();
    let licence = licences::find(tx, new.licence)?
        .filter(|l| l.party_id.is_none_or(|p| p == party.id))
        .ok_or(OfferError::NoLicence)?;
    let fits = (new.price.minor == 0) == (new.payment == Payment::None)
        && new.price.minor >= 0
        && (0..=10_000).contains(&new.tax_basis_points)
        && (0..=365).contains(&new.payment_days)
        && new.term_days.is_none_or(|days| days > 0);
    let longest = licence.terms.longest_days().map(i64::from);
    if longest.is_some_and(|most| new.term_days.is_none_or(|days| days > most)) {
        return Err(OfferError::Term);
    }
    let sums = new.price.share(new.tax_basis_points).and_then(|tax| new.price.plus(tax));
    if !fits || sums.is_err() {
        return Err(OfferError::Price);
    }
    let id = OfferId::fresh();
    rows::insert(tx, id, dataset.id, new, now)?;
    let detail =
        serde_json::json!({ "offer": new.title.as_str(), "licence": licence.code, "price": new.price.to_string() });
    journal::note(
        tx,
        &by,
        &Note::new(Deed::OfferMade, Thing::Dataset, dataset.id).for_party(party.id).detail(detail),
        now,
    )?;
    Ok(id)
}

/// Closes an offer: nobody can ask for it any more.
///
/// # Errors
/// [`OfferError::NotOpen`].
pub fn close(tx: &mut Write, may: MayChangeDataset, id: OfferId, now: Timestamp) -> Result<(), OfferError> {
    let (dataset, party, by) = may.into_parts();
    let offer = rows::find(tx, id)?.filter(|o| o.dataset_id == dataset.id).ok_or(OfferError::NotOpen)?;
    if !rows::close(tx, id, now)? {
        return Err(OfferError::NotOpen);
    }
    let detail = serde_json::json!({ "offer": offer.title });
    Ok(journal::note(
        tx,
        &by,
        &Note::new(Deed::OfferClosed, Thing::Dataset, dataset.id).for_party(party.id).detail(detail),
        now,
    )?)
}
