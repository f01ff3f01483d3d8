//! Keyset pages: a list is cut at the last key seen, so that a page never shifts under its reader.

use crate::values::Timestamp;
use std::str::FromStr;

/// The last key of a page: an instant and an identifier that makes it unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The instant by which the list is sorted.
    pub at: Timestamp,
    /// The identifier of the last item.
    pub id: String,
}
impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}", self.at.0, self.id)
    }
}
impl FromStr for Cursor {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once('_').ok_or(())?;
        let fits = id.len() <= 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        if !fits {
            return Err(());
        }
        Ok(Self { at: Timestamp(at.parse().map_err(|_| ())?), id: id.to_owned() })
    }
}

/// One page of a list, and where the next one begins.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Where the next page begins, when there is one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts a list that was asked for with one item more than the page holds.
    #[must_use]
    pub fn cut(mut items: Vec<T>, size: usize, key: impl Fn(&T) -> Cursor) -> Self {
        let more = items.len() > size;
        items.truncate(size);
        let next = if more { items.last().map(key) } else { None };
        Self { items, next }
    }
    /// Turns every item into something else.
    #[must_use]
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip_and_refuse_rubbish() {
        let cursor = Cursor { at: Timestamp(17), id: "0193a1b2-0000-7000-8000-000000000000".to_owned() };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in ["", "1", "x_y", "1_'; DROP", "_a"] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}
