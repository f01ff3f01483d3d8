//! What anybody may know of a receipt: whether it is good now. Nothing of parties, goods or price.

use super::rows;
use super::state::{Standing, standing};
use crate::store::{Read, StoreError};
use crate::values::{GrantId, Timestamp};

/// How a receipt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Its time has not begun.
    Upcoming,
    /// In force.
    Valid,
    /// It rests.
    Suspended,
    /// Its term is over.
    Ended,
    /// A side ended it before its time.
    Revoked,
    /// No receipt of this exchange.
    Unknown,
}

impl Validity {
    /// Gives the name as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
        }
    }
}

/// Gives how the receipt of a number, or of a grant's identifier, stands, and its number when there is one.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn validity(tx: &mut Read, named: &str, now: Timestamp) -> Result<(Validity, Option<String>), StoreError> {
    let named = named.trim();
    let found = match named.trim_start_matches("urn:uuid:").parse::<GrantId>() {
        Ok(id) => rows::find(tx, id)?,
        Err(_) => rows::find_by_number(tx, &named.to_ascii_uppercase())?,
    };
    Ok(found.map_or((Validity::Unknown, None), |g| (validity_of(standing(&g, now)), Some(g.number))))
}

/// Puts a standing into the words of a receipt.
#[must_use]
pub const fn validity_of(standing: Standing) -> Validity {
    match standing {
        Standing::Upcoming => Validity::Upcoming,
        Standing::Active => Validity::Valid,
        Standing::Suspended => Validity::Suspended,
        Standing::Lapsed => Validity::Ended,
        Standing::Terminated => Validity::Revoked,
    }
}
