//! Rows of price plans, their tiers, and the organisations that a private offer names.

use super::Edition;
use crate::market::offers::plan::{Period, Plan, PlanKind, Tier};
use crate::market::offers::{Audience, Limits, NewOffer};
use crate::market::parties::SizeClass;
use crate::store::schema::{offer_parties, price_plans, price_tiers};
use crate::store::{Read, StoreError, Write};
use crate::values::{Currency, Money, OfferId, OfferPartyId, PartyId, TierId, Timestamp};
use diesel::prelude::*;

pub(super) type Row = (
    (PlanKind, Option<Period>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, i64),
    (i64, Option<Timestamp>, Option<Timestamp>, Option<Timestamp>, i64, i64, i64, Option<OfferId>),
);

macro_rules! columns {
    () => {
        (
            (
                price_plans::kind,
                price_plans::period,
                price_plans::most_periods,
                price_plans::most_seats,
                price_plans::volume_bytes,
                price_plans::downloads,
                price_plans::quote_days,
            ),
            (
                price_plans::discount_basis_points,
                price_plans::discount_until,
                price_plans::starts_at,
                price_plans::ends_at,
                price_plans::trial,
                price_plans::named,
                price_plans::edition,
                price_plans::replaces_id,
            ),
        )
    };
}
pub(super) use columns;

/// What the rows of a plan say in all.
pub(super) struct Whole {
    pub plan: Plan,
    pub is_named: bool,
    pub named: Vec<PartyId>,
    pub edition: i64,
    pub replaces: Option<OfferId>,
}

/// Puts a plan together; tiers and names are asked for only where the plan has some.
pub(super) fn whole(tx: &mut Read, id: OfferId, currency: Currency, row: Row) -> Result<Whole, StoreError> {
    let (
        (kind, period, most_periods, most_seats, volume_bytes, downloads, quote_days),
        (points, until, starts_at, ends_at, trial, named, edition, replaces),
    ) = row;
    let tiers = match kind {
        PlanKind::BySize | PlanKind::ByVolume => tiers_of(tx, id, currency)?,
        PlanKind::Free | PlanKind::OneOff | PlanKind::Subscription | PlanKind::PerSeat | PlanKind::OnRequest => {
            Vec::new()
        }
    };
    let plan = Plan {
        kind,
        period,
        most_periods: most_periods.unwrap_or(1),
        most_seats: most_seats.unwrap_or(1),
        limits: Limits { seats: None, volume_bytes, downloads },
        tiers,
        quote_days,
        discount: until.filter(|_| points > 0).map(|until| (points, until)),
        starts_at,
        ends_at,
        trial: trial == 1,
    };
    let is_named = named == 1;
    Ok(Whole { plan, is_named, named: if is_named { named_of(tx, id)? } else { Vec::new() }, edition, replaces })
}

/// A tier as it is stored: size class, bytes, downloads, price.
type TierRow = (Option<SizeClass>, Option<i64>, Option<i64>, i64);

fn tiers_of(tx: &mut Read, id: OfferId, currency: Currency) -> Result<Vec<Tier>, StoreError> {
    use price_tiers as t;
    let rows: Vec<TierRow> = t::table
        .filter(t::offer_id.eq(id))
        .select((t::size_class, t::volume_bytes, t::downloads, t::price_minor))
        .order(t::position.asc())
        .load(tx.conn())?;
    let tier = |(size, volume_bytes, downloads, minor)| Tier {
        size,
        limits: Limits { seats: None, volume_bytes, downloads },
        price: Money::new(minor, currency),
    };
    Ok(rows.into_iter().map(tier).collect())
}

fn named_of(tx: &mut Read, id: OfferId) -> Result<Vec<PartyId>, StoreError> {
    let named = offer_parties::table.filter(offer_parties::offer_id.eq(id)).select(offer_parties::party_id);
    Ok(named.order(offer_parties::id.asc()).load(tx.conn())?)
}

pub(super) fn insert(
    tx: &mut Write,
    id: OfferId,
    new: &NewOffer,
    (edition, replaces): Edition,
) -> Result<(), StoreError> {
    let plan = &new.plan;
    diesel::insert_into(price_plans::table)
        .values((
            (
                price_plans::offer_id.eq(id),
                price_plans::kind.eq(plan.kind),
                price_plans::period.eq(plan.period),
                price_plans::most_periods.eq(plan.most_periods),
                price_plans::most_seats.eq(plan.most_seats),
                price_plans::volume_bytes.eq(plan.limits.volume_bytes),
                price_plans::downloads.eq(plan.limits.downloads),
                price_plans::quote_days.eq(plan.quote_days),
            ),
            (
                price_plans::discount_basis_points.eq(plan.discount.map_or(0, |(points, _)| points)),
                price_plans::discount_until.eq(plan.discount.map(|(_, until)| until)),
                price_plans::starts_at.eq(plan.starts_at),
                price_plans::ends_at.eq(plan.ends_at),
                price_plans::trial.eq(i64::from(plan.trial)),
                price_plans::named.eq(i64::from(new.audience == Audience::Named)),
                price_plans::edition.eq(edition),
                price_plans::replaces_id.eq(replaces),
            ),
        ))
        .execute(tx.conn())?;
    for (position, tier) in (1_i64..).zip(&plan.tiers) {
        diesel::insert_into(price_tiers::table)
            .values((
                price_tiers::id.eq(TierId::fresh()),
                price_tiers::offer_id.eq(id),
                price_tiers::position.eq(position),
                price_tiers::size_class.eq(tier.size),
                price_tiers::volume_bytes.eq(tier.limits.volume_bytes),
                price_tiers::downloads.eq(tier.limits.downloads),
                price_tiers::price_minor.eq(tier.price.minor),
            ))
            .execute(tx.conn())?;
    }
    for party in &new.named {
        diesel::insert_into(offer_parties::table)
            .values((
                offer_parties::id.eq(OfferPartyId::fresh()),
                offer_parties::offer_id.eq(id),
                offer_parties::party_id.eq(*party),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}
