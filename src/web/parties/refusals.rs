//! What went wrong in the room of organisations, as problems.

use crate::http::problem::{Fault, Problem};
use crate::market::parties::{FoundError, InviteError, KeyError, RoleError};

/// Turns a failed founding into a problem.
pub fn found_problem(error: FoundError) -> Problem {
    match error {
        FoundError::Taken => {
            Problem::invalid(vec![Fault { field: "slug".to_owned(), message: "fault-taken", value: String::new() }])
        }
        FoundError::Store(error) => error.into(),
    }
}

/// Turns a failed change of roles into a problem.
pub fn role_problem(error: RoleError) -> Problem {
    match error {
        RoleError::LastOwner => Problem::conflict("last-owner"),
        RoleError::NoSuchMember => Problem::not_found(),
        RoleError::Overtaken => Problem::conflict("overtaken"),
        RoleError::Store(error) => error.into(),
    }
}

/// Turns a failed invitation into a problem.
pub fn invite_problem(error: InviteError) -> Problem {
    match error {
        InviteError::AlreadyMember => Problem::conflict("already-member"),
        InviteError::AlreadyInvited => Problem::conflict("already-invited"),
        InviteError::TooMany => Problem::conflict("too-many"),
        InviteError::Dead => Problem::new(actix_web::http::StatusCode::GONE, "dead-link"),
        InviteError::OtherAddress => Problem::forbidden("other-address"),
        InviteError::Store(error) => error.into(),
    }
}

/// Turns a failed making of a key into a problem.
pub fn key_problem(error: KeyError) -> Problem {
    match error {
        KeyError::TooMany => Problem::conflict("too-many"),
        KeyError::NoSuchKey => Problem::not_found(),
        KeyError::Store(error) => error.into(),
    }
}
