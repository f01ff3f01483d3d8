//! The bricks everything else is made of: small types that cannot be wrong.
//!
//! A value is parsed once at the edge and never checked again. Nothing here knows a room, a database
//! connection or HTTP; the only outside words are serde's and diesel's column traits. The clock and the
//! random source are read here and nowhere else.

mod digest;
mod egress;
mod ids;
mod money;
mod path;
mod secret;
mod text;
mod time;

pub use digest::{Sha256, Sha256Sum, hash_text};
#[cfg(test)]
pub(crate) use egress::tests::INSIDE;
pub use egress::{Egress, Forbidden};
pub use ids::*;
pub(crate) use money::grouped;
pub use money::{BadMoney, Currency, Money};
pub use path::FilePath;
pub use secret::{Opaque, Secret, ServerKey, random_bytes, random_uuid, same_secret};
pub(crate) use text::text_enum;
pub use text::{BadText, Email, Lang, Line, Prose, Slug, fold};
pub use time::{Clock, Timestamp};
