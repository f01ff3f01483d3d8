//! The page of the rules by which the quality score is counted, as they stand in the code that counts.

use crate::http::{Answer, Visit};
use crate::measure::quality::{RULES, RULES_VERSION};
use crate::web::layout::Frame;
use crate::web::sheet::{Block, Cell, Sheet, Table};
use crate::words;

pub(super) async fn page(visit: Visit) -> Answer {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let rows = RULES.iter().map(|rule| {
        vec![
            Cell::text(say(&words::key("quality-rule", rule.name))),
            Cell::text(say(&format!("quality-rule-{}-text", rule.name))),
            Cell::number(rule.points.to_string()),
        ]
    });
    let table = Table {
        label: say("quality-rules-title"),
        heads: vec![
            (say("head-rule"), false),
            (say("quality-head-measured"), false),
            (say("quality-head-points"), true),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    Sheet::new(Frame::titled(&visit, "quality-rules-title"))
        .lead(words::with(lang, "quality-rules-lead", &[("version", RULES_VERSION)]))
        .put(Block::Table(table))
        .put(Block::Text(say("quality-rules-foot")))
        .answer()
}
