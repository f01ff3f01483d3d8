//! Rows of offers; those of their plans stand beside.

use super::plan::Plan;
use super::{Approval, Audience, NewOffer, Payment, Scope};
use crate::store::schema::{offers, price_plans};
use crate::store::{Read, StoreError, Write};
use crate::values::{Currency, DatasetId, LicenceId, Money, OfferId, PartyId, Timestamp};
use diesel::prelude::*;

mod plan_rows;

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
    pub plan: Plan,
    pub named: Vec<PartyId>,
    pub edition: i64,
    pub replaces: Option<OfferId>,
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

/// Puts an offer together: its row, the row of its plan, and what belongs to that.
fn offer(tx: &mut Read, (row, plan): (Row, plan_rows::Row)) -> Result<Offer, StoreError> {
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
    let whole = plan_rows::whole(tx, id, currency, plan)?;
    Ok(Offer {
        id,
        dataset_id,
        licence_id,
        title,
        scope,
        price: Money::new(minor, currency),
        tax_basis_points,
        approval,
        payment,
        payment_days,
        term_days,
        // A table of old knows no named organisations: those of its offers are verified ones.
        audience: if whole.is_named { Audience::Named } else { audience },
        created_at,
        closed_at,
        plan: whole.plan,
        named: whole.named,
        edition: whole.edition,
        replaces: whole.replaces,
    })
}

macro_rules! joined {
    () => {
        offers::table
            .inner_join(price_plans::table.on(price_plans::offer_id.eq(offers::id)))
            .select((offers::all_columns, plan_rows::columns!()))
    };
}

pub(super) fn find(tx: &mut Read, id: OfferId) -> Result<Option<Offer>, StoreError> {
    let row: Option<(Row, plan_rows::Row)> = joined!().filter(offers::id.eq(id)).first(tx.conn()).optional()?;
    row.map(|row| offer(tx, row)).transpose()
}

pub(super) fn of_dataset(tx: &mut Read, dataset: DatasetId, open: bool) -> Result<Vec<Offer>, StoreError> {
    let mut query = joined!().filter(offers::dataset_id.eq(dataset)).into_boxed();
    if open {
        query = query.filter(offers::closed_at.is_null());
    }
    let rows: Vec<(Row, plan_rows::Row)> =
        query.order((offers::created_at.asc(), offers::id.asc())).limit(200).load(tx.conn())?;
    rows.into_iter().map(|row| offer(tx, row)).collect()
}

/// An edition of an offer, and the offer that it replaces.
pub(super) type Edition = (i64, Option<OfferId>);

pub(super) fn insert(
    tx: &mut Write,
    id: OfferId,
    dataset: DatasetId,
    new: &NewOffer,
    edition: Edition,
    now: Timestamp,
) -> Result<(), StoreError> {
    let audience = if new.audience == Audience::Named { Audience::Verified } else { new.audience };
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
            offers::audience.eq(audience),
            offers::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    plan_rows::insert(tx, id, new, edition)
}

pub(super) fn close(tx: &mut Write, id: OfferId, now: Timestamp) -> Result<bool, StoreError> {
    let open = offers::table.find(id).filter(offers::closed_at.is_null());
    Ok(diesel::update(open).set(offers::closed_at.eq(now)).execute(tx.conn())? == 1)
}
