//! Reads files and says what is in them. It knows no market, no database and no HTTP.

pub mod casts;
pub mod cells;
pub mod convert;
pub mod disclosure;
pub mod formats;
mod head;
pub mod profile;
pub mod profiler;
pub mod quality;
pub mod refusals;
pub mod rules;
mod sample;
pub mod source;
mod table;
pub mod tables;
pub mod units;

pub use formats::{Facts, sniff};
pub use profile::Profile;
pub use profiler::{Watch, profile};
pub use refusals::Refusal;
pub use sample::{SAMPLE_BYTES, Sample, pick, sample};
pub use table::Counting;

/// Tells the media type of a file by the ending of its name.
#[must_use]
pub fn media_type(path: &str) -> &'static str {
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "csv" => "text/csv",
        "tsv" | "tab" => "text/tab-separated-values",
        "parquet" => "application/vnd.apache.parquet",
        "json" => "application/json",
        "jsonl" | "ndjson" => "application/x-ndjson",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "txt" | "md" => "text/plain",
        "pdf" => "application/pdf",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "tif" | "tiff" => "image/tiff",
        "gif" => "image/gif",
        "bmp" => "image/bmp",
        "webp" => "image/webp",
        "wav" => "audio/vnd.wave",
        "arrow" | "feather" => "application/vnd.apache.arrow.file",
        "arrows" => "application/vnd.apache.arrow.stream",
        "zst" => "application/zstd",
        "h5" | "hdf5" => "application/x-hdf5",
        _ => "application/octet-stream",
    }
}

/// Tells whether a file is a table in text form, of which a sample can be shown.
#[must_use]
pub fn is_text_table(media_type: &str) -> bool {
    matches!(media_type, "text/csv" | "text/tab-separated-values")
}

/// Gives the short name of a format for lists, such as `CSV`.
#[must_use]
pub fn format_name(path: &str) -> String {
    let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
    if stem.is_empty() || ending.is_empty() || ending.len() > 8 {
        "–".to_owned()
    } else {
        ending.to_ascii_uppercase()
    }
}
