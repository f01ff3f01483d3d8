//! Rows of purchases whose needs, terms or purpose became others.

use super::super::state::Needs;
use super::{Purchase, payment};
use crate::store::schema::purchases;
use crate::store::{StoreError, Write};
use crate::values::{PurchaseId, Timestamp};
use diesel::prelude::*;

/// Keeps which steps a request needs after they were planned anew.
pub(in crate::market::purchases) fn set_needs(tx: &mut Write, id: PurchaseId, needs: Needs) -> Result<(), StoreError> {
    let values = (
        purchases::buyer_step.eq(if needs.approver { "approver" } else { "none" }),
        purchases::seller_step.eq(if needs.licensor { "licensor" } else { "none" }),
        purchases::signature_step.eq(if needs.signature { "signatory" } else { "none" }),
    );
    diesel::update(purchases::table.find(id)).set(values).execute(tx.conn())?;
    Ok(())
}

/// Writes the sums, steps and deadlines of a purchase whose terms became others.
pub(in crate::market::purchases) fn set_terms(tx: &mut Write, p: &Purchase) -> Result<(), StoreError> {
    let values = (
        purchases::net_minor.eq(p.net.minor),
        purchases::tax_minor.eq(p.tax.minor),
        purchases::payment.eq(payment(p.needs.prepaid, p.net.minor)),
        purchases::buyer_step.eq(if p.needs.approver { "approver" } else { "none" }),
        purchases::seller_step.eq(if p.needs.licensor { "licensor" } else { "none" }),
        purchases::expires_at.eq(p.expires_at),
        purchases::quoted_until.eq(p.quoted_until),
        purchases::renewals.eq(p.renewals),
    );
    diesel::update(purchases::table.find(p.id)).set(values).execute(tx.conn())?;
    Ok(())
}

/// Keeps what a request asks for when it is submitted again.
pub(in crate::market::purchases) fn set_asked(
    tx: &mut Write,
    id: PurchaseId,
    purpose: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values =
        (purchases::purpose.eq(purpose), purchases::submitted_at.eq(now), purchases::expires_at.eq(expires_at));
    diesel::update(purchases::table.find(id)).set(values).execute(tx.conn())?;
    Ok(())
}
