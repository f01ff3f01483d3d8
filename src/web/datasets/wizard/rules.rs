//! The page of the rules by which completeness is counted: whoever is measured by a rule can read it.

use crate::http::{Answer, Visit};
use crate::market::datasets::completeness::RULES;
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Sheet, Table};
use crate::words;

pub(super) async fn page(visit: Visit) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let rows = RULES.iter().map(|rule| {
        vec![
            Cell::text(say(&format!("rule-{}", rule.code))),
            Cell::text(say(&format!("rule-{}-text", rule.code))),
            Cell::text(say(if rule.needed { "rule-is-needed" } else { "rule-counts" })),
        ]
    });
    let table = Table {
        label: say("rules-title"),
        heads: ["head-rule", "head-met-when", "head-weight"].map(|k| (say(k), false)).to_vec(),
        rows: rows.collect(),
        ..Table::default()
    };
    Sheet::new(Frame::titled(&visit, "rules-title"))
        .lead(say("rules-lead"))
        .put(Block::Table(table))
        .put(Block::Text(say("rules-foot")))
        .answer()
}
