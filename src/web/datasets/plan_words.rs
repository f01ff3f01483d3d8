//! Plans, prices, terms and limits in plain words, as the bill, the seller's desk, requests and invoices show them.

use crate::market::offers::{Limits, Offer, Period, PlanKind, Term, Tier};
use crate::market::purchases::Line;
use crate::values::{Currency, Lang, Money, Timestamp};
use crate::words;

/// Writes basis points as a percentage without needless zeros.
#[must_use]
pub fn percent(points: i64) -> String {
    let text = Money::new(points, Currency::CNY).number();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Writes a volume in the largest unit in which it is whole.
#[must_use]
pub fn volume(bytes: i64) -> String {
    let units = [
        ("TiB", 1_i64 << 40),
        ("TB", 1_000_000_000_000),
        ("GiB", 1 << 30),
        ("GB", 1_000_000_000),
        ("MiB", 1 << 20),
        ("MB", 1_000_000),
    ];
    let whole = units.iter().find(|(_, size)| bytes >= *size && bytes % size == 0);
    whole.map_or_else(
        || words::bytes(u64::try_from(bytes).unwrap_or(0)),
        |(name, size)| format!("{} {name}", words::number(bytes / size)),
    )
}

/// A count in words; one has words of its own where they differ.
fn counted(lang: Lang, key: &str, count: i64) -> String {
    let single = format!("{key}-one");
    if count == 1 && words::has(lang, &single) {
        return words::say(lang, &single);
    }
    words::with(lang, key, &[("count", &words::number(count))])
}

/// How long a grant lasts.
#[must_use]
pub fn term(lang: Lang, term: Term) -> String {
    match term {
        Term::Endless => words::say(lang, "without-end"),
        Term::Days(days) => words::with(lang, "days", &[("days", &days.to_string())]),
        Term::Months(months) if months % 12 == 0 => counted(lang, "term-years", months / 12),
        Term::Months(months) => counted(lang, "term-months", months),
    }
}

/// What a grant is limited to, in words; empty when to nothing.
#[must_use]
pub fn limits(lang: Lang, limits: Limits) -> String {
    let mut parts = Vec::new();
    parts.extend(limits.seats.map(|n| counted(lang, "capped-seats", n)));
    parts.extend(limits.volume_bytes.map(|n| words::with(lang, "capped-volume", &[("volume", &volume(n))])));
    parts.extend(limits.downloads.map(|n| counted(lang, "capped-downloads", n)));
    parts.join(if lang == Lang::Zh { "，" } else { ", " })
}

/// What one unit of a plan is: the key behind “a month”, “for each seat”.
fn unit_key(kind: PlanKind, period: Option<Period>) -> &'static str {
    match (kind, period) {
        (PlanKind::PerSeat, None) => "unit-seat",
        (PlanKind::PerSeat, Some(Period::Month)) => "unit-seat-month",
        (PlanKind::PerSeat, Some(Period::Year)) => "unit-seat-year",
        (PlanKind::BySize, _) => "unit-size",
        (PlanKind::ByVolume, _) => "unit-volume",
        (_, Some(Period::Month)) => "unit-month",
        (_, Some(Period::Year)) => "unit-year",
        (PlanKind::Free | PlanKind::OneOff | PlanKind::Subscription | PlanKind::OnRequest, None) => "unit-once",
    }
}

/// A price after the discount of an offer at an instant.
fn reduced(offer: &Offer, price: Money, now: Timestamp) -> Money {
    price.share(10_000 - offer.plan.discount_at(now)).unwrap_or(price)
}

/// Code, number: the yuan sign stands with the number in Chinese.
fn figures(lang: Lang, price: Money) -> (String, String) {
    if lang == Lang::Zh && price.currency.code() == "CNY" {
        return (String::new(), format!("¥{}", price.number()));
    }
    (price.currency.to_string(), price.number())
}

/// The price of an offer: currency, amount (or “free”, “on request”), and what it means.
#[must_use]
pub fn price(lang: Lang, offer: &Offer, now: Timestamp) -> (String, String, String) {
    let say = |key: &str| words::say(lang, key);
    if offer.is_on_request() {
        return (String::new(), say("on-request"), say("on-request-note"));
    }
    if offer.is_free() {
        return (String::new(), say("free"), say(if offer.plan.trial { "trial-note" } else { "no-tax" }));
    }
    let unit = say(unit_key(offer.plan.kind, offer.plan.period));
    let note = words::with(lang, "unit-and-tax", &[("unit", &unit), ("percent", &percent(offer.tax_basis_points))]);
    let (currency, amount) = figures(lang, reduced(offer, offer.price, now));
    (currency, amount, note)
}

/// What a discount takes off and until when, with the price before; empty when there is none now.
#[must_use]
pub fn discount(lang: Lang, offer: &Offer, now: Timestamp) -> String {
    let (points, Some((_, until))) = (offer.plan.discount_at(now), offer.plan.discount) else { return String::new() };
    if points == 0 {
        return String::new();
    }
    let values = [
        ("percent", percent(points)),
        ("until", words::date_time(lang, until)),
        ("before", words::money(lang, offer.price)),
    ];
    words::with(lang, "discount-until", &values.each_ref().map(|(k, v)| (*k, v.as_str())))
}

/// Who or what a tier is for.
#[must_use]
pub fn tier(lang: Lang, tier: &Tier) -> String {
    tier.size.map_or_else(|| limits(lang, tier.limits), |size| words::say(lang, &format!("size-{}", size.as_str())))
}

/// The prices of a plan with tiers, or of the first units of one that is counted: label and price.
#[must_use]
pub fn table(lang: Lang, offer: &Offer, now: Timestamp) -> Vec<(String, String)> {
    let money = |price: Money| words::money(lang, reduced(offer, price, now));
    let plan = &offer.plan;
    if !plan.tiers.is_empty() {
        return plan.tiers.iter().map(|t| (tier(lang, t), money(t.price))).collect();
    }
    let (key, most) = match (plan.kind, plan.period) {
        (PlanKind::Subscription, Some(Period::Month)) => ("term-months", plan.most_periods),
        (PlanKind::Subscription, Some(Period::Year)) => ("term-years", plan.most_periods),
        (PlanKind::PerSeat, _) => ("capped-seats", plan.most_seats),
        (
            PlanKind::Free
            | PlanKind::OneOff
            | PlanKind::Subscription
            | PlanKind::BySize
            | PlanKind::ByVolume
            | PlanKind::OnRequest,
            _,
        ) => return Vec::new(),
    };
    let mut counts: Vec<i64> = [1, 3, 6, 12].into_iter().filter(|n| *n < most).collect();
    counts.push(most);
    let row = |n: i64| Some((counted(lang, key, n), money(offer.price.times(n).ok()?)));
    counts.into_iter().filter_map(row).collect()
}

/// What the buyer chooses within which bounds; empty when nothing.
#[must_use]
pub fn bounds(lang: Lang, offer: &Offer) -> String {
    let plan = &offer.plan;
    let mut parts = Vec::new();
    if plan.kind == PlanKind::PerSeat {
        parts.push(counted(lang, "choose-seats", plan.most_seats));
    }
    if let Some(period) = plan.period {
        parts.push(counted(lang, &format!("choose-{}s", period.as_str()), plan.most_periods));
    }
    if plan.kind == PlanKind::ByVolume {
        parts.push(words::say(lang, "choose-tier"));
    }
    parts.join(if lang == Lang::Zh { "；" } else { "; " })
}

/// How long the grant of an offer lasts.
#[must_use]
pub fn offer_term(lang: Lang, offer: &Offer) -> String {
    match offer.plan.period {
        Some(period) => words::say(lang, &format!("term-of-{}s", period.as_str())),
        None => term(lang, offer.term_days.map_or(Term::Endless, Term::Days)),
    }
}

/// How the price of a line came to be: `5 seats × 3 months × CNY 100.00, less 10 %`.
#[must_use]
pub fn pricing(lang: Lang, line: &Line) -> String {
    let how = &line.pricing;
    if how.agreed {
        return words::say(lang, "priced-by-agreement");
    }
    let plan = words::say(lang, &words::key("plan", how.plan.as_str()));
    let mut factors = Vec::new();
    factors.extend(how.choice.seats.map(|n| counted(lang, "capped-seats", n)));
    if let (Some(period), Some(n)) = (how.period, how.choice.periods) {
        factors.push(counted(lang, &format!("term-{}s", period.as_str()), n));
    }
    let units = !factors.is_empty() || how.discount > 0;
    if units {
        factors.push(words::money(lang, how.unit));
    }
    let mut text = if factors.is_empty() { plan } else { format!("{plan}: {}", factors.join(" × ")) };
    if how.discount > 0 {
        text.push_str(&words::with(lang, "less-percent", &[("percent", &percent(how.discount))]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_are_written_in_whole_units() {
        for (bytes, text) in [
            (1_i64 << 30, "1 GiB"),
            (50_000_000_000, "50 GB"),
            (1 << 41, "2 TiB"),
            (1_000_000, "1 MB"),
            (3_000 << 30, "3,000 GiB"),
            (1_500, "1.5 KiB"),
        ] {
            assert_eq!(volume(bytes), text);
        }
        assert_eq!((percent(600), percent(650), percent(1)), ("6".to_owned(), "6.5".to_owned(), "0.01".to_owned()));
    }
}
