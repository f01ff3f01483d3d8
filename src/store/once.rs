//! Once-only requests: the outcome of a request is kept under its key, in the transaction of its effect.
//!
//! An outcome is ids and the like, never a secret or a page. Keys are kept for seven days.

use super::db::{Read, StoreError, Write};
use super::schema::once_keys;
use crate::values::{Timestamp, hash_text};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How long an outcome is kept, in days.
const KEPT_DAYS: i64 = 7;

/// The key of a once-only request with the fingerprint of what was asked.
#[derive(Debug, Clone)]
pub struct OnceKey {
    id: String,
    request: String,
}

impl OnceKey {
    /// Binds a client's key to who asks, at which address, with which body.
    #[must_use]
    pub fn new(key: &str, actor: &str, address: &str, body: &[u8]) -> Self {
        let body = crate::values::Sha256::of(&<sha2::Sha256 as sha2::Digest>::digest(body).into());
        Self {
            id: hash_text(&format!("{actor}\n{key}")).to_string(),
            request: hash_text(&format!("{address}\n{body}")).to_string(),
        }
    }
}

/// Gives the outcome of an earlier request with this key.
pub(super) fn find<T: DeserializeOwned>(tx: &mut Read, key: &OnceKey) -> Result<Option<T>, StoreError> {
    let row: Option<(String, String)> = once_keys::table
        .find(&key.id)
        .select((once_keys::request_hash, once_keys::outcome))
        .first(tx.conn())
        .optional()?;
    match row {
        None => Ok(None),
        Some((request, _)) if request != key.request => Err(StoreError::Conflict),
        Some((_, outcome)) => serde_json::from_str(&outcome).map(Some).map_err(|_| StoreError::Conflict),
    }
}

/// Keeps an outcome; a twin that runs at the same time ends as a conflict.
pub(super) fn keep<T: Serialize>(tx: &mut Write, key: &OnceKey, outcome: &T, now: Timestamp) -> Result<(), StoreError> {
    let outcome = serde_json::to_string(outcome).map_err(|e| StoreError::Broken(e.to_string()))?;
    diesel::insert_into(once_keys::table)
        .values((
            once_keys::id.eq(&key.id),
            once_keys::request_hash.eq(&key.request),
            once_keys::outcome.eq(outcome),
            once_keys::created_at.eq(now.0),
        ))
        .execute(tx.conn())?;
    Ok(())
}

impl super::Db {
    /// Forgets outcomes that are older than seven days.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn forget_old_outcomes(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.write_now(|tx| {
            let old = once_keys::table.filter(once_keys::created_at.lt(now.plus_days(-KEPT_DAYS).0));
            Ok(diesel::delete(old).execute(tx.conn())?)
        })
    }
}
