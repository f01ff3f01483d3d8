//! What every list of the API looks like, and entries of the record as the API shows them.

use crate::http::problem::Problem;
use crate::market::journal::{Deed, Entry};
use crate::store::{Cursor, Page};
use crate::values::{Lang, Timestamp};
use crate::words;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A list: its items, and the cursor of the next page when there is one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Items<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to send as `after` to get the next page.
    pub next: Option<String>,
}
impl<T> Items<T> {
    /// A whole list.
    #[must_use]
    pub const fn all(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
    /// A page.
    #[must_use]
    pub fn of(page: Page<T>) -> Self {
        Self { next: page.next.map(|c| c.to_string()), items: page.items }
    }
}

/// Something that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Made {
    /// Its identifier.
    pub id: String,
}

/// The size of a page when nothing is asked, and the most.
const SIZE: i64 = 50;
const MOST: i64 = 200;

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Items of a page, 1 to 200.
    pub size: Option<i64>,
}
impl PageQuery {
    /// Reads the cursor and the size.
    ///
    /// # Errors
    /// A bad request when the cursor is none of ours.
    pub fn parse(&self) -> Result<(Option<Cursor>, i64), Problem> {
        Ok((cursor(self.after.as_deref())?, self.size.unwrap_or(SIZE).clamp(1, MOST)))
    }
}

/// Reads a cursor.
///
/// # Errors
/// A bad request when it is none of ours.
pub fn cursor(text: Option<&str>) -> Result<Option<Cursor>, Problem> {
    text.filter(|t| !t.is_empty()).map(|t| t.parse().map_err(|()| Problem::bad_request("query"))).transpose()
}

/// Which part of a record.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct JournalQuery {
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Items of a page, 1 to 200.
    pub size: Option<i64>,
    /// Only this deed, such as `purchase.submitted`.
    pub deed: Option<String>,
}
impl JournalQuery {
    /// Reads deed, place and size.
    ///
    /// # Errors
    /// A bad request when a value is none of ours.
    pub fn parse(&self) -> Result<(Option<Deed>, Option<i64>, i64), Problem> {
        let deed = self.deed.as_deref().filter(|d| !d.is_empty());
        let deed = deed.map(|d| Deed::parse(d).ok_or_else(|| Problem::bad_request("query"))).transpose()?;
        let before = cursor(self.after.as_deref())?.map(|c| c.at.0);
        Ok((deed, before, self.size.unwrap_or(SIZE).clamp(1, MOST)))
    }
}

/// An entry of the record.
#[derive(Debug, Serialize, ToSchema)]
pub struct JournalItem {
    seq: i64,
    id: String,
    at: String,
    actor_kind: String,
    actor_id: String,
    actor_name: String,
    deed: String,
    text: String,
    subject: String,
    subject_id: String,
    detail: serde_json::Value,
}

/// Puts an entry into the shape of the API.
#[must_use]
pub fn journal_item(lang: Lang, e: Entry) -> JournalItem {
    JournalItem {
        seq: e.seq,
        id: e.id.to_string(),
        at: e.at.rfc3339(),
        actor_kind: e.by.kind.to_string(),
        actor_id: e.by.id,
        actor_name: e.by.name,
        text: words::say(lang, &words::key("deed", e.deed.as_str())),
        deed: e.deed.to_string(),
        subject: e.thing.to_string(),
        subject_id: e.thing_id,
        detail: e.detail,
    }
}

/// Puts a page of the record into the shape of the API.
#[must_use]
pub fn journal_page(lang: Lang, page: Page<Entry>) -> Items<JournalItem> {
    Items::of(page.map(|e| journal_item(lang, e)))
}

/// Writes an instant as the API does.
#[must_use]
pub fn stamp(at: Option<Timestamp>) -> Option<String> {
    at.map(Timestamp::rfc3339)
}
