//! Offers of every plan, a private one, an evaluation, one that has yet to open; and a negotiation that is under way.

use super::fill::{Broken, Ground, line, prose};
use crate::market::datasets::{self, MayChangeDataset};
use crate::market::grants::Hand;
use crate::market::licences;
use crate::market::offers::{
    self, Approval, Audience, Chosen, Limits, NewOffer, Payment, Period, Plan, PlanKind, Scope, Tier,
};
use crate::market::parties::{self, SizeClass};
use crate::market::purchases::{self, Asked, MayNegotiate, MayRequest, NewProposal, ProposedLine};
use crate::store::Write;
use crate::values::{Currency, Lang, Money, OfferId, PurchaseId, Timestamp};

/// How large each organisation says it is.
pub(super) fn size_of(slug: &str) -> Option<SizeClass> {
    match slug {
        "haoyue-machine-tools" | "lanjiang-bearing" => Some(SizeClass::Medium),
        "qingling-steel" | "hexu-electronics" | "ostwerk-antriebe" => Some(SizeClass::Large),
        "songling-institute" | "maasbrug-logistics" => Some(SizeClass::Small),
        _ => None,
    }
}

/// Where an offer stands, and who makes it.
struct At {
    by: &'static str,
    owner: &'static str,
    dataset: &'static str,
    licence: &'static str,
}

const TRAINING: &str = "LicenseRef-Bourse-Model-Training";
const ANALYTICS: &str = "LicenseRef-Bourse-Internal-Analytics";
const EVALUATION: &str = "LicenseRef-Bourse-Evaluation";

const TITANIUM: At = At {
    by: "lin.zhiyuan@haoyue.example",
    owner: "haoyue-machine-tools",
    dataset: "titanium-milling-tool-wear",
    licence: ANALYTICS,
};
const PRESSES: At = At {
    by: "j.wiesholt@ostwerk.example",
    owner: "ostwerk-antriebe",
    dataset: "press-fit-force-curves",
    licence: ANALYTICS,
};
const PUMPS: At = At {
    by: "qiao.yi@qingling.example",
    owner: "qingling-steel",
    dataset: "cooling-pump-motor-current",
    licence: ANALYTICS,
};
const PASTE: At = At {
    by: "su.mo@hexu.example",
    owner: "hexu-electronics",
    dataset: "smt-solder-paste-inspection",
    licence: TRAINING,
};
const CASTINGS: At = At {
    by: "d.hoekstra@maasbrug.example",
    owner: "maasbrug-logistics",
    dataset: "casting-order-lead-times",
    licence: TRAINING,
};
const BEARINGS: At = At {
    by: "he.jia@lanjiang.example",
    owner: "lanjiang-bearing",
    dataset: "spindle-bearing-run-to-failure",
    licence: TRAINING,
};

/// An offer that a licensor decides on and that is paid before, with nothing special.
fn plain(title: &str, price: Money, kind: PlanKind) -> Result<NewOffer, Broken> {
    Ok(NewOffer {
        licence: crate::values::LicenceId::fresh(),
        title: line(title)?,
        scope: Scope::AllVersions,
        price,
        tax_basis_points: if price.currency == Currency::CNY { 600 } else { 0 },
        approval: Approval::Licensor,
        payment: if kind == PlanKind::Free { Payment::None } else { Payment::Prepaid },
        payment_days: if kind == PlanKind::Free { 0 } else { 30 },
        term_days: None,
        audience: Audience::Public,
        plan: Plan::plain(kind),
        named: Vec::new(),
    })
}

fn make(tx: &mut Write, ground: &Ground, at: &At, new: NewOffer, now: Timestamp) -> Result<Option<OfferId>, Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(at.dataset, e);
    let party = parties::find_by_slug(tx, at.owner)?.ok_or_else(|| broke(&"owner"))?;
    let Some(dataset) = datasets::find_by_slug(tx, party.id, at.dataset)? else { return Ok(None) };
    let all = licences::list_public(tx)?;
    let licence = all.into_iter().find(|l| l.code == at.licence).ok_or_else(|| broke(&at.licence))?;
    let actor = ground.person(tx, at.by, now)?;
    let may = MayChangeDataset::beside_review(tx, &actor, dataset.id).map_err(|e| broke(&e))?;
    let new = NewOffer { licence: licence.id, ..new };
    offers::make(tx, may, &new, now).map(Some).map_err(|e| broke(&e))
}

fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

/// Makes the offers; `today` is the day on which the demo starts.
fn all_offers(tx: &mut Write, ground: &Ground, today: Timestamp) -> Result<Option<OfferId>, Broken> {
    let before = today.plus_days(-20);
    let mut monthly = plain("按月订阅", yuan(180_000), PlanKind::Subscription)?;
    monthly.plan.period = Some(Period::Month);
    monthly.plan.most_periods = 24;
    monthly.plan.discount = Some((1_500, today.plus_days(40)));
    make(tx, ground, &TITANIUM, monthly, before)?;
    let mut yearly = plain("按年订阅（2027年价格）", yuan(1_900_000), PlanKind::Subscription)?;
    yearly.plan.period = Some(Period::Year);
    yearly.plan.most_periods = 3;
    yearly.plan.starts_at = Some(today.plus_days(30));
    make(tx, ground, &TITANIUM, yearly, before)?;

    let eur = PRESSES_CURRENCY.parse::<Currency>().map_err(|e| Broken::at("EUR", &e))?;
    let mut seats = plain("Per engineer, by the year", Money::new(48_000, eur), PlanKind::PerSeat)?;
    seats.plan.period = Some(Period::Year);
    seats.plan.most_periods = 3;
    seats.plan.most_seats = 50;
    make(tx, ground, &PRESSES, seats, before)?;

    let mut sized = plain("按企业规模（一年）", yuan(200_000), PlanKind::BySize)?;
    sized.term_days = Some(365);
    sized.plan.tiers = SizeClass::ALL
        .iter()
        .zip([200_000, 500_000, 1_200_000, 3_000_000])
        .map(|(size, minor)| Tier { size: Some(*size), limits: Limits::default(), price: yuan(minor) })
        .collect();
    make(tx, ground, &PUMPS, sized, before)?;

    let mut volume = plain("按下载量", yuan(300_000), PlanKind::ByVolume)?;
    volume.term_days = Some(365);
    volume.plan.tiers = [(10_i64, 300_000), (100, 1_800_000), (1_024, 9_000_000)]
        .into_iter()
        .map(|(gib, minor)| {
            let limits = Limits { volume_bytes: Some(gib << 30), ..Limits::default() };
            Tier { size: None, limits, price: yuan(minor) }
        })
        .collect();
    make(tx, ground, &PASTE, volume, before)?;
    let mut trial = plain("试用14天（200次下载）", yuan(0), PlanKind::Free)?;
    trial.approval = Approval::Instant;
    trial.scope = Scope::Version;
    trial.term_days = Some(14);
    trial.plan.trial = true;
    trial.plan.limits.downloads = Some(200);
    make(tx, ground, &At { licence: EVALUATION, ..PASTE }, trial, before)?;

    let mut private = plain("皓越专属：模型训练（三年）", yuan(6_000_000), PlanKind::OneOff)?;
    private.term_days = Some(1_095);
    private.audience = Audience::Named;
    private.named = parties::find_by_slug(tx, TITANIUM.owner)?.map(|p| p.id).into_iter().collect();
    make(tx, ground, &BEARINGS, private, before)?;

    let mut asked = plain("Model training for a group of companies", Money::new(0, eur), PlanKind::OnRequest)?;
    asked.term_days = Some(730);
    make(tx, ground, &CASTINGS, asked, before)
}

const PRESSES_CURRENCY: &str = "EUR";

fn terms(minor: i64, months: i64, seats: i64) -> Vec<ProposedLine> {
    vec![ProposedLine {
        position: 1,
        net_minor: Some(minor),
        scope: Scope::AllVersions,
        term_days: None,
        term_months: Some(months),
        seats: Some(seats),
        volume_bytes: None,
        downloads: None,
    }]
}

fn propose(
    tx: &mut Write,
    ground: &Ground,
    (id, by): (PurchaseId, &str),
    (lines, note): (Vec<ProposedLine>, &str),
    now: Timestamp,
) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(by, e);
    let actor = ground.person(tx, by, now)?;
    let (seen, _) = purchases::visible(tx, &actor, id).map_err(|e| broke(&e))?;
    let may = MayNegotiate::check(tx, &actor, id, seen.revision, now).map_err(|e| broke(&e))?;
    let new = NewProposal { lines, note: prose(note)?, open_days: 21 };
    purchases::propose(tx, may, &new, now).map(|_| ()).map_err(|e| broke(&e))
}

/// Makes the offers, and begins a negotiation over the one that has no price.
pub(super) fn all(tx: &mut Write, ground: &Ground, hand: &Hand, today: Timestamp) -> Result<(), Broken> {
    let Some(offer) = all_offers(tx, ground, today)? else { return Ok(()) };
    let at = today.plus_days(-6);
    let broke = |e: &dyn std::fmt::Debug| Broken::at("negotiation", e);
    let buyer = parties::find_by_slug(tx, TITANIUM.owner)?.ok_or_else(|| broke(&"buyer"))?;
    let tang = "tang.yue@haoyue.example";
    let actor = ground.person(tx, tang, at)?;
    let licence = offers::find(tx, offer)?.map(|o| o.licence_id).ok_or_else(|| broke(&"offer"))?;
    let licence = licences::find(tx, licence)?.ok_or_else(|| broke(&"licence"))?;
    let asked = Asked {
        purpose: prose(
            "Forecasting delivery of bed castings for three plants of the group; models stay in the group.",
        )?,
        lang: Lang::En,
        accepted: vec![licence.sha256],
        quote: None,
        intended: Default::default(),
        cost_centre: String::new(),
    };
    let may = MayRequest::check(tx, &actor, buyer.id, &[Chosen::from(offer)], at).map_err(|e| broke(&e))?;
    let id = purchases::submit(tx, may, &asked, hand, at).map_err(|e| broke(&e))?;
    let first = "For three plants and up to ten people. The price holds for one year of monthly deliveries.";
    let seller = (id, "s.vandermaas@maasbrug.example");
    propose(tx, ground, seller, (terms(960_000, 12, 10), first), at.plus_days(1))?;
    let counter = "Two years and fifteen people would let us plan; we can pay at once.";
    propose(tx, ground, (id, tang), (terms(1_500_000, 24, 15), counter), at.plus_days(3))
}
