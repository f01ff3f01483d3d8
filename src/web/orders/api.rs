//! The API of orders.

use crate::http::problem::Problem;
use crate::http::{Answer, Json, Path, Visit, answer};
use crate::market::orders::{self, Order};
use crate::market::purchases::{self, MayMarkPaid};
use crate::routes;
use crate::values::OrderId;
use crate::web::datasets::api::amount;
use crate::web::listing::{Items, stamp};
use crate::web::parties::api::AmountOut;
use crate::web::purchases::forms::PaidTyped;
use crate::web::purchases::{buy_problem, hand};
use serde::Serialize;
use utoipa::ToSchema;

routes! {
    get "/api/v1/orders" SignedIn => list,
    get "/api/v1/orders/{id}" SignedIn => show,
    post "/api/v1/orders/{id}/payment" SignedIn => pay,
}

/// An order and its invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderOut {
    id: String,
    number: String,
    request: String,
    buyer: String,
    seller: String,
    net: AmountOut,
    tax: AmountOut,
    payee: String,
    opened_at: String,
    due_at: String,
    paid_at: Option<String>,
    paid_on: Option<String>,
    paid_reference: Option<String>,
}

fn out(o: Order) -> OrderOut {
    OrderOut {
        id: o.id.to_string(),
        number: o.number,
        request: o.purchase_id.to_string(),
        buyer: o.buyer_id.to_string(),
        seller: o.seller_id.to_string(),
        net: amount(o.net),
        tax: amount(o.tax),
        payee: o.payee,
        opened_at: o.opened_at.rfc3339(),
        due_at: o.due_at.rfc3339(),
        paid_at: stamp(o.paid_at),
        paid_on: o.paid_on,
        paid_reference: o.paid_reference,
    }
}

/// The orders of the own organisations, on both sides.
#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", responses((status = 200, body = Items<OrderOut>)))]
pub(crate) async fn list(visit: Visit) -> Answer {
    let list = visit.as_person()?.read(move |tx, actor, _| Ok(orders::of_actor(tx, actor)?)).await?;
    answer::json(&Items::all(list.into_iter().map(out).collect()))
}

/// One order.
#[utoipa::path(get, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = String, Path)), responses((status = 200, body = OrderOut), (status = 404)))]
pub(crate) async fn show(visit: Visit, Path(id): Path<OrderId>) -> Answer {
    let (order, _) = visit.as_person()?.read(move |tx, actor, _| Ok(orders::visible(tx, actor, id)?)).await?;
    answer::json(&out(order))
}

/// Records a payment (seller's finance): exact amount, date, reference. Grants of a prepaid request follow at once.
#[utoipa::path(post, path = "/api/v1/orders/{id}/payment", tag = "orders", params(("id" = String, Path)), request_body = PaidTyped, responses((status = 200, body = OrderOut), (status = 403), (status = 409), (status = 422)))]
pub(crate) async fn pay(visit: Visit, Path(id): Path<OrderId>, body: Json<PaidTyped>) -> Answer {
    let paid = body.value.parse(visit.now()).map_err(Problem::invalid)?;
    let (actor, now, hand, again) = (visit.person()?.clone(), visit.now(), hand(&visit.site), visit.person()?.clone());
    visit
        .site
        .db
        .write_once(body.once, now, move |tx| {
            let may = MayMarkPaid::check(tx, &actor, id)?;
            purchases::settle(tx, may, &paid, &hand, now).map_err(buy_problem)
        })
        .await?;
    visit.site.mail_bell.notify_one();
    let (order, _) = visit.site.db.read(move |tx| Ok::<_, Problem>(orders::visible(tx, &again, id)?)).await?;
    answer::json(&out(order))
}
