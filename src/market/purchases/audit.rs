//! What the site auditor sees of all purchases: the list that leads to the evidence of a deal.

use super::rows::audit_rows::{Sought, of_exchange};
use super::{Purchase, rows};
use crate::market::accounts::{self, Actor, Office};
use crate::market::conditions::Refused;
use crate::market::parties;
use crate::store::{Cursor, Page, Read};

/// Gives the deals of the exchange to the site auditor, newest first: all of them, or those whose number, whose grant's
/// or invoice's number, or whose sides have these words in them.
///
/// # Errors
/// [`Refused::Hidden`] for everybody else.
pub fn for_audit(
    tx: &mut Read,
    actor: &Actor,
    words: &str,
    after: Option<&Cursor>,
    size: i64,
) -> Result<Page<Purchase>, Refused> {
    if accounts::office_of(tx, actor)? != Some(Office::SiteAuditor) {
        return Err(Refused::Hidden);
    }
    let words = words.trim();
    if words.is_empty() {
        return Ok(of_exchange(tx, None, after, size)?);
    }
    let folded = words.to_lowercase();
    let named =
        |p: &parties::Party| [&p.slug, &p.name_zh, &p.name_en].iter().any(|n| n.to_lowercase().contains(&folded));
    let parties = parties::list(tx, actor, false)?.into_iter().filter(named).map(|p| p.id).collect();
    Ok(rows::audit_rows::of_exchange(tx, Some(&Sought { words: words.to_uppercase(), parties }), after, size)?)
}
