//! The plain working page: a heading and blocks (forms, tables, facts, notices). Pages with a shape of their own
//! have their own template; all others are a sheet, so that a form or a table looks and behaves alike everywhere.

mod form;
pub use form::{Field, Fields, FormView};

use super::layout::Frame;
use crate::http::problem::Fault;
use crate::market::conditions::Condition;
use crate::urls;
use crate::values::{Lang, Sha256, Timestamp};
use crate::words;
use askama::Template;

/// A status mark: class and icon by what it means.
#[derive(Debug, Clone)]
pub struct Mark {
    /// `ok`, `wait`, `warn`, `bad`, `draft` or `plain`.
    pub class: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// The words.
    pub text: String,
}

/// A button that posts.
#[derive(Debug, Clone)]
pub struct Button {
    /// Where it posts to.
    pub action: String,
    /// Its words.
    pub text: String,
    /// `primary`, `danger` or nothing.
    pub class: &'static str,
    /// Hidden fields.
    pub hidden: Vec<(&'static str, String)>,
}

/// One cell of a table.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// A second, smaller line.
    pub small: String,
    /// A mark instead of the text.
    pub mark: Option<Mark>,
    /// Buttons.
    pub buttons: Vec<Button>,
    /// Whether it is a number.
    pub number: bool,
    /// Whether it is a code or digest.
    pub mono: bool,
    /// The whole of a digest of which the text is the beginning.
    pub whole: Option<String>,
    /// The stamp of an instant.
    pub stamp: Option<String>,
    /// A check box before the text: the form to which it belongs, its name, its words.
    pub check: Option<(&'static str, String, String)>,
}

impl Cell {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
    /// A link.
    #[must_use]
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: Some(href.into()), ..Self::default() }
    }
    /// A number or amount.
    #[must_use]
    pub fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), number: true, ..Self::default() }
    }
    /// A code or digest.
    #[must_use]
    pub fn mono(text: impl Into<String>) -> Self {
        Self { text: text.into(), mono: true, ..Self::default() }
    }
    /// A digest: its beginning, and the whole of it to copy.
    #[must_use]
    pub fn digest(digest: &Sha256) -> Self {
        Self { text: digest.short(), whole: Some(digest.to_string()), ..Self::default() }
    }
    /// An instant.
    #[must_use]
    pub fn time(lang: Lang, at: Timestamp) -> Self {
        Self { text: words::date_time(lang, at), stamp: Some(at.rfc3339()), ..Self::default() }
    }
    /// An instant that may not have come.
    #[must_use]
    pub fn time_or(lang: Lang, at: Option<Timestamp>, none: &str) -> Self {
        at.map_or_else(|| Self::text(words::say(lang, none)), |at| Self::time(lang, at))
    }
    /// A mark.
    #[must_use]
    pub fn mark(mark: Mark) -> Self {
        Self { mark: Some(mark), ..Self::default() }
    }
    /// Buttons.
    #[must_use]
    pub fn buttons(buttons: Vec<Button>) -> Self {
        Self { buttons, ..Self::default() }
    }
    /// Adds a second line.
    #[must_use]
    pub fn with_small(mut self, small: impl Into<String>) -> Self {
        self.small = small.into();
        self
    }
}

/// A table, or what stands in its place when it is empty.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What it lists, for readers who do not see it.
    pub label: String,
    /// The heads; the flag marks number columns.
    pub heads: Vec<(String, bool)>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// What is said when there are no rows: heading, sentence, link text and address of the one next step.
    pub empty: (String, String, Option<(String, String)>),
    /// The address of the next page.
    pub next: Option<String>,
}
impl Table {
    /// The head of a column, which a narrow page writes beside each value.
    #[must_use]
    pub fn head(&self, column: &usize) -> &str {
        self.heads.get(*column).map_or("", |h| h.0.as_str())
    }
}

/// A condition in words.
#[derive(Debug, Clone)]
pub struct ConditionView {
    /// Whether it is met.
    pub met: bool,
    /// What it says.
    pub text: String,
    /// Who can mend it.
    pub who: String,
    /// Where.
    pub next: Option<String>,
}

/// Puts conditions into words.
#[must_use]
pub fn conditions(lang: Lang, list: &[Condition]) -> Vec<ConditionView> {
    list.iter()
        .map(|c| ConditionView {
            met: c.met,
            text: words::condition(lang, c),
            who: if c.met { String::new() } else { words::mender(lang, c) },
            next: c.next.as_ref().filter(|_| !c.met).map(urls::step),
        })
        .collect()
}

/// A block of a sheet.
#[derive(Debug, Clone)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// The title block: label, value, note.
    Facts(Vec<(String, String, String)>),
    /// Keys and values.
    Pairs(Vec<(String, Cell)>),
    /// A notice: class, icon, words.
    Notice(&'static str, &'static str, String),
    /// Links as buttons: words, address, class.
    Links(Vec<(String, String, &'static str)>),
    /// Tabs: words, address, count, current.
    Tabs(Vec<(String, String, i64, bool)>),
    /// A table.
    Table(Table),
    /// A form.
    Form(FormView),
    /// Something to copy: caption and text.
    Snippet(String, String),
    /// Conditions.
    Conditions(Vec<ConditionView>),
    /// Finished HTML, such as a rendered Markdown text.
    Html(String),
}

/// The plain working page.
#[derive(Template)]
#[template(path = "pages/sheet.html")]
pub struct Sheet {
    /// The frame.
    pub f: Frame,
    /// Crumbs: words and address.
    pub crumbs: Vec<(String, String)>,
    /// Marks above the name.
    pub marks: Vec<Mark>,
    /// One sentence under the name.
    pub lead: String,
    /// The blocks.
    pub blocks: Vec<Block>,
    /// The faults of a form that is shown again: field and words.
    pub faults: Vec<(String, String)>,
}

impl Sheet {
    /// Begins a sheet.
    #[must_use]
    pub const fn new(f: Frame) -> Self {
        Self { f, crumbs: Vec::new(), marks: Vec::new(), lead: String::new(), blocks: Vec::new(), faults: Vec::new() }
    }
    /// Adds a sentence under the name.
    #[must_use]
    pub fn lead(mut self, text: impl Into<String>) -> Self {
        self.lead = text.into();
        self
    }
    /// Adds a crumb.
    #[must_use]
    pub fn crumb(mut self, text: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push((text.into(), href.into()));
        self
    }
    /// Adds a mark.
    #[must_use]
    pub fn mark(mut self, mark: Mark) -> Self {
        self.marks.push(mark);
        self
    }
    /// Adds a block.
    #[must_use]
    pub fn put(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }
    /// Adds a block if there is one.
    #[must_use]
    pub fn put_if(mut self, block: Option<Block>) -> Self {
        self.blocks.extend(block);
        self
    }
    /// Shows the faults of a form on top, each leading to its field.
    #[must_use]
    pub fn faulty(mut self, faults: &[Fault]) -> Self {
        let lang = self.f.lang();
        self.faults =
            faults.iter().map(|f| (f.field.clone(), words::with(lang, f.message, &[("value", &f.value)]))).collect();
        self
    }
    /// The status that this sheet is answered with: 422 when it shows faults.
    #[must_use]
    pub fn status(&self) -> actix_web::http::StatusCode {
        if self.faults.is_empty() {
            actix_web::http::StatusCode::OK
        } else {
            actix_web::http::StatusCode::UNPROCESSABLE_ENTITY
        }
    }
    /// Renders the sheet.
    ///
    /// # Errors
    /// A broken-server problem when the template fails, which is a bug.
    pub fn answer(self) -> crate::http::Answer {
        crate::http::answer::html_as(self.status(), &self)
    }
}
