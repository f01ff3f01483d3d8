//! Tables for spreadsheets: CSV whose cells no spreadsheet takes for a formula.

use crate::http::Answer;
use crate::http::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::header;

/// Makes a text harmless for spreadsheets: what looks like a formula gets an apostrophe in front (OWASP, CSV injection).
#[must_use]
pub fn cell(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%']);
    // A plain number may begin with a minus.
    if risky && text.parse::<f64>().is_err() { format!("'{text}") } else { text.to_owned() }
}

/// Answers with a table as a file (RFC 4180, UTF-8 with a mark, which spreadsheets need to read Chinese).
///
/// # Errors
/// A broken-server problem when it cannot be written, which is a bug.
pub fn csv(name: &str, heads: &[&str], rows: &[Vec<String>]) -> Answer {
    let broken = |e: &dyn std::fmt::Display| Problem::broken(e);
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(heads).map_err(|e| broken(&e))?;
    for row in rows {
        writer.write_record(row.iter().map(|c| cell(c))).map_err(|e| broken(&e))?;
    }
    let bytes = writer.into_inner().map_err(|e| broken(&e))?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+cmd", "-2+3", "@sum(a1)", "\t=1", "|calc", "%x"] {
            assert_eq!(cell(bad), format!("'{bad}"));
        }
        for good in ["", "-12.5", "GR-2026-0001", "主轴", "a=b"] {
            assert_eq!(cell(good), good);
        }
    }
}
