//! The deals of the exchange for the site auditor: searched, each with its evidence pack. As a page and by API.

use super::frame;
use crate::http::problem::Problem;
use crate::http::{Answer, Query, Visit, answer};
use crate::market::purchases::{self, Purchase};
use crate::market::{datasets, parties};
use crate::routes;
use crate::store::Page;
use crate::urls;
use crate::values::Lang;
use crate::web::listing::{Items, PageQuery};
use crate::web::purchases::{amount, state_mark};
use crate::web::sheet::{Block, Cell, Fields, FormView, Sheet, Table};
use crate::words;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

routes! {
    get "/operator/deals" Operator => page,
    get "/api/v1/operator/deals" Operator => by_api,
}

/// Which deals.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct DealsQuery {
    /// Words in the number of the request, in the names of its sides, or the number of a grant or an invoice.
    pub q: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Items of a page, 1 to 200.
    pub size: Option<i64>,
}

/// A deal with its names.
struct Deal {
    purchase: Purchase,
    buyer: parties::Party,
    seller: parties::Party,
    datasets: Vec<String>,
}

async fn found(visit: &Visit, query: &DealsQuery) -> Result<Page<Deal>, Problem> {
    let (after, size) = PageQuery { after: query.after.clone(), size: query.size }.parse()?;
    let (lang, words) = (visit.lang(), query.q.clone().unwrap_or_default());
    visit
        .as_person()?
        .read(move |tx, actor, _| {
            let page = purchases::for_audit(tx, actor, &words, after.as_ref(), size)?;
            let (next, mut items) = (page.next, Vec::new());
            for purchase in page.items {
                let mut titles = Vec::new();
                for line in purchases::lines_of(tx, &purchase)? {
                    titles.push(datasets::get(tx, line.dataset_id)?.title(lang).to_owned());
                }
                let (buyer, seller) = (parties::get(tx, purchase.buyer_id)?, parties::get(tx, purchase.seller_id)?);
                items.push(Deal { purchase, buyer, seller, datasets: titles });
            }
            Ok(Page { items, next })
        })
        .await
}

fn row(lang: Lang, deal: &Deal) -> Vec<Cell> {
    let p = &deal.purchase;
    let evidence = urls::purchase_part(p.id, "evidence.zip");
    vec![
        Cell::text(p.number.clone()).with_small(words::date(lang, p.submitted_at)),
        Cell::text(deal.datasets.join(if lang == Lang::Zh { "；" } else { "; " })),
        Cell::text(deal.buyer.name(lang)).with_small(deal.seller.name(lang)),
        Cell::number(p.gross().map_or_else(|_| "–".to_owned(), |m| amount(lang, p, m))),
        Cell::mark(state_mark(lang, &p.state)),
        Cell::link(words::say(lang, "evidence"), evidence),
    ]
}

async fn page(visit: Visit, Query(query): Query<DealsQuery>) -> Answer {
    let page = found(&visit, &query).await?;
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let q = query.q.unwrap_or_default();
    let home = format!("{}/deals", urls::OPERATOR);
    let next = page.next.map(|c| format!("{home}?q={}&after={c}", urls::encode(&q)));
    let heads = [
        ("request", false),
        ("dataset", false),
        ("head-sides", false),
        ("amount", true),
        ("head-state", false),
        ("evidence", false),
    ];
    let table = Table {
        label: say("nav-deals"),
        heads: heads.map(|(k, n)| (say(k), n)).to_vec(),
        rows: page.items.iter().map(|d| row(lang, d)).collect(),
        empty: (say("deals-empty"), say("deals-empty-text"), None),
        next,
    };
    let form = FormView {
        action: home,
        fields: Fields::new(lang, &[]).keyed("q", "find_deal", "search", &q, "").done(),
        button: say("search-go"),
        get: true,
        ..FormView::default()
    };
    Sheet::new(frame(&visit, "nav-deals"))
        .lead(say("deals-lead"))
        .put(Block::Form(form))
        .put(Block::Table(table))
        .answer()
}

/// A deal in the list of the site auditor.
#[derive(Debug, Serialize, ToSchema)]
pub struct DealOut {
    request: String,
    number: String,
    state: String,
    buyer: String,
    seller: String,
    datasets: Vec<String>,
    submitted_at: String,
    /// Where its evidence pack is.
    evidence: String,
}

/// The deals of the exchange, newest first, for the site auditor.
#[utoipa::path(get, path = "/api/v1/operator/deals", tag = "operator", params(DealsQuery), responses((status = 200, body = Items<DealOut>), (status = 404)))]
pub(crate) async fn by_api(visit: Visit, Query(query): Query<DealsQuery>) -> Answer {
    let page = found(&visit, &query).await?;
    answer::json(&Items::of(page.map(|d| DealOut {
        request: d.purchase.id.to_string(),
        number: d.purchase.number.clone(),
        state: d.purchase.state.name().to_owned(),
        buyer: d.buyer.slug,
        seller: d.seller.slug,
        datasets: d.datasets,
        submitted_at: d.purchase.submitted_at.rfc3339(),
        evidence: format!("/api/v1/requests/{}/evidence", d.purchase.id),
    })))
}
