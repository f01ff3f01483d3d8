//! “May I?”: what a licence says to an intended use, as a page and by API, for a licence and for the offers of a dataset.

use super::intended::{self, EvaluationOut, IntendedIn, IntendedTyped};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Json, Path, Query, Visit, answer};
use crate::market::licences::may::may;
use crate::market::licences::{self, Licence};
use crate::market::offers::{self, Eye};
use crate::routes;
use crate::urls;
use crate::values::LicenceId;
use crate::web::layout::Frame;
use crate::web::listing::Items;
use crate::web::sheet::{Block, Fields, FormView, Sheet};
use crate::words;
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/licences/{id}/may" Anybody => page,
    post "/api/v1/licences/{id}/may" Anybody => by_api,
    post "/api/v1/datasets/{party}/{slug}/may" Anybody => of_offers,
}

async fn find(visit: &Visit, id: LicenceId) -> Result<Licence, Problem> {
    visit.site.db.read(move |tx| Ok::<_, Problem>(licences::find(tx, id)?)).await?.ok_or_else(Problem::not_found)
}

async fn page(visit: Visit, Path(id): Path<LicenceId>, Query(typed): Query<IntendedTyped>) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let licence = find(&visit, id).await?;
    let (intended, faults): (_, Vec<Fault>) = match typed.parse() {
        Ok(intended) => (Some(intended).filter(|i| !i.is_empty()), Vec::new()),
        Err(faults) => (None, faults),
    };
    let mut sheet = Sheet::new(Frame::titled(&visit, "may-i"))
        .crumb(say("nav-licences"), urls::LICENCES)
        .crumb(licence.title(lang), urls::licence(id))
        .lead(words::with(lang, "may-i-lead", &[("licence", licence.title(lang))]))
        .faulty(&faults);
    if let Some(intended) = &intended {
        let found = may(&licence.terms, intended);
        sheet = sheet.mark(intended::mark(lang, found.overall)).put(Block::Heading(say("may-answer")));
        for block in intended::blocks(lang, &found) {
            sheet = sheet.put(block);
        }
        sheet = sheet.put(Block::Notice("", "info", say("may-text-prevails")));
    }
    let form = FormView {
        heading: say("may-question"),
        action: format!("{}/may", urls::licence(id)),
        fields: typed.fields(Fields::new(lang, &faults), lang).done(),
        button: say("may-ask"),
        class: "primary",
        get: true,
        ..FormView::default()
    };
    sheet.put(Block::Form(form)).answer()
}

/// Says what a licence allows, forbids, allows on condition or does not state of an intended use, each with the clause.
#[utoipa::path(post, path = "/api/v1/licences/{id}/may", tag = "licences", params(("id" = String, Path)), request_body = IntendedIn, responses((status = 200, body = EvaluationOut), (status = 404), (status = 422)))]
pub(crate) async fn by_api(visit: Visit, Path(id): Path<LicenceId>, body: Json<IntendedIn>) -> Answer {
    let intended = body.value.parse().map_err(Problem::invalid)?;
    let licence = find(&visit, id).await?;
    let found = may(&licence.terms, &intended);
    answer::json(&intended::out(licence.id.to_string(), licence.sha256.to_string(), &found))
}

/// What the licence of an offer says.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferMayOut {
    offer: String,
    title: String,
    #[serde(flatten)]
    evaluation: EvaluationOut,
}

/// The same for each open offer of a dataset.
#[utoipa::path(post, path = "/api/v1/datasets/{party}/{slug}/may", tag = "licences", params(("party" = String, Path), ("slug" = String, Path)), request_body = IntendedIn, responses((status = 200, body = Items<OfferMayOut>), (status = 404), (status = 422)))]
pub(crate) async fn of_offers(
    visit: Visit,
    Path((party, slug)): Path<(String, String)>,
    body: Json<IntendedIn>,
) -> Answer {
    let intended = body.value.parse().map_err(Problem::invalid)?;
    let (actor, now) = (visit.look.actor.clone(), visit.now());
    let listing = visit
        .site
        .db
        .read(move |tx| {
            let (dataset, _) = crate::web::datasets::named(tx, actor.as_ref(), &party, &slug)?;
            let eye = Eye::of(tx, actor.as_ref(), now)?;
            offers::listing_of(tx, dataset, &eye)?.ok_or_else(Problem::not_found)
        })
        .await?;
    let one = |(offer, licence): &(offers::Offer, Licence)| OfferMayOut {
        offer: offer.id.to_string(),
        title: offer.title.clone(),
        evaluation: intended::out(licence.id.to_string(), licence.sha256.to_string(), &may(&licence.terms, &intended)),
    };
    answer::json(&Items::all(listing.offers.iter().map(one).collect()))
}
