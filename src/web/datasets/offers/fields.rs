//! The form of an offer: first its plan, then the fields of that plan, in groups.

use super::super::edit::{Own, frame};
use super::form::OfferTyped;
use super::{desk, home};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Visit};
use crate::market::licences;
use crate::market::offers::{Approval, Audience, Period, PlanKind, Scope};
use crate::values::{Lang, OfferId};
use crate::web::parties::currencies;
use crate::web::sheet::{Block, Fields, FormView, Sheet};
use crate::words;

/// Answers with the choice of a plan.
pub(super) fn plans(visit: &Visit, own: &Own) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let choices = PlanKind::ALL.iter().map(|k| {
        let key = words::key("plan", k.as_str());
        (k.to_string(), say(&key), say(&format!("{key}-hint")))
    });
    let form = FormView {
        action: format!("{}/new", home(own)),
        fields: Fields::new(lang, &[]).field("plan", "radio", "one_off").choices(choices).done(),
        button: say("go-on"),
        class: "primary",
        get: true,
        ..FormView::default()
    };
    Sheet::new(frame(visit, &own.party, &own.dataset, "make-offer"))
        .crumb(say("offers"), home(own))
        .lead(say("choose-plan-lead"))
        .put(Block::Form(form))
        .answer()
}

/// A day is typed into a field of days, an instant into one of text.
fn date_kind(typed: &str) -> &'static str {
    if typed.contains('T') { "text" } else { "date" }
}

fn what<'f>(lang: Lang, fields: Fields<'f>, t: &OfferTyped, texts: Vec<(String, String, String)>) -> Fields<'f> {
    let say = |key: &str| words::say(lang, key);
    fields
        .keyed("", "group_what", "heading", "", "")
        .field("plan", "hidden", &t.plan)
        .keyed("title", "offer_title", "text", &t.title, "")
        .field("licence", "select", &t.licence)
        .choices(texts)
        .field("scope", "select", &t.scope)
        .choices(Scope::ALL.iter().map(|s| (s.to_string(), say(&words::key("scope", s.as_str())), String::new())))
}

/// The fields of the price: those of the chosen plan.
fn price<'f>(lang: Lang, fields: Fields<'f>, t: &OfferTyped, kind: PlanKind) -> Fields<'f> {
    let say = |key: &str| words::say(lang, key);
    if kind == PlanKind::Free {
        return fields.field("currency", "hidden", &t.currency);
    }
    let mut f = fields.keyed("", "group_price", "heading", "", "");
    let unit = match kind {
        PlanKind::OneOff => Some("price"),
        PlanKind::Subscription => Some("price_period"),
        PlanKind::PerSeat => Some("price_seat"),
        PlanKind::Free | PlanKind::BySize | PlanKind::ByVolume | PlanKind::OnRequest => None,
    };
    if let Some(key) = unit {
        f = f.keyed("price", key, "text", &t.price, "").half();
    }
    f = f.field("currency", "select", &t.currency).choices(currencies()).half();
    let periods = Period::ALL.iter().map(|p| (p.to_string(), say(&format!("period-{}", p.as_str())), String::new()));
    match kind {
        PlanKind::Subscription => {
            f = f.field("period", "select", &t.period).choices(periods).half();
            f = f.field("most_periods", "text", &t.most_periods).half();
        }
        PlanKind::PerSeat => {
            let once = std::iter::once((String::new(), say("period-once"), String::new()));
            f = f.field("most_seats", "text", &t.most_seats).half();
            f = f.keyed("period", "seat_period", "select", &t.period, "").choices(once.chain(periods)).half();
            f = f.field("most_periods", "text", &t.most_periods).half();
        }
        PlanKind::BySize => {
            f = f.field("price_micro", "text", &t.price_micro).half();
            f = f.field("price_small", "text", &t.price_small).half();
            f = f.field("price_medium", "text", &t.price_medium).half();
            f = f.field("price_large", "text", &t.price_large).half();
        }
        PlanKind::ByVolume => f = f.field("tiers", "area", &t.tiers),
        PlanKind::Free | PlanKind::OneOff | PlanKind::OnRequest => {}
    }
    f = f.field("tax_percent", "text", &t.tax_percent).half();
    f = f.keyed("payment", "payment", "select", &t.payment, "").choices([
        ("prepaid".to_owned(), say("payment-prepaid"), String::new()),
        ("later".to_owned(), say("payment-later-word"), String::new()),
    ]);
    f = f.field("payment_days", "text", &t.payment_days).half();
    f.field("quote_days", "text", &t.quote_days).half()
}

fn limits<'f>(lang: Lang, fields: Fields<'f>, t: &OfferTyped, kind: PlanKind) -> Fields<'f> {
    let mut f = fields.keyed("", "group_limits", "heading", "", "");
    if kind != PlanKind::Subscription {
        f = f.field("term_days", "text", &t.term_days).half();
    }
    if kind != PlanKind::ByVolume {
        f = f.field("volume", "text", &t.volume).half().field("downloads", "text", &t.downloads).half();
    }
    if matches!(kind, PlanKind::Free | PlanKind::OneOff) {
        let trial = ("trial".to_owned(), words::say(lang, "trial-choice"), String::new());
        let chosen = if t.trial.is_empty() { "" } else { "trial" };
        f = f.field("trial", "checks", chosen).choices([trial]);
    }
    f
}

fn audience<'f>(lang: Lang, fields: Fields<'f>, t: &OfferTyped, kind: PlanKind) -> Fields<'f> {
    let words_of = |stem: &str, v: &str| (v.to_owned(), words::say(lang, &format!("{stem}-{v}")), String::new());
    let mut f = fields
        .keyed("", "group_audience", "heading", "", "")
        .field("approval", "select", &t.approval)
        .choices(Approval::ALL.iter().map(|a| words_of("approval", a.as_str())))
        .field("audience", "select", &t.audience)
        .choices(Audience::ALL.iter().map(|a| words_of("audience", a.as_str())))
        .field("organisations", "area", &t.organisations)
        .keyed("", "group_dates", "heading", "", "")
        .field("starts_at", date_kind(&t.starts_at), &t.starts_at)
        .half()
        .field("ends_at", date_kind(&t.ends_at), &t.ends_at)
        .half();
    if !matches!(kind, PlanKind::Free | PlanKind::OnRequest) {
        f = f.field("discount_percent", "text", &t.discount_percent).half();
        f = f.field("discount_until", date_kind(&t.discount_until), &t.discount_until).half();
    }
    f
}

/// Answers with the form of a new offer, or of a new edition of `old`.
pub(super) async fn sheet(
    visit: &Visit,
    own: &Own,
    typed: &OfferTyped,
    old: Option<OfferId>,
    faults: &[Fault],
) -> Answer {
    let (lang, party) = (visit.lang(), own.party.id);
    let say = |key: &str| words::say(lang, key);
    let mut texts = visit
        .site
        .db
        .read(move |tx| {
            let mut all = licences::list_public(tx)?;
            all.extend(licences::of_party(tx, party)?);
            Ok::<_, Problem>(all)
        })
        .await?;
    texts.retain(|l| !l.code.is_empty());
    let texts =
        texts.iter().map(|l| (l.id.to_string(), format!("{} ({})", l.title(lang), l.code), String::new())).collect();
    let kind = typed.kind().unwrap_or(PlanKind::OneOff);
    let typed = OfferTyped { plan: kind.to_string(), ..typed.clone() };
    let fields = what(lang, Fields::new(lang, faults), &typed, texts);
    let fields = limits(lang, price(lang, fields, &typed, kind), &typed, kind);
    let fields = audience(lang, fields, &typed, kind).done();
    let (key, action) = match old {
        Some(id) => ("new-edition", format!("{}/{id}/edition", home(own))),
        None => ("make-offer", home(own)),
    };
    let form = FormView {
        action,
        fields,
        button: say(key),
        class: "primary",
        other: Some((say("write-licence"), format!("/licences/new?organisation={}", own.party.slug))),
        ..FormView::default()
    };
    let mut sheet = Sheet::new(frame(visit, &own.party, &own.dataset, key))
        .crumb(say("offers"), home(own))
        .lead(words::with(lang, "offer-form-lead", &[("plan", &say(&words::key("plan", kind.as_str())))]))
        .faulty(faults);
    sheet = match old {
        Some(id) => {
            let count = desk::waiting(visit, own, id).await?;
            sheet.put(Block::Notice("", "info", format!("{} {}", say("edition-what"), desk::promise(lang, count))))
        }
        None => sheet.put(Block::Links(vec![(say("another-plan"), format!("{}/new", home(own)), "")])),
    };
    sheet.put(Block::Form(form)).answer()
}
