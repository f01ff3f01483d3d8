//! Negotiation on pages: the form of a proposal, agreeing to one, a fresh quote.

pub mod api;
pub mod form;
pub mod views;

use super::{buy_problem, first_one, hand};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::purchases::{self, MayAgree, MayNegotiate, MayWithdraw};
use crate::routes;
use crate::urls;
use crate::values::PurchaseId;
use form::{AgreementTyped, ProposalTyped, RevisionTyped};

routes! {
    get "/requests/{id}/proposals" SignedIn => page,
    post "/requests/{id}/proposals" SignedIn => propose,
    post "/requests/{id}/agreement" SignedIn => agree,
    post "/requests/{id}/quote" SignedIn => requote,
}

async fn sheet(visit: &Visit, id: PurchaseId, typed: Option<&ProposalTyped>, faults: &[Fault]) -> Answer {
    views::sheet(visit, id, typed, faults).await
}

async fn page(visit: Visit, Path(id): Path<PurchaseId>) -> Answer {
    sheet(&visit, id, None, &[]).await
}

async fn propose(visit: Visit, Path(id): Path<PurchaseId>, form: Form<ProposalTyped>) -> Answer {
    let seen = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let (purchase, _) = purchases::visible(tx, actor, id)?;
            Ok((purchases::lines_of(tx, &purchase)?, purchase))
        })
        .await?;
    let new = match form.typed.parse(&seen.0) {
        Ok(new) => new,
        Err(faults) => return sheet(&visit, id, Some(&form.typed), &faults).await,
    };
    let revision = form::revision(&form.typed.revision)?;
    let done = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let may = MayNegotiate::check(tx, actor, id, revision, now)?;
            purchases::propose(tx, may, &new, now).map_err(buy_problem)
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(format!("{}?done=proposed", urls::purchase(id)))),
        Err(problem) if !problem.faults.is_empty() => {
            sheet(&visit, id, Some(&form.typed), &problem.into_faults()?).await
        }
        Err(problem) => Err(first_one(&visit, id, problem).await),
    }
}

async fn agree(visit: Visit, Path(id): Path<PurchaseId>, form: Form<AgreementTyped>) -> Answer {
    let (proposal, sha256) = form.typed.parse().map_err(|_| Problem::bad_request("form"))?;
    let hand = hand(&visit.site);
    let done = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let may = MayAgree::check(tx, actor, id, (proposal, &sha256), now)?;
            purchases::agree(tx, may, &hand, now).map_err(buy_problem)
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(format!("{}?done=agreed", urls::purchase(id)))),
        Err(problem) => Err(first_one(&visit, id, problem).await),
    }
}

async fn requote(visit: Visit, Path(id): Path<PurchaseId>, form: Form<RevisionTyped>) -> Answer {
    let (revision, hand) = (form::revision(&form.typed.revision)?, hand(&visit.site));
    let done = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let may = MayWithdraw::check(tx, actor, id)?;
            purchases::requote(tx, may, revision, &hand, now).map_err(buy_problem)
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(format!("{}?done=requoted", urls::purchase(id)))),
        Err(problem) => Err(first_one(&visit, id, problem).await),
    }
}
