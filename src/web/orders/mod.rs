//! Pages of orders: the list, the invoice, and the form that records a payment.

pub mod api;

use super::layout::Frame;
use super::purchases::forms::{PaidTyped, wrong_amount};
use super::purchases::{buy_problem, hand};
use super::sheet::{Block, Cell, Fields, FormView, Mark, Sheet, Table, conditions};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::conditions::all_met;
use crate::market::grants::Side;
use crate::market::orders::{self, Order};
use crate::market::parties::{self, Party};
use crate::market::purchases::{self, BuyError, MayMarkPaid};
use crate::routes;
use crate::urls;
use crate::values::{Lang, OrderId, PurchaseId, Timestamp};
use crate::words;

routes! {
    get "/orders" SignedIn => list,
    get "/orders/{id}" SignedIn => show,
    post "/orders/{id}/payment" SignedIn => pay,
}

fn mark(lang: Lang, order: &Order, now: Timestamp) -> Mark {
    let say = |key: &str| words::say(lang, key);
    if order.paid_at.is_some() {
        Mark { class: "ok", icon: "check", text: say("order-paid") }
    } else if order.due_at < now {
        Mark { class: "warn", icon: "warn", text: say("order-late") }
    } else {
        Mark { class: "wait", icon: "clock", text: say("order-open") }
    }
}

async fn list(visit: Visit) -> Answer {
    let (lang, actor, now) = (visit.lang(), visit.person()?.clone(), visit.now());
    let say = |key: &str| words::say(lang, key);
    let list = visit
        .site
        .db
        .read(move |tx| {
            let own: Vec<_> = parties::own(tx, &actor)?.into_iter().map(|(p, _)| p.id).collect();
            let mut rows = Vec::new();
            for order in orders::of_actor(tx, &actor)? {
                let ours = own.contains(&order.seller_id);
                let other = if ours { order.buyer_id } else { order.seller_id };
                rows.push((parties::get(tx, other)?.name(lang).to_owned(), ours, order));
            }
            Ok::<_, Problem>(rows)
        })
        .await?;
    let mut rows = Vec::new();
    for (other, ours, o) in &list {
        let gross = o.gross().map_err(|e| Problem::broken(&e))?;
        rows.push(vec![
            Cell::link(o.number.clone(), urls::order(o.id)).with_small(say(if *ours {
                "to-receive"
            } else {
                "to-pay"
            })),
            Cell::text(other.clone()),
            Cell::number(words::money(lang, gross)),
            Cell::mark(mark(lang, o, now)),
            Cell::time(lang, o.due_at),
        ]);
    }
    let heads = vec![
        (say("invoice"), false),
        (say("head-party"), false),
        (say("amount"), true),
        (say("head-state"), false),
        (say("head-due"), false),
    ];
    let table = Table {
        label: say("nav-orders"),
        heads,
        rows,
        empty: (say("orders-empty"), say("orders-empty-text"), None),
        next: None,
    };
    Sheet::new(Frame::titled(&visit, "nav-orders"))
        .lead(say("orders-lead"))
        .put(super::purchases::tabs(lang, "orders"))
        .put(Block::Table(table))
        .answer()
}

async fn show(visit: Visit, Path(id): Path<OrderId>) -> Answer {
    page(&visit, id, None, &[]).await
}

fn party_cell(lang: Lang, p: &Party) -> Cell {
    Cell::text(p.name(lang).to_owned()).with_small(format!("{} · {}", p.registration, p.country))
}

#[expect(clippy::too_many_lines, reason = "a page from top to bottom")]
async fn page(visit: &Visit, id: OrderId, typed: Option<&PaidTyped>, faults: &[Fault]) -> Answer {
    let (lang, actor, now) = (visit.lang(), visit.person()?.clone(), visit.now());
    let say = |key: &str| words::say(lang, key);
    let (order, side, buyer, seller, may, whole) = visit
        .site
        .db
        .read(move |tx| {
            let (order, side) = orders::visible(tx, &actor, id)?;
            let (buyer, seller) = (parties::get(tx, order.buyer_id)?, parties::get(tx, order.seller_id)?);
            let may = purchases::payment_conditions(tx, &actor, &order)?;
            let whole = purchases::whole(tx, &actor, order.purchase_id, now)?;
            Ok::<_, Problem>((order, side, buyer, seller, may, whole))
        })
        .await?;
    let gross = order.gross().map_err(|e| Problem::broken(&e))?;
    let mut facts = vec![
        (
            say("total"),
            words::money(lang, gross),
            words::with(lang, "of-which-tax", &[("tax", &words::money(lang, order.tax))]),
        ),
        (say("net"), words::money(lang, order.net), String::new()),
        (say("issued"), words::date(lang, order.opened_at), String::new()),
        (say("head-due"), words::date(lang, order.due_at), String::new()),
    ];
    if gross.currency.code() == "CNY" && lang == Lang::Zh {
        facts.push((say("in-words"), words::in_chinese_capitals(gross), String::new()));
    }
    let mut pairs = vec![
        (say("lane-seller"), party_cell(lang, &seller)),
        (say("lane-buyer"), party_cell(lang, &buyer)),
        (say("pay-to"), Cell::text(if order.payee.is_empty() { say("none-yet") } else { order.payee.clone() })),
        (say("pay-reference"), Cell::mono(order.number.clone())),
        (say("request"), Cell::link(whole.purchase.number.clone(), urls::purchase(order.purchase_id))),
    ];
    if let Some(at) = order.paid_at {
        let note = format!(
            "{} · {}",
            order.paid_on.clone().unwrap_or_default(),
            order.paid_reference.clone().unwrap_or_default()
        );
        pairs.push((say("order-paid"), Cell::time(lang, at).with_small(note)));
    }
    let mut rows = Vec::new();
    for line in &whole.lines {
        let percent = line.tax_basis_points / 100;
        rows.push(vec![
            Cell::text(line.position.to_string()),
            Cell::number(words::money(lang, line.net)),
            Cell::number(format!("{percent} %")),
            Cell::number(words::money(lang, line.tax)),
        ]);
    }
    let heads = vec![(say("position"), false), (say("net"), true), (say("tax-rate"), true), (say("tax"), true)];
    let mut sheet = Sheet::new(Frame::of(visit, words::with(lang, "invoice-number", &[("number", &order.number)])))
        .crumb(say("nav-orders"), urls::ORDERS)
        .mark(mark(lang, &order, now))
        .faulty(faults)
        .put(Block::Facts(facts))
        .put(Block::Pairs(pairs))
        .put(Block::Table(Table { label: say("lines"), heads, rows, ..Table::default() }));
    if order.paid_at.is_none() && side == Side::Seller {
        if all_met(&may) {
            let empty =
                PaidTyped { currency: gross.currency.to_string(), date: now.civil("%Y-%m-%d"), ..PaidTyped::default() };
            let t = typed.unwrap_or(&empty);
            let fields = Fields::new(lang, faults)
                .keyed("amount", "paid_amount", "text", &t.amount, "")
                .half()
                .field("currency", "select", &t.currency)
                .choices(super::parties::currencies())
                .half()
                .keyed("date", "paid_date", "date", &t.date, "")
                .half()
                .keyed("reference", "paid_reference", "text", &t.reference, "")
                .done();
            sheet = sheet.put(Block::Form(FormView {
                heading: say("mark-paid"),
                lead: say("mark-paid-lead"),
                action: format!("{}/payment", urls::order(id)),
                fields,
                button: say("mark-paid"),
                class: "primary",
                ..FormView::default()
            }));
        } else {
            sheet = sheet.put(Block::Heading(say("why-not-paid"))).put(Block::Conditions(conditions(lang, &may)));
        }
    }
    sheet.answer()
}

async fn pay(visit: Visit, Path(id): Path<OrderId>, form: Form<PaidTyped>) -> Answer {
    let paid = match form.typed.parse(visit.now()) {
        Ok(paid) => paid,
        Err(faults) => return page(&visit, id, Some(&form.typed), &faults).await,
    };
    let hand = hand(&visit.site);
    let settled: Option<PurchaseId> = visit
        .as_person()?
        .write_once(form.once, move |tx, actor, now| {
            let may = MayMarkPaid::check(tx, actor, id)?;
            match purchases::settle(tx, may, &paid, &hand, now) {
                Ok(id) => Ok(Some(id)),
                Err(BuyError::WrongAmount) => Ok(None),
                Err(error) => Err(buy_problem(error)),
            }
        })
        .await?;
    if settled.is_none() {
        return page(&visit, id, Some(&form.typed), &[wrong_amount()]).await;
    }
    Ok(see_other(format!("{}?done=paid", urls::order(id))))
}
