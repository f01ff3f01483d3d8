//! Tables of policies: the steps, the limits, what a policy would have asked.

use super::{Loaded, plain_table};
use crate::http::Visit;
use crate::http::problem::Problem;
use crate::market::datasets;
use crate::market::parties::policy::{BuyerPolicy, PolicyStep, StepKind};
use crate::market::parties::{self, MayManage, MemberView};
use crate::market::purchases::{self, steps};
use crate::urls;
use crate::values::{Lang, MemberId};
use crate::web::parties::api::named;
use crate::web::purchases::state_mark;
use crate::web::rules::level_word;
use crate::web::sheet::{Button, Cell, Table};
use crate::words;

fn comma(lang: Lang) -> &'static str {
    if lang == Lang::Zh { "、" } else { ", " }
}

fn name_of(members: &[MemberView], id: MemberId) -> String {
    members.iter().find(|m| m.member_id == id).map_or_else(|| "–".to_owned(), |m| m.name.clone())
}

/// When a step is asked for, in words.
fn when(lang: Lang, loaded: &Loaded, step: &PolicyStep) -> String {
    let say = |key: String| words::say(lang, &key);
    let w = &step.when;
    let mut parts = Vec::new();
    if let Some(cap) = w.amount_over.as_ref().and_then(|c| c.money().ok()) {
        parts.push(words::with(lang, "when-over", &[("amount", &words::money(lang, cap))]));
    }
    if !w.levels.is_empty() {
        let list: Vec<String> = w.levels.iter().map(|l| level_word(lang, *l)).collect();
        parts.push(list.join(comma(lang)));
    }
    if !w.licences.is_empty() {
        let list: Vec<String> = w.licences.iter().map(|c| say(format!("licence-class-{}", c.as_str()))).collect();
        parts.push(list.join(comma(lang)));
    }
    if !w.sellers.is_empty() {
        let list: Vec<String> = w.sellers.iter().filter_map(|s| loaded.sellers.get(s.as_str()).cloned()).collect();
        parts.push(words::with(lang, "when-sellers", &[("names", &list.join(comma(lang)))]));
    }
    if w.first_time_seller {
        parts.push(say("when-first-time".to_owned()));
    }
    if parts.is_empty() {
        say("when-always".to_owned())
    } else {
        parts.join(if lang == Lang::Zh { "；" } else { "; " })
    }
}

/// Who decides in a step, in words.
fn who(lang: Lang, members: &[MemberView], step: &PolicyStep) -> String {
    let role = if step.kind == StepKind::Sign { "role-signatory" } else { "role-approver" };
    let people = if step.members.is_empty() {
        words::say(lang, role)
    } else {
        step.members.iter().map(|m| name_of(members, *m)).collect::<Vec<_>>().join(comma(lang))
    };
    // Of one named person there is nothing to choose.
    if step.members.len() == 1 && step.need == 1 {
        return people;
    }
    words::with(lang, "need-of", &[("need", &step.need.to_string()), ("people", &people)])
}

/// The steps of a policy, in order; with what can be done to them when they are being written.
pub(super) fn steps(visit: &Visit, loaded: &Loaded, policy: &BuyerPolicy, editable: bool) -> Table {
    let lang = visit.lang();
    let at = |i: usize, part: &str| urls::organisation_part(&loaded.party.slug, &format!("policy/steps/{i}{part}"));
    let mut order: Vec<(usize, &PolicyStep)> = policy.steps.iter().enumerate().collect();
    order.sort_by_key(|(_, s)| s.group);
    let row = |(i, s): &(usize, &PolicyStep)| {
        let kind = words::say(lang, &format!("step-kind-{}", s.kind.as_str()));
        let name = if editable { Cell::link(s.name(lang), at(*i, "")) } else { Cell::text(s.name(lang)) };
        let late = s.escalate_to.map_or_else(|| words::say(lang, "owners"), |m| name_of(&loaded.members, m));
        let mut row =
            vec![
                name.with_small(kind),
                Cell::number(s.group.to_string()),
                Cell::text(when(lang, loaded, s)),
                Cell::text(who(lang, &loaded.members, s)),
                Cell::text(words::with(lang, "count-days", &[("count", &s.due_days.to_string())]))
                    .with_small(words::with(lang, "then-asks", &[("name", &late)])),
            ];
        if editable {
            let remove = Button {
                action: at(*i, "/removal"),
                text: words::say(lang, "remove"),
                class: "danger",
                hidden: Vec::new(),
            };
            row.push(Cell::buttons(vec![remove]));
        }
        row
    };
    let mut heads = vec!["head-step", "head-group", "head-when-asked", "head-who", "head-deadline"];
    if editable {
        heads.push("head-action");
    }
    plain_table(visit, "policy-steps", &heads, order.iter().map(row).collect(), "policy-empty")
}

/// What approvers may approve.
pub(super) fn limits(visit: &Visit, loaded: &Loaded) -> Option<Table> {
    let policy = loaded.working();
    let row = |l: &crate::market::parties::policy::Limit| {
        let amount = l.most.money().map_or_else(|_| "–".to_owned(), |m| words::money(visit.lang(), m));
        vec![Cell::text(name_of(&loaded.members, l.member)), Cell::number(amount)]
    };
    let rows: Vec<_> = policy.limits.iter().map(row).collect();
    (!rows.is_empty()).then(|| plain_table(visit, "policy-limits", &["head-name", "head-most"], rows, "policy-empty"))
}

/// What a policy would have asked for each of the last requests, and for how many it would have asked anybody.
pub(super) async fn tried(visit: &Visit, slug: String, policy: BuyerPolicy) -> Result<(Table, usize), Problem> {
    let lang = visit.lang();
    let list = visit
        .as_person()?
        .read(move |tx, actor, _| {
            let party = named(tx, &slug)?;
            let may = MayManage::check(tx, actor, party.id)?;
            let mut list = Vec::new();
            for tried in steps::try_policy(tx, &may, &policy)? {
                let line = purchases::lines_of(tx, &tried.purchase)?.into_iter().next();
                let title = match line {
                    Some(line) => datasets::get(tx, line.dataset_id)?.title(lang).to_owned(),
                    None => String::new(),
                };
                let seller = parties::get(tx, tried.purchase.seller_id)?.name(lang).to_owned();
                list.push((tried, title, seller));
            }
            Ok(list)
        })
        .await?;
    let asked = list.iter().filter(|(t, ..)| !t.steps.is_empty()).count();
    let row = |(t, title, seller): &(steps::Tried, String, String)| {
        let p = &t.purchase;
        let gross = p.gross().map_or_else(|_| "–".to_owned(), |m| words::money(lang, m));
        let names: Vec<&str> = t.steps.iter().map(|s| s.name(lang)).collect();
        let would = if names.is_empty() { words::say(lang, "asks-nobody") } else { names.join(" → ") };
        vec![
            Cell::link(p.number.clone(), urls::purchase(p.id)).with_small(p.requested_by_name.clone()),
            Cell::text(title.clone()).with_small(seller.clone()),
            Cell::number(gross),
            Cell::text(would),
            Cell::mark(state_mark(lang, &p.state)),
        ]
    };
    let heads = ["request", "dataset", "amount", "head-would-ask", "head-state"];
    Ok((plain_table(visit, "policy-dry-run", &heads, list.iter().map(row).collect(), "dry-run-empty"), asked))
}
