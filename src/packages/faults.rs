//! What can be wrong in a description.

/// A fault in a description, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// JSON pointer (RFC 6901) of the value; empty for the whole.
    pub pointer: String,
    /// The line on which the value stands, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: What,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The whole is larger than is read.
    TooLarge,
    /// It is no JSON; the column of the fault.
    Json(usize),
    /// Another type is expected: its name.
    Type(&'static str),
    /// Something that must be there is missing: its name.
    Missing(&'static str),
    /// The path of a file cannot be taken: absolute, outside of the folder, hidden, or with special characters.
    Path(String),
    /// Two resources name the same file.
    Twice(String),
    /// The data stands in the description itself.
    Inline,
    /// The digest is no SHA-256 of 64 hexadecimal digits.
    Hash(String),
    /// The type of a column is none of Table Schema.
    ColumnType(String),
    /// The unit is no code of UCUM; what was probably meant, or nothing.
    Unit(String, &'static str),
    /// A text has hidden characters or is too long.
    Text,
    /// The value is none of those that are allowed.
    Choice(String),
    /// A schema that stands in a file of its own cannot be fetched.
    Elsewhere(String),
    /// The rule about what everybody may see cannot be read; why.
    Sample(String),
    /// There are more files than a version may have.
    TooMany,
}

impl What {
    /// The key of its words.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TooLarge => "package-too-large",
            Self::Json(_) => "package-json",
            Self::Type(_) => "package-type",
            Self::Missing(_) => "package-missing",
            Self::Path(_) => "package-path",
            Self::Twice(_) => "package-twice",
            Self::Inline => "package-inline",
            Self::Hash(_) => "package-hash",
            Self::ColumnType(_) => "package-column-type",
            Self::Unit(..) => "package-unit",
            Self::Text => "package-text",
            Self::Choice(_) => "package-choice",
            Self::Elsewhere(_) => "package-elsewhere",
            Self::Sample(_) => "package-sample",
            Self::TooMany => "package-too-many",
        }
    }
    /// What its words are filled with.
    #[must_use]
    pub fn value(&self) -> String {
        match self {
            Self::TooLarge | Self::Inline | Self::Text | Self::TooMany => String::new(),
            Self::Json(column) => column.to_string(),
            Self::Type(name) | Self::Missing(name) => (*name).to_owned(),
            Self::Path(text)
            | Self::Twice(text)
            | Self::Hash(text)
            | Self::ColumnType(text)
            | Self::Choice(text)
            | Self::Elsewhere(text)
            | Self::Sample(text)
            | Self::Unit(text, "") => text.chars().take(80).collect(),
            Self::Unit(text, meant) => format!("{} → {meant}", text.chars().take(80).collect::<String>()),
        }
    }
}
