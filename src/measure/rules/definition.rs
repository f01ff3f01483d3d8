//! What a standard says of a table: its fields and its rules.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A date, or a date with a time.
    Instant,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// True or false, also as 0 and 1.
    Truth,
    /// Any text.
    Text,
}
impl Kind {
    /// Gives the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Truth => "truth",
            Self::Text => "text",
        }
    }
}

/// A field that a table of the standard has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in the standard, by which rules name it.
    pub name: String,
    /// The names that a column may have for it, beside its own; `*` stands for any characters. Case, spaces and a unit
    /// in brackets behind the name do not count.
    #[serde(default)]
    pub names: Vec<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Its unit in the code of UCUM; empty when it has none.
    #[serde(default)]
    pub unit: String,
    /// Whether a table without it breaks the standard.
    #[serde(default)]
    pub required: bool,
    /// What it is, in Chinese.
    #[serde(default)]
    pub title_zh: String,
    /// What it is, in English.
    #[serde(default)]
    pub title_en: String,
}

/// How two fields compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Less than.
    Lt,
    /// At most.
    Le,
    /// Equal.
    Eq,
    /// Another value.
    Ne,
    /// At least.
    Ge,
    /// Greater than.
    Gt,
}
impl Op {
    /// Gives its sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Lt => "<",
            Self::Le => "≤",
            Self::Eq => "=",
            Self::Ne => "≠",
            Self::Ge => "≥",
            Self::Gt => ">",
        }
    }
    /// Tells whether values in this order fit.
    #[must_use]
    pub const fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Lt => order.is_lt(),
            Self::Le => order.is_le(),
            Self::Eq => order.is_eq(),
            Self::Ne => order.is_ne(),
            Self::Ge => order.is_ge(),
            Self::Gt => order.is_gt(),
        }
    }
}

/// A rule about the rows of a table. Fields are named as in the standard; `by` groups rows, as by machine. A cell without
/// a value breaks [`Rule::NotNull`] only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// Every row has a value.
    NotNull {
        /// The field.
        field: String,
    },
    /// Numbers lie between two bounds, both included; one may be left out.
    Range {
        /// The field.
        field: String,
        /// The lower bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// The upper bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// No two rows have the same values.
    Unique {
        /// The fields that make a row one.
        fields: Vec<String>,
    },
    /// Times or numbers never fall from row to row.
    Monotonic {
        /// The field.
        field: String,
        /// The field whose value groups rows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Whether equal neighbours break the rule too.
        #[serde(default)]
        strict: bool,
    },
    /// Neighbouring times (or numbers, as seconds) are not farther apart.
    MaxGap {
        /// The field.
        field: String,
        /// The field whose value groups rows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// The longest gap in seconds.
        seconds: f64,
    },
    /// Neighbouring times (or numbers, as seconds) lie one period apart.
    SamplingRate {
        /// The field.
        field: String,
        /// The field whose value groups rows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Samples for each second.
        hertz: f64,
        /// How far a period may differ, in percent of it; a millisecond is always allowed.
        #[serde(default)]
        tolerance_percent: f64,
    },
    /// Only these values occur.
    Enum {
        /// The field.
        field: String,
        /// The values, as text; case counts.
        values: Vec<String>,
    },
    /// Texts have this form.
    Regex {
        /// The field.
        field: String,
        /// A regular expression that the whole value matches.
        pattern: String,
    },
    /// Two fields of each row compare so.
    Compare {
        /// The left field.
        left: String,
        /// How it compares.
        is: Op,
        /// The right field.
        right: String,
    },
}

impl Rule {
    /// Gives the stable code; `rule-CODE` are its words.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotNull { .. } => "not-null",
            Self::Range { .. } => "range",
            Self::Unique { .. } => "unique",
            Self::Monotonic { .. } => "monotonic",
            Self::MaxGap { .. } => "max-gap",
            Self::SamplingRate { .. } => "sampling-rate",
            Self::Enum { .. } => "enum",
            Self::Regex { .. } => "regex",
            Self::Compare { .. } => "compare",
        }
    }
    /// Lists the fields that it names.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Self::NotNull { field }
            | Self::Range { field, .. }
            | Self::Enum { field, .. }
            | Self::Regex { field, .. } => vec![field],
            Self::Unique { fields } => fields.iter().map(String::as_str).collect(),
            Self::Monotonic { field, by, .. }
            | Self::MaxGap { field, by, .. }
            | Self::SamplingRate { field, by, .. } => std::iter::once(field.as_str()).chain(by.as_deref()).collect(),
            Self::Compare { left, right, .. } => vec![left, right],
        }
    }
    /// Says what it asks in signs that need no language.
    #[must_use]
    pub fn says(&self) -> String {
        let per = |by: &Option<String>| by.as_ref().map(|b| format!(" / {b}")).unwrap_or_default();
        match self {
            Self::NotNull { .. } => "≠ ∅".to_owned(),
            Self::Range { min: Some(min), max: Some(max), .. } => format!("{min} … {max}"),
            Self::Range { min: Some(min), max: None, .. } => format!("≥ {min}"),
            Self::Range { min: None, max: Some(max), .. } => format!("≤ {max}"),
            Self::Range { min: None, max: None, .. } => String::new(),
            Self::Unique { fields } => fields.join(" + "),
            Self::Monotonic { by, strict, .. } => format!("{}{}", if *strict { "↑" } else { "≥" }, per(by)),
            Self::MaxGap { by, seconds, .. } => format!("≤ {seconds} s{}", per(by)),
            Self::SamplingRate { by, hertz, tolerance_percent, .. } => {
                format!("{hertz} Hz ± {tolerance_percent} %{}", per(by))
            }
            Self::Enum { values, .. } => values.join(" | "),
            Self::Regex { pattern, .. } => pattern.clone(),
            Self::Compare { left, is, right } => format!("{left} {} {right}", is.sign()),
        }
    }
}

/// Fields and rules of a standard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The fields.
    pub fields: Vec<Field>,
    /// The rules.
    #[serde(default)]
    pub rules: Vec<Rule>,
}
