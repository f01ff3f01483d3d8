//! Prices at the limits of every plan, and for whatever may be chosen.

use super::*;
use crate::market::parties::SizeClass;
use crate::values::Currency;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn offer(minor: i64, plan: Plan) -> Offer {
    Offer {
        id: OfferId::fresh(),
        dataset_id: DatasetId::fresh(),
        licence_id: LicenceId::fresh(),
        title: "x".to_owned(),
        scope: Scope::Version,
        price: cny(minor),
        tax_basis_points: 600,
        approval: Approval::Licensor,
        payment: Payment::Prepaid,
        payment_days: 30,
        term_days: Some(90),
        audience: Audience::Public,
        created_at: NOW,
        closed_at: None,
        plan,
        named: Vec::new(),
        edition: 1,
        replaces: None,
    }
}

fn plan(kind: PlanKind, period: Option<Period>, periods: i64, seats: i64) -> Plan {
    Plan { period, most_periods: periods, most_seats: seats, ..Plan::plain(kind) }
}

fn choice(seats: Option<i64>, periods: Option<i64>, tier: Option<i64>) -> Choice {
    Choice { seats, periods, tier }
}

/// Net and tax, or what does not fit.
fn price(o: &Offer, c: Choice, size: Option<SizeClass>) -> Result<(i64, i64), BadChoice> {
    o.priced(c, size, NOW).map(|p| (p.net.minor, p.tax.minor))
}

#[test]
fn counted_plans_take_what_is_within_their_bounds() {
    let monthly = offer(10_000, plan(PlanKind::Subscription, Some(Period::Month), 24, 1));
    for (periods, expected) in [
        (Some(1), Ok((10_000, 600))),
        (Some(24), Ok((240_000, 14_400))),
        (Some(25), Err(BadChoice::Periods)),
        (Some(0), Err(BadChoice::Periods)),
        (Some(-1), Err(BadChoice::Periods)),
        (None, Err(BadChoice::Periods)),
    ] {
        assert_eq!(price(&monthly, choice(None, periods, None), None), expected, "{periods:?}");
    }
    assert_eq!(price(&monthly, choice(Some(1), Some(1), None), None), Err(BadChoice::Seats));
    assert_eq!(price(&monthly, choice(None, Some(1), Some(1)), None), Err(BadChoice::Tier));
    let term = monthly.priced(choice(None, Some(3), None), None, NOW).unwrap().term;
    assert_eq!(term, Term::Months(3));
    let seats = offer(10_000, plan(PlanKind::PerSeat, Some(Period::Year), 3, 50));
    assert_eq!(price(&seats, choice(Some(50), Some(3), None), None), Ok((1_500_000, 90_000)));
    assert_eq!(price(&seats, choice(Some(51), Some(3), None), None), Err(BadChoice::Seats));
    let priced = seats.priced(choice(Some(5), Some(2), None), None, NOW).unwrap();
    assert_eq!((priced.term, priced.limits.seats), (Term::Months(24), Some(5)));
    let once = offer(10_000, plan(PlanKind::PerSeat, None, 1, 50));
    assert_eq!(price(&once, choice(Some(2), None, None), None), Ok((20_000, 1_200)));
    assert_eq!(price(&once, choice(Some(2), Some(1), None), None), Err(BadChoice::Periods));
}

#[test]
fn tiers_go_by_size_or_by_choice() {
    let tier = |size, volume_bytes, minor| Tier {
        size,
        limits: Limits { volume_bytes, ..Limits::default() },
        price: cny(minor),
    };
    let sized = offer(
        0,
        Plan {
            tiers: vec![tier(Some(SizeClass::Micro), None, 0), tier(Some(SizeClass::Large), None, 900)],
            ..Plan::plain(PlanKind::BySize)
        },
    );
    let nothing = Choice::default();
    assert_eq!(price(&sized, nothing, Some(SizeClass::Micro)), Ok((0, 0)));
    assert_eq!(price(&sized, nothing, Some(SizeClass::Large)), Ok((900, 54)));
    assert_eq!(price(&sized, nothing, Some(SizeClass::Small)), Err(BadChoice::Size));
    assert_eq!(price(&sized, nothing, None), Err(BadChoice::Size));
    assert_eq!(price(&sized, choice(None, None, Some(1)), Some(SizeClass::Large)), Err(BadChoice::Tier));
    let volume = offer(
        100,
        Plan {
            tiers: vec![tier(None, Some(1 << 30), 100), tier(None, Some(1 << 40), 5_000)],
            ..Plan::plain(PlanKind::ByVolume)
        },
    );
    let second = volume.priced(choice(None, None, Some(2)), None, NOW).unwrap();
    assert_eq!((second.net.minor, second.limits.volume_bytes, second.tier), (5_000, Some(1 << 40), Some(2)));
    for wrong in [None, Some(0), Some(3), Some(-1)] {
        assert_eq!(price(&volume, choice(None, None, wrong), None), Err(BadChoice::Tier), "{wrong:?}");
    }
}

#[test]
fn discounts_end_at_their_instant_and_are_rounded_half_up() {
    let mut o = offer(25, Plan::plain(PlanKind::OneOff));
    o.plan.discount = Some((1_000, NOW.plus_seconds(1)));
    let at = |now: Timestamp| o.priced(Choice::default(), None, now).map(|p| (p.list.minor, p.net.minor, p.discount));
    // 22.5 becomes 23.
    assert_eq!(at(NOW), Ok((25, 23, 1_000)));
    assert_eq!(at(NOW.plus_seconds(1)), Ok((25, 25, 0)));
    assert_eq!(at(Timestamp(NOW.0 + 999)), Ok((25, 23, 1_000)));
}

#[test]
fn sums_beyond_64_bits_are_refused() {
    let huge = offer(i64::MAX, plan(PlanKind::PerSeat, Some(Period::Month), 2, 2));
    assert!(matches!(price(&huge, choice(Some(2), Some(1), None), None), Err(BadChoice::Money(BadMoney::Overflow))));
    // The price fits, price and tax together do not.
    let edge = offer(i64::MAX, Plan::plain(PlanKind::OneOff));
    assert!(matches!(price(&edge, Choice::default(), None), Err(BadChoice::Money(BadMoney::Overflow))));
}

#[test]
fn offers_are_open_within_their_dates() {
    let mut o = offer(1, Plan::plain(PlanKind::OneOff));
    o.plan.starts_at = Some(NOW);
    o.plan.ends_at = Some(NOW.plus_seconds(1));
    for (at, open) in
        [(Timestamp(NOW.0 - 1), false), (NOW, true), (Timestamp(NOW.0 + 999), true), (NOW.plus_seconds(1), false)]
    {
        assert_eq!(o.is_open_at(at), open, "{at:?}");
    }
    o.closed_at = Some(NOW);
    assert!(!o.is_open_at(NOW));
}

#[test]
fn private_offers_are_seen_by_those_they_name_and_by_their_owner() {
    let mut o = offer(1, Plan::plain(PlanKind::OneOff));
    let (owner, named, stranger) = (PartyId::fresh(), PartyId::fresh(), PartyId::fresh());
    o.audience = Audience::Named;
    o.named = vec![named];
    let sees = |parties: Vec<PartyId>| Eye { parties, now: NOW }.sees(&o, owner);
    assert!(sees(vec![named]) && sees(vec![stranger, named]) && sees(vec![owner]));
    assert!(!sees(vec![stranger]) && !sees(Vec::new()));
}

proptest! {
    #[test]
    fn a_price_is_units_times_price_less_the_discount_plus_tax(
        unit in 0_i64..1_000_000_000,
        seats in 1_i64..10_000,
        periods in 1_i64..100,
        discount in 0_i64..10_000,
        tax in 0_i64..=10_000,
    ) {
        let mut o = offer(unit, plan(PlanKind::PerSeat, Some(Period::Month), 100, 10_000));
        o.tax_basis_points = tax;
        o.plan.discount = (discount > 0).then_some((discount, NOW.plus_days(1)));
        let p = o.priced(choice(Some(seats), Some(periods), None), None, NOW).unwrap();
        let exact = i128::from(unit) * i128::from(seats) * i128::from(periods);
        prop_assert_eq!(i128::from(p.list.minor), exact);
        // Off by less than one minor unit, never above the list, never negative.
        let less = exact * i128::from(10_000 - discount);
        prop_assert!((i128::from(p.net.minor) * 10_000 - less).abs() <= 5_000);
        prop_assert!(p.net.minor >= 0 && p.net.minor <= p.list.minor);
        prop_assert!((i128::from(p.tax.minor) * 10_000 - i128::from(p.net.minor) * i128::from(tax)).abs() <= 5_000);
        // More of it never costs less.
        let more = o.priced(choice(Some(seats), Some((periods + 1).min(100)), None), None, NOW).unwrap();
        prop_assert!(more.net.minor >= p.net.minor);
    }

    #[test]
    fn no_choice_panics_or_is_negative(
        seats in proptest::option::of(any::<i64>()),
        periods in proptest::option::of(any::<i64>()),
        tier in proptest::option::of(any::<i64>()),
        unit in 0_i64..=i64::MAX,
        kind in 0_usize..7,
    ) {
        let kind = *PlanKind::ALL.get(kind).unwrap();
        let o = offer(unit, plan(kind, Some(Period::Year), MOST, MOST));
        if let Ok(p) = o.priced(choice(seats, periods, tier), None, NOW) {
            prop_assert!(p.net.minor >= 0 && p.net.plus(p.tax).is_ok());
            prop_assert!(p.term.end(NOW).is_none_or(|end| end >= NOW));
        }
    }
}
