//! What can be wrong with terms, in words that say what to do.

use super::{CLAUSE_MAX, NOTE_MAX};

/// Why something is no terms; each message says what to do. `at` is the code of the action, duty or limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTerms {
    /// It is no JSON of this shape.
    #[error("the terms are not readable: {0}; send an object with `rules`, `duties` and `limits`")]
    Unreadable(String),
    /// An action has no rule.
    #[error("no rule for `{at}`; add one that is allowed, conditional or forbidden")]
    Missing {
        /// The code of the action.
        at: &'static str,
    },
    /// Something is ruled twice.
    #[error("`{at}` is given more than once; keep one entry")]
    Twice {
        /// The code of what is doubled.
        at: &'static str,
    },
    /// An entry cites nothing.
    #[error("`{at}` names no clause; say where the text states it, as in `§ 3.1`")]
    NoClause {
        /// The code of the entry.
        at: &'static str,
    },
    /// The clause is too long.
    #[error("the clause of `{at}` has {length} characters; give its number only, at most {CLAUSE_MAX} characters")]
    LongClause {
        /// The code of the entry.
        at: &'static str,
        /// Its length in characters.
        length: usize,
    },
    /// The note is too long.
    #[error(
        "the note on `{at}` has {length} characters; shorten it to at most {NOTE_MAX} and leave the rest to the text"
    )]
    LongNote {
        /// The code of the entry.
        at: &'static str,
        /// Its length in characters.
        length: usize,
    },
    /// A clause or note holds a line break or another control character, or blanks at its ends.
    #[error(
        "the clause or note of `{at}` holds a line break, a control character or blanks at an end; write it on one line"
    )]
    NotOneLine {
        /// The code of the entry.
        at: &'static str,
    },
    /// A conditional rule does not say its condition.
    #[error("`{at}` is conditional but says no condition; add a note in Chinese or English")]
    NoCondition {
        /// The code of the action.
        at: &'static str,
    },
    /// A constraint names nothing, too much, or something that is none.
    #[error(
        "`{at}` holds `{value}`, which does not fit; name countries as `CN`, sections as `C`, networks as `192.0.2.0/24`, numbers from 1"
    )]
    BadBound {
        /// The code of the constraint.
        at: &'static str,
        /// What does not fit.
        value: String,
    },
}
