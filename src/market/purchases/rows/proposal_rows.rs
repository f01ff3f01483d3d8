//! Rows of proposals.

use super::Purchase;
use crate::market::grants::Side;
use crate::market::purchases::proposal::{Proposal, ProposedLine};
use crate::store::schema::proposals;
use crate::store::{Read, StoreError, Write};
use crate::values::{Money, ProposalId, PurchaseId, Sha256, Timestamp};
use diesel::prelude::*;

type Row = (
    (ProposalId, i64, Side, String, i64, i64, String, Sha256),
    (String, String, Timestamp, Timestamp, Option<Timestamp>, Option<String>),
);

/// The proposals of a purchase, the first one on top.
pub(in crate::market::purchases) fn proposals_of(tx: &mut Read, p: &Purchase) -> Result<Vec<Proposal>, StoreError> {
    use proposals as t;
    let rows: Vec<Row> = t::table
        .filter(t::purchase_id.eq(p.id))
        .select((
            (t::id, t::number, t::side, t::lines, t::net_minor, t::tax_minor, t::note, t::sha256),
            (t::made_by, t::made_by_name, t::made_at, t::expires_at, t::agreed_at, t::agreed_by_name),
        ))
        .order(t::number.asc())
        .load(tx.conn())?;
    let currency = p.net.currency;
    rows.into_iter()
        .map(|((id, number, side, lines, net, tax, note, sha256), (by, by_name, at, until, agreed_at, agreed_by))| {
            let lines: Vec<ProposedLine> =
                serde_json::from_str(&lines).map_err(|e| StoreError::Broken(format!("proposal {id}: {e}")))?;
            Ok(Proposal {
                id,
                number,
                side,
                lines,
                net: Money::new(net, currency),
                tax: Money::new(tax, currency),
                note,
                sha256,
                made_by: by,
                made_by_name: by_name,
                made_at: at,
                expires_at: until,
                agreed_at,
                agreed_by_name: agreed_by,
            })
        })
        .collect()
}

pub(in crate::market::purchases) fn insert_proposal(
    tx: &mut Write,
    purchase: PurchaseId,
    p: &Proposal,
    canonical: &str,
) -> Result<(), StoreError> {
    use proposals as t;
    diesel::insert_into(t::table)
        .values((
            (
                t::id.eq(p.id),
                t::purchase_id.eq(purchase),
                t::number.eq(p.number),
                t::side.eq(p.side),
                t::lines.eq(canonical),
                t::net_minor.eq(p.net.minor),
                t::tax_minor.eq(p.tax.minor),
                t::note.eq(&p.note),
            ),
            (
                t::sha256.eq(&p.sha256),
                t::made_by.eq(&p.made_by),
                t::made_by_name.eq(&p.made_by_name),
                t::made_at.eq(p.made_at),
                t::expires_at.eq(p.expires_at),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Notes that a proposal was agreed to.
pub(in crate::market::purchases) fn agree(
    tx: &mut Write,
    id: ProposalId,
    by: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let open = proposals::table.find(id).filter(proposals::agreed_at.is_null());
    let values = (proposals::agreed_at.eq(now), proposals::agreed_by_name.eq(by));
    Ok(diesel::update(open).set(values).execute(tx.conn())? == 1)
}
