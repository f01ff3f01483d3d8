//! Founding an organisation.

use super::{PartyKind, Role, Roles, rows};
use crate::market::accounts::{Actor, MayChangeSelf};
use crate::market::journal::{self, Deed, Note, Thing};
use crate::store::{StoreError, Write};
use crate::values::{Line, PartyId, Slug, Timestamp};

/// A new organisation.
#[derive(Debug, Clone)]
pub struct NewParty {
    /// Its name in addresses, for ever.
    pub slug: Slug,
    /// Its legal name in Chinese; may be empty when the other is not.
    pub name_zh: Line,
    /// Its legal name in English; may be empty when the other is not.
    pub name_en: Line,
    /// Its kind.
    pub kind: PartyKind,
    /// ISO 3166-1 alpha-2 code of its country.
    pub country: String,
    /// Its registration number.
    pub registration: Line,
}

/// Why an organisation was not founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    /// The name in addresses is taken.
    #[error("the name is taken")]
    Taken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Founds an organisation; whoever founds it becomes its owner, with the roles to buy and to sell at once.
/// The permit is that of one's own account: everybody may found one, verification comes later.
///
/// # Errors
/// [`FoundError::Taken`] when the name in addresses is taken.
pub fn found(
    tx: &mut Write,
    may: MayChangeSelf,
    actor: &Actor,
    new: &NewParty,
    now: Timestamp,
) -> Result<PartyId, FoundError> {
    drop(may);
    if rows::find_by_slug(tx, new.slug.as_str())?.is_some() {
        return Err(FoundError::Taken);
    }
    let Some(member) = actor.member() else { return Err(FoundError::Taken) };
    let id = PartyId::fresh();
    rows::insert(tx, id, new, now)?;
    let roles = Roles::of([Role::Owner, Role::Requester, Role::Publisher, Role::Licensor, Role::Finance]);
    rows::join(tx, id, member, &roles, now)?;
    let detail = serde_json::json!({ "slug": new.slug.as_str(), "name_zh": new.name_zh.as_str(), "name_en": new.name_en.as_str() });
    journal::note(tx, &actor.by(), &Note::new(Deed::PartyFounded, Thing::Party, id).for_party(id).detail(detail), now)?;
    Ok(id)
}
