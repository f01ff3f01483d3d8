//! Rows of the lines of a purchase.

use super::Purchase;
use crate::market::offers::{Limits, Scope};
use crate::store::schema::purchase_lines;
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, LicenceId, LineId, Money, OfferId, PurchaseId, Sha256, VersionId};
use diesel::prelude::*;

/// One offer inside a request, with its price and texts locked.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "plain facts, named as in the API")]
pub struct Line {
    pub id: LineId,
    pub position: i64,
    pub offer_id: OfferId,
    pub dataset_id: DatasetId,
    pub version_id: VersionId,
    pub licence_id: LicenceId,
    pub licence_sha256: Sha256,
    pub scope: Scope,
    pub term_days: Option<i64>,
    pub net: Money,
    pub tax_basis_points: i64,
    pub tax: Money,
    pub payment_days: i64,
    pub limits: Limits,
}

type LineRow = (LineId, i64, OfferId, DatasetId, VersionId, LicenceId, Sha256, Scope, Option<i64>, i64, i64, i64, i64);

pub(in crate::market::purchases) fn lines(tx: &mut Read, p: &Purchase) -> Result<Vec<Line>, StoreError> {
    use purchase_lines as l;
    let columns = (
        l::id,
        l::position,
        l::offer_id,
        l::dataset_id,
        l::version_id,
        l::licence_id,
        l::licence_sha256,
        l::scope,
        l::term_days,
        l::net_minor,
        l::tax_basis_points,
        l::tax_minor,
        l::payment_days,
    );
    let rows: Vec<LineRow> =
        l::table.filter(l::purchase_id.eq(p.id)).select(columns).order(l::position.asc()).load(tx.conn())?;
    let currency = p.net.currency;
    let line = |row: LineRow| {
        let (
            id,
            position,
            offer_id,
            dataset_id,
            version_id,
            licence_id,
            licence_sha256,
            scope,
            term_days,
            net,
            tax_basis_points,
            tax,
            payment_days,
        ) = row;
        let (net, tax) = (Money::new(net, currency), Money::new(tax, currency));
        Line {
            id,
            position,
            offer_id,
            dataset_id,
            version_id,
            licence_id,
            licence_sha256,
            scope,
            term_days,
            net,
            tax_basis_points,
            tax,
            payment_days,
            limits: Limits::default(),
        }
    };
    Ok(rows.into_iter().map(line).collect())
}

pub(in crate::market::purchases) fn insert_line(
    tx: &mut Write,
    purchase: PurchaseId,
    line: &Line,
) -> Result<(), StoreError> {
    use purchase_lines as l;
    diesel::insert_into(l::table)
        .values((
            (
                l::id.eq(line.id),
                l::purchase_id.eq(purchase),
                l::position.eq(line.position),
                l::offer_id.eq(line.offer_id),
                l::dataset_id.eq(line.dataset_id),
            ),
            (
                l::version_id.eq(line.version_id),
                l::licence_id.eq(line.licence_id),
                l::licence_sha256.eq(&line.licence_sha256),
                l::scope.eq(line.scope),
            ),
            (
                l::term_days.eq(line.term_days),
                l::net_minor.eq(line.net.minor),
                l::tax_basis_points.eq(line.tax_basis_points),
                l::tax_minor.eq(line.tax.minor),
            ),
            l::payment_days.eq(line.payment_days),
        ))
        .execute(tx.conn())?;
    Ok(())
}
