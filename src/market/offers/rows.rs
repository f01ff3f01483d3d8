//! Rows of offers.

use super::{Approval, Audience, NewOffer, Payment, Scope};
use crate::store::schema::offers;
use crate::store::{Read, StoreError, Write};
use crate::values::{Currency, DatasetId, LicenceId, Money, OfferId, Timestamp};
use diesel::prelude::*;

/// A licence at a price on a dataset.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of `NewOffer` and plain facts")]
pub struct Offer {
    pub id: OfferId,
    pub dataset_id: DatasetId,
    pub licence_id: LicenceId,
    pub title: String,
    pub scope: Scope,
    pub price: Money,
    pub tax_basis_points: i64,
    pub approval: Approval,
    pub payment: Payment,
    pub payment_days: i64,
    pub term_days: Option<i64>,
    pub audience: Audience,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

type Row = (
    OfferId,
    DatasetId,
    LicenceId,
    String,
    Scope,
    i64,
    Currency,
    i64,
    Approval,
    Payment,
    i64,
    Option<i64>,
    Audience,
    Timestamp,
    Option<Timestamp>,
    i64,
);

fn offer(row: Row) -> Offer {
    let (
        id,
        dataset_id,
        licence_id,
        title,
        scope,
        minor,
        currency,
        tax_basis_points,
        approval,
        payment,
        payment_days,
        term_days,
        audience,
        created_at,
        closed_at,
        _,
    ) = row;
    let price = Money::new(minor, currency);
    Offer {
        id,
        dataset_id,
        licence_id,
        title,
        scope,
        price,
        tax_basis_points,
        approval,
        payment,
        payment_days,
        term_days,
        audience,
        created_at,
        closed_at,
    }
}

pub(super) fn find(tx: &mut Read, id: OfferId) -> Result<Option<Offer>, StoreError> {
    let row: Option<Row> = offers::table.find(id).first(tx.conn()).optional()?;
    Ok(row.map(offer))
}

pub(super) fn of_dataset(tx: &mut Read, dataset: DatasetId, open: bool) -> Result<Vec<Offer>, StoreError> {
    let mut query = offers::table.filter(offers::dataset_id.eq(dataset)).into_boxed();
    if open {
        query = query.filter(offers::closed_at.is_null());
    }
    let rows: Vec<Row> = query.order((offers::created_at.asc(), offers::id.asc())).limit(100).load(tx.conn())?;
    Ok(rows.into_iter().map(offer).collect())
}

pub(super) fn insert(
    tx: &mut Write,
    id: OfferId,
    dataset: DatasetId,
    new: &NewOffer,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(offers::table)
        .values((
            offers::id.eq(id),
            offers::dataset_id.eq(dataset),
            offers::licence_id.eq(new.licence),
            offers::title.eq(new.title.as_str()),
            offers::scope.eq(new.scope),
            offers::price_minor.eq(new.price.minor),
            offers::currency.eq(new.price.currency),
            offers::tax_basis_points.eq(new.tax_basis_points),
            offers::approval.eq(new.approval),
            offers::payment.eq(new.payment),
            offers::payment_days.eq(new.payment_days),
            offers::term_days.eq(new.term_days),
            offers::audience.eq(new.audience),
            offers::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn close(tx: &mut Write, id: OfferId, now: Timestamp) -> Result<bool, StoreError> {
    let open = offers::table.find(id).filter(offers::closed_at.is_null());
    Ok(diesel::update(open).set(offers::closed_at.eq(now)).execute(tx.conn())? == 1)
}
