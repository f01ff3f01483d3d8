//! How an offer is priced: its plan, what a buyer chooses, and the price that follows. The one place where a price
//! is computed: what comes from a client are choices (seats, periods, a tier), never amounts.

use super::{Limits, Offer};
use crate::market::parties::SizeClass;
use crate::values::{BadMoney, Money, OfferId, Timestamp, text_enum};

/// Most periods and seats that an offer may allow.
pub const MOST: i64 = 100_000;
/// Most tiers of an offer.
pub const MOST_TIERS: usize = 20;

text_enum! {
    /// How an offer is priced.
    PlanKind {
        /// Nothing is owed.
        Free = "free",
        /// Once.
        OneOff = "one_off",
        /// For each month or year.
        Subscription = "subscription",
        /// For each person who uses it, once or for each period.
        PerSeat = "per_seat",
        /// By how large the buyer is.
        BySize = "by_size",
        /// By how much may be taken.
        ByVolume = "by_volume",
        /// The seller answers with a price.
        OnRequest = "on_request",
    }
}
text_enum! {
    /// What a subscription is counted in.
    Period {
        /// A month of the calendar.
        Month = "month",
        /// Twelve months.
        Year = "year",
    }
}
impl Period {
    /// Gives its months.
    #[must_use]
    pub const fn months(self) -> i64 {
        match self {
            Self::Month => 1,
            Self::Year => 12,
        }
    }
}

/// One price of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// For organisations of this size.
    pub size: Option<SizeClass>,
    /// What may be taken.
    pub limits: Limits,
    /// The price without tax.
    pub price: Money,
}

/// The plan of an offer, and when it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How it is priced.
    pub kind: PlanKind,
    /// What a subscription is counted in.
    pub period: Option<Period>,
    /// Most periods that may be chosen.
    pub most_periods: i64,
    /// Most seats that may be chosen.
    pub most_seats: i64,
    /// Limits that go with the offer itself, as with an evaluation.
    pub limits: Limits,
    /// The prices of a plan by size or volume.
    pub tiers: Vec<Tier>,
    /// Days that a quote stays locked, 1 to 365.
    pub quote_days: i64,
    /// What is taken off, in basis points, and until when.
    pub discount: Option<(i64, Timestamp)>,
    /// When it opens.
    pub starts_at: Option<Timestamp>,
    /// When it closes by itself.
    pub ends_at: Option<Timestamp>,
    /// Whether it is an evaluation: one for each organisation and dataset.
    pub trial: bool,
}
impl Plan {
    /// A plan of a kind with nothing special.
    #[must_use]
    pub const fn plain(kind: PlanKind) -> Self {
        Self {
            kind,
            period: None,
            most_periods: 1,
            most_seats: 1,
            limits: Limits { seats: None, volume_bytes: None, downloads: None },
            tiers: Vec::new(),
            quote_days: 30,
            discount: None,
            starts_at: None,
            ends_at: None,
            trial: false,
        }
    }
    /// What is taken off now, in basis points.
    #[must_use]
    pub fn discount_at(&self, now: Timestamp) -> i64 {
        self.discount.filter(|(_, until)| now < *until).map_or(0, |(points, _)| points)
    }
    /// Whether its time has come and not passed.
    #[must_use]
    pub fn runs_at(&self, now: Timestamp) -> bool {
        self.starts_at.is_none_or(|at| at <= now) && self.ends_at.is_none_or(|at| now < at)
    }
    /// Whether a buyer has to choose something.
    #[must_use]
    pub const fn asks(&self) -> bool {
        match self.kind {
            PlanKind::Subscription | PlanKind::PerSeat | PlanKind::ByVolume => true,
            PlanKind::Free | PlanKind::OneOff | PlanKind::BySize | PlanKind::OnRequest => false,
        }
    }
}

/// What a buyer chooses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Choice {
    /// How many people will use it.
    pub seats: Option<i64>,
    /// For how many months or years.
    pub periods: Option<i64>,
    /// Which tier, counted from 1.
    pub tier: Option<i64>,
}

/// An offer and what is chosen in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// The offer.
    pub offer: OfferId,
    /// What is chosen.
    pub choice: Choice,
}
impl From<OfferId> for Chosen {
    fn from(offer: OfferId) -> Self {
        Self { offer, choice: Choice::default() }
    }
}

/// How long a grant lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Without end.
    Endless,
    /// So many days.
    Days(i64),
    /// So many months of the calendar.
    Months(i64),
}
impl Term {
    /// When a grant that starts now ends.
    #[must_use]
    pub fn end(self, start: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Endless => None,
            Self::Days(days) => Some(start.plus_days(days)),
            Self::Months(months) => Some(start.plus_months(months)),
        }
    }
    /// Its length in days; a month counts as a twelfth of 365, rounded down.
    #[must_use]
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::Endless => None,
            Self::Days(days) => Some(days),
            Self::Months(months) => Some(months.saturating_mul(365) / 12),
        }
    }
}

/// Why a choice has no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadChoice {
    /// The number of seats is missing, out of range, or not asked for.
    #[error("the number of seats does not fit")]
    Seats,
    /// The number of periods is missing, out of range, or not asked for.
    #[error("the number of periods does not fit")]
    Periods,
    /// The tier is missing, unknown, or not asked for.
    #[error("there is no such tier")]
    Tier,
    /// The organisation's size is not declared, or has no price.
    #[error("there is no price for this size of organisation")]
    Size,
    /// The sum is too large.
    #[error(transparent)]
    Money(#[from] BadMoney),
}

/// A price, and how it came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// What was chosen.
    pub choice: Choice,
    /// The tier that counts, from 1.
    pub tier: Option<i64>,
    /// The price of one unit.
    pub unit: Money,
    /// Before the discount.
    pub list: Money,
    /// The discount in basis points.
    pub discount: i64,
    /// What is owed without tax; zero when the price is on request.
    pub net: Money,
    /// The tax on it.
    pub tax: Money,
    /// How long the grant lasts.
    pub term: Term,
    /// What the grant is limited to.
    pub limits: Limits,
}

fn count(chosen: Option<i64>, asked: bool, most: i64, bad: BadChoice) -> Result<i64, BadChoice> {
    match (chosen, asked) {
        (None, false) => Ok(1),
        (Some(n), true) if (1..=most).contains(&n) => Ok(n),
        (Some(_) | None, _) => Err(bad),
    }
}

impl Offer {
    /// Computes the price of a choice for an organisation of a size.
    ///
    /// # Errors
    /// [`BadChoice`] says which part does not fit.
    pub fn priced(&self, choice: Choice, size: Option<SizeClass>, now: Timestamp) -> Result<Priced, BadChoice> {
        let plan = &self.plan;
        let seats = count(choice.seats, plan.kind == PlanKind::PerSeat, plan.most_seats, BadChoice::Seats)?;
        let periods = count(choice.periods, plan.period.is_some(), plan.most_periods, BadChoice::Periods)?;
        let tier = self.tier(choice, size)?;
        let unit = tier.map_or(self.price, |(_, t)| t.price);
        let list = unit.times(seats)?.times(periods)?;
        let discount = plan.discount_at(now);
        let net = list.share(10_000 - discount)?;
        let term = match plan.period {
            Some(period) => Term::Months(period.months().checked_mul(periods).ok_or(BadMoney::Overflow)?),
            None => self.term_days.map_or(Term::Endless, Term::Days),
        };
        let own = tier.map_or(plan.limits, |(_, t)| t.limits);
        let limits = Limits { seats: choice.seats.or(own.seats), ..own };
        let tax = net.share(self.tax_basis_points)?;
        net.plus(tax)?;
        Ok(Priced { choice, tier: tier.map(|(n, _)| n), unit, list, discount, net, tax, term, limits })
    }

    /// The tier that counts, with its number.
    fn tier(&self, choice: Choice, size: Option<SizeClass>) -> Result<Option<(i64, &Tier)>, BadChoice> {
        let mut numbered = (1..).zip(&self.plan.tiers);
        match self.plan.kind {
            PlanKind::ByVolume => {
                let found = numbered.find(|(n, _)| Some(*n) == choice.tier);
                found.map(Some).ok_or(BadChoice::Tier)
            }
            PlanKind::BySize if choice.tier.is_none() => {
                let found = numbered.find(|(_, t)| t.size.is_some() && t.size == size);
                found.map(Some).ok_or(BadChoice::Size)
            }
            PlanKind::Free
            | PlanKind::OneOff
            | PlanKind::Subscription
            | PlanKind::PerSeat
            | PlanKind::BySize
            | PlanKind::OnRequest => {
                if choice.tier.is_none() {
                    Ok(None)
                } else {
                    Err(BadChoice::Tier)
                }
            }
        }
    }
}
