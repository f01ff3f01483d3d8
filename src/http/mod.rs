//! The edge that pages, API and protocols share: routes, visits, bodies, problems, guards, deadlines, ranges.
//!
//! It knows no page and no protocol. A request passes the [`door`] first (request id, panics, headers,
//! origin guard), then the sieve of its route, then its handler, which takes a [`Visit`] and perhaps a body.

pub mod answer;
pub mod body;
pub mod deadlines;
pub mod doing;
pub mod door;
pub mod hashing;
pub mod origin;
pub mod packing;
pub mod path;
pub mod problem;
pub mod ranges;
pub mod routes;
pub mod site;
pub mod turns;
pub mod uploads;
pub mod visit;

pub use answer::{Answer, see_other};
pub use body::{Form, Json, Typed};
pub use doing::Doing;
pub use path::{Path, Query};
pub use problem::Problem;
pub use routes::{Route, Sieve};
pub use site::Site;
pub use visit::{Theme, Visit};
