//! What a buyer means to do, said with the request, and what the accepted licences say to it: both sides see the same.

mod rows;

use super::{lines_of, visible};
use crate::market::accounts::Actor;
use crate::market::conditions::Refused;
use crate::market::licences::may::{Evaluation, IntendedUse, may};
use crate::market::licences::{self, Licence};
use crate::store::{Read, StoreError, Write};
use crate::values::{PurchaseId, Timestamp};

/// An intended use, and what the licence of each line says to it.
#[derive(Debug, Clone)]
pub struct Stated {
    /// What the buyer means to do.
    pub intended: IntendedUse,
    /// Each licence of the request once, with what it says.
    pub licences: Vec<(Licence, Evaluation)>,
}

/// Keeps what was said with a request; nothing when nothing was said.
pub(super) fn keep(
    tx: &mut Write,
    purchase: PurchaseId,
    intended: &IntendedUse,
    now: Timestamp,
) -> Result<(), StoreError> {
    if intended.is_empty() { Ok(()) } else { rows::insert(tx, purchase, intended, now) }
}

/// Gives what was said with a request.
pub(super) fn of(tx: &mut Read, purchase: PurchaseId) -> Result<Option<IntendedUse>, StoreError> {
    rows::find(tx, purchase)
}

/// Gives what was said with a request and what the licences say to it; nothing when nothing was said.
///
/// # Errors
/// [`Refused::Hidden`] for everybody but those who see the request.
pub fn stated(tx: &mut Read, actor: &Actor, id: PurchaseId) -> Result<Option<Stated>, Refused> {
    let (purchase, _) = visible(tx, actor, id)?;
    let Some(intended) = rows::find(tx, id)? else { return Ok(None) };
    let mut found: Vec<(Licence, Evaluation)> = Vec::new();
    for line in lines_of(tx, &purchase)? {
        if found.iter().any(|(l, _)| l.id == line.licence_id) {
            continue;
        }
        if let Some(licence) = licences::find(tx, line.licence_id)? {
            let said = may(&licence.terms, &intended);
            found.push((licence, said));
        }
    }
    Ok(Some(Stated { intended, licences: found }))
}
