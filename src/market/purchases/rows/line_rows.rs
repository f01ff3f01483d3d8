//! Rows of the lines of a purchase, and of how their prices came to be.

use super::Purchase;
use crate::market::offers::{Choice, Limits, Period, PlanKind, Scope, Term};
use crate::store::schema::{line_terms, purchase_lines};
use crate::store::{Read, StoreError, Write};
use crate::values::{Currency, DatasetId, LicenceId, LineId, Money, OfferId, PurchaseId, Sha256, Timestamp, VersionId};
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
    pub pricing: Pricing,
}

/// How the price of a line came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pricing {
    /// The plan of the offer.
    pub plan: PlanKind,
    /// What a subscription is counted in.
    pub period: Option<Period>,
    /// What the buyer chose.
    pub choice: Choice,
    /// The tier that counts, from 1.
    pub tier: Option<i64>,
    /// Months of the calendar that the grant lasts, when it is counted in these.
    pub term_months: Option<i64>,
    /// The price of one unit.
    pub unit: Money,
    /// Before the discount.
    pub list: Money,
    /// The discount in basis points.
    pub discount: i64,
    /// Whether the two sides agreed on the price, so that units no longer explain it.
    pub agreed: bool,
}

impl Line {
    /// How long its grant lasts.
    #[must_use]
    pub const fn term(&self) -> Term {
        match (self.pricing.term_months, self.term_days) {
            (Some(months), _) => Term::Months(months),
            (None, Some(days)) => Term::Days(days),
            (None, None) => Term::Endless,
        }
    }
    /// When its grant ends if it starts now.
    #[must_use]
    pub fn end(&self, start: Timestamp) -> Option<Timestamp> {
        self.term().end(start)
    }
    /// Writes a term into it.
    pub(in crate::market::purchases) const fn set_term(&mut self, term: Term) {
        self.term_days = term.days();
        self.pricing.term_months = match term {
            Term::Months(months) => Some(months),
            Term::Endless | Term::Days(_) => None,
        };
    }
    /// Whether its price is still to be named by the seller.
    #[must_use]
    pub const fn is_unpriced(&self) -> bool {
        matches!(self.pricing.plan, PlanKind::OnRequest) && !self.pricing.agreed
    }
}

type LineRow = (LineId, i64, OfferId, DatasetId, VersionId, LicenceId, Sha256, Scope, Option<i64>, i64, i64, i64, i64);
type TermsRow = (
    (PlanKind, Option<Period>, Option<i64>, Option<i64>, Option<i64>, Option<i64>),
    (Option<i64>, Option<i64>, i64, i64, i64, i64),
);

fn line(currency: Currency, (row, terms): (LineRow, TermsRow)) -> Line {
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
    let ((plan, period, periods, seats, tier, term_months), rest) = terms;
    let (volume_bytes, downloads, unit, list, discount, agreed) = rest;
    let money = |minor| Money::new(minor, currency);
    // A tier that follows from the buyer's size is none that was chosen, and an agreed number of seats stands in the
    // limits alone.
    let choice = Choice {
        seats: seats.filter(|_| plan == PlanKind::PerSeat),
        periods,
        tier: tier.filter(|_| plan == PlanKind::ByVolume),
    };
    let (net, tax) = (money(net), money(tax));
    let (unit, list, agreed) = (money(unit), money(list), agreed == 1);
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
        limits: Limits { seats, volume_bytes, downloads },
        pricing: Pricing { plan, period, choice, tier, term_months, unit, list, discount, agreed },
    }
}

pub(in crate::market::purchases) fn lines(tx: &mut Read, p: &Purchase) -> Result<Vec<Line>, StoreError> {
    use line_terms as t;
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
    let terms = (
        (t::plan, t::period, t::periods, t::seats, t::tier, t::term_months),
        (t::volume_bytes, t::downloads, t::unit_minor, t::list_minor, t::discount_basis_points, t::agreed),
    );
    let rows: Vec<(LineRow, TermsRow)> = l::table
        .inner_join(t::table.on(t::line_id.eq(l::id)))
        .filter(l::purchase_id.eq(p.id))
        .select((columns, terms))
        .order(l::position.asc())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| line(p.net.currency, row)).collect())
}

pub(in crate::market::purchases) fn insert_line(
    tx: &mut Write,
    purchase: PurchaseId,
    line: &Line,
) -> Result<(), StoreError> {
    use line_terms as t;
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
    let how = &line.pricing;
    diesel::insert_into(t::table)
        .values((
            (
                t::line_id.eq(line.id),
                t::plan.eq(how.plan),
                t::period.eq(how.period),
                t::periods.eq(how.choice.periods),
                t::seats.eq(line.limits.seats),
                t::tier.eq(how.tier),
                t::term_months.eq(how.term_months),
            ),
            (
                t::volume_bytes.eq(line.limits.volume_bytes),
                t::downloads.eq(line.limits.downloads),
                t::unit_minor.eq(how.unit.minor),
                t::list_minor.eq(how.list.minor),
                t::discount_basis_points.eq(how.discount),
                t::agreed.eq(i64::from(how.agreed)),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes price, term, scope and limits of a line whose terms became others.
pub(in crate::market::purchases) fn set_line(tx: &mut Write, line: &Line) -> Result<(), StoreError> {
    use line_terms as t;
    use purchase_lines as l;
    let values = (
        l::scope.eq(line.scope),
        l::term_days.eq(line.term_days),
        l::net_minor.eq(line.net.minor),
        l::tax_minor.eq(line.tax.minor),
    );
    diesel::update(l::table.find(line.id)).set(values).execute(tx.conn())?;
    let how = &line.pricing;
    let values = (
        t::seats.eq(line.limits.seats),
        t::volume_bytes.eq(line.limits.volume_bytes),
        t::downloads.eq(line.limits.downloads),
        t::term_months.eq(how.term_months),
        t::unit_minor.eq(how.unit.minor),
        t::list_minor.eq(how.list.minor),
        t::discount_basis_points.eq(how.discount),
        t::agreed.eq(i64::from(how.agreed)),
    );
    diesel::update(t::table.find(line.id)).set(values).execute(tx.conn())?;
    Ok(())
}
