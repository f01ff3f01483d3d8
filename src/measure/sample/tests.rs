use super::super::{profile, sniff};
use super::*;
use bytes::Bytes;
use std::fmt::Write as _;

#[test]
fn byte_order_mark_brackets_and_line_ends() {
    let text = "\u{FEFF}UDI,Air temperature [K],Tool wear [min]\r\n1,298.1,0\r\n2,298.2,3\r\n";
    let sample = sample(text.as_bytes(), true).unwrap();
    assert_eq!(sample.columns, ["UDI", "Air temperature [K]", "Tool wear [min]"]);
    assert_eq!(sample.rows, [["1", "298.1", "0"], ["2", "298.2", "3"]]);
}

#[test]
fn semicolons_with_decimal_commas_and_quotes() {
    let sample = sample(b"zeit;wert;text\n1;2,5;\"a;b\nc\"\n2;3,5;\"\"\"x\"\"\"\n", true).unwrap();
    assert_eq!(sample.separator, ';');
    assert_eq!(sample.rows, [["1", "2,5", "a;b c"], ["2", "3,5", "\"x\""]]);
}

#[test]
fn chinese_in_an_older_encoding_and_a_cut_line() {
    let (bytes, _, _) = encoding_rs::GB18030.encode("时间,温度,状态说明\n1,20,正常\n2,2");
    let found = sample(&bytes, false).unwrap();
    assert_eq!(found.columns, ["时间", "温度", "状态说明"]);
    assert_eq!(found.rows.len(), 1);
    assert!(sample(b"PAR1\0\0", true).is_none());
    assert!(sample(b"", true).is_none());
}

#[test]
fn a_table_without_a_header_keeps_its_first_row() {
    let found = sample(b"1;2,5;on\n2;3,5;off\n", true).unwrap();
    assert_eq!((found.header, found.columns.join(" ")), (false, "column_1 column_2 column_3".to_owned()));
    assert_eq!(found.rows, [["1", "2,5", "on"], ["2", "3,5", "off"]]);
}

#[test]
fn a_wide_table_fits_into_its_row() {
    let line = vec!["温".repeat(150); 300].join(",");
    let found = sample(vec![line; 60].join("\n").as_bytes(), true).unwrap();
    assert!(serde_json::to_string(&found).unwrap().len() <= JSON_BYTES);
    assert!(!found.columns.is_empty());
}

fn picked(rule: &Rule) -> Sample {
    let mut text = "n,name\n".to_owned();
    for i in 1..=1000 {
        writeln!(text, "{i},p{i}").unwrap();
    }
    let source: Arc<dyn Source> = Arc::new(Bytes::from(text));
    let facts = sniff(&source, "x.csv").unwrap();
    pick(&source, &facts, rule, &|_| Ok(())).unwrap()
}

#[test]
fn rows_are_picked_and_columns_masked() {
    let first = picked(&Rule { rows: 3, masked: ["name".to_owned()].into(), ..Rule::default() });
    assert_eq!(first.rows, [["1", ""], ["2", ""], ["3", ""]]);
    assert_eq!((first.masked, first.numbers), (vec![1], Vec::new()));
    let rows = picked(&Rule { pick: Pick::Rows, chosen: vec![7, 1000], ..Rule::default() });
    assert_eq!(
        (rows.rows, rows.numbers),
        (vec![vec!["7".to_owned(), "p7".to_owned()], vec!["1000".to_owned(), "p1000".to_owned()]], vec![7, 1000])
    );
    assert!(picked(&Rule { pick: Pick::Nothing, ..Rule::default() }).rows.is_empty());
}

#[test]
fn a_random_sample_is_that_of_its_seed() {
    let rule = |seed| Rule { pick: Pick::Random, rows: 20, seed, ..Rule::default() };
    let (one, again, other) = (picked(&rule(7)), picked(&rule(7)), picked(&rule(8)));
    assert_eq!(one, again);
    assert_ne!(one.numbers, other.numbers);
    assert_eq!(one.rows.len(), 20);
    assert!(one.numbers.is_sorted() && one.numbers.iter().any(|n| *n > 500));
}

#[test]
fn other_forms_of_tables_have_samples_too() {
    let source: Arc<dyn Source> = Arc::new(Bytes::from("{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5}\n"));
    let found = profile(&source, "x.jsonl", &|_| Ok(())).unwrap();
    let sample = pick(&source, &found.facts, &Rule::default(), &|_| Ok(())).unwrap();
    assert_eq!(
        (sample.columns, sample.rows),
        (
            vec!["a".to_owned(), "b".to_owned()],
            vec![vec!["1".to_owned(), "x".to_owned()], vec!["2.5".to_owned(), String::new()]]
        )
    );
}
