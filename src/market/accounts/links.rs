//! Links sent by mail: single use, short-lived, bound to an address. The table holds the secret's hash only;
//! the secret itself is derived from the server's key when the mail is rendered.

use super::rows;
use crate::store::{Read, StoreError, Write};
use crate::values::{Email, LinkId, MemberId, ServerKey, Sha256, Timestamp, hash_text, random_bytes, text_enum};

text_enum! {
    /// What a mailed link is for.
    Purpose {
        /// Confirm the address of a new account.
        Confirm = "confirm",
        /// Choose a new password.
        Reset = "reset",
        /// Confirm a new address.
        NewEmail = "new_email",
        /// Join an organisation.
        Invitation = "invitation",
    }
}

impl Purpose {
    /// How long the link is good, in seconds.
    const fn seconds(self) -> i64 {
        match self {
            Self::Confirm | Self::NewEmail => 3 * 86_400,
            Self::Reset => 30 * 60,
            Self::Invitation => 7 * 86_400,
        }
    }
}

/// Derives the secret of a link, as the mail carries it.
#[must_use]
pub fn link_secret(key: &ServerKey, purpose: &str, link: &str, nonce: &str) -> String {
    key.derive("mailed link", &[purpose, link, nonce])
}

/// A link as it was made: what the notice needs.
#[derive(Debug, Clone)]
pub(in crate::market) struct NewLink {
    /// Its identifier.
    pub id: LinkId,
    /// From which, with the server's key, the secret is derived.
    pub nonce: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A link that was just used: what it proved.
#[derive(Debug, Clone)]
pub(in crate::market) struct Used {
    /// Its identifier.
    pub id: LinkId,
    /// Whose account it is about.
    pub member: Option<MemberId>,
    /// The address that it was sent to.
    pub email: String,
}

/// A link before it is used: what its page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkView {
    /// Its identifier.
    pub id: LinkId,
    /// What it is for.
    pub purpose: Purpose,
    /// The address that it was sent to.
    pub email: String,
}

/// Makes a link; older unused ones for the same purpose and account die.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn make_link(
    tx: &mut Write,
    key: &ServerKey,
    purpose: Purpose,
    member: Option<MemberId>,
    email: &Email,
    now: Timestamp,
) -> Result<NewLink, StoreError> {
    if let Some(member) = member {
        rows::kill_links(tx, purpose, member, now)?;
    }
    let id = LinkId::fresh();
    let nonce = data_encoding::BASE64URL_NOPAD.encode(&random_bytes::<16>());
    let secret = link_secret(key, purpose.as_str(), id.as_str(), &nonce);
    let expires_at = now.plus_seconds(purpose.seconds());
    rows::insert_link(tx, id, purpose, member, email, &nonce, &hash_text(&secret), now, expires_at)?;
    Ok(NewLink { id, nonce, expires_at })
}

/// Looks at a link without using it; nothing for one that is unknown, used or ended.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn link_view(tx: &mut Read, secret: &str, now: Timestamp) -> Result<Option<LinkView>, StoreError> {
    let found = rows::link_of_secret(tx, &hash_text(secret))?;
    Ok(found.filter(|l| l.used_at.is_none() && l.expires_at > now).map(|l| LinkView {
        id: l.id,
        purpose: l.purpose,
        email: l.email,
    }))
}

/// Uses a link up: exactly one use wins.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub(in crate::market) fn use_link(
    tx: &mut Write,
    secret: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Used>, StoreError> {
    let hash: Sha256 = hash_text(secret);
    let Some(link) = rows::link_of_secret(tx, &hash)? else { return Ok(None) };
    if link.purpose != purpose || link.expires_at <= now || !rows::use_link(tx, link.id, now)? {
        return Ok(None);
    }
    Ok(Some(Used { id: link.id, member: link.member_id, email: link.email }))
}
