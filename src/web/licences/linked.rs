//! Licences and offers as linked data: ODRL 2.2 policies in JSON-LD, and the vocabulary of our own words.

use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit};
use crate::market::licences::{self, odrl};
use crate::market::offers::{self, Eye};
use crate::routes;
use crate::urls;
use crate::values::{Lang, LicenceId, OfferId};
use crate::words;
use actix_web::HttpResponse;
use actix_web::http::header;
use serde_json::Value;

routes! {
    get "/licences/{id}/odrl.json" Anybody => licence,
    get "/datasets/{party}/{slug}/offers/{offer}/odrl.json" Anybody => offer,
    get "/ns/licence" Anybody => vocabulary,
}

fn linked(document: &Value) -> Answer {
    let body = serde_json::to_string_pretty(document).map_err(|e| Problem::broken(&e))?;
    Ok(HttpResponse::Ok().content_type("application/ld+json").insert_header((header::VARY, "Accept")).body(body))
}

pub(super) async fn licence(visit: Visit, Path(id): Path<LicenceId>) -> Answer {
    let found = visit.site.db.read(move |tx| Ok::<_, Problem>(licences::find(tx, id)?)).await?;
    let licence = found.ok_or_else(Problem::not_found)?;
    linked(&odrl::policy(&licence, &visit.site.facts.public_url, None))
}

async fn offer(visit: Visit, Path((party, slug, id)): Path<(String, String, OfferId)>) -> Answer {
    let (actor, at, now) = (visit.look.actor.clone(), (party, slug), visit.now());
    let listing = visit
        .site
        .db
        .read(move |tx| {
            let (dataset, _) = crate::web::datasets::named(tx, actor.as_ref(), &at.0, &at.1)?;
            let eye = Eye::of(tx, actor.as_ref(), now)?;
            offers::listing_of(tx, dataset, &eye)?.ok_or_else(Problem::not_found)
        })
        .await?;
    let (offer, licence) = listing.offers.iter().find(|(o, _)| o.id == id).ok_or_else(Problem::not_found)?;
    let home = urls::dataset(&listing.party.slug, &listing.dataset.slug);
    let facts = odrl::OfferFacts {
        uid: visit.site.absolute(&format!("{home}/offers/{id}")),
        target: visit.site.absolute(&home),
        assigner: visit.site.absolute(&urls::organisation(&listing.party.slug)),
        price: (!offer.is_free()).then(|| (offer.price.number().replace(',', ""), offer.price.currency.to_string())),
        term_days: offer.term_days,
    };
    linked(&odrl::policy(licence, &visit.site.facts.public_url, Some(&facts)))
}

async fn vocabulary(visit: Visit) -> Answer {
    let words: Vec<(String, String, String)> = odrl::own_words()
        .into_iter()
        .map(|(name, key)| (name.to_owned(), words::say(Lang::Zh, key), words::say(Lang::En, key)))
        .collect();
    linked(&odrl::vocabulary(&visit.site.facts.public_url, &words))
}
