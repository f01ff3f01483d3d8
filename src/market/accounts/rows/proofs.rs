//! Rows of shown passwords.

use crate::store::schema::session_proofs;
use crate::store::{Read, StoreError, Write};
use crate::values::{SessionId, Timestamp};
use diesel::prelude::*;

pub(in crate::market::accounts) fn proof_of(tx: &mut Read, id: SessionId) -> Result<Option<Timestamp>, StoreError> {
    Ok(session_proofs::table.find(id).select(session_proofs::proved_at).first(tx.conn()).optional()?)
}

pub(in crate::market::accounts) fn set_proof(tx: &mut Write, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let seen = session_proofs::table.find(id);
    if diesel::update(seen).set(session_proofs::proved_at.eq(now)).execute(tx.conn())? == 0 {
        diesel::insert_into(session_proofs::table)
            .values((session_proofs::session_id.eq(id), session_proofs::proved_at.eq(now)))
            .execute(tx.conn())?;
    }
    Ok(())
}
