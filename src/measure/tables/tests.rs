//! Tables in all forms, read row by row.

use super::super::formats::{Facts, sniff};
use super::*;
use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use bytes::Bytes;
use std::io::Write;

fn source(bytes: impl Into<Bytes>) -> Arc<dyn Source> {
    Arc::new(bytes.into())
}

fn all(bytes: impl Into<Bytes>, name: &str) -> (Facts, Vec<Vec<String>>) {
    let source = source(bytes);
    let facts = sniff(&source, name).unwrap();
    let mut rows = Vec::new();
    walk(&source, &facts, &mut |row, cells| {
        assert_eq!(row, u64::try_from(rows.len()).unwrap() + 1);
        rows.push(cells.iter().map(|c| format!("{c:?}")).collect());
        ControlFlow::Continue(())
    })
    .unwrap();
    (facts, rows)
}

fn array(array: impl arrow_array::Array + 'static) -> ArrayRef {
    Arc::new(array)
}

pub(in crate::measure) fn batch() -> RecordBatch {
    RecordBatch::try_from_iter([
        ("id", array(Int32Array::from(vec![1, 2]))),
        ("value", array(Float64Array::from(vec![Some(1.5), None]))),
        ("name", array(StringArray::from(vec!["a", "温"]))),
        ("ok", array(BooleanArray::from(vec![true, false]))),
        ("at", array(TimestampMicrosecondArray::from(vec![0, 1_000_000]))),
    ])
    .unwrap()
}

fn parquet_bytes() -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut out, batch().schema(), None).unwrap();
    writer.write(&batch()).unwrap();
    writer.close().unwrap();
    out
}

#[test]
fn the_same_table_in_six_forms() {
    let right = vec![
        vec!["Number(1.0)", "Number(1.5)", "Text(\"a\")", "Truth(true)", "Instant(0)"],
        vec!["Number(2.0)", "Null", "Text(\"温\")", "Truth(false)", "Instant(1000)"],
    ];
    assert_eq!(all(parquet_bytes(), "x.parquet").1, right);
    let mut file = Vec::new();
    let mut writer = arrow_ipc::writer::FileWriter::try_new(&mut file, &batch().schema()).unwrap();
    writer.write(&batch()).unwrap();
    writer.finish().unwrap();
    drop(writer);
    assert_eq!(all(file, "x.arrow").1, right);
    let mut stream = Vec::new();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut stream, &batch().schema()).unwrap();
    writer.write(&batch()).unwrap();
    writer.finish().unwrap();
    drop(writer);
    let (facts, rows) = all(stream, "x.arrows");
    assert_eq!(
        (facts.columns.len(), rows),
        (5, right.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect())
    );
    let lines = "{\"id\":1,\"value\":1.5,\"name\":\"a\",\"ok\":true}\n\n{\"id\":2,\"value\":null,\"name\":\"温\",\"ok\":false,\"more\":[1]}";
    let (facts, rows) = all(lines, "x.jsonl");
    assert_eq!(facts.columns, ["id", "value", "name", "ok", "more"]);
    assert_eq!(rows[1], ["Number(2.0)", "Null", "Text(\"温\")", "Truth(false)", "Text(\"[1]\")"]);
    let text = "\u{FEFF}id;value\r\n1;2,5\r\n\"2\";NA\r\n";
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    let (facts, rows) = all(gz.finish().unwrap(), "x.csv.gz");
    assert_eq!(
        (facts.separator, facts.decimal, facts.columns),
        (Some(';'), ',', vec!["id".to_owned(), "value".to_owned()])
    );
    assert_eq!(rows, [["Text(\"1\")", "Text(\"2,5\")"], ["Text(\"2\")", "Null"]]);
    assert_eq!(all(zstd::encode_all(text.as_bytes(), 3).unwrap(), "x.csv.zst").1, rows);
    let (old, _, _) = encoding_rs::GB18030.encode("时间,温度\n1,低\n");
    assert_eq!(all(old.into_owned(), "x.csv").1, [["Text(\"1\")", "Text(\"低\")"]]);
}

fn refused(bytes: impl Into<Bytes>, name: &str) -> &'static str {
    let source = source(bytes);
    let done = sniff(&source, name).and_then(|facts| walk(&source, &facts, &mut |_, _| ControlFlow::Continue(())));
    done.unwrap_err().code()
}

#[test]
fn hostile_files_are_refused() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..100 {
        gz.write_all(&b"1,2\n".repeat(256 * 1024)).unwrap();
    }
    assert_eq!(refused(gz.finish().unwrap(), "x.csv.gz"), "bomb");
    let mut line = b"a,b\n".to_vec();
    line.extend(vec![b'x'; 20 * 1024 * 1024]);
    assert_eq!(refused(line, "x.csv"), "long-record");
    assert_eq!(refused("x,".repeat(10_000) + "\n1,2\n", "x.csv"), "many-columns");
    let deep = format!("{{\"a\":1}}\n{{\"a\":{}1{}}}\n", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(refused(deep, "x.jsonl"), "deep");
    let good = parquet_bytes();
    for lie in [0_u32, 7, 0xFFFF_FFFF, 0x7FFF_FFFF] {
        let mut bad = good.clone();
        let at = bad.len() - 8;
        bad[at..at + 4].copy_from_slice(&lie.to_le_bytes());
        assert!(["damaged", "memory"].contains(&refused(bad, "x.parquet")));
    }
    // Whatever byte is changed: an answer, never a crash.
    for at in (4..good.len()).step_by(3) {
        let mut bad = good.clone();
        bad[at] ^= 0x5A;
        let source = source(bad);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let facts = sniff(&source, "x.parquet")?;
            let mut rows = 0;
            walk(&source, &facts, &mut |_, _| {
                rows += 1;
                if rows > 1000 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        }));
        drop(done);
    }
}
