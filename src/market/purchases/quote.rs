//! What is asked for, turned into priced lines: the quote. Prices, terms and texts come from the offers alone; what a
//! buyer sends are choices.

use super::access::Wanted;
use super::proposal::sums;
use super::rows::{Line, Pricing};
use crate::market::offers::BadChoice;
use crate::market::parties::Party;
use crate::values::{BadMoney, LineId, Money, Sha256, Timestamp, hash_text};

/// Priced lines and their sums, and until when they hold.
#[derive(Debug, Clone)]
pub struct Quote {
    /// The lines, in the order in which they were asked for.
    pub lines: Vec<Line>,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// Until when the prices are locked once it is submitted now.
    pub until: Timestamp,
}

impl Quote {
    /// Prices what is asked for.
    ///
    /// # Errors
    /// [`BadChoice`] says which choice does not fit.
    pub fn of(wanted: &[Wanted], buyer: &Party, now: Timestamp) -> Result<Self, BadChoice> {
        let mut lines = Vec::with_capacity(wanted.len());
        for (position, w) in (1..).zip(wanted) {
            lines.push(line(position, w, buyer, now)?);
        }
        let (net, tax) = sums(&lines)?;
        let days = wanted.iter().map(|w| w.offer.plan.quote_days).min().unwrap_or(1);
        Ok(Self { lines, net, tax, until: now.plus_days(days) })
    }
    /// Gives the sum with tax.
    ///
    /// # Errors
    /// [`BadMoney::Overflow`] beyond 64 bits.
    pub fn gross(&self) -> Result<Money, BadMoney> {
        self.net.plus(self.tax)
    }
    /// Whether the seller has to name a price first.
    #[must_use]
    pub fn is_on_request(&self) -> bool {
        self.lines.iter().any(Line::is_unpriced)
    }
    /// The hash of what is quoted: offers, texts, prices, terms and limits; it does not depend on the instant.
    #[must_use]
    pub fn sha256(&self) -> Sha256 {
        let mut text = self.net.currency.to_string();
        for l in &self.lines {
            text.push_str(&format!(
                "\n{} {} {} {} {} {:?} {:?}",
                l.offer_id,
                l.licence_sha256,
                l.scope,
                l.net.minor,
                l.tax.minor,
                l.term(),
                l.limits
            ));
        }
        hash_text(&text)
    }
}

fn line(position: i64, w: &Wanted, buyer: &Party, now: Timestamp) -> Result<Line, BadChoice> {
    let priced = w.offer.priced(w.choice, buyer.size_class, now)?;
    let mut line = Line {
        id: LineId::fresh(),
        position,
        offer_id: w.offer.id,
        dataset_id: w.dataset.id,
        version_id: w.version.id,
        licence_id: w.licence.id,
        licence_sha256: w.licence.sha256.clone(),
        scope: w.offer.scope,
        term_days: None,
        net: priced.net,
        tax_basis_points: w.offer.tax_basis_points,
        tax: priced.tax,
        payment_days: w.offer.payment_days,
        limits: priced.limits,
        pricing: Pricing {
            plan: w.offer.plan.kind,
            period: w.offer.plan.period,
            choice: priced.choice,
            tier: priced.tier,
            term_months: None,
            unit: priced.unit,
            list: priced.list,
            discount: priced.discount,
            agreed: false,
        },
    };
    line.set_term(priced.term);
    Ok(line)
}
