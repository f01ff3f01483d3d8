//! Offers: a licence at a price on a dataset; and the catalogue of what is offered.
//!
//! An offer never changes: an edited one is a new edition, and the old one is closed. Neither that nor closing touches
//! a running request or a grant.

mod catalogue;
mod change;
mod eye;
mod plan;
#[cfg(test)]
mod pricing_tests;
mod rows;
#[cfg(test)]
mod tests;

pub use catalogue::{CatalogueQuery, Listing, catalogue, listing_of, numbers};
pub use change::{close, first_choice, make, replace};
pub use eye::Eye;
pub use plan::{BadChoice, Choice, Chosen, MOST, MOST_TIERS, Period, Plan, PlanKind, Priced, Term, Tier};
pub use rows::Offer;

use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::datasets::MayChangeDataset;
use crate::store::{Read, StoreError};
use crate::values::{BadMoney, DatasetId, LicenceId, Line, Money, OfferId, PartyId, Timestamp, text_enum};

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
        /// To the organisations that it names; nobody else learns of it.
        Named = "named",
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
    /// The price of a unit without tax; the lowest of its tiers, zero when it is free or on request.
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
    /// How it is priced, and when it is open.
    pub plan: Plan,
    /// The organisations that it is made to; none unless the audience is named.
    pub named: Vec<PartyId>,
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
    /// An evaluation has no end and no limit.
    #[error("an evaluation needs a term or a limit")]
    Endless,
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
        self.price.minor == 0 && !self.is_on_request() && self.plan.tiers.is_empty()
    }
    /// Whether the seller answers with a price.
    #[must_use]
    pub const fn is_on_request(&self) -> bool {
        matches!(self.plan.kind, PlanKind::OnRequest)
    }
    /// Whether it can be asked for at an instant.
    #[must_use]
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        self.closed_at.is_none() && self.plan.runs_at(now)
    }
}

/// Finds an offer.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn find(tx: &mut Read, id: OfferId) -> Result<Option<Offer>, StoreError> {
    rows::find(tx, id)
}

/// Gives the offers of a dataset that are not closed, to whomever they are made and whenever they begin.
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
