//! What is asked for, turned into priced lines: the quote. Prices, terms and texts come from the offers alone.

use super::access::Wanted;
use super::rows::Line;
use crate::market::offers::Limits;
use crate::values::{BadMoney, Currency, LineId, Money};

/// Priced lines and their sums.
#[derive(Debug, Clone)]
pub(super) struct Quote {
    /// The lines, in the order in which they were asked for.
    pub(super) lines: Vec<Line>,
    /// Without tax.
    pub(super) net: Money,
    /// The tax.
    pub(super) tax: Money,
}

impl Quote {
    /// Prices what is asked for.
    ///
    /// # Errors
    /// [`BadMoney`] beyond 64 bits, or when currencies mix.
    pub(super) fn of(wanted: &[Wanted]) -> Result<Self, BadMoney> {
        let currency = wanted.first().map_or(Currency::CNY, |w| w.offer.price.currency);
        let mut quote = Self { lines: Vec::new(), net: Money::new(0, currency), tax: Money::new(0, currency) };
        for (position, w) in (1..).zip(wanted) {
            let line = line(position, w)?;
            quote.net = quote.net.plus(line.net)?;
            quote.tax = quote.tax.plus(line.tax)?;
            quote.lines.push(line);
        }
        Ok(quote)
    }
    /// Gives the sum with tax.
    ///
    /// # Errors
    /// [`BadMoney::Overflow`] beyond 64 bits.
    pub(super) fn gross(&self) -> Result<Money, BadMoney> {
        self.net.plus(self.tax)
    }
    /// When it is paid, as the table keeps it.
    pub(super) const fn payment(&self, prepaid: bool) -> &'static str {
        if prepaid {
            "prepaid"
        } else if self.net.minor > 0 {
            "later"
        } else {
            "none"
        }
    }
}

fn line(position: i64, w: &Wanted) -> Result<Line, BadMoney> {
    Ok(Line {
        id: LineId::fresh(),
        position,
        offer_id: w.offer.id,
        dataset_id: w.dataset.id,
        version_id: w.version.id,
        licence_id: w.licence.id,
        licence_sha256: w.licence.sha256.clone(),
        scope: w.offer.scope,
        term_days: w.offer.term_days,
        net: w.offer.price,
        tax_basis_points: w.offer.tax_basis_points,
        tax: w.offer.tax()?,
        payment_days: w.offer.payment_days,
        limits: Limits::default(),
    })
}
