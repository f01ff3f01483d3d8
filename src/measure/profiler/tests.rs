//! Whole files, measured.

use super::super::profile::{Order, Personal};
use super::super::source::Source;
use super::*;
use bytes::Bytes;
use std::fmt::Write;

fn measured(bytes: impl Into<Bytes>, name: &str) -> Result<Profile, Refusal> {
    let source: Arc<dyn Source> = Arc::new(bytes.into());
    profile(&source, name, &|_| Ok(()))
}

/// Ten thousand rows, more than a block, with whatever a column can have.
fn table() -> String {
    let mut text = "at,machine,temp [K],speed_rpm,ok,const,copy,id,note\n".to_owned();
    for i in 0..20_000_u32 {
        if (700..710).contains(&i) {
            continue;
        }
        let at = super::super::cells::iso(i64::from(i) * 60_000 + 1_000);
        let temp = if i % 10 == 3 { "NA".to_owned() } else { format!("{}", 290.0 + f64::from(i % 2000) / 100.0) };
        let speed = if i == 15_000 { "broken".to_owned() } else { (1000 + i % 3000).to_string() };
        let name = ["M1", "M2", "M3"][usize::try_from(i % 3).unwrap()];
        writeln!(text, "{at},{name},{temp},{speed},{},7,{name},{i},\"line\n{}\"", i % 2 == 0, i * 31).unwrap();
    }
    text.push_str("1970-01-14 21:18:01,M3,290,1000,true,7,M3,19999,x,extra\n");
    text
}

#[test]
fn a_table_is_measured_over_all_rows() {
    let found = measured(table(), "x.csv").unwrap();
    assert_eq!((found.rows, found.ragged_rows), (Some(19_991), 1));
    let column = |name: &str| found.columns.iter().find(|c| c.name == name).unwrap();
    let at = column("at");
    assert_eq!((at.kind, at.order), (ColumnType::Datetime, Order::None));
    let time = at.instants.as_ref().unwrap();
    assert_eq!((time.interval_ms, time.gaps_count, time.missing), (Some(60_000), 1, 10));
    assert_eq!(time.gaps[0].missing, 10);
    let temp = column("temp [K]");
    assert_eq!((temp.kind, temp.unit.as_deref(), temp.nulls), (ColumnType::Number, Some("K"), 1999));
    let numbers = temp.numbers.unwrap();
    assert_eq!((numbers.min, numbers.max), (290.0, 309.99));
    assert!((numbers.mean - 300.0).abs() < 0.1 && (numbers.median() - 300.0).abs() < 0.3, "{numbers:?}");
    assert_eq!(temp.histogram.iter().map(|b| b.count).sum::<u64>(), 19_991 - 1999);
    assert_eq!((temp.distinct.count, temp.distinct.exact), (1800, true));
    let speed = column("speed_rpm");
    assert_eq!((speed.kind, speed.odd, speed.odd_row), (ColumnType::Integer, 1, Some(14_991)));
    assert_eq!((column("ok").kind, column("ok").top.len()), (ColumnType::Boolean, 2));
    assert!(column("const").constant);
    assert_eq!(column("copy").copy_of.as_deref(), Some("machine"));
    let id = column("id");
    assert_eq!((id.distinct.count, id.min.as_deref(), id.max.as_deref()), (19_990, Some("0"), Some("19999")));
    assert_eq!(column("machine").top[0].count, 6664);
    assert_eq!(column("note").texts.unwrap().shortest, 1);
    let score = found.score.unwrap();
    assert!((800..1000).contains(&score.tenths), "{score:?}");
}

#[test]
fn the_same_rows_in_other_forms_give_the_same() {
    let text = "id,value,name\n1,1.5,a\n2,,b\n2,,b\n3,2.5,a\n";
    let csv = measured(text, "x.csv").unwrap();
    let json = measured("{\"id\":1,\"value\":1.5,\"name\":\"a\"}\n{\"name\":\"b\",\"id\":2}\n{\"id\":2,\"value\":null,\"name\":\"b\"}\n{\"id\":3,\"value\":2.5,\"name\":\"a\"}\n", "x.jsonl").unwrap();
    assert_eq!(csv.columns, json.columns);
    assert_eq!((csv.duplicate_rows.unwrap().count, json.duplicate_rows.unwrap().count), (1, 1));
    let mut parquet = Vec::new();
    let batch = super::super::tables::tests::batch();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut parquet, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let packed = zstd::encode_all(parquet.as_slice(), 3).unwrap();
    let found = measured(parquet, "x.parquet").unwrap();
    let unpacked = measured(packed, "x.parquet.zst").unwrap();
    assert_eq!((&unpacked.columns, unpacked.rows), (&found.columns, found.rows));
    let kinds: Vec<ColumnType> = found.columns.iter().map(|c| c.kind).collect();
    assert_eq!(
        kinds,
        [ColumnType::Integer, ColumnType::Number, ColumnType::String, ColumnType::Boolean, ColumnType::Datetime]
    );
    assert_eq!(found.columns[1].nulls, 1);
}

#[test]
fn an_encoding_that_shows_late() {
    let mut text = "id,note\n".to_owned();
    for i in 0..40_000 {
        writeln!(text, "{i},plain").unwrap();
    }
    for i in 0..100 {
        writeln!(text, "{i},主轴温度过高,需要检查").unwrap();
    }
    let (old, _, _) = encoding_rs::GB18030.encode(&text);
    let found = measured(old.into_owned(), "x.csv").unwrap();
    assert_eq!((found.facts.encoding.as_deref(), found.rows), (Some("gb18030"), Some(40_100)));
}

#[test]
fn personal_data_is_suspected() {
    let text = "姓名,电话,证件,邮箱,温度\n王小明,13812345678,11010519491231002X,a@example.com,20\n李雷,13912345678,11010519491231002X,b@example.com,21\n";
    let found = measured(text, "x.csv").unwrap();
    let kinds: Vec<Vec<Personal>> =
        found.columns.iter().map(|c| c.suspicions.iter().map(|s| s.kind).collect()).collect();
    assert_eq!(
        kinds,
        [vec![Personal::Name], vec![Personal::Phone], vec![Personal::Identity], vec![Personal::Email], vec![]]
    );
    assert!(found.public().columns.iter().all(|c| c.suspicions.is_empty()));
}

#[test]
fn identity_numbers_of_digits_only_are_read_to_the_last() {
    let mut text = "id,n\n".to_owned();
    for i in 0..200 {
        let right = if i % 2 == 0 { "110101199003070011" } else { "110101199003070038" };
        writeln!(text, "{right},{i}").unwrap();
    }
    let found = measured(text, "x.csv").unwrap();
    let counts: Vec<_> = found.columns[0].suspicions.iter().map(|s| (s.kind, s.count)).collect();
    assert_eq!(counts, [(Personal::Identity, 200)]);
}

#[test]
fn a_json_document_is_no_table() {
    for text in ["[{\"a\": 1, \"b\": 2},\n {\"a\": 3, \"b\": 4}]", "{\n \"a\": 1,\n \"b\": 2\n}\n", "[]"] {
        let found = measured(text, "x.json").unwrap();
        assert_eq!((found.facts.format, found.rows), (Format::Text, None), "{text}");
    }
    let rows = measured("{\"a\": 1}\n{\"a\": 2}\n", "x.json").unwrap();
    assert_eq!((rows.facts.format, rows.rows), (Format::JsonLines, Some(2)));
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut out = std::io::Cursor::new(Vec::new());
    let mut zip = zip::ZipWriter::new(&mut out);
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in entries {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    out.into_inner()
}

#[test]
fn archives_are_looked_into() {
    let bytes = zipped(&[("a/t.csv", b"a,b\n1,2\n3,4\n"), ("b.bin", &[0, 1, 2]), ("c.csv", b"x;y\n1;2\n")]);
    let archive = measured(bytes, "x.zip").unwrap().archive.unwrap();
    assert_eq!((archive.entries, archive.members[0].rows, archive.members[0].columns.len()), (3, Some(2), 2));
    assert_eq!(archive.formats.len(), 2);
    let mut parquet = Vec::new();
    let batch = super::super::tables::tests::batch();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut parquet, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let bytes = zipped(&[("t.parquet", &parquet), ("bad.parquet", b"PAR1????"), ("c.csv", b"x;y\n1;2\n")]);
    let members = measured(bytes, "x.zip").unwrap().archive.unwrap().members;
    let rows: Vec<_> = members.iter().map(|m| m.rows).collect();
    assert_eq!(rows, [Some(u64::try_from(batch.num_rows()).unwrap()), None, Some(1)]);
    let code = |bytes: Vec<u8>| measured(bytes, "x.zip").unwrap_err().code();
    assert_eq!(code(zipped(&[("../up.csv", b"a")])), "bad-entry");
    assert_eq!(code(zipped(&[("/etc/x", b"a")])), "bad-entry");
    assert_eq!(code(zipped(&[("zeros", &vec![0; 64 * 1024 * 1024])])), "bomb");
    let names: Vec<String> = (0..10_001).map(|i| i.to_string()).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), b"".as_slice())).collect();
    assert_eq!(code(zipped(&many)), "many-entries");
    let good = zipped(&[("a.csv", b"a,b\n1,2\n")]);
    for cut in 0..good.len() {
        let _ = measured(good[..cut].to_vec(), "x.zip");
    }
}

#[test]
fn it_ends_when_told() {
    let source: Arc<dyn Source> = Arc::new(Bytes::from(table()));
    let ended = profile(&source, "x.csv", &|_| Err(Refusal::Slow));
    assert_eq!(ended.unwrap_err().code(), "slow");
}
