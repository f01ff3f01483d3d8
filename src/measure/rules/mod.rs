//! Rules that a sector standard states about the rows of a table, and the check of a table against them.
//!
//! A [`Definition`] is what a standard says: fields with types and units, and rules. A [`Checker`] takes the rows of one
//! table as [`super::tables::walk`] gives them, in bounded memory, and ends in a [`Report`]: every broken rule with its
//! count, the first row numbers and some values. Nothing here knows who declared what.

mod check;
mod definition;
mod fields;
mod parse;
mod report;
mod watch;

pub use check::Checker;
pub use definition::{Definition, Field, Kind, Op, Rule};
pub use fields::{matches, split_unit};
pub use parse::{BadDefinition, MOST_FIELDS, MOST_RULES};
pub use report::{Broken, Matched, Report};

/// The name and version of the checker; it changes when its results may.
pub const CHECKER: &str = "bourse-checker/1";
