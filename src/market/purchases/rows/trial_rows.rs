//! Rows of evaluations: one for each organisation and dataset.

use crate::store::schema::trials;
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, PartyId, PurchaseId, TrialId};
use diesel::prelude::*;

/// The request by which an organisation took its evaluation of a dataset.
pub(in crate::market::purchases) fn trial_of(
    tx: &mut Read,
    dataset: DatasetId,
    buyer: PartyId,
) -> Result<Option<PurchaseId>, StoreError> {
    let row = trials::table.filter(trials::dataset_id.eq(dataset)).filter(trials::buyer_id.eq(buyer));
    Ok(row.select(trials::purchase_id).first(tx.conn()).optional()?)
}

/// Takes the evaluation for a request; one that came to nothing gives way. Gives whether nobody was first.
pub(in crate::market::purchases) fn take_trial(
    tx: &mut Write,
    dataset: DatasetId,
    buyer: PartyId,
    purchase: PurchaseId,
    before: Option<PurchaseId>,
) -> Result<bool, StoreError> {
    let Some(before) = before else {
        let values = (
            trials::id.eq(TrialId::fresh()),
            trials::dataset_id.eq(dataset),
            trials::buyer_id.eq(buyer),
            trials::purchase_id.eq(purchase),
        );
        return Ok(diesel::insert_into(trials::table).values(values).execute(tx.conn())? == 1);
    };
    let seen = trials::table
        .filter(trials::dataset_id.eq(dataset))
        .filter(trials::buyer_id.eq(buyer))
        .filter(trials::purchase_id.eq(before));
    Ok(diesel::update(seen).set(trials::purchase_id.eq(purchase)).execute(tx.conn())? == 1)
}
