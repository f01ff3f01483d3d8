//! Why a request is refused: a reason out of a list, and words.

use super::state::Desk;
use crate::values::Prose;

/// The reasons that ship with the exchange; their words are `reason-CODE`.
pub const REASONS: &[&str] =
    &["purpose", "terms", "price", "budget", "duplicate", "identity", "territory", "level", "capacity", "other"];

/// Why a request is refused.
#[derive(Debug, Clone)]
pub struct Reason {
    /// A code out of the list.
    pub code: String,
    /// In words.
    pub words: Prose,
}

impl Reason {
    /// A reason that is not on the list, in words alone.
    #[must_use]
    pub fn other(words: Prose) -> Self {
        Self { code: "other".to_owned(), words }
    }
}

/// The shipped reasons that make sense at a desk.
#[must_use]
pub fn reasons_for(desk: Desk) -> Vec<&'static str> {
    let fits = |code: &&str| match desk {
        Desk::Buyer => !matches!(*code, "identity" | "capacity" | "territory"),
        Desk::Seller => !matches!(*code, "budget" | "duplicate"),
        Desk::Compliance => matches!(*code, "purpose" | "identity" | "territory" | "level" | "other"),
    };
    REASONS.iter().copied().filter(fits).collect()
}
