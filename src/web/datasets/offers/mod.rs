//! Pages of a seller's offers: the list, making one, its own page with what a buyer sees, a new edition, closing.

pub mod api;
mod desk;
mod fields;
pub mod form;
pub mod reading;

use super::edit::{Own, own};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, see_other};
use crate::market::accounts::Actor;
use crate::market::datasets::MayChangeDataset;
use crate::market::offers::{self, NewOffer, OfferError};
use crate::market::parties;
use crate::routes;
use crate::store::Read;
use crate::urls;
use crate::values::{DatasetId, OfferId};
use crate::web::accounts::forms::{Nothing, fault};
use form::OfferTyped;
use serde::Deserialize;

routes! {
    get "/datasets/{party}/{slug}/offers" SignedIn => page,
    post "/datasets/{party}/{slug}/offers" SignedIn => make,
    get "/datasets/{party}/{slug}/offers/new" SignedIn => new_page,
    get "/datasets/{party}/{slug}/offers/{offer}" SignedIn => show,
    get "/datasets/{party}/{slug}/offers/{offer}/edition" SignedIn => edition_page,
    post "/datasets/{party}/{slug}/offers/{offer}/edition" SignedIn => replace,
    get "/datasets/{party}/{slug}/offers/{offer}/closing" SignedIn => closing_page,
    post "/datasets/{party}/{slug}/offers/{offer}/closing" SignedIn => close,
}

type At = (String, String);
type AtOffer = (String, String, OfferId);

/// Turns a failed offer into a problem.
pub(super) fn offer_problem(error: OfferError) -> Problem {
    match error {
        OfferError::NoLicence => Problem::invalid(vec![fault("licence", "fault-choice")]),
        OfferError::Price => Problem::invalid(vec![fault("price", "fault-amount")]),
        OfferError::Term => Problem::invalid(vec![fault("term_days", "fault-licence-term")]),
        OfferError::Endless => Problem::invalid(vec![fault("trial", "fault-trial-endless")]),
        OfferError::NotOpen => Problem::conflict("wrong-state"),
        OfferError::Refused(refused) => refused.into(),
        OfferError::Store(error) => error.into(),
    }
}

/// Finds the organisations that a private offer names.
///
/// # Errors
/// The fault of the field when one is unknown.
pub(super) fn with_names(tx: &mut Read, mut new: NewOffer, names: &[String]) -> Result<NewOffer, Problem> {
    for name in names {
        let Some(party) = parties::find_by_slug(tx, name)? else {
            let unknown = Fault { value: name.clone(), ..fault("organisations", "fault-unknown-organisation") };
            return Err(Problem::invalid(vec![unknown]));
        };
        new.named.push(party.id);
    }
    Ok(new)
}

/// The offer of an own dataset, whatever its state.
pub(super) fn own_offer(
    tx: &mut Read,
    actor: &Actor,
    dataset: DatasetId,
    id: OfferId,
) -> Result<offers::Offer, Problem> {
    let all = offers::all_of(tx, actor, dataset)?;
    all.into_iter().find(|o| o.id == id).ok_or_else(Problem::not_found)
}

fn home(own: &Own) -> String {
    urls::dataset_part(&own.party.slug, &own.dataset.slug, "offers")
}

async fn page(visit: Visit, Path((party, slug)): Path<At>) -> Answer {
    desk::list(&visit, &own(&visit, &party, &slug).await?).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PlanQuery {
    plan: String,
}

async fn new_page(visit: Visit, Path((party, slug)): Path<At>, Query(query): Query<PlanQuery>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    if offers::PlanKind::parse(&query.plan).is_none() {
        return fields::plans(&visit, &own);
    }
    let typed = OfferTyped {
        plan: query.plan,
        currency: own.party.approval_currency.to_string(),
        tax_percent: "6".to_owned(),
        payment_days: "30".to_owned(),
        approval: "licensor".to_owned(),
        scope: "all_versions".to_owned(),
        most_periods: "12".to_owned(),
        most_seats: "100".to_owned(),
        quote_days: "30".to_owned(),
        ..OfferTyped::default()
    };
    fields::sheet(&visit, &own, &typed, None, &[]).await
}

/// Makes an offer, or a new edition of one; what does not fit is shown again as filled in.
async fn write(visit: &Visit, own: &Own, old: Option<OfferId>, form: Form<OfferTyped>) -> Answer {
    let new = match form.typed.parse() {
        Ok(new) => new,
        Err(faults) => return fields::sheet(visit, own, &form.typed, old, &faults).await,
    };
    let (names, dataset) = (form.typed.names(), own.dataset.id);
    let made = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let new = with_names(tx, new, &names)?;
            let may = MayChangeDataset::beside_review(tx, actor, dataset)?;
            let made = match old {
                Some(old) => offers::replace(tx, may, old, &new, now),
                None => offers::make(tx, may, &new, now),
            };
            made.map_err(offer_problem)
        })
        .await;
    match made {
        Ok(id) => {
            let done = if old.is_some() { "offer-replaced" } else { "offer-made" };
            Ok(see_other(format!("{}/{id}?done={done}", home(own))))
        }
        Err(problem) => fields::sheet(visit, own, &form.typed, old, &problem.into_faults()?).await,
    }
}

async fn make(visit: Visit, Path((party, slug)): Path<At>, form: Form<OfferTyped>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    write(&visit, &own, None, form).await
}

async fn show(visit: Visit, Path((party, slug, offer)): Path<AtOffer>) -> Answer {
    desk::show(&visit, &own(&visit, &party, &slug).await?, offer).await
}

async fn edition_page(visit: Visit, Path((party, slug, offer)): Path<AtOffer>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let dataset = own.dataset.id;
    let typed = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let offer = own_offer(tx, actor, dataset, offer)?;
            let mut names = Vec::new();
            for party in &offer.named {
                names.push(parties::get(tx, *party)?.slug);
            }
            Ok(OfferTyped::of(&offer, &names))
        })
        .await?;
    fields::sheet(&visit, &own, &typed, Some(offer), &[]).await
}

async fn replace(visit: Visit, Path((party, slug, offer)): Path<AtOffer>, form: Form<OfferTyped>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    write(&visit, &own, Some(offer), form).await
}

async fn closing_page(visit: Visit, Path((party, slug, offer)): Path<AtOffer>) -> Answer {
    desk::closing(&visit, &own(&visit, &party, &slug).await?, offer).await
}

async fn close(visit: Visit, Path((party, slug, offer)): Path<AtOffer>, _form: Form<Nothing>) -> Answer {
    let own = own(&visit, &party, &slug).await?;
    let dataset = own.dataset.id;
    visit
        .as_person()?
        .write(move |tx, actor, now| {
            let may = MayChangeDataset::beside_review(tx, actor, dataset)?;
            offers::close(tx, may, offer, now).map_err(offer_problem)
        })
        .await?;
    Ok(see_other(format!("{}?done=offer-closed", home(&own))))
}
