//! What is typed about offers, in the form and in the API alike.

use super::super::forms::{basis_points, days};
use super::super::plan_words;
use super::reading::{count, day, exact, flag, instant, several, tier, volume};
use crate::http::Typed;
use crate::http::problem::Fault;
use crate::market::offers::{
    Approval, Audience, Limits, MOST, MOST_TIERS, NewOffer, Offer, Payment, Period, Plan, PlanKind, Scope, Tier,
};
use crate::market::parties::SizeClass;
use crate::values::{Currency, Line, Money, Timestamp};
use crate::web::accounts::forms::{Faults, fault};
use serde::Deserialize;
use utoipa::ToSchema;

/// A new offer, or a new edition of one. Only the fields of its plan count.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct OfferTyped {
    /// What it is called.
    pub title: String,
    /// The licence's identifier.
    pub licence: String,
    /// version or all_versions.
    pub scope: String,
    /// free, one_off, subscription, per_seat, by_size, by_volume or on_request; empty is free or one_off by the price.
    pub plan: String,
    /// The price of one unit without tax, such as 48000.00; 0 is free.
    pub price: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Tax in percent, such as 6.
    pub tax_percent: String,
    /// instant or licensor.
    pub approval: String,
    /// prepaid or later; ignored when free.
    pub payment: String,
    /// Days within which is paid.
    pub payment_days: String,
    /// Days that the grant lasts; empty is without end. A subscription lasts for its periods.
    pub term_days: String,
    /// public, verified or named.
    pub audience: String,
    /// month or year: of a subscription, and of a price per seat that recurs.
    pub period: String,
    /// Most periods that a buyer may choose.
    pub most_periods: String,
    /// Most seats that a buyer may choose.
    pub most_seats: String,
    /// Price for organisations with fewer than 10 people; empty when it is not offered to them.
    pub price_micro: String,
    /// Price for organisations with fewer than 50 people.
    pub price_small: String,
    /// Price for organisations with fewer than 250 people.
    pub price_medium: String,
    /// Price for larger organisations.
    pub price_large: String,
    /// Tiers of volume, one a line (or a list): `100 GiB = 500.00`, `1000 downloads = 300.00`.
    #[serde(deserialize_with = "several")]
    #[schema(value_type = Vec<String>)]
    pub tiers: String,
    /// What may be taken in all, such as `10 GiB`; empty is no limit.
    pub volume: String,
    /// How many downloads of files in all; empty is no limit.
    pub downloads: String,
    /// Days that a quote stays locked; 30 when empty.
    pub quote_days: String,
    /// What is taken off, in percent.
    pub discount_percent: String,
    /// The last day of the discount, or the instant at which it ends (RFC 3339).
    pub discount_until: String,
    /// The first day of the offer, or the instant at which it opens.
    pub starts_at: String,
    /// The last day of the offer, or the instant at which it closes by itself.
    pub ends_at: String,
    /// Anything: an evaluation, which each organisation gets once for a dataset.
    #[serde(deserialize_with = "flag")]
    #[schema(value_type = bool)]
    pub trial: String,
    /// The names in addresses of the organisations that a private offer is made to, one a line (or a list).
    #[serde(deserialize_with = "several")]
    #[schema(value_type = Vec<String>)]
    pub organisations: String,
}
impl Typed for OfferTyped {}

impl OfferTyped {
    /// The plan that is typed, or that follows from the price.
    #[must_use]
    pub fn kind(&self) -> Option<PlanKind> {
        if self.plan.is_empty() {
            let zero = self.price.trim().chars().all(|c| matches!(c, '0' | '.' | ','));
            return Some(if zero && !self.price.trim().is_empty() { PlanKind::Free } else { PlanKind::OneOff });
        }
        PlanKind::parse(&self.plan)
    }
    /// The names of the organisations that are typed.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        if self.audience != Audience::Named.as_str() {
            return Vec::new();
        }
        let parts = self.organisations.split([',', '，', '、', ';', '\n', ' ', '\r']);
        let mut names: Vec<String> = parts.map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }

    fn sizes(&self) -> [(&'static str, &str, SizeClass); 4] {
        [
            ("price_micro", &self.price_micro, SizeClass::Micro),
            ("price_small", &self.price_small, SizeClass::Small),
            ("price_medium", &self.price_medium, SizeClass::Medium),
            ("price_large", &self.price_large, SizeClass::Large),
        ]
    }

    /// The prices of a plan by size or volume.
    fn parse_tiers(&self, faults: &mut Faults, kind: PlanKind, currency: Currency) -> Option<Vec<Tier>> {
        let mut tiers = Vec::new();
        match kind {
            PlanKind::BySize => {
                for (field, text, size) in self.sizes() {
                    if text.trim().is_empty() {
                        continue;
                    }
                    let price = faults.or(field, Money::parse(text, currency).ok(), "fault-amount")?;
                    tiers.push(Tier { size: Some(size), limits: Limits::default(), price });
                }
                faults.or("price_micro", Some(tiers).filter(|t| !t.is_empty()), "fault-one-price")
            }
            PlanKind::ByVolume => {
                for line in self.tiers.lines().filter(|l| !l.trim().is_empty()) {
                    tiers.push(faults.or("tiers", tier(line, currency), "fault-tiers")?);
                }
                let some = Some(tiers).filter(|t| (1..=MOST_TIERS).contains(&t.len()));
                faults.or("tiers", some, "fault-tiers")
            }
            PlanKind::Free | PlanKind::OneOff | PlanKind::Subscription | PlanKind::PerSeat | PlanKind::OnRequest => {
                Some(tiers)
            }
        }
    }

    /// The price of one unit: the lowest of the tiers where there are some.
    fn parse_price(&self, faults: &mut Faults, kind: PlanKind, currency: Currency, tiers: &[Tier]) -> Option<Money> {
        match kind {
            PlanKind::Free | PlanKind::OnRequest => Some(Money::new(0, currency)),
            PlanKind::BySize | PlanKind::ByVolume => tiers.iter().map(|t| t.price).min_by_key(|p| p.minor),
            PlanKind::OneOff | PlanKind::Subscription | PlanKind::PerSeat => {
                let price = faults.or("price", Money::parse(&self.price, currency).ok(), "fault-amount")?;
                faults.or("price", Some(price).filter(|p| p.minor > 0), "fault-price-positive")
            }
        }
    }

    fn parse_optional<T>(
        faults: &mut Faults,
        field: &str,
        text: &str,
        read: impl Fn(&str) -> Option<T>,
        message: &'static str,
    ) -> Option<Option<T>> {
        if text.trim().is_empty() { Some(None) } else { faults.or(field, read(text).map(Some), message) }
    }

    /// The plan with all but its tiers.
    fn parse_plan(&self, faults: &mut Faults, kind: PlanKind) -> Option<Plan> {
        let recurs = kind == PlanKind::Subscription || (kind == PlanKind::PerSeat && !self.period.is_empty());
        let period = if recurs {
            faults.or("period", Period::parse(&self.period).map(Some), "fault-choice")
        } else {
            Some(None)
        };
        let most = |text: &str| days(text, 1, MOST);
        let most_periods = if recurs {
            faults.or("most_periods", most(&self.most_periods), "fault-count-above-zero")
        } else {
            Some(1)
        };
        let seats = kind == PlanKind::PerSeat;
        let most_seats =
            if seats { faults.or("most_seats", most(&self.most_seats), "fault-count-above-zero") } else { Some(1) };
        let volume_bytes = Self::parse_optional(faults, "volume", &self.volume, volume, "fault-volume");
        let downloads = Self::parse_optional(faults, "downloads", &self.downloads, count, "fault-count-above-zero");
        let quote = if self.quote_days.trim().is_empty() { "30" } else { &self.quote_days };
        let quote_days = faults.or("quote_days", days(quote, 1, 365), "fault-days");
        let starts = Self::parse_optional(faults, "starts_at", &self.starts_at, |t| instant(t, false), "fault-day");
        let ends = Self::parse_optional(faults, "ends_at", &self.ends_at, |t| instant(t, true), "fault-day");
        if let (Some(Some(start)), Some(Some(end))) = (starts, ends)
            && start >= end
        {
            faults.0.push(fault("ends_at", "fault-end-before-start"));
        }
        let discount = self.parse_discount(faults, kind);
        Some(Plan {
            period: period?,
            most_periods: most_periods?,
            most_seats: most_seats?,
            limits: Limits { seats: None, volume_bytes: volume_bytes?, downloads: downloads? },
            quote_days: quote_days?,
            discount: discount?,
            starts_at: starts?,
            ends_at: ends?,
            trial: !self.trial.is_empty() && kind != PlanKind::OnRequest,
            ..Plan::plain(kind)
        })
    }

    fn parse_discount(&self, faults: &mut Faults, kind: PlanKind) -> Option<Option<(i64, Timestamp)>> {
        let none = self.discount_percent.trim().is_empty() && self.discount_until.trim().is_empty();
        if none || matches!(kind, PlanKind::Free | PlanKind::OnRequest) {
            return Some(None);
        }
        let points = basis_points(&self.discount_percent).filter(|p| (1..10_000).contains(p));
        let points = faults.or("discount_percent", points, "fault-discount");
        let until = faults.or("discount_until", instant(&self.discount_until, true), "fault-day");
        Some(Some((points?, until?)))
    }

    /// Gives the offer; the organisations that it names are found in the room, see [`Self::names`].
    ///
    /// # Errors
    /// The faults of all fields.
    pub fn parse(&self) -> Result<NewOffer, Vec<Fault>> {
        let mut faults = Faults::default();
        let kind = faults.or("plan", self.kind(), "fault-choice").unwrap_or(PlanKind::OneOff);
        let title = faults.text("title", Line::parse(&self.title));
        let licence = faults.or("licence", self.licence.parse().ok(), "fault-choice");
        let scope = faults.or("scope", Scope::parse(&self.scope), "fault-choice");
        let currency: Option<Currency> = faults.or("currency", self.currency.parse().ok(), "fault-currency");
        let tiers = currency.and_then(|c| self.parse_tiers(&mut faults, kind, c));
        let prices = currency.zip(tiers.as_deref());
        let price = prices.and_then(|(c, tiers)| self.parse_price(&mut faults, kind, c, tiers));
        let free = kind == PlanKind::Free;
        let tax =
            if free { Some(0) } else { faults.or("tax_percent", basis_points(&self.tax_percent), "fault-percent") };
        let approval = faults.or("approval", Approval::parse(&self.approval), "fault-choice");
        let chosen = Payment::parse(&self.payment).filter(|p| *p != Payment::None);
        let payment = if free { Some(Payment::None) } else { faults.or("payment", chosen, "fault-choice") };
        let payment_days =
            if free { Some(0) } else { faults.or("payment_days", days(&self.payment_days, 0, 365), "fault-days-0") };
        let plan = self.parse_plan(&mut faults, kind);
        let counted = plan.as_ref().is_some_and(|p| p.period.is_some());
        let term = if counted {
            Some(None)
        } else {
            Self::parse_optional(&mut faults, "term_days", &self.term_days, |t| days(t, 1, 36_500), "fault-term")
        };
        let audience = faults.or("audience", Audience::parse(&self.audience), "fault-choice");
        if audience == Some(Audience::Named) && self.names().is_empty() {
            faults.0.push(fault("organisations", "fault-organisations"));
        }
        if !faults.0.is_empty() {
            return Err(faults.0);
        }
        let terms = (title.zip(licence), scope.zip(price), tax.zip(approval), payment.zip(payment_days));
        let (Some((title, licence)), Some((scope, price)), Some((tax_basis_points, approval)), Some(paid)) = terms
        else {
            return Err(faults.0);
        };
        let (Some(plan), Some(tiers), Some(term_days), Some(audience)) = (plan, tiers, term, audience) else {
            return Err(faults.0);
        };
        let (payment, payment_days) = paid;
        Ok(NewOffer {
            licence,
            title,
            scope,
            price,
            tax_basis_points,
            approval,
            payment,
            payment_days,
            term_days,
            audience,
            plan: Plan { tiers, ..plan },
            named: Vec::new(),
        })
    }

    /// The form of an offer as it is now; `names` are the organisations that it names.
    #[must_use]
    pub fn of(offer: &Offer, names: &[String]) -> Self {
        let plan = &offer.plan;
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let typed_volume = |bytes: i64| plan_words::volume(bytes).replace(',', "");
        let size = |size: SizeClass| {
            plan.tiers.iter().find(|t| t.size == Some(size)).map(|t| t.price.number()).unwrap_or_default()
        };
        let tier = |t: &Tier| match (t.limits.volume_bytes, t.limits.downloads) {
            (Some(bytes), _) => format!("{} = {}", exact(bytes, &typed_volume(bytes)), t.price.number()),
            (None, downloads) => format!("{} downloads = {}", number(downloads), t.price.number()),
        };
        let volumes = if plan.kind == PlanKind::ByVolume { plan.tiers.iter().map(tier).collect() } else { Vec::new() };
        Self {
            title: offer.title.clone(),
            licence: offer.licence_id.to_string(),
            scope: offer.scope.to_string(),
            plan: plan.kind.to_string(),
            price: offer.price.number(),
            currency: offer.price.currency.to_string(),
            tax_percent: plan_words::percent(offer.tax_basis_points),
            approval: offer.approval.to_string(),
            payment: offer.payment.to_string(),
            payment_days: offer.payment_days.to_string(),
            term_days: number(offer.term_days),
            audience: offer.audience.to_string(),
            period: plan.period.map(|p| p.to_string()).unwrap_or_default(),
            most_periods: plan.most_periods.to_string(),
            most_seats: plan.most_seats.to_string(),
            price_micro: size(SizeClass::Micro),
            price_small: size(SizeClass::Small),
            price_medium: size(SizeClass::Medium),
            price_large: size(SizeClass::Large),
            tiers: volumes.join("\n"),
            volume: plan.limits.volume_bytes.map(|b| exact(b, &typed_volume(b))).unwrap_or_default(),
            downloads: number(plan.limits.downloads),
            quote_days: plan.quote_days.to_string(),
            discount_percent: plan.discount.map(|(p, _)| plan_words::percent(p)).unwrap_or_default(),
            discount_until: day(plan.discount.map(|(_, until)| until), true),
            starts_at: day(plan.starts_at, false),
            ends_at: day(plan.ends_at, true),
            trial: if plan.trial { "on" } else { "" }.to_owned(),
            organisations: names.join("\n"),
        }
    }
}
