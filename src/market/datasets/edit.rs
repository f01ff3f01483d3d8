//! Beginning and changing a dataset, taking it out of the catalogue and putting it back.

use super::state::{Event, WrongState};
use super::{Dataset, Level, MayChangeDataset, State, relist_conditions, rows};
use crate::market::accounts::{self, Actor};
use crate::market::conditions::{Condition, Refused, Step};
use crate::market::journal::{self, By, Deed, Note, Thing};
use crate::market::parties;
use crate::store::{Read, StoreError, Write};
use crate::values::{DatasetId, Line, MemberId, PartyId, Prose, Slug, Timestamp, fold};

/// The texts and facts of a dataset, as its publisher writes them.
#[derive(Debug, Clone)]
pub struct Card {
    /// Title in Chinese; may be empty when the other is not.
    pub title_zh: Line,
    /// Title in English.
    pub title_en: Line,
    /// One or two sentences in Chinese.
    pub summary_zh: Prose,
    /// One or two sentences in English.
    pub summary_en: Prose,
    /// Data card in Chinese, Markdown.
    pub card_zh: Prose,
    /// Data card in English, Markdown.
    pub card_en: Prose,
    /// Section of ISIC and GB/T 4754: one capital letter.
    pub sector: String,
    /// Kind of data, such as `time_series`.
    pub kind: String,
    /// What it is made for, such as `predictive_maintenance`.
    pub use_case: String,
    /// The level that the publisher expects when the dataset is begun. From then on the questionnaire decides, and a
    /// change of texts must name the level that the dataset has.
    pub level: Level,
    /// Where the data comes from and which rights the seller has.
    pub source_statement: Prose,
    /// Whom to ask.
    pub contact: Line,
}

impl Card {
    /// Tells whether a dataset says just this.
    #[must_use]
    pub fn is_of(&self, dataset: &Dataset) -> bool {
        let texts = [
            (self.title_zh.as_str(), &dataset.title_zh),
            (self.title_en.as_str(), &dataset.title_en),
            (self.summary_zh.as_str(), &dataset.summary_zh),
            (self.summary_en.as_str(), &dataset.summary_en),
            (self.card_zh.as_str(), &dataset.card_zh),
            (self.card_en.as_str(), &dataset.card_en),
            (self.sector.as_str(), &dataset.sector),
            (self.kind.as_str(), &dataset.kind),
            (self.use_case.as_str(), &dataset.use_case),
            (self.source_statement.as_str(), &dataset.source_statement),
            (self.contact.as_str(), &dataset.contact),
        ];
        self.level == dataset.level && texts.iter().all(|(new, old)| new == old)
    }
    /// The folded text that searches look into.
    pub(super) fn search_text(&self, names: (&str, &str)) -> String {
        let parts = [
            self.title_zh.as_str(),
            self.title_en.as_str(),
            self.summary_zh.as_str(),
            self.summary_en.as_str(),
            names.0,
            names.1,
            self.card_zh.as_str(),
            self.card_en.as_str(),
        ];
        fold(&parts.join("\n")).chars().take(20_000).collect()
    }
}

/// Why a dataset was not begun or changed.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// The owner has another dataset of this name.
    #[error("the name is taken")]
    Taken,
    /// The level comes from the questionnaire, not from a change of texts.
    #[error("the level comes from the questionnaire")]
    Level,
    /// Somebody changed it meanwhile.
    #[error("somebody was first")]
    Overtaken,
    /// It is not in a state for this.
    #[error(transparent)]
    State(#[from] WrongState),
    /// The actor may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lets a publisher begin a dataset.
pub struct MayBegin {
    party: parties::Party,
    by: By,
    responsible: MemberId,
}
impl MayBegin {
    /// Checks that the actor, a person or a machine with the scope `publish`, publishes for the organisation.
    ///
    /// # Errors
    /// [`Refused::Hidden`] for everybody else.
    pub fn check(tx: &mut Read, actor: &Actor, party: PartyId) -> Result<Self, Refused> {
        let publishes = parties::publishes(tx, actor, party)?;
        let party = parties::find(tx, party)?.ok_or(Refused::Hidden)?;
        let responsible = accounts::responsible(tx, actor)?.filter(|_| publishes).ok_or(Refused::Hidden)?;
        Ok(Self { party, by: actor.by(), responsible })
    }
}

/// Begins a dataset as a draft.
///
/// # Errors
/// [`DatasetError::Taken`] when the owner has one of this name.
pub fn begin(
    tx: &mut Write,
    may: MayBegin,
    slug: &Slug,
    card: &Card,
    now: Timestamp,
) -> Result<DatasetId, DatasetError> {
    let MayBegin { party, by, responsible } = may;
    if rows::find_by_slug(tx, party.id, slug.as_str())?.is_some() {
        return Err(DatasetError::Taken);
    }
    let id = DatasetId::fresh();
    let search = card.search_text((&party.name_zh, &party.name_en));
    rows::insert(tx, id, party.id, slug, card, &search, responsible, now)?;
    let detail = serde_json::json!({ "slug": slug.as_str(), "title_zh": card.title_zh.as_str(), "title_en": card.title_en.as_str() });
    journal::note(tx, &by, &Note::new(Deed::DatasetBegun, Thing::Dataset, id).for_party(party.id).detail(detail), now)?;
    Ok(id)
}

/// Changes texts and facts. They describe; what was published stays as it is.
///
/// # Errors
/// [`DatasetError::Overtaken`] when somebody changed it meanwhile.
pub fn change(
    tx: &mut Write,
    may: MayChangeDataset,
    revision: i64,
    card: &Card,
    now: Timestamp,
) -> Result<(), DatasetError> {
    let (dataset, party, by) = may.into_parts();
    if card.level != dataset.level && revision == dataset.revision {
        return Err(DatasetError::Level);
    }
    if revision == dataset.revision && card.is_of(&dataset) {
        return Ok(());
    }
    Refused::unless_met(vec![texts_condition(tx, &dataset)?])?;
    let search = card.search_text((&party.name_zh, &party.name_en));
    if !rows::change(tx, dataset.id, revision, card, &search, now)? {
        return Err(DatasetError::Overtaken);
    }
    Ok(journal::note(tx, &by, &Note::new(Deed::DatasetChanged, Thing::Dataset, dataset.id).for_party(party.id), now)?)
}

/// Where the rules of the exchange ask for a review before publishing, texts that stand in the catalogue do not change
/// beside it: the dataset leaves the catalogue first, and comes back with its texts reviewed.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn texts_condition(tx: &mut Read, dataset: &Dataset) -> Result<Condition, StoreError> {
    let free = dataset.state != State::Listed || !super::reviewers(tx, dataset)?.any();
    Ok(Condition::new("texts-beside-review", free, "publisher").at(Step::Dataset(dataset.id)))
}

fn moved(tx: &mut Write, dataset: &Dataset, event: Event, now: Timestamp) -> Result<State, DatasetError> {
    let next = dataset.state.after(event)?;
    if !rows::set_state(tx, dataset, next, now)? {
        return Err(DatasetError::Overtaken);
    }
    Ok(next)
}

/// Takes a dataset out of the catalogue; requests and grants go on.
///
/// # Errors
/// [`DatasetError`].
pub fn withdraw(tx: &mut Write, may: MayChangeDataset, now: Timestamp) -> Result<(), DatasetError> {
    let (dataset, party, by) = may.into_parts();
    moved(tx, &dataset, Event::Withdraw, now)?;
    Ok(journal::note(tx, &by, &Note::new(Deed::DatasetWithdrawn, Thing::Dataset, dataset.id).for_party(party.id), now)?)
}

/// Puts a withdrawn dataset back into the catalogue.
///
/// # Errors
/// [`DatasetError`].
pub fn relist(tx: &mut Write, may: MayChangeDataset, now: Timestamp) -> Result<(), DatasetError> {
    let (dataset, party, by) = may.into_parts();
    dataset.state.after(Event::Relist)?;
    Refused::unless_met(relist_conditions(tx, &dataset)?)?;
    moved(tx, &dataset, Event::Relist, now)?;
    Ok(journal::note(tx, &by, &Note::new(Deed::DatasetRelisted, Thing::Dataset, dataset.id).for_party(party.id), now)?)
}
