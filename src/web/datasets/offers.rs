//! The page of a dataset's offers.

use super::edit::{Own, frame, own};
use super::forms::OfferTyped;
use super::views;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::datasets::MayChangeDataset;
use crate::market::licences;
use crate::market::offers::{self, Approval, Audience, OfferError, Scope};
use crate::urls;
use crate::values::OfferId;
use crate::web::accounts::forms::{Nothing, fault};
use crate::web::parties::currencies;
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::words;

/// Turns a failed offer into a problem.
pub(super) fn offer_problem(error: OfferError) -> Problem {
    match error {
        OfferError::NoLicence => Problem::invalid(vec![fault("licence", "fault-choice")]),
        OfferError::Price => Problem::invalid(vec![fault("price", "fault-amount")]),
        OfferError::Term => Problem::invalid(vec![fault("term_days", "fault-licence-term")]),
        OfferError::NotOpen => Problem::conflict("wrong-state"),
        OfferError::Refused(refused) => refused.into(),
        OfferError::Store(error) => error.into(),
    }
}

#[expect(clippy::too_many_lines, reason = "a page from top to bottom")]
async fn sheet(visit: &Visit, own: &Own, typed: &OfferTyped, faults: &[Fault]) -> Answer {
    let (lang, actor) = (visit.lang(), visit.person()?.clone());
    let say = |key: &str| words::say(lang, key);
    let (id, party_id) = (own.dataset.id, own.party.id);
    let (list, mut texts, theirs) = visit
        .site
        .db
        .read(move |tx| {
            Ok::<_, Problem>((
                offers::all_of(tx, &actor, id)?,
                licences::list_public(tx)?,
                licences::of_party(tx, party_id)?,
            ))
        })
        .await?;
    texts.extend(theirs);
    let here = urls::dataset_part(&own.party.slug, &own.dataset.slug, "offers");
    let rows = list
        .iter()
        .map(|o| {
            let licence =
                texts.iter().find(|l| l.id == o.licence_id).map(|l| l.title(lang).to_owned()).unwrap_or_default();
            let (currency, amount, note) = views::price(lang, o);
            let close = Button {
                action: format!("{here}/{}/closing", o.id),
                text: say("close-offer"),
                class: "danger",
                hidden: Vec::new(),
            };
            let open = o.closed_at.is_none();
            let mark = if open {
                Mark { class: "ok", icon: "check", text: say("offer-open") }
            } else {
                Mark { class: "plain", icon: "ban", text: say("offer-closed") }
            };
            vec![
                Cell::text(o.title.clone()).with_small(licence),
                Cell::number(format!("{currency} {amount}")).with_small(note),
                Cell::text(say(&format!("approval-{}", o.approval.as_str()))),
                Cell::mark(mark),
                if open { Cell::buttons(vec![close]) } else { Cell::text("–") },
            ]
        })
        .collect();
    let heads = vec![
        (say("offer"), false),
        (say("price"), true),
        (say("who-decides"), false),
        (say("head-state"), false),
        (say("head-action"), false),
    ];
    let table = Table {
        label: say("offers"),
        heads,
        rows,
        empty: (say("offers-empty"), say("offers-empty-text"), None),
        next: None,
    };
    let words_of = |stem: &str, v: &str| (v.to_owned(), say(&format!("{stem}-{v}")), String::new());
    let fields = Fields::new(lang, faults)
        .keyed("title", "offer_title", "text", &typed.title, "")
        .field("licence", "select", &typed.licence)
        .choices(texts.iter().map(|l| (l.id.to_string(), format!("{} ({})", l.title(lang), l.code), String::new())))
        .field("price", "text", &typed.price)
        .half()
        .field("currency", "select", &typed.currency)
        .choices(currencies())
        .half()
        .field("tax_percent", "text", &typed.tax_percent)
        .half()
        .keyed("payment", "payment", "select", &typed.payment, "")
        .choices([
            ("prepaid".to_owned(), say("payment-prepaid"), String::new()),
            ("later".to_owned(), say("payment-later-word"), String::new()),
        ])
        .field("payment_days", "text", &typed.payment_days)
        .half()
        .field("approval", "select", &typed.approval)
        .choices(Approval::ALL.iter().map(|a| words_of("approval", a.as_str())))
        .field("scope", "select", &typed.scope)
        .choices(Scope::ALL.iter().map(|s| (s.to_string(), say(&words::key("scope", s.as_str())), String::new())))
        .field("term_days", "text", &typed.term_days)
        .half()
        .field("audience", "select", &typed.audience)
        .choices(Audience::ALL.iter().map(|a| words_of("audience", a.as_str())))
        .done();
    let form = FormView {
        heading: say("make-offer"),
        lead: say("make-offer-lead"),
        action: here,
        fields,
        button: say("make-offer"),
        class: "primary",
        other: Some((say("write-licence"), format!("/licences/new?organisation={}", own.party.slug))),
        ..FormView::default()
    };
    Sheet::new(frame(visit, &own.party, &own.dataset, "offers"))
        .lead(say("offers-lead"))
        .faulty(faults)
        .put(Block::Table(table))
        .put(Block::Form(form))
        .answer()
}

pub(super) async fn page(visit: Visit, Path((party, slug)): Path<(String, String)>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let typed = OfferTyped {
        price: "0".to_owned(),
        currency: own.party.approval_currency.to_string(),
        tax_percent: "6".to_owned(),
        payment_days: "30".to_owned(),
        approval: "licensor".to_owned(),
        scope: "all_versions".to_owned(),
        ..OfferTyped::default()
    };
    sheet(&visit, &own, &typed, &[]).await
}

pub(super) async fn make(visit: Visit, Path((party, slug)): Path<(String, String)>, form: Form<OfferTyped>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let new = match form.typed.parse() {
        Ok(new) => new,
        Err(faults) => return sheet(&visit, &own, &form.typed, &faults).await,
    };
    let (actor, now, id) = (visit.person()?.clone(), visit.now(), own.dataset.id);
    let made: Result<OfferId, Problem> = visit
        .site
        .db
        .write_once(form.once, now, move |tx| {
            let may = MayChangeDataset::beside_review(tx, &actor, id)?;
            offers::make(tx, may, &new, now).map_err(offer_problem)
        })
        .await;
    match made {
        Ok(_) => Ok(see_other(format!("{}?done=offer-made", urls::dataset_part(&party, &slug, "offers")))),
        Err(problem) if !problem.faults.is_empty() => sheet(&visit, &own, &form.typed, &problem.faults).await,
        Err(problem) => Err(problem),
    }
}

pub(super) async fn close(
    visit: Visit,
    Path((party, slug, offer)): Path<(String, String, OfferId)>,
    _form: Form<Nothing>,
) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let (actor, now, id) = (visit.person()?.clone(), visit.now(), own.dataset.id);
    visit
        .site
        .db
        .write(move |tx| {
            let may = MayChangeDataset::beside_review(tx, &actor, id)?;
            offers::close(tx, may, offer, now).map_err(offer_problem)
        })
        .await?;
    Ok(see_other(format!("{}?done=offer-closed", urls::dataset_part(&party, &slug, "offers"))))
}
