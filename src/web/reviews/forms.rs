//! What a reviewer types.

use crate::http::Typed;
use crate::http::problem::{Fault, Problem};
use crate::values::Prose;
use crate::web::accounts::forms::text_fault;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The form of a decision: boxes are named `check:CODE` and `reason:CODE`.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct ReviewTyped {
    #[serde(default)]
    revision: String,
    /// Words of one's own.
    #[serde(default)]
    pub words: String,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}
impl Typed for ReviewTyped {}

impl ReviewTyped {
    /// Gives the revision that the form showed.
    ///
    /// # Errors
    /// A bad request when it is none.
    pub fn revision(&self) -> Result<i64, Problem> {
        self.revision.parse().map_err(|_| Problem::bad_request("form"))
    }
    /// Gives the boxes that were ticked below a stem.
    #[must_use]
    pub fn ticked(&self, stem: &str) -> Vec<String> {
        let boxes = self.rest.iter().filter(|(_, value)| !value.is_empty());
        boxes.filter_map(|(name, _)| name.strip_prefix(stem)?.strip_prefix(':').map(str::to_owned)).collect()
    }
}

/// A decision by the API.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewIn {
    /// For an approval: the codes of the points that were checked, which must be all of the desk's.
    pub checked: Vec<String>,
    /// For a return: the codes of ready-made reasons.
    pub reasons: Vec<String>,
    /// Words of one's own.
    pub words: String,
}

/// Reads words of one's own.
///
/// # Errors
/// The fault of the field.
pub fn own_words(text: &str) -> Result<Prose, Vec<Fault>> {
    Prose::optional(text).map_err(|bad| vec![text_fault("words", bad)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_by_stem() {
        let typed: ReviewTyped =
            serde_urlencoded::from_str("revision=3&words=&check%3Atexts=on&reason%3Alaw=on&once=x").unwrap();
        assert_eq!((typed.ticked("check"), typed.ticked("reason")), (vec!["texts".to_owned()], vec!["law".to_owned()]));
        assert_eq!(typed.revision().unwrap(), 3);
    }
}
