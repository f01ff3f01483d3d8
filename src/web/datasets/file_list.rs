//! The list of files: a version may have ten thousand, so every page shows a part, with a search.

use super::{files_table, find, preview, view};
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Query, Visit, answer};
use crate::market::datasets::{self, FilesPart, FilesQuery};
use crate::urls;
use crate::values::VersionId;
use crate::web::sheet::Table;
use serde::Deserialize;

/// Files of a part.
pub(super) const PART: i64 = 100;

/// Which part is asked for, as it stands in the address.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct PartQuery {
    q: String,
    after: String,
    offer: String,
}

impl PartQuery {
    /// What the room is asked.
    pub(super) fn query(&self) -> FilesQuery {
        FilesQuery { words: self.q.chars().take(200).collect(), after: self.after.clone(), size: PART }
    }
    /// Puts the address of the next part under a table.
    pub(super) fn go_on(&self, table: &mut Table, part: &FilesPart, here: &str) {
        table.next = part.next.as_ref().map(|next| {
            let here = if self.q.is_empty() { here.to_owned() } else { preview::with(here.to_owned(), "q", &self.q) };
            preview::with(here, "after", next)
        });
    }
}

/// Reads a part.
pub(super) async fn part(visit: &Visit, version: VersionId, query: FilesQuery) -> Result<FilesPart, Problem> {
    visit.site.db.read(move |tx| Ok::<_, Problem>(datasets::files_part(tx, version, &query)?)).await
}

/// The tab of a dataset with its files.
pub(super) async fn page(visit: Visit, Path(at): Path<(String, String)>, Query(typed): Query<PartQuery>) -> Answer {
    let found = find(&visit, at).await?;
    let mut view = view(&visit, &found, "files", &typed.offer);
    let part = match &found.listing {
        Some(listing) => part(&visit, listing.version.id, typed.query()).await?,
        None => FilesPart::default(),
    };
    let here = preview::kept(&found, "files");
    let mut table = files_table(visit.lang(), &part.files, |_| None);
    typed.go_on(&mut table, &part, &here);
    let total = found.listing.as_ref().map_or(0, |l| l.version.files_count);
    if total > 10 {
        let plain = urls::dataset_part(&found.party.slug, &found.dataset.slug, "files");
        view.find = Some((plain, typed.q.clone(), found.preview));
    }
    view.table = Some(table);
    answer::html(&view)
}
