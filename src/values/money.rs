//! Money: integer minor units with their currency; floats never.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use std::fmt;
use std::str::FromStr;

/// Says why a text or a sum is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadMoney {
    /// The currency is none that this server trades in.
    #[error("unknown currency: use an ISO 4217 code such as CNY, EUR or USD")]
    Currency,
    /// The text is no number with at most the currency's decimals.
    #[error("not an amount: write digits with at most two decimals, such as 48000.00")]
    Amount,
    /// Two currencies were mixed.
    #[error("two currencies cannot be added")]
    Mixed,
    /// The result does not fit.
    #[error("the amount is too large")]
    Overflow,
}

/// ISO 4217 codes that this server trades in, with their count of decimals.
const CURRENCIES: &[(&str, u32)] =
    &[("CNY", 2), ("EUR", 2), ("USD", 2), ("GBP", 2), ("CHF", 2), ("HKD", 2), ("SGD", 2), ("JPY", 0), ("KRW", 0)];

/// An ISO 4217 currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Currency(&'static str);

impl Currency {
    /// The renminbi, the default of a new organisation.
    pub const CNY: Self = Self("CNY");
    /// Gives the code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.0
    }
    /// Gives the count of decimals of the minor unit.
    #[must_use]
    pub fn decimals(self) -> u32 {
        CURRENCIES.iter().find(|(code, _)| *code == self.0).map_or(2, |(_, decimals)| *decimals)
    }
    /// Lists every currency that this server trades in.
    pub fn all() -> impl Iterator<Item = Self> {
        CURRENCIES.iter().map(|(code, _)| Self(code))
    }
}
impl FromStr for Currency {
    type Err = BadMoney;
    fn from_str(text: &str) -> Result<Self, BadMoney> {
        Self::all().find(|c| c.0.eq_ignore_ascii_case(text.trim())).ok_or(BadMoney::Currency)
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
impl<DB: Backend> ToSql<Text, DB> for Currency
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
impl<DB: Backend> FromSql<Text, DB> for Currency
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(String::from_sql(value)?.parse()?)
    }
}

/// An amount in minor units of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units, for example fen.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Takes minor units of a currency.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }
    /// Adds an amount of the same currency.
    ///
    /// # Errors
    /// [`BadMoney::Mixed`] for two currencies, [`BadMoney::Overflow`] beyond 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, BadMoney> {
        if self.currency != other.currency {
            return Err(BadMoney::Mixed);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(BadMoney::Overflow)?;
        Ok(Self { minor, ..self })
    }
    /// Multiplies by a count.
    ///
    /// # Errors
    /// [`BadMoney::Overflow`] beyond 64 bits.
    pub fn times(self, count: i64) -> Result<Self, BadMoney> {
        let minor = self.minor.checked_mul(count).ok_or(BadMoney::Overflow)?;
        Ok(Self { minor, ..self })
    }
    /// Gives the share of basis points (1/10000) of a not negative amount, rounded half up.
    ///
    /// # Errors
    /// [`BadMoney::Overflow`] beyond 64 bits.
    pub fn share(self, basis_points: i64) -> Result<Self, BadMoney> {
        let exact = i128::from(self.minor) * i128::from(basis_points);
        let minor = i64::try_from((exact + 5_000).div_euclid(10_000)).map_err(|_| BadMoney::Overflow)?;
        Ok(Self { minor, ..self })
    }
    /// Reads an amount as typed: digits, optional thousands commas, at most the currency's decimals.
    ///
    /// # Errors
    /// [`BadMoney::Amount`] for anything else, also for a negative amount or one beyond 10^13 minor units.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, BadMoney> {
        let text: String = text.trim().chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let decimals = usize::try_from(currency.decimals()).unwrap_or(2);
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > decimals || whole.len() > 12 {
            return Err(BadMoney::Amount);
        }
        let padded = format!("{whole}{part:0<decimals$}");
        let minor: i64 = padded.parse().map_err(|_| BadMoney::Amount)?;
        if minor > 10_000_000_000_000 { Err(BadMoney::Amount) } else { Ok(Self { minor, currency }) }
    }
    /// Writes the number with thousands commas and the currency's decimals, without the code.
    #[must_use]
    pub fn number(self) -> String {
        let decimals = usize::try_from(self.currency.decimals()).unwrap_or(2);
        let text = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        let (whole, part) = text.split_at(text.len() - decimals);
        let sign = if self.minor < 0 { "-" } else { "" };
        let whole = grouped(whole);
        if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
    }
}
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.number())
    }
}

/// Puts a comma between groups of three digits.
pub(crate) fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_amounts() {
        let cny = |t| Money::parse(t, Currency::CNY).map(|m| m.minor);
        assert_eq!(cny("48,000.5"), Ok(4_800_050));
        assert_eq!(cny("0"), Ok(0));
        for bad in ["", "-1", "1.234", "1e3", ".5", "１", "9999999999999"] {
            assert_eq!(cny(bad), Err(BadMoney::Amount), "{bad}");
        }
        assert_eq!(Money::new(4_800_050, Currency::CNY).to_string(), "CNY 48,000.50");
        assert_eq!(Money::new(5, Currency::CNY).number(), "0.05");
        assert_eq!(Money::new(1234, Currency("JPY")).number(), "1,234");
    }

    #[test]
    fn tax_is_rounded_half_up_and_never_overflows_silently() {
        let money = |minor| Money::new(minor, Currency::CNY);
        assert_eq!(money(4_800_000).share(600), Ok(money(288_000)));
        assert_eq!(money(25).share(600), Ok(money(2)));
        assert_eq!(money(24).share(600), Ok(money(1)));
        assert_eq!(money(i64::MAX).share(20_000), Err(BadMoney::Overflow));
        assert_eq!(money(i64::MAX).plus(money(1)), Err(BadMoney::Overflow));
        assert_eq!(money(1).plus(Money::new(1, Currency("EUR"))), Err(BadMoney::Mixed));
    }
}
