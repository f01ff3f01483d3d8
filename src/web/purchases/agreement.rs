//! The agreement that a request leads to, as a page that prints: parties, what is licensed, texts, signatures.

use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit};
use crate::market::licences::{self, Licence};
use crate::market::offers::{Limits, Term};
use crate::market::purchases::steps::StepDecision;
use crate::market::purchases::{self, Agreement, AgreementLine, AgreementParty, Desk, Verdict, Whole};
use crate::urls;
use crate::values::{Lang, Money, PurchaseId, Sha256, Timestamp};
use crate::web::datasets::plan_words;
use crate::web::datasets::views::markdown;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Sheet, Table};
use crate::words;

struct Loaded {
    whole: Whole,
    agreement: Agreement,
    sha256: Sha256,
    licences: Vec<Licence>,
}

async fn load(visit: &Visit, id: PurchaseId) -> Result<Loaded, Problem> {
    visit
        .as_person()?
        .read(move |tx, actor, now| {
            let whole = purchases::whole(tx, actor, id, now)?;
            let agreement = purchases::agreement_of(tx, &whole.purchase)?;
            let sha256 = agreement.sha256()?;
            let mut texts: Vec<Licence> = Vec::new();
            for line in &whole.lines {
                if texts.iter().all(|l| l.id != line.licence_id) {
                    texts.extend(licences::find(tx, line.licence_id)?);
                }
            }
            Ok(Loaded { whole, agreement, sha256, licences: texts })
        })
        .await
}

fn party(lang: Lang, p: &AgreementParty) -> Cell {
    let other = lang.pick(&p.name_en, &p.name_zh);
    let name = lang.pick(&p.name_zh, &p.name_en);
    let other = if other == name { String::new() } else { format!("{other} · ") };
    Cell::text(name).with_small(format!("{other}{} · {}", p.registration, p.country))
}

fn lines(lang: Lang, x: &Loaded) -> Table {
    let say = |key: &str| words::say(lang, key);
    let currency = x.whole.purchase.net.currency;
    let row = |l: &AgreementLine| {
        let term = match (l.term_months, l.term_days) {
            (Some(months), _) => Term::Months(months),
            (None, Some(days)) => Term::Days(days),
            (None, None) => Term::Endless,
        };
        let limits = Limits { seats: l.seats, volume_bytes: l.volume_bytes, downloads: l.downloads };
        vec![
            Cell::text(lang.pick(&l.title_zh, &l.title_en)).with_small(words::with(
                lang,
                "version-label",
                &[("label", &l.version)],
            )),
            Cell::text(l.licence.clone()).with_small(l.licence_sha256.clone()),
            Cell::text(plan_words::term(lang, term)).with_small(plan_words::limits(lang, limits)),
            Cell::number(words::money(lang, Money::new(l.net_minor, currency))),
            Cell::number(words::money(lang, Money::new(l.tax_minor, currency))),
        ]
    };
    let heads = [("dataset", false), ("licence", false), ("term", false), ("price", true), ("head-tax", true)];
    Table {
        label: say("lines"),
        heads: heads.map(|(k, n)| (say(k), n)).to_vec(),
        rows: x.agreement.lines.iter().map(row).collect(),
        ..Table::default()
    }
}

fn signatures(lang: Lang, x: &Loaded) -> Vec<(String, Cell)> {
    let p = &x.whole.purchase;
    let accepted = Cell::text(p.requested_by_name.clone()).with_small(format!(
        "{} · {}",
        words::date_time(lang, p.accepted_at),
        p.accepted_lang
    ));
    let mut list = vec![(words::say(lang, "accepted-for-buyer"), accepted)];
    let signed = |d: &StepDecision| {
        let (read, sha256) = d.signed.as_ref()?;
        let small = format!("{} · {read} · SHA-256 {sha256}", words::date_time(lang, d.decided_at));
        Some((words::say(lang, "signed-for-buyer"), Cell::text(d.member_name.clone()).with_small(small)))
    };
    let voices = || x.whole.steps.iter().flat_map(|v| &v.decisions);
    list.extend(voices().filter_map(signed));
    let agreed = |name: String, at: Timestamp| {
        (words::say(lang, "agreed-for-seller"), Cell::text(name).with_small(words::date_time(lang, at)))
    };
    // Each of the seller's people who agreed to these terms, also by having proposed them.
    let licensors = voices().filter(|d| d.desk == Desk::Seller && d.verdict == Verdict::Approved);
    let before = list.len();
    list.extend(licensors.map(|d| agreed(d.member_name.clone(), d.decided_at)));
    if list.len() == before {
        let desk = x.whole.decisions.iter().filter(|d| d.side == Desk::Seller && d.verdict == Verdict::Approved);
        list.extend(desk.map(|d| agreed(x.agreement.seller.name_en.clone(), d.decided_at)));
    }
    list
}

pub(super) async fn page(visit: Visit, Path(id): Path<PurchaseId>) -> Answer {
    let x = load(&visit, id).await?;
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let p = &x.whole.purchase;
    let gross = p.gross().map_err(|e| Problem::broken(&e))?;
    let title = words::with(lang, "agreement-title", &[("number", &p.number)]);
    let mut sheet = Sheet::new(Frame::of(&visit, title))
        .crumb(words::with(lang, "request-number-title", &[("number", &p.number)]), urls::purchase(id))
        .lead(say("agreement-lead"))
        .put(Block::Pairs(vec![
            (say("lane-seller"), party(lang, &x.agreement.seller)),
            (say("lane-buyer"), party(lang, &x.agreement.buyer)),
            (say("field-purpose"), Cell::text(p.purpose.clone())),
            (say("total"), Cell::text(words::money(lang, gross))),
        ]))
        .put(Block::Heading(say("lines")))
        .put(Block::Table(lines(lang, &x)))
        .put(Block::Heading(say("signatures")))
        .put(Block::Pairs(signatures(lang, &x)))
        .put(Block::Pairs(vec![(say("agreement-hash"), Cell::mono(x.sha256.to_string()))]));
    for licence in &x.licences {
        sheet = sheet
            .put(Block::Heading(licence.title(lang).to_owned()))
            .put(Block::Html(markdown(lang.pick(&licence.text_zh, &licence.text_en))));
    }
    sheet.answer()
}
