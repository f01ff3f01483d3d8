//! Tables against rules.

use super::*;
use crate::measure::source::Source;
use crate::measure::{sniff, tables};
use bytes::Bytes;
use serde_json::json;
use std::ops::ControlFlow;
use std::sync::Arc;

fn check(definition: &serde_json::Value, name: &str, text: &str) -> Report {
    let definition = Definition::parse(definition).unwrap();
    let source: Arc<dyn Source> = Arc::new(Bytes::from(text.to_owned()));
    let facts = sniff(&source, name).unwrap();
    let mut checker = Checker::new(&definition, &facts);
    tables::walk(&source, &facts, &mut |row, cells| {
        checker.row(row, cells);
        ControlFlow::Continue(())
    })
    .unwrap();
    checker.report()
}

fn broken(report: &Report) -> Vec<(&str, &str, u64, Vec<u64>)> {
    report.broken.iter().map(|b| (b.rule.as_str(), b.field.as_str(), b.count, b.rows.clone())).collect()
}

fn machine() -> serde_json::Value {
    json!({
        "fields": [
            {"name": "machine", "type": "text", "required": true},
            {"name": "time", "names": ["*time"], "type": "instant", "required": true},
            {"name": "speed", "names": ["转速"], "type": "number", "unit": "/min", "required": true},
            {"name": "state", "type": "text"},
            {"name": "part", "type": "text"},
            {"name": "ended", "type": "instant"},
            {"name": "count", "type": "integer"},
        ],
        "rules": [
            {"rule": "not_null", "field": "machine"},
            {"rule": "unique", "fields": ["machine", "time"]},
            {"rule": "monotonic", "field": "time", "by": "machine", "strict": true},
            {"rule": "max_gap", "field": "time", "by": "machine", "seconds": 60},
            {"rule": "range", "field": "speed", "min": 0, "max": 12000},
            {"rule": "enum", "field": "state", "values": ["run", "stop"]},
            {"rule": "regex", "field": "part", "pattern": "[A-Z]{2}-[0-9]+"},
            {"rule": "compare", "left": "ended", "is": "ge", "right": "time"},
        ],
    })
}

#[test]
fn every_broken_rule_with_its_rows() {
    let text = "machine,start time,speed,state,part,ended,count\n\
        a,2026-01-01 00:00:00,1000,run,AB-1,2026-01-01 00:00:30,1\n\
        b,2026-01-01 00:00:00,1000,run,AB-1,2026-01-01 00:00:30,2\n\
        a,2026-01-01 00:01:00,-1,idle,ab-1,2026-01-01 00:00:59,1.5\n\
        a,2026-01-01 00:03:00,fast,run,,,3\n\
        ,2026-01-01 00:00:00,12000.5,stop,AB-12,2026-01-01 00:00:30,4\n\
        a,2026-01-01 00:03:00,5,run,AB-1,2026-01-01 00:04:00,5\n";
    let report = check(&machine(), "a.csv", text);
    assert_eq!(
        broken(&report),
        [
            ("type", "speed", 1, vec![4]),
            ("type", "count", 1, vec![3]),
            ("not-null", "machine", 1, vec![5]),
            ("unique", "machine, time", 1, vec![6]),
            ("monotonic", "time, machine", 1, vec![6]),
            ("max-gap", "time, machine", 1, vec![4]),
            ("range", "speed", 2, vec![3, 5]),
            ("enum", "state", 1, vec![3]),
            ("regex", "part", 1, vec![3]),
            ("compare", "ended, time", 1, vec![3]),
        ]
    );
    assert_eq!((report.rows, report.skipped, report.limited_at), (6, 0, None));
    assert_eq!(report.broken[6].examples, ["-1", "12000.5"]);
    assert!(report.public().broken.iter().all(|b| b.examples.is_empty()));
}

#[test]
fn what_holds_is_a_clean_report_whatever_the_form() {
    for (name, text) in [
        ("a.csv", "machine;time;转速 [1/min]\na;2026-01-01 00:00:00;1,5\na;2026-01-01 00:00:30;2,5\n"),
        (
            "a.jsonl",
            "{\"machine\":\"a\",\"time\":\"2026-01-01T00:00:00Z\",\"speed\":1.5}\n{\"machine\":\"a\",\"time\":\"2026-01-01T00:00:30Z\",\"speed\":2.5}\n",
        ),
    ] {
        let report = check(&machine(), name, text);
        assert!(report.conforms(), "{name}: {report:?}");
        assert_eq!((report.rows, report.skipped), (2, 3), "{name}");
    }
}

#[test]
fn missing_fields_and_other_units_are_told_once() {
    let report = check(&machine(), "a.csv", "machine,speed [Hz]\na,1\nb,2\n");
    assert_eq!(broken(&report), [("missing", "time", 1, vec![]), ("unit", "speed", 1, vec![])]);
    assert_eq!(report.fields[2].column.as_deref(), Some("speed [Hz]"));
}

#[test]
fn a_sampling_rate_with_tolerance() {
    let rate = json!({
        "fields": [{"name": "t", "type": "number", "unit": "s"}],
        "rules": [{"rule": "sampling_rate", "field": "t", "hertz": 10, "tolerance_percent": 10}],
    });
    let report = check(&rate, "a.csv", "t,v\n0,1\n0.1,1\n0.209,1\n0.4,1\n0.5,1\n");
    assert_eq!(broken(&report), [("sampling-rate", "t", 1, vec![4])]);
    assert_eq!(report.broken[0].examples, ["0.191 s"]);
}

#[test]
fn only_the_first_rows_are_kept_and_all_are_counted() {
    let rule =
        json!({"fields": [{"name": "v", "type": "number"}], "rules": [{"rule": "range", "field": "v", "max": 0}]});
    let text: String = std::iter::once("n,v\n".to_owned()).chain((1..=500).map(|n| format!("{n},{n}\n"))).collect();
    let report = check(&rule, "a.csv", &text);
    assert_eq!((report.broken[0].count, report.broken[0].rows.len(), report.broken[0].examples.len()), (500, 20, 5));
}
