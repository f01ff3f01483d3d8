//! What the terms of a licence bound of the delivery: the limits with which a grant under it begins.

use super::{Limits, Networks};
use crate::market::licences::terms::{Constraint, Terms};

/// Bytes of a GiB.
const GIB: i64 = 1 << 30;

impl Limits {
    /// Takes the bounds of a licence that delivery can keep: downloads, volume, networks; and the seats, which the
    /// holder promises to keep, because people may have access who never fetch.
    #[must_use]
    pub fn of_terms(terms: &Terms) -> Self {
        let mut limits = Self::default();
        for entry in terms.constraints() {
            match &entry.constraint {
                Constraint::Seats(n) => limits.seats = Some(i64::from(*n)),
                Constraint::Downloads(n) => limits.downloads = Some(i64::from(*n)),
                Constraint::Volume(n) => limits.volume_bytes = Some(i64::from(*n).saturating_mul(GIB)),
                Constraint::Networks(list) => limits.networks = networks(list),
                Constraint::Purpose(_)
                | Constraint::Territory(_)
                | Constraint::Field(_)
                | Constraint::Recipients(_)
                | Constraint::Duration(_) => {}
            }
        }
        limits
    }
}

/// The terms were checked when they were made: what cannot be read here bounds nothing.
fn networks(list: &[String]) -> Networks {
    list.join(" ").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::licences::builder::{Heading, Parameters, build};

    #[test]
    fn every_network_that_terms_may_hold_is_kept() {
        let networks: Vec<String> = (0..50).map(|i| format!("10.{i}.0.0/16")).collect();
        let p = Parameters {
            networks: networks.clone(),
            seats: Some(3),
            downloads: Some(2),
            volume_gib: Some(1_000_000),
            ..Parameters::default()
        };
        let terms = build(&Heading::default(), &p).unwrap().terms;
        let limits = Limits::of_terms(&terms);
        assert_eq!(limits.networks.to_string().split(' ').count(), 50);
        assert_eq!((limits.seats, limits.downloads), (Some(3), Some(2)));
        assert_eq!(limits.volume_bytes, Some(1_000_000 * GIB));
        let more = Parameters { networks: (0..51).map(|i| format!("10.{i}.0.0/16")).collect(), ..p };
        assert!(build(&Heading::default(), &more).is_err());
    }
}
