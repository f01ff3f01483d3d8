//! Descriptions of datasets in the forms of others: Data Package (Frictionless, versions 1 and 2) is read and written,
//! Croissant is read (1.0 and 1.1) and written (1.0). Pure: text in, values out. Pages, API and command line share it.
//!
//! What is wrong in a description is told by the place where it stands: a JSON pointer and the number of the line.

pub mod croissant;
mod croissant_write;
mod datapackage;
mod extras;
mod faults;
mod json_schema;
mod places;
mod table_schema;
mod walk;
mod write;

pub use croissant_write::{CROISSANT, croissant as write_croissant};
pub use datapackage::NAME;
pub use faults::{What, Wrong};
pub use table_schema::{read as read_schema, write as write_schema};
pub use walk::Found;
pub use write::{Contents, Item, datapackage};

use crate::market::datasets::cards::{CardField, Details};
use crate::market::datasets::columns::Column;
use crate::measure::disclosure::Rule;
use crate::values::{FilePath, Lang, Sha256};
use serde_json::Value;

/// The largest description that is read, in bytes.
pub const MOST_BYTES: usize = 32 * 1024 * 1024;

/// A file that a description names.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its path in the version.
    pub path: FilePath,
    /// Its size, when the description tells.
    pub bytes: Option<u64>,
    /// Its SHA-256, when the description tells.
    pub sha256: Option<Sha256>,
    /// Its columns; empty when none are declared.
    pub columns: Vec<Column>,
    /// The columns that together tell one row from another.
    pub primary_key: Vec<String>,
    /// What everybody may see of it, when the description tells.
    pub sample: Option<Rule>,
}

/// What a dataset can start from.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The name in addresses.
    pub name: String,
    /// The label of the version.
    pub version: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// Summary in Chinese.
    pub summary_zh: String,
    /// Summary in English.
    pub summary_en: String,
    /// Data card in Chinese.
    pub card_zh: String,
    /// Data card in English.
    pub card_en: String,
    /// Section of ISIC, one letter; empty when it is not told.
    pub sector: String,
    /// Kind of data; empty when it is not told.
    pub kind: String,
    /// What it is made for; empty when it is not told.
    pub use_case: String,
    /// Where the data comes from.
    pub source_statement: String,
    /// Whom to ask.
    pub contact: String,
    /// What is new in this version.
    pub change_note: String,
    /// The names of the licences it is under elsewhere.
    pub licences: Vec<String>,
    /// The structured card.
    pub details: Details,
    /// The files.
    pub resources: Vec<Resource>,
    /// The answers to the questionnaire about the level, as the API takes them.
    pub level: Option<Value>,
    /// The offers to be made, as the API takes them, each with the code of a licence in place of its identifier.
    pub offers: Vec<Value>,
}

impl Start {
    /// Puts a text where texts of its language stand: Chinese if it has Chinese characters.
    fn put(zh: &mut String, en: &mut String, text: &str) {
        match language(text) {
            Lang::Zh => text.clone_into(zh),
            Lang::En => text.clone_into(en),
        }
    }
    /// Whether it says anything about a field of the structured card.
    #[must_use]
    pub fn says(&self, field: CardField) -> bool {
        self.details.has(field)
    }
}

/// Tells the language of a text: Chinese if it has Chinese characters.
#[must_use]
pub fn language(text: &str) -> Lang {
    let chinese = |c: char| matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}');
    if text.chars().any(chinese) { Lang::Zh } else { Lang::En }
}

/// Reads a description, whichever of the known forms it has.
///
/// # Errors
/// Everything that is wrong in it, each with its place.
pub fn read(text: &str) -> Result<Start, Vec<Wrong>> {
    if text.len() > MOST_BYTES {
        return Err(vec![Wrong { pointer: String::new(), line: 1, what: What::TooLarge }]);
    }
    let text = text.trim_start_matches('\u{FEFF}');
    let value: Value = serde_json::from_str(text)
        .map_err(|e| vec![Wrong { pointer: String::new(), line: e.line(), what: What::Json(e.column()) }])?;
    let mut found = Found::new();
    let start = if croissant::is_one(&value) {
        croissant::read(&value, &mut found)
    } else {
        datapackage::read(&value, &mut found)
    };
    let wrongs = found.into_wrongs(text);
    if wrongs.is_empty() { Ok(start) } else { Err(wrongs) }
}
